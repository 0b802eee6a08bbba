"""Diseases, for programs: the network, and one patient over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.curves import Course, course
from tolerogen.workbench.library import disease_of, regimen_of, therapy_of

router = APIRouter()
Name = Annotated[str, Path(max_length=80, description="Name of the library.")]
MOST_LINES = 12


class StateRow(BaseModel):
    """A state of the model."""

    id: str
    place: str
    unit: str


class LinkRow(BaseModel):
    """A reaction: what it changes, what drives it, where that is published."""

    id: str
    what: str
    from_: Annotated[list[str], Field(serialization_alias="from")]
    to: list[str]
    drivers: list[str]
    handles: list[str]
    status: str
    source: str


class DiseaseDocument(BaseModel):
    """A disease: its question, and its network."""

    id: str
    name: str
    question: str
    not_for: str
    warning: str
    states: list[StateRow]
    links: list[LinkRow]


class Play(BaseModel):
    """What a patient is to be followed under."""

    model_config = ConfigDict(extra="forbid")
    therapy: Annotated[str, Field(max_length=80, description="Empty: untreated.")] = ""
    regimen: Annotated[str, Field(max_length=80, description="Empty: the first one.")] = ""
    weeks: Annotated[int, Field(ge=1, le=156)] = 26
    state: Annotated[str, Field(max_length=40)] = "disease"
    show: Annotated[list[str], Field(max_length=MOST_LINES)] = []


@router.get("")
def every() -> list[str]:
    """List the diseases."""
    from tolerogen.diseases import list_diseases

    return list(list_diseases())


@router.get("/{name}")
def one(name: Name) -> DiseaseDocument:
    """Return the network of a disease."""
    from tolerogen.diseases import network

    disease = disease_of(name)
    net = network(disease)
    return DiseaseDocument(
        id=disease.id, name=disease.name, question=disease.question, not_for=disease.not_for,
        warning=disease.warning, states=[StateRow(**vars(state)) for state in net.states],
        links=[LinkRow(**vars(link)) for link in net.links],
    )  # fmt: skip


@router.post("/{name}/play")
def play(name: Name, asked: Play) -> Course:
    """Follow one patient, the typical one, under a therapy or none."""
    from tolerogen.trials import Treatment, curves, follow_one

    disease = disease_of(name)
    treatments = []
    if asked.therapy:
        drug = therapy_of(asked.therapy)
        treatments.append(Treatment(drug, regimen_of(drug, asked.regimen)))
    known = {curve.id: curve for curve in curves(disease, [t.therapy for t in treatments])}
    usual = [curve.id for curve in known.values()][:4]
    for wanted in asked.show:
        if wanted not in known:
            raise SpecError(f"show: {choices(wanted[:40], known)}")
    data = follow_one(disease, treatments, asked.weeks * 7, state=asked.state)
    drugs = [f"{t.therapy.id}_{what}" for t in treatments for what in ("C", "occupancy")]
    shown = dict.fromkeys([*(d for d in drugs if d in known), *(asked.show or usual)])
    return course(data, [known[wanted] for wanted in shown])
