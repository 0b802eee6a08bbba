"""What is known of a target in a disease: one record a fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal[
    "genetics", "expression", "literature", "animal_model", "known_drug", "pathway", "absence"
]
Effect = Literal["risk", "protective", "unknown"]
Direction = Literal["inhibit", "activate", "unknown"]
Status = Literal["retrieved", "computed", "user", "unverified"]


@dataclass(frozen=True)
class Evidence:
    """One fact about one target in one disease.

    Attributes
    ----------
    target
        HGNC symbol.
    disease
        Name of the disease, as its folder.
    kind
        What sort of fact; ``absence`` records that somebody looked and found nothing.
    datasource
        Whose rules made the score, such as ``gwas_table`` or Open Targets' ``eva``.
    score
        Strength between 0 and 1.
    effect
        Whether more of the protein's work means more disease (``risk``) or less
        (``protective``); an allele's odds ratio does not say.
    direction
        What a drug would have to do.
    date
        When the fact became public; None when nobody says. A bare year counts as its last day.
    detail
        The fact in words, with its numbers.
    odds_ratio, p_value
        Of a genetic association; None where not reported.
    shared
        Number of genes the fact could be about: a locus between two genes counts half for each.
    note
        What spoils it, such as linkage with the HLA.
    """

    target: str
    disease: str
    kind: Kind
    datasource: str
    score: float
    source: str
    effect: Effect = "unknown"
    direction: Direction = "unknown"
    date: date | None = None
    licence: str = "fact"
    status: Status = "user"
    detail: str = ""
    odds_ratio: float | None = None
    p_value: float | None = None
    shared: int = 1
    note: str = ""

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("kind", self.kind, get_args(Kind)),
            ("effect", self.effect, get_args(Effect)),
            ("direction", self.direction, get_args(Direction)),
            ("status", self.status, get_args(Status)),
        ):
            if value not in allowed:
                raise SpecError(f"evidence on {self.target}: {name} is '{value}'; "
                                f"{choices(str(value), allowed)}")  # fmt: skip
        if not 0 <= self.score <= 1:
            raise SpecError(
                f"evidence on {self.target} from {self.datasource}: the score is {self.score:g}; "
                "it must lie between 0 and 1."
            )


def as_of(records: Iterable[Evidence], day: date | None) -> tuple[Evidence, ...]:
    """Leave out what became public after a day, and what carries no date.

    Parameters
    ----------
    records
        Any records.
    day
        Last day that counts; None keeps everything, undated records too.

    Returns
    -------
    tuple of Evidence
        In the order given.

    Examples
    --------
    >>> old = Evidence("BTK", "x", "genetics", "s", 0.5, "doi", date=date(2010, 1, 1))
    >>> len(as_of([old], date(2009, 12, 31))), len(as_of([old], date(2010, 1, 1)))
    (0, 1)
    """
    if day is None:
        return tuple(records)
    return tuple(r for r in records if r.date is not None and r.date <= day)


def read_date(text: str, where: str) -> date | None:
    """Read ``2013``, ``2013-10`` or ``2013-10-31``; a year or month counts as its last day.

    Raises
    ------
    SpecError
        For anything else; `where` names the file and line.

    Examples
    --------
    >>> read_date("2013", "x"), read_date("2024-02", "x"), read_date("", "x")
    (datetime.date(2013, 12, 31), datetime.date(2024, 2, 29), None)
    """
    from calendar import monthrange

    text = text.strip()
    if not text:
        return None
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return date(parts[0], 12, 31)
        if len(parts) == 2:
            return date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise SpecError(
            f"{where}: the date '{text}' is not of the form 2013, 2013-10 or 2013-10-31."
        ) from None


def frame(records: Iterable[Evidence]) -> pd.DataFrame:
    """Return records as a table, one row each."""
    import pandas as pd

    return pd.DataFrame([vars(record) for record in records])
