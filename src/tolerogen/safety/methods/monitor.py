"""A surveillance that is looked at again and again: where it stands, and whether it alarms.

The limit of MaxSPRT is that of looking after every event; looks at intervals keep the probability
of a false alarm below the one asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tolerogen.errors import SpecError
from tolerogen.safety.csv_file import read_csv_file
from tolerogen.safety.methods.maxsprt import (
    binomial_limit,
    binomial_llr,
    poisson_limit,
    poisson_llr,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

POISSON, BINOMIAL = ("events", "expected"), ("cases", "controls")


@dataclass(frozen=True, eq=False)
class Monitoring:
    """Every look at a surveillance.

    Attributes
    ----------
    kind
        ``poisson``, events against an expected number, or ``binomial``, cases against controls.
    limit
        Alarm when the log-likelihood ratio reaches it (poisson) or exceeds it (binomial).
    until
        Length of the surveillance: expected events, or events.
    alpha
        Probability of a false alarm over the whole surveillance, asked for.
    looks
        One row a look: ``when``, the two counts so far, ``ratio`` (observed over expected),
        ``llr``, ``within`` (whether the surveillance still runs) and ``alarm``.
    """

    kind: str
    limit: float
    until: float
    alpha: float
    looks: pd.DataFrame

    @property
    def alarm(self) -> str | None:
        """The first look that alarms; None while there is none."""
        found = self.looks.loc[self.looks["alarm"], "when"]
        return None if found.empty else str(found.iloc[0])

    def plot(self) -> Figure:
        """Draw the log-likelihood ratio at every look, and the limit."""
        from tolerogen.drawing import PALETTE, REFERENCE, panel, styled

        with styled():
            figure, axes = panel(7.0, 3.6)
            place = np.arange(len(self.looks))
            axes.plot(place, self.looks["llr"], color=PALETTE[0], marker="o", markersize=4)
            axes.axhline(self.limit, color=PALETTE[1], linestyle="--", label="limit")
            over = self.looks["alarm"].to_numpy(bool)
            axes.plot(
                place[over], self.looks["llr"][over], "s", color=PALETTE[1], label="alarm", ms=7
            )
            step = math.ceil(len(place) / 12)
            axes.set_xticks(place[::step], list(self.looks["when"])[::step], rotation=30)
            axes.set_ylabel("Log-likelihood ratio")
            axes.axhline(0, color=REFERENCE, linewidth=0.8)
            axes.legend()
        return figure


def monitor(
    table: pd.DataFrame,
    until: float,
    alpha: float = 0.05,
    fewest: int = 1,
    controls: float = 1.0,
) -> Monitoring:
    """Follow a surveillance from look to look (MaxSPRT).

    Parameters
    ----------
    table
        One row a look, in order, with what is new since the one before: ``events`` and
        ``expected``, or ``cases`` and ``controls``; and ``when``, if looks have a name.
    until
        Length of the surveillance, fixed before it began: expected events, or events.
    alpha
        Probability of a false alarm over the whole surveillance.
    fewest
        Events, or cases, that must have come before an alarm.
    controls
        Controls for one case under the null hypothesis; for cases and controls only.

    Raises
    ------
    SpecError
        Columns or numbers that cannot be used, a limit that does not exist.
    """
    kind = _kind(table)
    first, second = POISSON if kind == "poisson" else BINOMIAL
    new = [_numbers(table, name, whole=name != "expected") for name in (first, second)]
    one, other = (values.cumsum() for values in new)
    if kind == "poisson":
        limit = poisson_limit(until, alpha, fewest)
        llr = [poisson_llr(n, m) for n, m in zip(one, other, strict=True)]
        ratio, within = one / np.where(other > 0, other, np.nan), other <= until
    else:
        if until != int(until):
            raise SpecError(f"a surveillance of cases and controls ends after a whole number of "
                            f"events; 'until' is {until:g}.")  # fmt: skip
        p = 1 / (1 + controls)
        limit, _ = binomial_limit(int(until), alpha, fewest, controls)
        llr = [binomial_llr(int(c), int(c + k), p) for c, k in zip(one, other, strict=True)]
        ratio, within = one * controls / np.where(other > 0, other, np.nan), one + other <= until
    if math.isnan(limit):
        raise SpecError(
            f"with {until:g} expected events and at least {fewest} before an alarm, a false alarm "
            f"is rarer than {alpha:g} whatever the limit: watch longer, or ask for fewer events."
        )
    high = np.array(llr) >= limit if kind == "poisson" else np.array(llr) > limit + 1e-9
    return Monitoring(kind, limit, until, alpha, _looks(
        table, {first: one, second: other, "ratio": ratio, "llr": np.array(llr), "within": within,
                "alarm": high & (one >= fewest) & within}))  # fmt: skip


def read_looks(path: str | Path) -> pd.DataFrame:
    """Read the looks at a surveillance from a CSV file, as `monitor` takes them.

    Raises
    ------
    SpecError
        The file cannot be read.
    """
    return read_csv_file(Path(path))


def _kind(table: pd.DataFrame) -> str:
    for kind, names in (("poisson", POISSON), ("binomial", BINOMIAL)):
        if set(names) <= set(table.columns):
            if table.empty:
                raise SpecError("there is no look in the table: give one row a look.")
            return kind
    raise SpecError(
        "the looks need the columns 'events' and 'expected', or 'cases' and 'controls'; there are "
        f"{', '.join(map(str, table.columns)) or 'none'}."
    )


def _numbers(table: pd.DataFrame, name: str, *, whole: bool) -> np.ndarray:
    import pandas as pd

    values = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(values) | (values < 0)
    if whole:
        wrong |= values != np.floor(np.where(wrong, 0, values))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SpecError(
            f"look {row + 1}: '{name}' is {table[name].iloc[row]}; it must be a "
            f"{'whole ' if whole else ''}number, at least 0: what is new since the look before."
        )
    return values


def _looks(table: pd.DataFrame, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    named = table["when"] if "when" in table else range(1, len(table) + 1)
    whole = {
        name: values.astype(int) if name in ("events", *BINOMIAL) else values
        for name, values in columns.items()
    }
    return pd.DataFrame({"when": [str(when) for when in named], **whole})
