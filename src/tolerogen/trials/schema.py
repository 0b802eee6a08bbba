"""What a trial file may say: its tables and keys, nothing else.

These classes mirror the TOML file as written, quantities still as text. `tolerogen.trials.spec`
turns them into values. Unknown keys are refused: a misspelt ``minimun`` that is ignored would
run another trial than the one meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Table(BaseModel):
    """A table of the file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TrialTable(Table):
    """``[trial]``: what is tried, in how many, for how long."""

    name: str
    disease: str
    patients: int = Field(ge=1)
    horizon: str
    seed: int = Field(default=1, ge=0)
    replicates: int = Field(default=1, ge=1)
    parameters: Literal["posterior", "typical"] = "posterior"
    visits: list[str] | None = None
    every: str | None = None
    registry: str | None = None
    note: str | None = None
    sources: list[str] = []


class EntryTable(Table):
    """``[[entry]]``: one criterion of entry, judged on the screening visit."""

    measure: str
    minimum: float | None = None
    maximum: float | None = None
    domains: list[str] = []


class RandomisationTable(Table):
    """``[randomisation]``: strata and block size."""

    strata: list[str] = []
    block: int | None = Field(default=None, ge=1, le=100_000)


class DoseTable(Table):
    """A dose rule: amount and route, and either ``at`` or ``every`` with ``count``/``until``."""

    amount: str
    route: str
    duration: str | None = None
    at: list[str] = []
    every: str | None = None
    count: int | None = Field(default=None, ge=1)
    until: str | None = None
    start: str = "0 days"
    cap: str | None = None


class TreatmentTable(Table):
    """``[[arm.treatment]]``: a therapy with a named regimen or with doses written out."""

    therapy: str
    regimen: str | None = None
    doses: list[DoseTable] | None = Field(default=None, max_length=200)


class ArmTable(Table):
    """``[[arm]]``: a group of patients; one therapy may be given in place, several in tables."""

    name: str
    role: Literal["active", "placebo"]
    share: int = Field(ge=1, le=1000)
    therapy: str | None = None
    regimen: str | None = None
    doses: list[DoseTable] | None = Field(default=None, max_length=200)
    treatment: list[TreatmentTable] = Field(default=[], max_length=20)


class EndpointTable(Table):
    """``[endpoint]`` and ``[[secondary]]``: a measure, when it is read, and the interval."""

    measure: str
    at: str
    kind: Literal["change"] = "change"
    analysis: Literal["ancova", "mmrm"] = "ancova"
    level: float = Field(default=0.95, gt=0.5, lt=1)
    better: Literal["lower", "higher"] | None = None


class RescueTable(Table):
    """``[rescue]``: rescue medication, given at a visit by a rule."""

    measure: str
    worse_by: float | None = Field(default=None, gt=0)
    not_better_by: float | None = Field(default=None, gt=0)
    first: str | None = None
    probability: float = Field(default=1.0, gt=0, le=1)
    therapy: str | None = None
    regimen: str | None = None
    doses: list[DoseTable] | None = Field(default=None, max_length=200)
    relief: float = Field(default=0.0, ge=0, lt=1)
    onset: str = "4 weeks"
    stops_treatment: bool = False


class DiscontinuationTable(Table):
    """``[discontinuation]``: the treatment ends, the trial goes on."""

    weekly_hazard: dict[Literal["active", "placebo"], Annotated[float, Field(ge=0)]]
    worsening: float = 0.0
    followed: float = Field(default=1.0, ge=0, le=1)


Strategy = Literal["treatment-policy", "hypothetical", "composite"]


class EstimandTable(Table):
    """``[estimand]``: what is compared in spite of events and missing values."""

    rescue: Strategy = "treatment-policy"
    discontinuation: Strategy = "treatment-policy"
    worst: float | None = None
    missing: Literal["none", "mar", "j2r", "cir", "cr", "lmcf"] = "none"
    imputations: int = Field(default=50, ge=2, le=100_000)
    tipping: list[float] = []


class SequentialTable(Table):
    """``[design.sequential]``: looks before the end."""

    looks: int | list[float]
    bounds: str = "lan-demets-obrien-fleming"
    gamma: float | None = None
    futility: str | list[float] | None = None
    futility_gamma: float | None = None
    binding: bool = False


