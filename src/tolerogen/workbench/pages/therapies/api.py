"""Therapies, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.curves import Course, course
from tolerogen.workbench.library import therapy_of
from tolerogen.workbench.pages.therapies.preview import Preview, as_asked

router = APIRouter()
Name = Annotated[str, Path(max_length=80, description="Id of a therapy of the library.")]


class TherapyRow(BaseModel):
    """A drug of the library."""

    id: str
    name: str
    target: str
    action: str
    modality: str
    regimens: list[str]


class TherapyFile(BaseModel):
    """A therapy file (TOML)."""

    text: str


@router.get("")
def every() -> list[TherapyRow]:
    """List the library."""
    from tolerogen.therapies import list_therapies

    return [
        TherapyRow(
            id=drug.id, name=drug.name, target=drug.target, action=drug.action,
            modality=drug.modality, regimens=[regimen.name for regimen in drug.regimens],
        )
        for drug in list_therapies()
    ]  # fmt: skip


@router.get("/{name}")
def one(name: Name) -> dict[str, Any]:
    """Return a therapy with every number and source: the document that ``--json`` prints."""
    from tolerogen.provenance import plain

    found: dict[str, Any] = plain(therapy_of(name))
    return found


@router.post("/{name}/preview")
def preview(name: Name, asked: Preview) -> Course:
    """Return exposure, share of the target held and a read-out in the typical patient."""
    from tolerogen.trials import Treatment, curves, follow_one

    disease, drug, regimen = as_asked(name, asked)
    known = {curve.id: curve for curve in curves(disease, [drug])}
    if asked.readout and asked.readout not in known:
        raise SpecError(f"readout: {choices(asked.readout[:40], known)}")
    data = follow_one(disease, [Treatment(drug, regimen)], asked.weeks * 7, weight_kg=asked.weight)
    own = [f"{drug.id}_{what}" for what in ("C", "occupancy", "knock_down", "isoform_shift")]
    wanted = [*own, asked.readout]
    return course(data, [known[name] for name in wanted if name in known])


@router.post("/{name}/file")
def file(name: Name, asked: Preview) -> TherapyFile:
    """Return the changed therapy as a file, with the doses as its only new regimen."""
    return TherapyFile(text=changed_file(name, asked))


def changed_file(name: str, asked: Preview) -> str:
    """Return the TOML of a therapy as it was asked for."""
    from dataclasses import replace

    from tolerogen.therapies import therapy_toml

    _, drug, regimen = as_asked(name, asked)
    if regimen not in drug.regimens:
        drug = replace(drug, regimens=(*drug.regimens, replace(regimen, name="as_written")))
    return therapy_toml(drug)
