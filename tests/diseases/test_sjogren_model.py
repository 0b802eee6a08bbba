"""The model as written: every arrow sourced, every unit declared and consistent."""

from __future__ import annotations

import csv
import re

import libsbml
import numpy as np
import pytest

from tolerogen import engine
from tolerogen.diseases import Disease

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
    model = document.getModel()
    model.populateListFormulaUnitsData()
    wrong = []
    for reaction in model.getListOfReactions():
        rate = _plain(reaction.getKineticLaw().getDerivedUnitDefinition())
        for side in (reaction.getListOfReactants(), reaction.getListOfProducts()):
            for reference in side:
                species = model.getSpecies(reference.getSpecies())
                substance = species.getDerivedUnitDefinition()
                if not species.getHasOnlySubstanceUnits():
                    compartment = model.getCompartment(species.getCompartment())
                    substance = libsbml.UnitDefinition.combine(
                        substance, compartment.getDerivedUnitDefinition()
                    )
                expected = _plain(libsbml.UnitDefinition.divide(substance, _day(model)))
                if rate != expected:
                    wrong.append((reaction.getId(), species.getId(), rate, expected))
    assert wrong == []


def _plain(unit: libsbml.UnitDefinition) -> dict[int, float]:
    """Exponent of each base kind; for this model that and the multiplier settle a unit."""
    base = libsbml.UnitDefinition.convertToSI(unit)
    libsbml.UnitDefinition.simplify(base)
    kinds = {u.getKind(): u.getExponentAsDouble() for u in base.getListOfUnits()}
    scale = np.prod(
        [(u.getMultiplier() * 10.0 ** u.getScale()) ** u.getExponent() for u in base.getListOfUnits()]
    )
    kinds.pop(libsbml.UNIT_KIND_DIMENSIONLESS, None)
    return {**{k: e for k, e in kinds.items() if e}, -1: float(f"{scale:.9g}")}


def _day(model: libsbml.Model) -> libsbml.UnitDefinition:
    day = libsbml.UnitDefinition(model.getLevel(), model.getVersion())
    unit = day.createUnit()
    unit.setKind(libsbml.UNIT_KIND_SECOND)
    unit.setExponent(1)
    unit.setScale(0)
    unit.setMultiplier(86400.0)
    return day


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


def test_targets_name_what_the_model_has(
    sjogren: Disease, document: libsbml.SBMLDocument
) -> None:
    model = document.getModel()
    for node in sjogren.targets.values():
        handles = [node.occupancy, node.complex, node.complex_loss, node.kill]
        assert all(model.getParameter(h) for h in handles if h), node.id
        assert node.pool is None or model.getSpecies(node.pool), node.id
        assert any(handles), node.id


def test_healthy_overrides_name_parameters_with_sources(sjogren: Disease) -> None:
    with (sjogren.folder / "states.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    units = {p.id: p.unit for p in sjogren.parameters}
    assert [r["id"] for r in rows if units[r["id"]] != r["unit"]] == []
    assert all(r["source"] for r in rows)
