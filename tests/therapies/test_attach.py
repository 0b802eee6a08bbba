"""What attach joins, combines and refuses."""

from __future__ import annotations

import pytest
from tests.therapies.toy import TARGETS, TOY, Place, drug, parameter

from tolerogen.engine import Dose
from tolerogen.errors import SpecError
from tolerogen.therapies import attach, list_therapies

EFFECT = {
    "Emax": parameter(8.0, "1/day"),
    "EC50": parameter(0.05, "nM"),
    "hill": parameter(2.5, "dimensionless"),
}


def killer(name="killer"):
    return drug(name, target="B", action="deplete", effect=EFFECT)


def test_no_therapy_leaves_the_text_alone():
    assert attach(TOY, [], TARGETS) is TOY


def test_occupancies_at_one_node_combine(run):
    pair = [drug("one"), drug("two", parameters={"Kss": parameter(50.0, "nM")})]
    doses = [Dose(0, 100, "one_central"), Dose(1, 40, "two_central")]
    data = run(attach(TOY, pair, TARGETS), doses, [0, 0.5, 2, 10, 40])
    one, two = (data[f"{name}_nM"].values for name in ("one", "two"))
    expected = 1 - (1 - one / (1 + one)) * (1 - two / (50 + two))
    assert data["block"].values == pytest.approx(expected, rel=1e-9)
    assert 0 < data["two_occupancy"].values[2] < 0.9


def test_kill_rates_add_and_follow_the_concentration(run):
    pair = [killer("one"), killer("two")]
    doses = [Dose(0, 0.05, "one_central"), Dose(0, 0.02, "two_central")]
    data = run(attach(TOY, pair, TARGETS), doses, [0, 0.5, 2, 10])

    def rate(name):
        c = data[f"{name}_nM"].values
        return 8.0 * c**2.5 / (0.05**2.5 + c**2.5)

    assert data["kill"].values == pytest.approx(rate("one") + rate("two"), rel=1e-9)
    assert data["B"].values[1] < 50


def test_cells_return_when_the_drug_is_gone(run):
    text = attach(TOY, [killer()], TARGETS)
    data = run(text, [Dose(0, 5, "killer_central")], [0, 3, 400])
    assert data["B"].values[1] < 2
    assert data["B"].values[2] == pytest.approx(100, rel=1e-3)


def test_model_without_weight_gets_the_reference_patient(run):
    bare = TOY.replace("  weight = 70.0\n", "")
    therapy = drug(pk={"reference_weight": "81 kg"})
    data = run(attach(bare, [therapy], TARGETS), [Dose(0, 30, "drug_central")], [0, 1e-3], R_0=2.0)
    assert data["drug_C"].values[1] == pytest.approx(10.0, rel=1e-2)


def test_units_of_the_model_are_kept():
    text = attach(TOY.replace("unit nmol", "unit mg = 1e-3 gram\n  unit nmol"), [drug()], TARGETS)
    assert text.count("unit mg =") == 1
    assert text.count("unit day =") == 1


@pytest.mark.parametrize(
    ("therapies", "said"),
    [
        ([drug(target="IL7R")], "Known: B, R, S"),
        ([drug(target="S", action="neutralise")], "Known: block"),
        ([drug(target="B")], "Known: deplete"),
        (
            [drug(pk={"elimination": "qss"}, parameters={"kint": parameter(1.0, "1/day")})],
            "has no pool",
        ),
        ([drug(), drug()], "given twice"),
        (
            [
                drug(
                    name,
                    target="R",
                    pk={"elimination": "qss"},
                    parameters={"kint": parameter(1.0, "1/day")},
                )
                for name in ("one", "two")
            ],
            "competing for one pool",
        ),
    ],
)
def test_refusals_name_what_to_do(therapies, said):
    with pytest.raises(SpecError, match=said):
        attach(TOY, therapies, TARGETS)


def test_a_node_without_the_handle_it_promises_is_refused():
    with pytest.raises(SpecError, match="add 'occupancy'"):
        attach(TOY, [drug()], {"S": Place("S", ("block",))})


def test_text_without_a_model_block_is_refused():
    with pytest.raises(SpecError, match="no line 'end'"):
        attach("x = 1", [drug()], TARGETS)


def test_the_whole_library_joins_one_model(run):
    nodes = {
        therapy.target: Place(
            therapy.target,
            (therapy.action,),
            f"{therapy.target}_pool",
            f"{therapy.target}_occ",
            f"{therapy.target}_cx",
            f"{therapy.target}_loss",
            f"{therapy.target}_kill",
        )
        for therapy in list_therapies()
    }
    pools = "".join(
        f"species {n.pool} in plasma; {n.pool} = 1; {n.occupancy} = 0; {n.complex} = 0;\n"
        f"{n.complex_loss} = 0; {n.kill} = 0; => {n.pool}; plasma*(1 - {n.pool} + {n.complex});\n"
        f"{n.pool} => ; plasma*{n.complex_loss}*{n.complex};\n"
        for n in nodes.values()
    )
    text = attach(TOY.rsplit("end", 1)[0] + pools + "end\n", list_therapies(), nodes)
    doses = [Dose(0, 500, f"{therapy.id}_central") for therapy in list_therapies()]
    data = run(text, doses, [0.0, 1.0, 14.0])
    for therapy in list_therapies():
        held = data[f"{therapy.id}_occupancy"].values
        assert held[0] == 0
        early, late = (0.5, 0.5) if therapy.modality == "antibody" else (0.05, -1e-6)
        assert early < held[1] <= 1, therapy.id
        assert late < held[2] <= 1, therapy.id  # small molecules are gone by then