class ReestimationTable(Table):
    """``[design.reestimation]``: the size is chosen again after a look."""

    kind: Literal["blinded", "promising"]
    at: float = Field(default=0.5, gt=0, lt=1)
    largest: float = Field(default=2.0, ge=1)
    low: float = Field(default=0.3, ge=0, lt=1)
    difference: float | None = Field(default=None, gt=0)


class DroppingTable(Table):
    """``[design.dropping]``: the better arms go on."""

    at: float | list[float]
    keep: int | list[int] = 1
    futility: float = 0.0
    binding: bool = False
    reallocate: bool = True


class EnrichmentTable(Table):
    """``[design.enrichment]``: everybody or a subgroup goes on."""

    measure: str
    minimum: float | None = None
    maximum: float | None = None
    at: float = Field(default=0.5, gt=0, lt=1)
    margin: float = Field(default=0.0, ge=0)
    futility: float = 0.0
    binding: bool = False


class CandidateTable(Table):
    """One shape that a dose response may have."""

    shape: str
    parameters: list[float] = []


class DosefindingTable(Table):
    """``[design.dosefinding]``: MCP-Mod."""

    doses: dict[str, float]
    candidates: list[CandidateTable] = Field(min_length=1)
    target: float | None = Field(default=None, gt=0)


class BorrowingTable(Table):
    """``[design.borrowing]``: earlier placebo arms."""

    means: list[float] | None = None
    ses: list[Annotated[float, Field(gt=0)]] | None = None
    history: int | None = Field(default=None, ge=2)
    between: float = Field(gt=0)
    robust: float = Field(default=0.2, ge=0, le=1)


class WithdrawalTable(Table):
    """``[design.withdrawal]``: responders to the drug are randomised to stay on it or not."""

    run_in: str
    measure: str | None = None
    better_by: float | None = Field(default=None, gt=0)
    rule: str | None = None


class CrossoverTable(Table):
    """``[design.crossover]``: every patient on every treatment, exposure compared."""

    period: str
    samples: list[str] = Field(min_length=3)
    reference: str
    limits: list[Annotated[float, Field(gt=0)]] = Field(
        default=[0.8, 1.25], min_length=2, max_length=2
    )
    within_cv: float = Field(default=0.0, ge=0)
    assay_cv: float = Field(default=0.0, ge=0)


class DesignTable(Table):
    """``[design]``: what is still open; `tolerogen.trials.planning` explores it."""

    patients: list[Annotated[int, Field(ge=2)]] = Field(min_length=1)
    at: list[str] = []
    endpoints: list[str] = []
    entry: list[EntryTable] = []
    power: float = Field(default=0.8, gt=0.5, lt=1)
    alpha: float = Field(default=0.025, gt=0, lt=0.5)
    replicates: int = Field(default=200, ge=10)
    sequential: SequentialTable | None = None
    reestimation: ReestimationTable | None = None
    dropping: DroppingTable | None = None
    enrichment: EnrichmentTable | None = None
    dosefinding: DosefindingTable | None = None
    borrowing: BorrowingTable | None = None
    withdrawal: WithdrawalTable | None = None
    crossover: CrossoverTable | None = None
    posterior: str | None = None


class RegionTable(Table):
    """``[[recruitment.region]]``: centres that are alike."""

    name: str
    centres: int = Field(ge=1)
    rate: str
    opens: list[str] = Field(default=["0 days", "0 days"], min_length=2, max_length=2)
    most: int | None = Field(default=None, ge=1)


class RecruitmentTable(Table):
    """``[recruitment]``: centres and their rates; `tolerogen.trials.recruitment` forecasts."""

    region: list[RegionTable] = Field(min_length=1, max_length=200)
    spread: float = Field(default=0.8, ge=0, le=5)
    finish: str | None = None
    screen_failure: float | None = Field(default=None, ge=0, lt=1)
    looks: list[Annotated[float, Field(gt=0, lt=1)]] = Field(default=[], max_length=20)


