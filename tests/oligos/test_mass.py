"""Formulas and masses against those printed on drug labels, and HELM there and back."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos import formula, from_helm, mass, read_oligo, to_helm
from tolerogen.oligos.chemistry import LINKAGES, SUGARS, Oligo

LABELS = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "anchors/oligo_masses.toml").read_text()
)


@pytest.mark.parametrize("name", list(LABELS["drugs"]))
def test_drugs_weigh_what_their_labels_say(name: str) -> None:
    drug = LABELS["drugs"][name]
    oligo = replace(read_oligo(drug["sequence"], drug["chemistry"]), methyl_c=True)
    atoms, sodium = formula(oligo), drug["formula"]["Na"]
    assert {**atoms, "H": atoms["H"] - sodium, "Na": sodium} == drug["formula"]
    found = mass(oligo, sodium_salt=True)
    assert found == pytest.approx(drug["mass"], abs=LABELS["tolerance"])


@given(st.data())
def test_helm_there_and_back(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 25))
    oligo = Oligo(
        data.draw(st.text("ACGT", min_size=n, max_size=n)),
        data.draw(st.text("".join(SUGARS), min_size=n, max_size=n)),
        data.draw(st.text("".join(LINKAGES), min_size=n - 1, max_size=n - 1)),
    )
    oligo = replace(oligo, methyl_c="C" in oligo.sequence and data.draw(st.booleans()))
    assert from_helm(to_helm(oligo)) == oligo


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PEPTIDE1{A.C}$$$$V2.0", "not one strand"),
        ("RNA1{[xyz](A)P.R(A)}$$$$V2.0", "not known"),
        ("RNA1{R(A)P.R(A)P}$$$$V2.0", "nowhere else"),
        ("RNA1{R([m5C])P.R(C)}$$$$V2.0", "all cytosines"),
        ("RNA1{R(A)P.R}$$$$V2.0", "cannot be read"),
    ],
)
def test_refuses_helm(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        from_helm(text)


def test_a_morpholino_has_no_formula_here() -> None:
    with pytest.raises(SpecError, match="morpholino"):
        mass(read_oligo("ACGTACGT", "pmo"))
