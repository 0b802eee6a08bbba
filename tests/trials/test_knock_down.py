"""An oligo handed over as a therapy, in a trial in the toy disease."""

from __future__ import annotations

import numpy as np
import pytest
from tests.trials.conftest import plant

from tolerogen.oligos import Record, judge, read_oligo
from tolerogen.therapies import therapy_from_oligo, therapy_toml
from tolerogen.trials import load_trial, run_trial

TARGET = (Record("T1", "T1|SYN", "GGATTCATACAGGTGCGAAGCAGACTGAGGCAGGACCATTGCAG"),)
DOSES = """doses = [
  { amount = "750 mg", route = "iv infusion", duration = "1 hour", """
DOSES += """at = ["0 weeks", "2 weeks", "4 weeks"] },
]"""


def swapped(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def trial(folder, cells):
    """The toy disease with a receptor whose RNA can go, and an oligo against it, weekly."""
    weekly = 'doses = [ { amount = "284 mg", route = "sc", every = "1 week", until = "7 weeks" } ]'
    path = plant(folder, DOSES, weekly)
    swapped(path, ('"s95011"', '"aso.toml"'))
    swapped(
        folder / "toy" / "model.ant",
        ("Rin: => R; plasma*k_R*R_0", "Rin: => R; plasma*k_R*R_0*(1 - silenced)"),
        ("occupancy = 0;", "occupancy = 0; silenced = 0;"),
    )
    swapped(
        folder / "toy" / "targets.toml",
        ('actions = ["block"]', 'actions = ["block", "knock_down"]\nknock_down = "silenced"'),
    )
    candidate = judge(read_oligo("GCCTCAGTCTGCTTCGCACC", "moe 5-10-5"), TARGET)
    made = therapy_from_oligo(candidate, target="IL7R", cells=cells, name="aso")
    (folder / "aso.toml").write_text(therapy_toml(made), encoding="utf-8")
    return run_trial(load_trial(path))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return {
        cells: trial(tmp_path_factory.mktemp(cells), cells)
        for cells in ("hepatocyte", "lymphocyte")
    }


def gone(result):
    table = result.mechanism
    [median] = table.loc[table["readout"] == "knock_down_mean", "median"]
    return median


def test_the_trial_reports_the_knock_down(results):
    # Where it is taken up, a good part of the RNA goes within weeks; in lymphocytes next to none.
    assert gone(results["hepatocyte"]) > 0.3
    assert 0 < gone(results["lymphocyte"]) < 0.05


def test_the_target_follows_its_rna_and_not_below(results):
    for result in results.values():
        treated = result.trajectories["arm"].to_numpy() == "drug"
        receptor = result.trajectories["R"].to_numpy()
        left = receptor / receptor[:, :1]
        silenced = result.trajectories["aso_knock_down"].to_numpy()[treated]
        assert np.all(left[treated][:, -1] < 1 - 0.9 * silenced[:, 7])
        assert np.all(left[treated][:, -1] > 1 - 1.01 * silenced.max(axis=1))
        assert left[~treated] == pytest.approx(1.0, abs=1e-3)
