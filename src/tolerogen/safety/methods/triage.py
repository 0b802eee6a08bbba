"""What to read first: the evidence for each pair, and a queue.

A high ratio from three reports of one country that say nothing else is weaker than a lower one from
thirty complete reports of ten countries. Caster and others found that informative reports, recent
reports, narratives, geographic spread and disproportionality together point to later signals better
than disproportionality alone (vigiRank; Drug Saf 2014;37:617-628, doi:10.1007/s40264-014-0204-5).
The same aspects are used here, except narratives, which public data lack. The weights are our own
(assumed), as the data of that study are not public: the queue orders work, it does not measure
risk, and every part of the score is shown beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.sparse import csr_array

from tolerogen.errors import SpecError
from tolerogen.safety.methods.matrices import Matrices, matrices_of
from tolerogen.safety.signals import count_pairs, find_signals
from tolerogen.safety.signals.counts import PairCounts
from tolerogen.safety.signals.folder import read_folder
from tolerogen.safety.signals.reports import Incidence

DESCRIBES = ("sex", "age_years", "country", "reporter", "event_date")
"""What a report may say about the case besides drugs and events."""

INFORMATIVE = 4
"""How many of these an informative report says (assumed)."""

RECENT = 3
"""Years before the newest report that count as recent, as in vigiRank."""

WEIGHTS = {
    "disproportion": 2.0,
    "informative": 0.5,
    "recent": 0.25,
    "countries": 0.5,
    "serious": 0.5,
}
"""Points for each aspect (assumed): for IC025 and EB05 above their limits (1 each, times 2.0 / 2),
for log2(1 + reports) that are informative or recent, for log2(countries), and for the share that
is serious."""


@dataclass(frozen=True)
class Triage:
    """The queue.

    Attributes
    ----------
    table
        One row a pair, the first to be read first: counts, ratios with limits, evidence, and the
        parts of the score.
    looked_at
        Pairs that were looked at, whether shown or not.
    known
        Pairs that were left out because they are known.
    """

    table: pd.DataFrame
    looked_at: int
    known: int


def triage(
    folder: Path | str,
    *,
    fewest: int = 3,
    known: Collection[tuple[str, str]] = (),
    all_pairs: bool = False,
) -> Triage:
    """Make the evidence table and queue of an ingested folder.

    Parameters
    ----------
    folder
        What ``safety ingest`` wrote.
    fewest
        Reports that a pair must have.
    known
        Drugs and events that are known, such as labelled ones; not queued. Case does not matter.
    all_pairs
        Whether pairs are queued that no method points to.

    Raises
    ------
    SpecError
        When the folder is not that of an ingest, or no pair has enough reports.
    """
    source = read_folder(Path(folder))
    assert isinstance(source.data, Incidence)  # noqa: S101
    reports = _described(Path(folder) / "reports.parquet")
    matrices = matrices_of(source)
    whole = count_pairs(source.data)
    counts = whole.at_least(fewest)
    if not len(counts):
        raise SpecError(f"{folder}: no pair has {fewest} reports.")
    frame = pd.DataFrame(
        {
            "drug": counts.drugs[counts.drug],
            "event": counts.events[counts.event],
            "n": counts.n,
            "expected": counts.expected,
            **_ratios(whole, fewest),
            **_evidence(matrices, counts, reports),
        }
    )
    frame = _scored(frame)
    pointed = (frame["ic_low"] > 0) | (frame["ebgm_low"] >= 2) | (frame["ror_low"] > 1)
    frame = frame if all_pairs else frame[pointed]
    names = {(" ".join(d.casefold().split()), " ".join(e.casefold().split())) for d, e in known}
    keys = zip(frame["drug"].str.casefold(), frame["event"].str.casefold(), strict=True)
    is_known = np.array([key in names for key in keys], bool)
    table = frame[~is_known].sort_values("score", ascending=False, kind="stable", ignore_index=True)
    return Triage(table, len(counts), int(is_known.sum()))


def _ratios(counts: PairCounts, fewest: int) -> dict[str, np.ndarray]:
    made = {}
    for method in ("prr", "ror", "ic", "ebgm"):
        found = find_signals(counts, method, min_count=fewest).table
        made[method], made[f"{method}_low"] = found.estimate, found.low
    return made


def _described(file: Path) -> pd.DataFrame:
    """Return for each report, in order of report_id, what it says of itself."""
    schema = pq.read_schema(file)
    there = [name for name in (*DESCRIBES, "received", "serious") if name in schema.names]
    table = pq.read_table(file, columns=["report_id", *there]).sort_by("report_id")
    says = np.zeros(table.num_rows, int)
    for name in DESCRIBES:
        if name in there:
            says += pc.is_valid(table[name]).to_numpy().astype(int)
    none = pd.Series([None] * table.num_rows, dtype=object)

    def column(name: str) -> pd.Series:
        return table[name].to_pandas() if name in there else none

    year = pd.to_numeric(column("received").str[:4], errors="coerce")
    return pd.DataFrame(
        {
            "informative": says >= INFORMATIVE,
            "recent": (year > year.max() - RECENT).fillna(False),
            "serious": column("serious").eq("yes"),
            "country": column("country"),
            "year": year,
        }
    )


def _evidence(
    matrices: Matrices, counts: PairCounts, reports: pd.DataFrame
) -> dict[str, np.ndarray]:
    drugs, events = csr_array(matrices.drug), csr_array(matrices.event)

    def among(rows: np.ndarray) -> np.ndarray:
        table = csr_array(drugs[rows].T @ events[rows])
        return np.asarray(table[counts.drug, counts.event]).ravel().astype(int)

    made = {
        name: among(np.flatnonzero(reports[name].to_numpy(bool)))
        for name in ("informative", "recent", "serious")
    }
    countries = np.zeros(len(counts), int)
    for rows in reports.groupby("country", observed=True).indices.values():
        countries += among(np.asarray(rows)) > 0
    first = np.full(len(counts), np.nan)
    for year in np.unique(reports["year"].dropna().to_numpy(float)):
        seen = (among(np.flatnonzero(reports["year"] == year)) > 0) & np.isnan(first)
        first[seen] = year
    return {**made, "countries": countries, "first_year": first}


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    parts = {
        "disproportion": ((frame["ic_low"] > 0).astype(float) + (frame["ebgm_low"] >= 2)) / 2,
        "informative": np.log2(1 + frame["informative"]),
        "recent": np.log2(1 + frame["recent"]),
        "countries": np.log2(np.maximum(frame["countries"], 1)),
        "serious": frame["serious"] / frame["n"],
    }
    score = sum(WEIGHTS[name] * part for name, part in parts.items())
    points = {f"points_{name}": WEIGHTS[name] * part for name, part in parts.items()}
    return frame.assign(score=score, **points)
