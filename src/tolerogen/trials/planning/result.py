"""The options of a design, rated: as a table, a page, a picture, sentences."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.provenance import content_hash, versions
from tolerogen.trials.planning.options import Options
from tolerogen.trials.text_page import blank_page, text_of
from tolerogen.trials.write import write_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.table import Table

FORMAT = "tolerogen-trial-design/1"
WIDTH = 118
LINES = 6  # options drawn; more cannot be told apart
SOURCES = (
    "Morris TP, White IR, Crowther MJ, Stat Med 2019;38:2074 (doi:10.1002/sim.8086)",
    "ICH E9, Statistical principles for clinical trials, 1998",
)
METHODS = (
    "Shares over simulated trials carry Wilson intervals, means their standard error. The type I "
    "error is that of drugs that do nothing, with the dropout of the arms kept. Bias is the mean "
    "difference between the estimate and that of the same trial if nobody had left; coverage is of "
    "the mean of the latter over all trials. Patients for the power wanted are by formula from the "
    "simulated effect, residual standard deviation and share of those who stayed."
)

STAGED_METHODS = (
    "N: patients as planned; mean N: randomised, with an effect and without. Shares over simulated "
    "trials carry Wilson intervals, means their standard error. The error is the share of trials "
    "that show any effect of drugs that do nothing; futility bounds that do not bind are ignored "
    "for it, and only for it. Bias and coverage are of the effect if nobody had left, in all "
    "patients that the design would take in first; an estimate of what was chosen for being best "
    "is flattered, and that is part of the bias shown."
)


@dataclass(frozen=True, eq=False)
class DesignResult:
    """Operating characteristics of every option.

    Attributes
    ----------
    options
        What was explored.
    table
        One row an option: ``entry, endpoint, day, patients, arm``; ``trials``; ``effect`` (with
        ``effect_se``; favourable above zero); ``power``, ``coverage`` and ``type_one`` with
        ``_low`` and ``_high`` (95 % Monte-Carlo interval); ``bias`` with ``bias_se``; ``needed``,
        patients in all arms for the power wanted, missing where no effect can be told from none.
        Designs other than a parallel one of fixed size add ``expected`` and ``expected_null``,
        mean patients randomised with and without effect; ``early``, ``futile``, ``futile_null``,
        shares of trials that ended early; ``carried``, share that carried the claim to the end;
        ``any`` and ``family``, shares that show any effect, with and without one; ``truth``, the
        effect if nobody had left. Their ``needed`` is the smallest size that was simulated and
        reaches the power. With a posterior there is ``assurance``.
    """

    options: Options
    table: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return the table, a copy."""
        return self.table.copy()

    def best(self) -> dict[str, Any] | None:
        """Return the option that needs fewest patients; None when none shows an effect."""
        known = self._largest().dropna(subset=["needed"])
        if known.empty:
            return None
        return dict(known.sort_values("needed", kind="stable").iloc[0])

    def summary(self) -> str:
        """Return a page of text."""
        console = blank_page(WIDTH)
        spec, options = self.options.spec, self.options
        console.print(f"{spec.name}: design")
        console.print(
            f"{self._design()}{spec.disease.name}, {options.replicates} simulated trials for "
            f"each way of entry, and as many without effect; one-sided alpha {options.alpha:g}, "
            f"power wanted {options.power:.0%}, seed {spec.seed}"
        )
        if spec.disease.warning:
            console.print(f"WARNING: {spec.disease.warning}")
        for entry, rows in self.table.groupby("entry", sort=False):
            console.print(f"\nEntry: {entry}")
            console.print(_table(rows) if self.options.plan is None else _staged(rows))
        console.print(f"\n{self.explain()}")
        return text_of(console)

    def explain(self) -> str:
        """Say in plain words which option needs fewest patients, and how far to trust it."""
        best = self.best()
        if best is None:
            head = (
                "No option shows an effect that these simulations can tell from none: change dose, "
                "endpoint or entry, or simulate more trials."
            )
        else:
            head = (
                f"Fewest patients: {int(best['needed'])} in all arms for power "
                f"{self.options.power:.0%}, with {best['endpoint']} at week {best['day'] / 7:g}, "
                f"arm '{best['arm']}', entry {best['entry']}. The choice among "
                f"{len(self._largest())} options was made on the same simulations, so it is a "
                "little flattered; simulate it again with another seed."
            )
        methods = METHODS if self.options.plan is None else STAGED_METHODS
        return f"{head} {self._type_one()} {methods}{self._assured()}"

    def plot(self) -> Figure:
        """Draw power against patients for the best options, with Monte-Carlo intervals."""
        from tolerogen.trials.figures.style import styled

        with styled():
            return _draw(self)

    def to_json(self) -> str:
        """Return one JSON document."""
        options = self.options
        records = [
            {
                k: None if isinstance(v, float) and not math.isfinite(v) else v
                for k, v in row.items()
            }
            for row in self.table.to_dict("records")
        ]
        best = self.best()
        document = {
            "format": FORMAT,
            "name": options.spec.name,
            "seed": options.spec.seed,
            "replicates": options.replicates,
            "alpha": options.alpha,
            "power": options.power,
            **({} if options.plan is None else {"design": options.plan.label}),
            **({} if options.posterior is None else {"posterior": options.posterior.source}),
            "best": None
            if best is None
            else {k: best[k] for k in KEYS} | {"needed": best["needed"]},
            "options": records,
            "provenance": {
                "content": self.content(),
                "versions": versions(),
                "sources": self._sources(),
            },
        }
        return json.dumps(document, indent=1, default=_plain)

    def content(self) -> str:
        """Hash of everything that determines the numbers."""
        options = self.options
        return content_hash(
            {
                "trial": options.spec.content(),
                "open": [options.sizes, options.days, options.measures, options.rules],
                "entries": options.entries,
                "wanted": [options.power, options.alpha, options.replicates],
                **({} if options.plan is None else {"design": repr(options.plan)}),
                **({} if options.posterior is None else {"posterior": options.posterior}),
            }
        )

    def write(self, out: str | Path) -> Path:
        """Write ``result.json``, ``options.csv`` and the figure to a folder.

        Raises
        ------
        OutputError
            As `write_result`.
        """
        return write_folder(out, self.content(), self._fill)

    def _fill(self, folder: Path) -> None:
        from tolerogen.trials.figures.style import save

        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        self.table.to_csv(folder / "options.csv", index=False)
        save(self.plot(), folder / "power")

    def citation(self) -> str:
        """Return the sources of the methods, one a line."""
        return "\n".join(self._sources())

    def _sources(self) -> tuple[str, ...]:
        plan = self.options.plan
        return SOURCES if plan is None else (*SOURCES, *plan.sources())

    def _assured(self) -> str:
        sets = self.options.posterior
        if sets is None:
            return ""
        rows = self._largest()
        top = rows.sort_values("assurance", ascending=False, kind="stable").to_dict("records")[0]
        return (
            f" Assurance is the mean power over {sets.source}: at best {top['assurance']:.0%} "
            f"({top['assurance_low']:.0%} to {top['assurance_high']:.0%}), where the power of the "
            f"parameters as they stand is {top['power']:.0%}."
        )

    def _design(self) -> str:
        plan = self.options.plan
        return "" if plan is None else f"Design: {plan.label}\n"

    def _largest(self) -> pd.DataFrame:
        return self.table[self.table["patients"] == self.options.sizes[-1]]

    def _type_one(self) -> str:
        alpha = self.options.alpha
        name = "type_one" if self.options.plan is None else "family"
        low, high = self.table[f"{name}_low"], self.table[f"{name}_high"]
        outside = int(((low > alpha) | (high < alpha)).sum())
        return (
            f"The interval of the type I error holds {alpha:g} in {len(low) - outside} of "
            f"{len(low)} options."
        )