class TrialFile(Table):
    """The whole file."""

    trial: TrialTable
    arm: list[ArmTable] = Field(min_length=1, max_length=100)
    endpoint: EndpointTable
    entry: list[EntryTable] = Field(default=[], max_length=100)
    randomisation: RandomisationTable = RandomisationTable()
    secondary: list[EndpointTable] = Field(default=[], max_length=100)
    rescue: RescueTable | None = None
    discontinuation: DiscontinuationTable | None = None
    estimand: EstimandTable = EstimandTable()
    design: DesignTable | None = None
    recruitment: RecruitmentTable | None = None


def validate(data: dict[str, Any], *, where: str) -> TrialFile:
    """Check a parsed TOML file against the schema.

    Parameters
    ----------
    data
        What `tomllib` read.
    where
        Name of the file, for errors.

    Raises
    ------
    SpecError
        One paragraph on the first thing that is wrong: file, key, what is allowed.
    """
    try:
        return TrialFile.model_validate(data)
    except ValidationError as error:
        raise SpecError(_explain(error, where)) from None


def _explain(error: ValidationError, where: str) -> str:
    problems = error.errors(include_url=False)
    # an unknown key explains a missing one next to it, so it is told first
    first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
    location = first["loc"]
    key, table = str(location[-1]), _dotted(location[:-1])
    more = f" ({len(problems) - 1} more problem(s) after this one.)" if len(problems) > 1 else ""
    if first["type"] == "extra_forbidden":
        inside = f"in [{table}]" if table else "at the top of the file"
        text = f"unknown key '{key}' {inside}; {choices(key, _keys(location[:-1]))}"
    elif first["type"] == "missing":
        inside = f"[{table}] lacks" if table else "the file lacks"
        text = f"{inside} the key '{key}'. {_hint(key)}".rstrip()
    else:
        text = (
            f"[{_dotted(location)}] is {first['input']!r}: {first['msg'].lower()}. {_advice(first)}"
        )
    return f"{where}: {text}{more}"


def _advice(problem: ErrorDetails) -> str:
    number = isinstance(problem["input"], int | float)
    if problem["type"] == "string_type" and number:
        # a bare number where a text is wanted is nearly always a time or a dose without its unit
        return f"Write it in quotes; a time or an amount with its unit, '{problem['input']} weeks'."
    return "Correct the value."


def _dotted(location: tuple[int | str, ...]) -> str:
    """``('arm', 1, 'share')`` -> ``arm 2.share``: people count from one."""
    text = ""
    for part in location:
        text += f" {part + 1}" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _keys(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the keys allowed in the table at `location`."""
    table: type[Table] = TrialFile
    names: dict[str, type[Table]] = {
        "trial": TrialTable,
        "entry": EntryTable,
        "randomisation": RandomisationTable,
        "arm": ArmTable,
        "treatment": TreatmentTable,
        "doses": DoseTable,
        "endpoint": EndpointTable,
        "secondary": EndpointTable,
        "design": DesignTable,
        "recruitment": RecruitmentTable,
        "region": RegionTable,
        "rescue": RescueTable,
        "discontinuation": DiscontinuationTable,
        "estimand": EstimandTable,
        "sequential": SequentialTable,
        "reestimation": ReestimationTable,
        "dropping": DroppingTable,
        "enrichment": EnrichmentTable,
        "dosefinding": DosefindingTable,
        "candidates": CandidateTable,
        "borrowing": BorrowingTable,
        "withdrawal": WithdrawalTable,
        "crossover": CrossoverTable,
    }
    for part in location:
        if isinstance(part, str):
            table = names.get(part, table)
    return tuple(table.model_fields)


def _hint(key: str) -> str:
    return {
        "share": "Write for example 'share = 2' for two of three patients beside 'share = 1'.",
        "horizon": "Write for example 'horizon = \"13 weeks\"'.",
        "role": "Allowed: active, placebo.",
        "arm": "A trial needs at least one [[arm]].",
        "endpoint": "Add an [endpoint] with a measure and a time 'at'.",
        "therapy": "Name a therapy of the library or the path of a TOML file.",
        "rate": "Write for example 'rate = \"0.3 per month\"', of one open centre.",
    }.get(key, "")
