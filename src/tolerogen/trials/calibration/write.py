"""The folder of a calibration: posterior, tables, figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tolerogen.drawing import PALETTE, REFERENCE, panel, save, styled
from tolerogen.provenance import plain, versions
from tolerogen.result_folder import MAIN, write_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tolerogen.trials.calibration.result import Calibration

FORMAT = "tolerogen-calibration/1"
SHOWN = 40  # free parameters in the figure, those the data told most of


def document(calibration: Calibration) -> dict[str, Any]:
    """Return summary and tables as plain data, as ``result.json`` holds them."""
    tables = {
        "fit": calibration.fit(),
        "parameters": calibration.parameters(),
        "left_out": calibration.predictions(),
    }
    body = {name: json.loads(frame.to_json(orient="records")) for name, frame in tables.items()}
    provenance = {
        "content": calibration.content,
        "seed": calibration.seed,
        "versions": versions(),
    }
    summary = plain(calibration.summary())
    return {"format": FORMAT, "summary": summary, **body, "provenance": provenance}


def write(calibration: Calibration, out: str | Path) -> Path:
    """Write the folder; see `Calibration.write`."""
    return write_folder(out, calibration.content, lambda folder: _fill(calibration, folder))


def _fill(calibration: Calibration, folder: Path) -> None:
    text = json.dumps(document(calibration), indent=1)
    (folder / MAIN).write_text(text + "\n", encoding="utf-8")
    (folder / "posterior.csv").write_text(_posterior(calibration), encoding="utf-8")
    fit, parameters = calibration.fit(), calibration.parameters()
    fit.to_csv(folder / "fit.csv", index=False, float_format="%.5g")
    parameters.to_csv(folder / "parameters.csv", index=False, float_format="%.5g")
    left_out = calibration.predictions()
    left_out.to_csv(folder / "left_out.csv", index=False, float_format="%.5g")
    with styled():
        save(differences(fit), folder / "fit")
        save(learnt(parameters), folder / "parameters")


def _posterior(calibration: Calibration) -> str:
    head = (
        f"# fitted: posterior draws of disease '{calibration.inputs.disease.id}', equal weight; "
        f"seed {calibration.seed}, content {calibration.content}\n"
        "# source: tolerogen population calibrate, from calibration/data.csv of the disease\n"
    )
    return head + calibration.posterior().to_csv(index=False, float_format="%.5g")


def differences(fit: pd.DataFrame) -> Figure:
    """Draw published differences with their intervals beside prior and posterior."""
    rows = fit[(fit["kind"] == "difference") & (fit["measure"] != "esspri")].iloc[::-1]
    figure, axes = panel(7.5, 0.42 * len(rows) + 1.2)
    at = np.arange(len(rows))
    for offset, middle, spread, colour, marker, label in (
        (0.22, "published", "sd", REFERENCE, "o", "published, 90 % interval"),
        (0.0, "predicted", "parameter_sd", PALETTE[0], "s", "posterior, 90 % of parameter sets"),
        (-0.22, "prior_mean", "prior_sd", PALETTE[4], "D", "before the calibration"),
    ):
        axes.errorbar(
            rows[middle],
            at + offset,
            xerr=1.645 * rows[spread],
            fmt=marker,
            color=colour,
            markersize=5,
            label=label,
        )
    axes.axvline(0, color=REFERENCE, linewidth=0.8)
    axes.set_yticks(at, [f"{r.trial_id}\n{r.arm}" for r in rows.itertuples()], fontsize=8)
    axes.set_xlabel("difference from placebo, points of ESSDAI or ClinESSDAI")
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, 1.12), ncols=2, fontsize=8)
    return figure


def learnt(parameters: pd.DataFrame) -> Figure:
    """Draw how far the data moved and narrowed each free parameter."""
    rows = parameters.sort_values("contraction", ascending=False).head(SHOWN).iloc[::-1]
    figure, axes = panel(7.0, 0.2 * len(rows) + 1.2)
    at = np.arange(len(rows))
    half = 1.645 * np.sqrt(np.clip(1 - rows["contraction"], 0, None))
    axes.errorbar(rows["shift"], at, xerr=half, fmt="s", color=PALETTE[0], markersize=4)
    axes.axvline(0, color=REFERENCE, linewidth=0.8)
    axes.axvspan(-1.645, 1.645, color="#EEEEEE", zorder=0)
    axes.set_yticks(at, rows["parameter"], fontsize=8)
    axes.set_xlabel("posterior, 90 % interval, in SDs of the prior (grey: 90 % of the prior)")
    return figure
