"""A therapy with other numbers and doses, as a browser or a program asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from tolerogen.workbench.library import disease_of, regimen_of, therapy_of

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.therapies import Regimen, Therapy

Text = Annotated[str, Field(max_length=80)]


class Doses(BaseModel):
    """One dose rule: amount and route, and ``at`` or ``every`` with ``count``."""

    model_config = ConfigDict(extra="forbid")
    amount: Annotated[str, Field(max_length=80, description='"750 mg" or "10 mg/kg".')]
    route: Annotated[str, Field(max_length=40, description="iv, iv infusion, sc or oral.")] = "iv"
    every: Annotated[str, Field(max_length=80, description='"2 weeks".')] = ""
    count: Annotated[int | None, Field(ge=1, le=1000)] = None
    at: Annotated[str, Field(max_length=400, description='"0 weeks, 2 weeks".')] = ""
    duration: Annotated[str, Field(max_length=80, description='Of an infusion: "1 hour".')] = ""


class Preview(BaseModel):
    """What is to differ from the library, and what is to be drawn."""

    model_config = ConfigDict(extra="forbid")
    disease: Text = "sjogren"
    regimen: Annotated[str, Field(max_length=80, description="Of the library; or else doses.")] = ""
    doses: Doses | None = None
    numbers: Annotated[dict[Text, float], Field(max_length=40)] = {}
    weeks: Annotated[int, Field(ge=1, le=156)] = 26
    weight: Annotated[float, Field(ge=20, le=300, description="kg")] = 70.0
    readout: Annotated[str, Field(max_length=80, description="Of the disease; may be empty.")] = ""


def as_asked(name: str, asked: Preview) -> tuple[Disease, Therapy, Regimen]:
    """Return disease, changed therapy and regimen.

    Raises
    ------
    SpecError
        Unknown names, numbers and doses that make no sense.
    """
    from tolerogen.therapies import with_numbers

    drug = with_numbers(therapy_of(name), asked.numbers)
    if asked.doses is not None and asked.doses.amount:
        return disease_of(asked.disease), drug, _written(drug, asked.doses)
    return disease_of(asked.disease), drug, regimen_of(drug, asked.regimen)


def _written(drug: Therapy, doses: Doses) -> Regimen:
    from tolerogen.therapies import Regimen, dose_rule

    times = [part.strip() for part in doses.at.split(",") if part.strip()]
    rule = dose_rule(
        doses.amount, route=doses.route, at=times,
        every=None if times else doses.every or None,
        count=None if times else doses.count, duration=doses.duration or None,
    )  # fmt: skip
    drug.dosed_species(rule.route)
    return Regimen("as written", (rule,), source="the workbench")
