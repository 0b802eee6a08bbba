"""The result as a page of text: what a person reads first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tolerogen.trials.mechanism import PERIOD
from tolerogen.trials.text_page import blank_page, text_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from tolerogen.trials.measures import Measure
    from tolerogen.trials.replicates import Distribution
    from tolerogen.trials.result import TrialResult

WIDTH = 100
UNITLESS = ("share", "", "1", "dimensionless")
NAME = 32  # characters that a row's name may take


def summarise(result: TrialResult) -> str:
    """Return the result as plain text, no wider than 100 columns.

    Parameters
    ----------
    result
        A trial as simulated.
    """
    console = blank_page(WIDTH)
    _head(console, result)
    console.print(_outcomes(result))
    if len(result.analysis.differences):
        console.print(_differences(result))
    if result.analysis.tipping is not None:
        console.print(_tipping(result.analysis.tipping))
    if len(result.events):
        console.print(_events(result))
    if len(result.antidrug):
        console.print(_antidrug(result))
    if len(result.analysis.responders):
        console.print(_responders(result))
    if len(result.mechanism):
        console.print(_mechanism(result))
    _replicates(console, result)
    _foot(console, result)
    return text_of(console)


def _head(console: Console, result: TrialResult) -> None:
    spec = result.spec
    registry = f" ({spec.registry})" if spec.registry else ""
    console.print(f"{spec.name}{registry}")
    console.print(
        f"{spec.disease.name}: {spec.patients} of {result.screened} screened virtual patients, "
        f"{spec.horizon / 7:g} weeks, seed {spec.seed}"
    )
    if spec.disease.warning:
        console.print(f"WARNING: {spec.disease.warning}")
    console.print()


def _outcomes(result: TrialResult) -> Table:
    rows = result.analysis.arms.to_dict("records")
    table = _table(
        f"Arms: change from baseline{_common_week(result)}",
        ["Measure, arm"],
        ["n/N", "Baseline (SD)", "Change (SD)", "Adjusted", f"{_level(result)} interval"],
    )
    previous = None
    for row in rows:
        title = _title(result, row)
        if title != previous:
            if previous is not None:
                table.add_section()
            table.add_row(title)
        table.add_row(
            f"  {row['arm']}",
            f"{row['n']}/{row['randomised']}",
            f"{_number(row['baseline_mean'])} ({_number(row['baseline_sd'])})",
            f"{_number(row['change_mean'])} ({_number(row['change_sd'])})",
            _number(row["adjusted"]),
            _interval(row["low"], row["high"]),
        )
        previous = title
    return table


def _differences(result: TrialResult) -> Table:
    name = result.spec.reference.name if result.spec.reference else ""
    table = _table(
        f"Difference from {name}{_common_week(result)} ({_methods(result)})",
        ["Measure", "Arm"],
        ["Difference", f"{_level(result)} interval", "p"],
    )
    for row in result.analysis.differences.to_dict("records"):
        table.add_row(
            _title(result, row),
            row["arm"],
            _number(row["estimate"]),
            _interval(row["low"], row["high"]),
            "-" if math.isnan(row["p"]) else ("<0.001" if row["p"] < 0.001 else f"{row['p']:.3f}"),
        )
    return table


def _events(result: TrialResult) -> Table:
    table = _table("Intercurrent events", ["Event", "Arm"], ["Patients", "Share", "Strategy"])
    for row in result.events.to_dict("records"):
        table.add_row(
            row["event"], row["arm"], str(row["n"]), _percent(row["share"]), row["strategy"]
        )
    return table


def _antidrug(result: TrialResult) -> Table:
    columns = ["Patients", "Formed them", "Mean conc. with", "without, mg/L"]
    table = _table("Antibodies against the drug", ["Drug", "Arm"], columns)
    for row in result.antidrug.to_dict("records"):
        levels = (_number(row[f"{kind}_antibodies"]) for kind in ("with", "without"))
        table.add_row(row["therapy"], row["arm"], str(row["patients"]), str(row["formed"]), *levels)
    return table


def _tipping(rows: pd.DataFrame) -> Table:
    table = _table(
        "Tipping point: a penalty on what was imputed",
        ["Arm"],
        ["Penalty", "Difference", "Interval", "p"],
    )
    for row in rows.to_dict("records"):
        table.add_row(
            row["arm"],
            f"{row['delta']:g}",
            _number(row["estimate"]),
            _interval(row["low"], row["high"]),
            "<0.001" if row["p"] < 0.001 else f"{row['p']:.3f}",
        )
    return table


def _methods(result: TrialResult) -> str:
    names = {"ancova": "analysis of covariance", "mmrm": "mixed model"}
    missing = result.spec.estimand.missing
    if missing != "none":
        return f"covariance, {result.spec.estimand.imputations} imputations, {missing}"
    used = dict.fromkeys(names[endpoint.analysis] for endpoint in result.spec.endpoints)
    return ", ".join(used)


def _responders(result: TrialResult) -> Table:
    table = _table(
        f"Responders at week {result.spec.endpoint.day / 7:g} (Wilson, Newcombe intervals)",
        ["Rule", "Arm"],
        ["Responders", "Share (interval)", "Difference (interval)"],
    )
    gaps = result.analysis.responder_differences
    names = _rules(result)
    previous = None
    for row in result.analysis.responders.to_dict("records"):
        gap = gaps[(gaps["rule"] == row["rule"]) & (gaps["arm"] == row["arm"])]
        if previous not in (None, row["rule"]):
            table.add_section()
        table.add_row(
            "" if previous == row["rule"] else names[row["rule"]],
            row["arm"],
            f"{row['responders']}/{row['n']}",
            f"{_percent(row['share'])} ({_percent(row['low'])} to {_percent(row['high'])})",
            _gap(gap),
        )
        previous = row["rule"]
    return table


def _rules(result: TrialResult) -> dict[str, str]:
    """Name the responder rules; long names give way to the rule's acronym."""
    from tolerogen.diseases.endpoints import read_endpoints

    rules = read_endpoints(result.spec.disease.folder).responder
    return {r.id: r.name if len(r.name) <= NAME else r.id.upper() for r in rules}