KEYS = ("entry", "endpoint", "day", "arm")


def _table(rows: pd.DataFrame) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Endpoint", "Arm"):
        table.add_column(name, overflow="fold")
    heads = ["Week", "Patients", "Effect", "Power", "Type I", "Bias", "Coverage", "Needed"]
    assured = "assurance" in rows
    for name in [*heads, *(["Assurance"] if assured else [])]:
        table.add_column(name, justify="right")
    for row in rows.to_dict("records"):
        needed = row["needed"]
        table.add_row(
            row["endpoint"],
            row["arm"],
            f"{row['day'] / 7:g}",
            str(row["patients"]),
            f"{row['effect']:.2f}",
            _percent(row, "power"),
            _percent(row, "type_one"),
            f"{row['bias']:.2f} ± {1.96 * row['bias_se']:.2f}",
            f"{100 * row['coverage']:.1f}",
            "-" if needed is None or math.isnan(needed) else f"{int(needed)}",
            *([_percent(row, "assurance")] if assured else []),
        )
    return table


def _staged(rows: pd.DataFrame) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Endpoint", no_wrap=True)
    table.add_column("Claim", overflow="fold", min_width=10)
    heads = ["Week", "N", "Mean N", "Effect", "Power", "Error", "Bias", "Cover"]
    assured, chosen = "assurance" in rows, (rows["carried"] < 1).any()
    for name in [*heads, *(["Carried"] if chosen else []), *(["Assurance"] if assured else [])]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        known = not math.isnan(row["coverage"])
        table.add_row(
            row["endpoint"],
            row["arm"],
            f"{row['day'] / 7:g}",
            str(row["patients"]),
            f"{row['expected']:.0f}/{row['expected_null']:.0f}",
            f"{row['effect']:.2f}",
            _percent(row, "power"),
            _percent(row, "family", 1),
            f"{row['bias']:.2f} ± {1.96 * row['bias_se']:.2f}",
            f"{100 * row['coverage']:.1f}" if known else "-",
            *([f"{100 * row['carried']:.0f}"] if chosen else []),
            *([_percent(row, "assurance")] if assured else []),
        )
    return table


