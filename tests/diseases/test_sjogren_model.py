"""The model as written: every arrow sourced, every unit declared and consistent."""

from __future__ import annotations

import csv
import re

import libsbml
import pytest

from tolerogen import engine
from tolerogen.diseases import Disease

from .model_units import ModelUnits

# SBML has one unit for the extent of all reactions; ours carry cells, nmol, mg. libSBML therefore
# reports 10503 and 99507 (no common extent) and 99505 (literal 1 has no unit). The units of
# each rate are checked against the species they change below.
INHERENT = {10503, 99505, 99507}


@pytest.fixture(scope="module")
def document(sjogren: Disease) -> libsbml.SBMLDocument:
    return libsbml.readSBMLFromString(sjogren.to_sbml())


def test_forty_one_states(sjogren: Disease) -> None:
    assert len(engine.load_model(sjogren.model).species) == 41


def test_sbml_is_valid_and_units_agree(document: libsbml.SBMLDocument) -> None:
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, True)
    document.checkConsistency()
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    found = [e.getMessage() for e in errors if e.getErrorId() not in INHERENT]
    assert found == []


def test_rates_are_in_the_units_of_the_species_they_change(document: libsbml.SBMLDocument) -> None:
    """Each rate is worked out with pint, which refuses to add what does not add."""
    units = ModelUnits(document.getModel())
    wrong = []
    for reaction in document.getModel().getListOfReactions():
        rate = units.evaluate(reaction.getKineticLaw().getMath())
        for side in (reaction.getListOfReactants(), reaction.getListOfProducts()):
            for reference in side:
                expected = units.substance[reference.getSpecies()] / units.day
                if rate.units != expected.units:
                    wrong.append((reaction.getId(), rate.units, expected.units))
    assert wrong == []


def test_every_species_and_parameter_has_a_unit(document: libsbml.SBMLDocument) -> None:
    model = document.getModel()
    bare = [s.getId() for s in model.getListOfSpecies() if not s.isSetSubstanceUnits()]
    bare += [p.getId() for p in model.getListOfParameters() if not p.isSetUnits()]
    assert bare == []


def test_every_arrow_has_a_row_and_every_row_an_arrow(
    sjogren: Disease, document: libsbml.SBMLDocument
) -> None:
    reactions = {r.getId() for r in document.getModel().getListOfReactions()}
    assert {a.id for a in sjogren.arrows} == reactions
    assert all(a.source for a in sjogren.arrows)


def test_every_parameter_is_used_and_sourced(
    sjogren: Disease, document: libsbml.SBMLDocument
) -> None:
    text = (sjogren.folder / "model.ant").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    unused = [p.id for p in sjogren.parameters if p.id not in words and p.id != "weight"]
    assert unused == []
    assert all(p.source for p in sjogren.parameters)


def test_model_holds_no_numbers_of_its_own(sjogren: Disease) -> None:
    """Sizes of places, zero handles and SBML units aside, values live in parameters.csv."""
    text = (sjogren.folder / "model.ant").read_text(encoding="utf-8")
    named = {p.id for p in sjogren.parameters}
    assigned = set(re.findall(r"^\s*(\w+) = [\d.]+\s*$", text, re.MULTILINE))
    assert not assigned & named
    assert not assigned


def test_targets_name_what_the_model_has(sjogren: Disease, document: libsbml.SBMLDocument) -> None:
    model = document.getModel()
    for node in sjogren.targets.values():
        handles = [node.occupancy, node.complex, node.complex_loss, node.kill, *node.also]
        assert all(model.getParameter(h) for h in handles if h), node.id
        assert node.pool is None or model.getSpecies(node.pool), node.id
        assert any(handles), node.id


def test_healthy_overrides_name_parameters_with_sources(sjogren: Disease) -> None:
    with (sjogren.folder / "states.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    units = {p.id: p.unit for p in sjogren.parameters}
    assert [r["id"] for r in rows if units[r["id"]] != r["unit"]] == []
    assert all(r["source"] for r in rows)
