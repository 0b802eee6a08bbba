"""Therapy files: round trip, library, errors."""

from __future__ import annotations

import dataclasses
import tomllib
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.therapies.toy import drug, parameter

from tolerogen.errors import SpecError
from tolerogen.provenance import content_hash
from tolerogen.therapies import list_therapies, load_therapy, read_therapy, therapy_toml
from tolerogen.therapies.reader import therapy_from

NAMES = [
    "abatacept",
    "aldesleukin",
    "anakinra",
    "anifrolumab",
    "baminercept",
    "baricitinib",
    "belimumab",
    "bms_986142",
    "dazodalibep",
    "efgartigimod",
    "epratuzumab",
    "etanercept",
    "filgotinib",
    "hydroxychloroquine",
    "ianalumab",
    "infliximab",
    "iscalimab",
    "lanraplenib",
    "leflunomide",
    "leniolisib",
    "lulizumab",
    "nipocalimab",
    "prezalumab",
    "remibrutinib",
    "rituximab",
    "ro5459072",
    "s95011",
    "seletalisib",
    "telitacicept",
    "tirabrutinib",
    "tocilizumab",
    "tofacitinib",
]


def test_the_library_is_complete():
    assert [therapy.id for therapy in list_therapies()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_keeps_value_and_hash(name, tmp_path):
    therapy = load_therapy(name)
    path = tmp_path / "copy.toml"
    path.write_text(therapy_toml(therapy), encoding="utf-8")
    again = load_therapy(str(path))
    assert again == therapy
    assert content_hash(again) == content_hash(therapy)


@given(
    st.text(max_size=30),
    st.floats(1e-6, 1e6),
    st.floats(0, 3),
    st.sampled_from(["lognormal", "normal"]),
)
def test_any_value_survives_the_round_trip(note, value, cv, distribution):
    clearance = parameter(value, "L/day", cv=cv, distribution=distribution, note=note)
    therapy = drug(notes=note, parameters={"CL": clearance})
    assert therapy_from(tomllib.loads(therapy_toml(therapy)), where="again") == therapy


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_library_says_where_it_is_from(name):
    therapy = load_therapy(name)
    for p in therapy.parameters:
        assert p.id.startswith(f"{therapy.id}_")
        assert p.source
        if p.status in ("measured", "derived"):
            assert any(mark in p.source for mark in ("doi:", "http")), p.id
    table = therapy.frame()
    assert list(table.index) == [p.id for p in therapy.parameters]
    assert set(therapy.sources[:1]) <= set(therapy.citation().splitlines())
    assert therapy.target in therapy.explain()


@pytest.mark.parametrize("name", ["OSE-127", "LUSVERTIKIMAB", "s95011", "S95011"])
def test_synonyms_in_any_case(name):
    assert load_therapy(name) is load_therapy("s95011")


def test_omega_becomes_a_coefficient_of_variation():
    clearance = next(p for p in load_therapy("belimumab").parameters if p.id == "belimumab_CL")
    assert clearance.distribution == "lognormal"
    assert clearance.cv == pytest.approx(sqrt(exp(0.0682) - 1))


def test_a_value_in_another_unit_is_converted():
    therapy = drug(parameters={"CL": parameter(0.0179, "L/h")})
    assert therapy.pk.value("CL") == pytest.approx(0.4296)


def test_a_template_fills_in_its_class_and_says_so():
    therapy = drug(pk={"template": "antibody"}, without=("CL", "V1", "Q", "V2"))
    assert therapy.pk.value("CL") == 0.2
    assert therapy.parameters[0].source == "doi:10.4161/mabs.29095"
    assert therapy.parameters[0].status == "assumed"
    assert dict(therapy.pk.exponents)["CL"] == 0.865
    assert therapy.pk.exponents_source == "doi:10.4161/mabs.29095"
    assert "CL 0.865" in therapy.explain()
    assert not therapy.has_depot


def test_a_therapy_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_therapy("rituximab").target = "CD19"  # type: ignore[misc]
    assert hash(load_therapy("rituximab")) == hash(load_therapy("MabThera"))


def test_unknown_name_lists_the_library():
    with pytest.raises(SpecError, match="did you mean 'rituximab'"):
        load_therapy("rituximb")


def test_unreadable_files_are_named(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere\.toml cannot be read"):
        read_therapy(tmp_path / "nowhere.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("id = ")
    with pytest.raises(SpecError, match=r"broken\.toml is not TOML"):
        load_therapy(broken)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"action": "deplets"},
            "action: Input should be 'block', 'neutralise', 'deplete', 'activate', 'knock_down' or "
            "'isoform_shift'",
        ),
        ({"modality": "antibdy"}, "modality"),
        ({"tagret": "S"}, "unknown key 'tagret'; did you mean 'target'"),
        ({"mass": "150 mg"}, "mass: '150 mg' is"),
        ({"mass": "-1 kDa"}, "must be above zero"),
        ({"id": "Two words"}, "id: String should match"),
        ({"action": "deplete"}, "needs Emax, EC50, hill"),
        ({"effect": {"Emax": parameter(1.0, "1/day")}}, "no other action takes them"),
        ({"pk": {"template": "antybody"}}, "did you mean 'antibody'"),
        ({"pk": {"elimination": "qsss"}}, "pk.elimination: Input should be 'linear'"),
        ({"pk": {"elimination": "qss"}}, "pk.parameters: kint missing"),
        ({"pk": {"exponents": {"ka": 1.0}}}, "pk.exponents.ka"),
        ({"pk": {"reference_weight": "75"}}, "pk.reference_weight"),
        ({"parameters": {"Vmax": parameter(1.0, "mg/day")}}, "has no use for it"),
        ({"parameters": {"CL": parameter(1.0, "mg/day")}}, "pk.parameters.CL"),
        ({"parameters": {"V1": parameter(-1.0, "L")}}, "pk.parameters.V1: value is -1"),
        ({"parameters": {"V1": parameter(3.0, "L", cv=0.1, omega2=0.01)}}, "'cv' or 'omega2'"),
        ({"parameters": {"V1": parameter(3.0, "L", status="guess")}}, "'assumed' or 'unsourced'"),
        ({"without": ("CL",)}, "pk.parameters: CL missing"),
    ],
)
def test_errors_name_file_key_and_what_is_allowed(change, said):
    with pytest.raises(SpecError) as caught:
        drug(**change)
    assert str(caught.value).startswith("test.toml, ") or str(caught.value).startswith("test.toml:")
    assert said in str(caught.value)
