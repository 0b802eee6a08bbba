"""Antibodies against the drug in a trial: exposure falls in those who form them, in nobody else."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.trials.conftest import plant

from tolerogen.antibodies.candidate import AntibodyCandidate
from tolerogen.antibodies.immunogenicity import RATES
from tolerogen.therapies import (
    Immunogenicity,
    forms_antibodies,
    load_therapy,
    therapy_from_antibody,
    therapy_toml,
)
from tolerogen.trials import load_trial, run_trial

MOUSE = (  # muromonab: a mouse antibody, and the case of foreign epitopes (Thera-SAbDab, CC BY 4.0)
    "QVQLQQSGAELARPGASVKMSCKASGYTFTRYTMHWVKQRPGQGLEWIGYINPSRGYTNYNQKFKDKATLTTDKSSSTAYMQLSSLTSEDSAVYYC"
    "ARYYDDHYCLDYWGQGTTLTVSS",
    "QIVLTQSPAIMSASPGEKVTMTCSASSSVSYMNWYQQKSGTSPKRWIYDTSKLASGVPAHFRGSGSGTSYSLTISGMEAEDAATYYCQQWSSNPFTF"
    "GSGTKLEIN",
)


def trial(folder, therapy):
    path = plant(folder, '"s95011"', '"mine.toml"')
    (folder / "mine.toml").write_text(therapy_toml(therapy), encoding="utf-8")
    return run_trial(load_trial(path), replicates=1)


@pytest.fixture(scope="module")
def mouse():
    vh, vl = MOUSE
    candidate = AntibodyCandidate("mouse", "IL7R", "block", vh, vl, "IgG1", kd=1e-9)
    return therapy_from_antibody(candidate, load_therapy("s95011"))


@pytest.fixture(scope="module")
def results(tmp_path_factory, mouse):
    told = replace(mouse.immunogenicity, ada_incidence=0.5, clearance_fold=3.0, onset=14.0)
    drugs = {"without": replace(mouse, immunogenicity=None)}
    drugs["with"] = replace(mouse, immunogenicity=told)
    return {name: trial(tmp_path_factory.mktemp(name), drug) for name, drug in drugs.items()}


def test_the_band_of_a_candidate_reaches_its_therapy(mouse):
    immune = mouse.immunogenicity
    assert immune.ada_incidence == RATES["high"][1]
    assert "assumed" in immune.context
    assert immune.clearance_fold > 1


def test_exposure_falls_in_those_who_form_antibodies_and_stays_in_the_others(results, mouse):
    course = {name: result.trajectories["mouse_C"] for name, result in results.items()}
    patients = results["with"].patients
    drug = replace(mouse, immunogenicity=Immunogenicity(0.5, "", "assumed", 3.0, 14.0))
    formed = forms_antibodies(drug, patients) & (patients["arm"] == "drug").to_numpy()
    others = ~formed & (patients["arm"] == "drug").to_numpy()
    assert formed.sum() >= 2
    assert others.sum() >= 2
    last = {name: c.isel(time=-1).to_numpy() for name, c in course.items()}
    np.testing.assert_allclose(last["with"][others], last["without"][others], rtol=1e-3)
    assert (last["with"][formed] < 0.7 * last["without"][formed]).all()
    # before antibodies can be there nothing is cleared faster
    early = {name: c.sel(time=3.0).to_numpy() for name, c in course.items()}
    np.testing.assert_allclose(early["with"][formed], early["without"][formed], rtol=1e-3)


def test_the_result_tells_how_many_formed_them_and_what_it_cost(results):
    row = results["with"].frame("antidrug").iloc[0]
    assert 0 < row["formed"] < row["patients"]
    assert row["with_antibodies"] < row["without_antibodies"]
    assert "Antibodies against mouse formed" in results["with"].explain()
    assert "Antibodies against the drug" in results["with"].summary()
    assert results["with"].to_dict()["antidrug"][0]["formed"] == row["formed"]
    assert results["without"].antidrug.empty
    assert "antidrug" not in results["without"].to_dict()
    assert "Antibodies against the drug" not in results["without"].summary()
    assert "Antibodies against" not in results["without"].explain()


@pytest.mark.parametrize("share", [0.0, 0.065, 0.5, 1.0])
def test_as_many_form_antibodies_as_the_therapy_says(share, mouse, toy_spec):
    from tolerogen.patients import sample_population

    drug = replace(mouse, immunogenicity=Immunogenicity(share, "", "assumed", 2.0))
    people = sample_population(toy_spec.disease, 2000, 1, extra=drug.parameters).parameters
    found = forms_antibodies(drug, people).mean()
    assert found == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 2000))


def test_the_dossier_tells_them_in_their_own_section(results, tmp_path):
    from tolerogen import dossier
    from tolerogen.trials import write_result

    for name, told in (("with", 1), ("without", 0)):
        place = write_result(results[name], tmp_path / name)
        data = json.loads((place / "result.json").read_text(encoding="utf-8"))
        data["spec"]["disease"] = "sjogren"  # the toy is in no catalogue
        (place / "result.json").write_text(json.dumps(data), encoding="utf-8")
        made = dossier.build_dossier([dossier.read_source(place)])
        (section,) = (one for one in made.sections if one.key == "ada")
        tables = [t for piece in section.pieces for t in piece.tables]
        assert len(tables) == told
