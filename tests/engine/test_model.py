from __future__ import annotations

import pytest

from tolerogen.engine import load_model
from tolerogen.errors import ModelError, SpecError

TEXT = """model drug
  unit substance = 1e-3 gram
  unit volume = litre
  unit time_unit = 86400 second
  unit per_day = 1/(86400 second)
  unit nM = 1e-9 mole/litre
  unit cells_per_uL = 1e6 item/litre
  unit IU_per_L = 1/litre
  unit AU_per_L = 1/litre
  unit L = litre
  compartment plasma = 3, tissue = 2; plasma has L; tissue has L
  substanceOnly species depot in plasma = 0
  species C in plasma = 0, target in plasma = 1, cells in plasma = 300, rf in tissue = 9
  target has nM; cells has cells_per_uL; rf has AU_per_L
  ka = 0.2; ka has per_day
  base = ka*2
  ratio := C/3
  absorb: depot -> C; ka*depot
end
"""


def test_ids_by_kind():
    model = load_model(TEXT)
    assert model.id == "drug"
    assert tuple(model.species.index) == ("depot", "C", "target", "cells", "rf")
    assert tuple(model.parameters.index) == ("ka", "base", "ratio")
    assert tuple(model.compartments.index) == ("plasma", "tissue")
    assert model.settable == ("ka", "plasma", "tissue")
    assert model.varying == ("depot", "C", "target", "cells", "rf", "ratio")
    assert model.value("plasma") == 3


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("depot", "mg"),
        ("C", "mg/L"),
        ("target", "nM"),
        ("cells", "cells/µL"),
        ("rf", "AU/L"),
        ("ka", "1/day"),
        ("plasma", "L"),
        ("time", "day"),
        ("ratio", ""),
    ],
)
def test_units_are_read_as_people_write_them(name, unit):
    assert load_model(TEXT).units(name) == unit


def test_units_agree_with_libsbml():
    libsbml = pytest.importorskip("libsbml", reason="python-libsbml, the outside reader, is absent")
    document = libsbml.readSBMLFromString(load_model(TEXT).sbml)
    derived = document.getModel().getSpecies("cells").getDerivedUnitDefinition()
    assert libsbml.UnitDefinition.areIdentical(
        derived, document.getModel().getUnitDefinition("cells_per_uL")
    )


def test_sbml_and_antimony_and_files_are_one(tmp_path):
    model = load_model(TEXT)
    again = load_model(model.sbml)
    assert again == model
    assert set(load_model(again.antimony).species.index) == set(model.species.index)
    for name, text in (("m.ant", TEXT), ("m.xml", model.sbml), ("no_suffix", TEXT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert load_model(tmp_path / name) == model
        assert load_model(str(tmp_path / name)) == model


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model x\n a = 1\n b = +\nend", "Line 3"),
        ("", "empty"),
        ("no/such/file.ant", "cannot be read"),
        ("<sbml", "well-formed"),
        ("<html></html>", "level"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n<sbml level="3"/>', "document type"),
        ("a = 1", "nothing in it changes"),
    ],
)
def test_what_is_no_model_is_refused_readably(text, said):
    with pytest.raises(ModelError, match=said):
        load_model(text)


def test_unknown_ids_get_a_suggestion():
    with pytest.raises(SpecError, match="did you mean 'target'"):
        load_model(TEXT).units("tarjet")


def test_tables_give_what_a_caller_needs_to_build_patients():
    model = load_model("""model t
      unit volume = litre; unit time_unit = 86400 second; unit substance = 1e-9 mole
      compartment V = 3; V has litre; species R in V; C0 = 2; k = 0.5; kin := k*C0; R = C0*2
      make: -> R; V*kin
      w' = -k*w; w = 7
    end""")
    assert model.parameters.loc["k"].to_dict() == {"value": 0.5, "unit": "", "settable": True}
    assert not model.parameters.loc["kin", "settable"]
    assert model.parameters.loc["kin", "value"] == 1.0
    assert model.species.loc["R"].to_dict() == {"value": 4.0, "unit": "nM", "settable": False}
    assert model.compartments.loc["V", "unit"] == "L"
    assert set(model.states.index) == {"R", "w"}
    assert model.states.loc["w", "value"] == 7.0
