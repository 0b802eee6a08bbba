"""Target-mediated disposition: limits, conservation, and two published time courses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from tests.therapies.toy import TARGETS, TOY, Place, anchor, drug, parameter

from tolerogen.engine import Dose
from tolerogen.therapies import attach, load_therapy, read_regimen

KINT = parameter(3.0, "1/day")


def bound(elimination: str, **values):
    used = {"qss": ("Kss", "kint"), "full_tmdd": ("kon", "koff", "kint")}[elimination]
    return drug(
        target="R",
        pk={"elimination": elimination},
        without=() if "Kss" in used else ("Kss",),
        parameters={k: v for k, v in values.items() if k in used},
    )


def test_full_tmdd_against_its_equations_written_apart(run):
    kon, koff, kint, cl, v1, q, v2, r0, kdeg = 0.8, 0.5, 3.0, 0.3, 3.0, 0.6, 2.0, 2.0, 1.5
    therapy = bound(
        "full_tmdd", kon=parameter(kon, "1/(nM day)"), koff=parameter(koff, "1/day"), kint=KINT
    )

    def rates(_, y):  # free drug, peripheral drug, free target, complex: all nM
        c, p, r, x = y
        bind = kon * c * r - koff * x
        away = q / v1 * c - q / v1 * p
        return [
            -cl / v1 * c - bind - away,
            q / v2 * (c - p),
            kdeg * (r0 - r) - bind,
            bind - kint * x,
        ]

    start = 30 / v1 * 1000 / 150
    times = np.array([0.0, 0.1, 0.5, 2.0, 6.0, 15.0])
    truth = solve_ivp(
        rates, (0, 15), [start, 0, r0, 0], t_eval=times, method="LSODA", rtol=1e-10, atol=1e-12
    ).y
    text = attach(TOY, [therapy], TARGETS)
    data = run(text, [Dose(0, 30, "drug_central")], times)
    assert data["drug_nM"].values[1:] == pytest.approx(truth[0, 1:], rel=1e-4, abs=1e-6)
    assert data["cx"].values[1:] == pytest.approx(truth[3, 1:], rel=1e-4, abs=1e-6)
    assert data["R"].values[1:] == pytest.approx(truth[2, 1:] + truth[3, 1:], rel=1e-4)


@pytest.mark.parametrize(("kon", "apart"), [(3e4, 0.005), (3e5, 0.001)])
def test_qss_is_the_limit_of_fast_binding(run, kon, apart):
    koff = 0.4 * kon
    kss = (koff + 3.0) / kon
    full = bound(
        "full_tmdd", kon=parameter(kon, "1/(nM day)"), koff=parameter(koff, "1/day"), kint=KINT
    )
    quasi = bound("qss", Kss=parameter(kss, "nM"), kint=KINT)
    times = np.array([0.0, 0.5, 2.0, 6.0, 10.0, 20.0])
    doses = [Dose(0, 10, "drug_central")]
    a, b = (run(attach(TOY, [t], TARGETS), doses, times) for t in (full, quasi))
    for name in ("drug_nM", "R", "occ"):
        worst = np.abs(a[name].values - b[name].values)[1:].max() / np.abs(b[name].values).max()
        assert worst < apart, name


def test_qss_loss_is_michaelis_menten_while_the_pool_is_constant(run):
    # With kint equal to the target's own turnover the pool stays, and a pool far below the drug
    # makes the sink Vmax C / (Km + C) with Vmax = kint R0 V1.
    quasi = bound("qss", Kss=parameter(5.0, "nM"), kint=parameter(1.5, "1/day"))
    vmax, km = 1.5 * 2.0 * 3.0 * 150 / 1000, 5.0 * 150 / 1000
    menten = drug(
        pk={"elimination": "michaelis_menten"},
        parameters={"Vmax": parameter(vmax, "mg/day"), "Km": parameter(km, "mg/L")},
    )
    times = np.array([0.0, 5.0, 20.0, 40.0])
    doses = [Dose(0, 500, "drug_central")]
    a, b = (run(attach(TOY, [t], TARGETS), doses, times) for t in (quasi, menten))
    assert a["R"].values == pytest.approx(2.0, rel=1e-6)
    assert a["drug_nM"].values[1:] == pytest.approx(b["drug_nM"].values[1:], rel=0.03)


@pytest.mark.parametrize("elimination", ["qss", "full_tmdd"])
def test_drug_and_target_leave_in_pairs(run, elimination):
    # Without linear clearance, and with the drug's V1 equal to the plasma of the disease, what
    # the target lost beyond its own turnover is what the drug lost.
    therapy = bound(
        elimination,
        Kss=parameter(1.0, "nM"),
        kon=parameter(5.0, "1/(nM day)"),
        koff=parameter(1.0, "1/day"),
        kint=KINT,
    )
    text = attach(TOY, [therapy], TARGETS).replace("drug_CL = 0.3", "drug_CL = 0.0")
    counted = text.rsplit("end", 1)[0] + (
        "species taken in plasma; taken = 0; tally: => taken; plasma*loss*cx\nend\n"
    )
    data = run(counted, [Dose(0, 10, "drug_central")], [0.0, 0.5, 2.0, 8.0, 30.0])
    held = data["drug_central"] + data["drug_peripheral"]
    held = held + data.get("drug_bound", 0.0)
    lost_nmol = (10 - held.values[1:]) / 150 * 1000
    assert lost_nmol == pytest.approx(data["taken"].values[1:] * 3.0, rel=1e-5)
    assert lost_nmol[-1] > 1.0


def test_without_a_dose_nothing_moves(run):
    therapy = bound("qss", Kss=parameter(1.0, "nM"), kint=KINT)
    data = run(attach(TOY, [therapy], TARGETS), [], [0.0, 100.0, 365.0])
    assert data["R"].values == pytest.approx(2.0, rel=1e-9)
    assert (data["occ"].values == 0).all()


@pytest.mark.parametrize("dose", [1e-6, 0.5, 900.0])
def test_qss_complex_solves_the_binding_equation(run, dose):
    text = attach(TOY, [bound("qss", Kss=parameter(0.02, "nM"), kint=KINT)], TARGETS)
    data = run(text, [Dose(0, dose, "drug_central")], [0.0, 0.01, 1.0])
    total, pool, cx = (data[name].values[1:] for name in ("drug_total", "R", "cx"))
    assert (total - cx) * (pool - cx) == pytest.approx(0.02 * cx, rel=1e-6)
    assert data["occ"].values[1:] == pytest.approx(cx / pool, rel=1e-12)


FCRN = """
model fcrn()
  unit time_unit = 86400 second
  compartment plasma = 3.23
  species FcRn in plasma, IgG in plasma
  FcRn_0 = {total}*{reach}; FcRn = FcRn_0; IgG_0 = {igg}; IgG = IgG_0
  recycled = {loss}*{k}/(1 + {k})
  occ = 0; cx = 0; away = 0; weight = 75
  free := (FcRn - cx)/FcRn_0
  made: => FcRn; plasma*{turn}*FcRn_0
  lost: FcRn => ; plasma*{turn}*(FcRn - cx)
  taken: FcRn => ; plasma*away*cx
  IgG_made: => IgG; plasma*({loss} - recycled)*IgG_0
  IgG_lost: IgG => ; plasma*({loss} - recycled*free)*IgG