def _percent(row: Mapping[Any, Any], name: str, digits: int | None = None) -> str:
    low, high = (100 * row[f"{name}_{end}"] for end in ("low", "high"))
    digits = digits or (1 if name == "type_one" else 0)
    return f"{100 * row[name]:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _draw(result: DesignResult) -> Figure:
    from tolerogen.trials.figures.style import DASHES, PALETTE, legend, panel

    figure, axes = panel(7.0, 4.8)
    largest = result._largest().sort_values("power", ascending=False, kind="stable")
    # the best dose and visit of each endpoint and entry: the options that differ most
    shown = largest.drop_duplicates(["entry", "endpoint"]).head(LINES)
    for place, chosen in enumerate(shown.to_dict("records")):
        rows = result.table
        for key in KEYS:
            rows = rows[rows[key] == chosen[key]]
        colour, dash = PALETTE[place % len(PALETTE)], DASHES[place // len(PALETTE)]
        label = ", ".join(
            [chosen["arm"], chosen["endpoint"], f"week {chosen['day'] / 7:g}", chosen["entry"]]
        )
        power = rows["power"].to_numpy()
        ends = [power - rows["power_low"].to_numpy(), rows["power_high"].to_numpy() - power]
        size = rows["patients"].to_numpy()
        size = size * (1 + 0.004 * (place - (len(shown) - 1) / 2))  # intervals side by side
        axes.errorbar(
            size, 100 * power, yerr=[100 * end for end in ends], color=colour, linestyle=dash,
            marker="o", markersize=4, linewidth=1.3, elinewidth=0.8, label=label,
        )  # fmt: skip
    axes.axhline(100 * result.options.power, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 102)
    axes.set_xlabel("Patients, all arms")
    axes.set_ylabel("Power (%)")
    title = f"{result.options.spec.name}: {result.options.replicates} trials an option"
    axes.set_title(title, loc="left", fontsize=11)
    legend(axes)
    return figure


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