def _mechanism(result: TrialResult) -> Table:
    arms = [arm.name for arm in result.spec.arms]
    title = "Mechanism: median (5-95 %); dosing: over the dosing period; ratio: week to baseline"
    table = _table(title, ["Read-out", "When"], arms, wrap=True)
    shown = result.mechanism
    for readout in dict.fromkeys(shown["readout"]):
        rows = shown[shown["readout"] == readout]
        for when in dict.fromkeys(rows["when"]):
            each = rows[rows["when"] == when].set_index("arm")
            first = each.iloc[0]
            # a read-out at three times is named once
            name = first["label"] if when in ("baseline", PERIOD) else ""
            unit = f" ({first['unit']})" if name and first["unit"] not in UNITLESS else ""
            cells = [_spread(each.loc[arm]) if arm in each.index else "-" for arm in arms]
            table.add_row(f"{name}{unit}", _when(result, when), *cells)
    return table


def _replicates(console: Console, result: TrialResult) -> None:
    count = result.replicates["replicate"].nunique()
    if count < 2:
        return
    label = result.spec.endpoint.measure.label
    parts = ["chance", "parameters"] if result.spec.draws else []
    table = _table(
        f"{count} replicate trials: {label} at week {result.spec.endpoint.day / 7:g}",
        ["Quantity", "Arm"],
        ["Mean", "SD" if parts else "SD between trials", *parts, "5-95 %", "Favourable"],
    )
    for item in result.differences:
        table.add_row("difference", item.arm, *_distribution(item, len(parts)))
    for item in result.changes:
        table.add_row("mean change", item.arm, *_distribution(item, len(parts)))
    console.print(table)
    if result.differences:
        console.print(
            f"Favourable: the {_level(result)} interval excludes zero, in favour of the arm."
        )
        if parts:
            console.print(
                "SD between trials: by chance (patients, noise of the clinic) and by parameters "
                f"that are not known ({len(result.spec.draws)} sets of the posterior)."
            )
        console.print()


def _foot(console: Console, result: TrialResult) -> None:
    if len(result.failures):
        console.print(
            f"{len(result.failures)} patient(s) could not be simulated and count as missing; "
            "see 'failures' in result.json."
        )
    origin = result.provenance
    version = origin.versions.get("tolerogen", "unknown")
    console.print(f"Content {origin.content}, seed {origin.seed}, Tolerogen {version}.")


def _table(title: str, left: list[str], right: list[str], *, wrap: bool = False) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right", overflow="fold", no_wrap=not wrap)
    return table


def _title(result: TrialResult, row: dict[Any, Any]) -> str:
    labels = {e.measure.id: _labelled(e.measure) for e in result.spec.endpoints}
    week = "" if _common_week(result) else f", week {row['day'] / 7:g}"
    return f"{labels[row['measure']]}{week}"


def _labelled(measure: Measure) -> str:
    # that a score counts points goes without saying
    return measure.label if measure.unit == "points" else measure.title


def _common_week(result: TrialResult) -> str:
    """Name the week in a title when every endpoint is read then."""
    days = {endpoint.day for endpoint in result.spec.endpoints}
    return f", week {days.pop() / 7:g}" if len(days) == 1 else ""


def _level(result: TrialResult) -> str:
    return f"{result.spec.endpoint.level:.0%}".replace("%", " %")


def _when(result: TrialResult, when: str) -> str:
    week = f"week {result.spec.endpoint.day / 7:g}"
    return {"endpoint": week, "endpoint/baseline": "ratio", PERIOD: "dosing"}.get(when, when)


def _distribution(item: Distribution, parts: int) -> tuple[str, ...]:
    wins = item.favourable
    spreads = [
        "-" if part is None else _number(part) for part in (item.trial_sd, item.parameter_sd)
    ]
    return (
        _number(item.mean),
        _number(item.sd),
        *spreads[:parts],
        _interval(item.p5, item.p95),
        f"{_percent(wins.estimate)} of trials" if wins else "",
    )


def _gap(gap: pd.DataFrame) -> str:
    if gap.empty:
        return ""
    row = gap.iloc[0]
    return f"{_percent(row['estimate'])} ({_percent(row['low'])} to {_percent(row['high'])})"


def _spread(row: pd.Series[Any]) -> str:
    if row["unit"] == "share":
        low, middle, high = (_tenths(row[name]) for name in ("p5", "median", "p95"))
        return f"{middle} % ({low}-{high} %)"
    low, middle, high = (_significant(row[name]) for name in ("p5", "median", "p95"))
    return f"{middle} ({low}-{high})"


def _interval(low: float, high: float) -> str:
    return "-" if math.isnan(low) or math.isnan(high) else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    # adding zero turns -0.00 into 0.00
    return "-" if math.isnan(value) else f"{round(value, 2) + 0.0:.2f}"


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{round(100 * value) + 0:.0f} %"


def _tenths(value: float) -> str:
    # 99.97 % is not 100 %: never round up to a whole that was not reached
    if math.isnan(value):
        return "-"
    return f"{min(100 * value, 99.9):.1f}" if value < 1 else "100"


def _significant(value: float) -> str:
    if math.isnan(value):
        return "-"
    if value != 0 and abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