end
"""


@pytest.mark.parametrize("course", anchor("nipocalimab_igg")["course"])
def test_nipocalimab_lowers_igg_as_published(run, course):
    truth = anchor("nipocalimab_igg")
    receptor, igg = truth["receptor"], truth["igg"]
    model = FCRN.format(
        total=receptor["total_nM"],
        reach=receptor["accessible"],
        turn=receptor["turnover_per_day"],
        igg=igg["baseline_g_per_L"],
        loss=igg["loss_without_recycling_per_day"],
        k=igg["recycling"],
    )
    therapy = load_therapy("nipocalimab")
    amount = f"{course['mg_per_kg']} mg/kg"
    rule = {"amount": amount, "route": "iv infusion", "duration": "1 hour"}
    regimen = read_regimen("q2w", {"doses": [{**rule, "every": "2 weeks", "count": 12}]})
    node = Place("FcRn", ("block",), "FcRn", "occ", "cx", "away")
    times = np.arange(0, 168, 0.5)
    text = attach(model, [therapy], {"FcRn": node})
    data = run(text, regimen.doses(therapy, 75), times, weight=75)
    change = 100 * (data["IgG"].values / igg["baseline_g_per_L"] - 1)
    close = truth["tolerance_points"]
    assert change.min() == pytest.approx(course["nadir_percent"], abs=close)
    assert change[times == 154] == pytest.approx(course["before_dose_percent"], abs=close)


IL7R = """
model il7r()
  unit time_unit = 86400 second
  compartment plasma = 3
  species R in plasma
  R_0 = 0.8; R = R_0; occ = 0; cx = 0; away = 0; weight = 75
  made: => R; plasma*8*R_0
  lost: R => ; plasma*8*(R - cx)
  taken: R => ; plasma*away*cx
end
"""


def test_class_prior_holds_the_receptor_as_long_as_was_seen(run):
    truth = anchor("il7r_occupancy")
    node = Place("IL7R", ("block",), "R", "occ", "cx", "away")
    text = attach(IL7R, [load_therapy("s95011")], {"IL7R": node})
    times = np.arange(0, 40, 0.25)
    for dose in truth["dose"]:
        given = [Dose(0, 75 * dose["mg_per_kg"], "s95011_central")]
        data = run(text, given, times, weight=75)
        held = times[data["occ"].values > truth["occupancy"]].max()
        assert held == pytest.approx(dose["until_day"], abs=truth["tolerance_days"])
    seen = data["s95011_C"].values[(times == 7) | (times == 21)]
    half_life = 14 * np.log(2) / np.log(seen[0] / seen[1])
    assert half_life == pytest.approx(truth["half_life_days"], abs=truth["half_life_sd"])
