"""What the regimens did: a table, sentences, a picture, a folder."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.provenance import content_hash, plain, versions
from tolerogen.therapies.first_dose import SOURCES, FirstDose, starting_dose
from tolerogen.trials.proportions import wilson
from tolerogen.trials.text_page import blank_page, text_of
from tolerogen.trials.write import write_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tolerogen.trials.dose.explore import DoseQuestion

FORMAT = "tolerogen-therapy-dose/1"
WIDTH = 118
ROWS = {
    "auc": "AUC, mg day/L",
    "peak": "peak, mg/L",
    "trough": "trough, mg/L",
    "held_mean": "held, mean",
    "held_least": "held, least",
    "endpoint": "endpoint",
}
SHOWN = ("auc", "trough", "held_least", "endpoint")  # on the page; the others are in the document


@dataclass(frozen=True, eq=False)
class DoseResult:
    """Every regimen in every patient.

    Attributes
    ----------
    asked
        The question.
    table
        One row a regimen and patient: ``regimen, patient, antibodies``; over the last dosing
        interval ``auc`` (mg day/L), ``peak``, ``trough`` (mg/L, free drug in plasma),
        ``held_mean``, ``held_least`` (share of the target held, or of its RNA gone; the least
        after its peak); at the end ``fold_<readout>``
        (over the patient's start) and ``endpoint``, the change less the change of the same
        patient, seen with the same noise, without drug.
    first
        Candidates for the first dose in man; empty where none was asked for.
    """

    asked: DoseQuestion
    table: pd.DataFrame
    first: tuple[FirstDose, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return one row a regimen and quantity: ``median, p5, p95, mean, n``."""
        import pandas as pd

        rows = []
        for name, group in self.table.groupby("regimen", sort=False):
            for column in self._quantities():
                values = group[column].to_numpy(float)
                values = values[np.isfinite(values)]
                ends = np.percentile(values, [5, 50, 95]) if len(values) else [np.nan] * 3
                rows.append(
                    {
                        "regimen": name,
                        "quantity": column,
                        "median": float(ends[1]),
                        "p5": float(ends[0]),
                        "p95": float(ends[2]),
                        "mean": float(values.mean()) if len(values) else math.nan,
                        "n": len(values),
                    }
                )
        return pd.DataFrame(rows)

    def attainment(self) -> pd.DataFrame:
        """Return the share of patients in whom the target is held as wanted, by regimen.

        Returns
        -------
        pandas.DataFrame
            ``regimen, antibodies`` (``all``, ``none``, ``formed``), ``patients, reached, share,
            low, high``: Wilson intervals, 95 %.
        """
        import pandas as pd

        rows = []
        for name, group in self.table.groupby("regimen", sort=False):
            groups = [("all", group)]
            if self.asked.antidrug is not None:
                formed = group["antibodies"]
                groups += [("none", group[~formed]), ("formed", group[formed])]
            for who, some in groups:
                values = some["held_least"].dropna() if "held_least" in some else some.iloc[:0, 0]
                if not len(values):
                    continue
                share = wilson(int((values >= self.asked.occupancy).sum()), len(values))
                reached = int((values >= self.asked.occupancy).sum())
                rows.append(
                    (name, who, len(values), reached, share.estimate, share.low, share.high)
                )
        columns = ["regimen", "antibodies", "patients", "reached", "share", "low", "high"]
        return pd.DataFrame(rows, columns=columns)

    def antibodies(self) -> pd.DataFrame:
        """Return medians (of the endpoint means) with antibodies beside those without, by regimen.

        Returns
        -------
        pandas.DataFrame
            ``regimen, quantity, without, with_antibodies, ratio``; empty without antibodies. These
            are different patients, as in a trial.
        """
        import pandas as pd

        rows = []
        for name, group in self.table.groupby("regimen", sort=False):
            with_, without = group[group["antibodies"]], group[~group["antibodies"]]
            for column in self._quantities():
                if len(with_) and len(without):
                    # scores are counted in points: their median stands still while doses act
                    how = "mean" if column == "endpoint" else "median"
                    pair = float(without[column].agg(how)), float(with_[column].agg(how))
                    ratio = pair[1] / pair[0] if pair[0] else math.nan
                    rows.append((name, column, *pair, ratio))
        columns = ["regimen", "quantity", "without", "with_antibodies", "ratio"]
        return pd.DataFrame(rows, columns=columns)

    def least(self) -> str | None:
        """Return the first regimen, in the order asked, that reaches the target in 9 of 10."""
        found = self.attainment()
        found = found[(found["antibodies"] == "all") & (found["share"] >= 0.9)]
        return None if found.empty else str(found["regimen"].iloc[0])

    def summary(self) -> str:
        """Return a page of text."""
        console = blank_page(WIDTH)
        asked = self.asked
        console.print(f"{asked.therapy.name} in {asked.disease.name}: dose and schedule")
        if asked.disease.warning:
            console.print(f"WARNING: {asked.disease.warning}")
        console.print()
        console.print(_regimens(self))
        if self.asked.antidrug is not None:
            console.print()
            console.print(_antibodies(self))
        if self.first:
            console.print()
            console.print(_first(self))
        console.print(f"\n{self.explain()}")
        return text_of(console)

    def explain(self) -> str:
        """Say in plain words what was done, and which regimen is enough."""
        asked, least = self.asked, self.least()
        enough = (
            f"The first regimen that holds at least {asked.occupancy:.0%} of the target throughout "
            f"its last interval in nine of ten patients is {least}."
            if least
            else f"No regimen holds at least {asked.occupancy:.0%} of the target throughout its "
            "last interval in nine of ten patients."
        )
        text = (
            f"{asked.patients} virtual patients, the same for every regimen, seed {asked.seed}. "
            "Exposure and share held are of the last dosing interval, median and 5th to 95th "
            f"percentile. The endpoint is the change of {asked.measure.label} at day "
            f"{asked.end:g} less that of the same patients without drug, seen with the same noise "
            f"and placebo response. {enough}"
        )
        if asked.antidrug is not None:
            text += (
                f" Antibodies against the drug form in {asked.antidrug.incidence:.0%} of patients "
                f"and multiply its clearance by {asked.antidrug.fold:g} from about day "
                f"{asked.antidrug.onset:g}."
            )
        if self.first:
            chosen = starting_dose(list(self.first))
            text += f" First dose in man: {chosen.mg:.3g} mg, by {chosen.method}, the lowest."
        return text

    def plot(self) -> Figure:
        """Draw exposure, share held, the first biomarker and the endpoint against the regimens."""
        from tolerogen.trials.figures.style import styled

        with styled():
            return _draw(self)

    def content(self) -> str:
        """Hash of everything that determines the numbers."""
        asked = self.asked
        return content_hash(
            {
                "therapy": asked.therapy,
                "model": asked.disease.model,
                "parameters": asked.disease.parameters,
                "regimens": asked.regimens,
                "rest": [asked.end, asked.measure, asked.occupancy, asked.patients, asked.seed],
                "antidrug": asked.antidrug,
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; numbers that are not finite become None."""
        asked = self.asked
        cited = [*asked.therapy.citation().splitlines(), *(SOURCES if self.first else ())]
        return {
            "format": FORMAT,
            "therapy": asked.therapy.id,
            "disease": asked.disease.id,
            "end_day": asked.end,
            "endpoint": plain(asked.measure),
            "occupancy": asked.occupancy,
            "patients": asked.patients,
            "seed": asked.seed,
            "antidrug": plain(asked.antidrug),
            "regimens": _records(self.frame()),
            "attainment": _records(self.attainment()),
            "antibodies": _records(self.antibodies()),
            "least": self.least(),
            "first_dose": {
                "candidates": plain(self.first),
                "chosen": plain(starting_dose(list(self.first))),
            }
            if self.first
            else None,
            "provenance": {
                "content": self.content(),
                "versions": versions(),
                "sources": cited,
            },
        }

    def to_json(self) -> str:
        """Return one JSON document."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)

    def write(self, out: str | Path) -> Path:
        """Write ``result.json``, ``patients.csv`` and the figure to a folder, whole or not at all.

        Raises
        ------
        OutputError
            As `write_result`.
        """
        return write_folder(out, self.content(), self._fill)

    def _fill(self, folder: Path) -> None:
        from tolerogen.trials.figures.style import save

        (folder / "result.json").write_text(self.to_json() + "\n", encoding="utf-8")
        self.table.to_csv(folder / "patients.csv", index=False)
        save(self.plot(), folder / "dose")

    def _quantities(self) -> list[str]:
        return [str(c) for c in self.table if c not in ("regimen", "patient", "antibodies")]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            str(k): None if isinstance(v, float) and not math.isfinite(v) else v
            for k, v in row.items()
        }
        for row in table.to_dict("records")
    ]


def _table(headings: tuple[str, ...], left: int = 1) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(headings):
        table.add_column(name, justify="left" if place < left else "right", overflow="fold")
    return table


def _regimens(result: DoseResult) -> Any:
    shown = [name for name in SHOWN if name in result.table]
    table = _table(("Regimen", *(ROWS[name] for name in shown), "reached"))
    frame = result.frame().set_index(["regimen", "quantity"])
    reached = result.attainment().query("antibodies == 'all'").set_index("regimen")
    for regimen in dict.fromkeys(result.table["regimen"]):
        cells = []
        for name in shown:
            row = frame.loc[(regimen, name)]
            if name == "endpoint":
                cells.append(f"{row['mean']:.2f}")
                continue
            cells.append(f"{row['median']:.3g} ({row['p5']:.2g}-{row['p95']:.2g})")
        here = reached.loc[regimen] if regimen in reached.index else None
        cells.append("" if here is None else f"{100 * here['share']:.0f} %")
        table.add_row(str(regimen), *cells)
    return table


def _antibodies(result: DoseResult) -> Any:
    table = _table(("Regimen", "Quantity", "No antibodies", "Antibodies", "Ratio"), left=2)
    for row in result.antibodies().to_dict("records"):
        if row["quantity"] in SHOWN:
            numbers = (f"{row[k]:.3g}" for k in ("without", "with_antibodies", "ratio"))
            table.add_row(row["regimen"], ROWS[row["quantity"]], *numbers)
    return table


def _first(result: DoseResult) -> Any:
    table = _table(("First dose", "mg", "How"))
    for item in sorted(result.first, key=lambda item: item.mg):
        table.add_row(item.method, f"{item.mg:.3g}", item.how)
    return table


def _draw(result: DoseResult) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from tolerogen.trials.figures.style import PALETTE

    frame = result.frame()
    folds = [name for name in result._quantities() if name.startswith("fold_")]
    wanted = [
        ("auc", "AUC (mg day/L)"),
        ("held_least", "Least share of the target held"),
        *((name, f"{name.removeprefix('fold_')} over start") for name in _moved(result, folds)),
        ("endpoint", f"{result.asked.measure.label}, less no drug: mean, 95 %"),
    ]
    wanted = [item for item in wanted if item[0] in result.table]
    names = list(dict.fromkeys(result.table["regimen"]))
    height = 1.6 + 0.32 * len(names)
    figure = Figure(figsize=(2.8 * len(wanted) + 1.4, height), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(wanted), sharey=True, squeeze=False)[0]
    for place, (axes, (name, label)) in enumerate(zip(panels, wanted, strict=True)):
        rows = frame[frame["quantity"] == name]
        middle, ends = _interval(result, name, rows)
        axes.errorbar(middle, range(len(rows)), xerr=ends, fmt="o", color=PALETTE[place % 6],
                      capsize=3, markersize=5)  # fmt: skip
        axes.set_xlabel(label)
        if name == "held_least":
            axes.axvline(result.asked.occupancy, color="#999999", linewidth=0.8, linestyle=":")
            axes.set_xlim(0, 1.02)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    figure.suptitle(f"{result.asked.therapy.name}: median and 5th to 95th percentile", fontsize=11)
    return figure


def _interval(result: DoseResult, name: str, rows: pd.DataFrame) -> tuple[Any, Any]:
    """Return what is drawn, and the lengths to its ends."""
    if name != "endpoint":
        middle = rows["median"].to_numpy()
        return middle, [middle - rows["p5"].to_numpy(), rows["p95"].to_numpy() - middle]
    # scores are counted in points, so that the median stands still: the mean, with its interval
    values = result.table.groupby("regimen", sort=False)["endpoint"]
    half = 1.96 * (values.std() / values.count() ** 0.5).to_numpy()
    return rows["mean"].to_numpy(), [half, half]


def _moved(result: DoseResult, folds: list[str]) -> list[str]:
    """Return the biomarker that the last regimen moves most."""
    last = result.table[result.table["regimen"] == result.table["regimen"].iloc[-1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        size = {name: abs(float(np.log(last[name].median()))) for name in folds}
    known = {name: value for name, value in size.items() if math.isfinite(value)}
    return [max(known, key=lambda name: known[name])] if known else []
