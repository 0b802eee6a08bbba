"""The credibility page of a calibrated disease: what was fitted, what was predicted, how sure.

The page is made from the results of a calibration and of validations, so that no number in it
is typed. Its words are those of ICH M15 (general principles for model-informed drug development)
and ASME V&V 40: question of interest, context of use, model influence, decision consequence,
verification, validation, uncertainty quantification, applicability.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.diseases import Disease

Document = Mapping[str, Any]


def read_result(folder: str | Path) -> Document:
    """Read the ``result.json`` of a calibration or validation folder.

    Raises
    ------
    SpecError
        There is none, or it is something else.
    """
    path = Path(folder) / "result.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SpecError(f"{folder}: result.json cannot be read ({error}).") from None
    if not str(found.get("format", "")).startswith(
        ("tolerogen-calibration/", "tolerogen-trial-validation/")
    ):
        raise SpecError(f"{folder}: result.json is not that of a calibration or validation.")
    return dict(found)


def credibility(disease: Disease, calibration: Document, validations: Sequence[Document]) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    disease
        The disease.
    calibration
        From `read_result`.
    validations
        From `read_result`: with outcomes (of the calibration trials) and without (blind).
    """
    parts = [
        f"# Credibility: {disease.name}",
        _origin(calibration, validations),
        _use(disease),
        _fitted(calibration),
        _learnt(calibration),
        _left_out(calibration),
        *(_predicted(item) for item in validations),
        _sources(disease),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(calibration: Document, validations: Sequence[Document]) -> str:
    versions = calibration["provenance"]["versions"]
    seeds = {str(item["provenance"]["seed"]) for item in (calibration, *validations)}
    return (
        "Made by `tolerogen population credibility` from results of `population calibrate` "
        f"(content {calibration['provenance']['content'][:12]}) and `trial validate` "
        f"({', '.join(v['provenance']['content'][:12] for v in validations) or 'none'}); seed "
        f"{', '.join(sorted(seeds))}; Tolerogen {versions.get('tolerogen', '?')}. No number here "
        "is typed by hand."
    )


def _use(disease: Disease) -> str:
    return "\n".join(
        (
            "## Question and context of use",
            "",
            "| | |",
            "|---|---|",
            f"| Question of interest | {disease.question} |",
            "| Context of use | comparing targets, molecules, doses and designs before a trial; "
            "beside other evidence |",
            "| Model influence | low to moderate: one of several lines of evidence |",
            "| Decision consequence | which trial to run and how; nobody is treated by it |",
            f"| Not for | {disease.not_for} |",
            "| Verification | the solver is held against libRoadRunner, the SBML Test Suite and "
            "closed solutions (`engine.md`); statistics against SAS and R (`statistics.md`) |",
        )
    )


def _fitted(calibration: Document) -> str:
    summary = calibration["summary"]
    lines = [
        "## What was fitted",
        "",
        f"{len(calibration['parameters'])} free parameters of the disease, none of a single drug, "
        f"to {len(calibration['fit'])} published numbers. {summary['sets']:,} parameter sets were "
        f"simulated ({summary['plausible_patients']:,} plausible patients an arm); the posterior "
        f"has {summary['draws']:,} draws, effective sample size "
        f"{summary['effective_sample_size']:,.0f}. A second way, weights on simulated sets "
        f"(effective {summary['weighted_effective_sample_size']:.0f}), puts no parameter further "
        f"than {summary['largest_shift_apart']:.2f} prior SDs away. Of the differences, "
        f"{100 * summary['differences_inside90']:.0f} % lie within 90 % of what the posterior "
        "allows for a trial of that size.",
        "",
        "SD: standard error and discrepancy. Predicted: mean, SD over parameter sets. Fold changes "
        "as logarithms; what was reported in words has no number.",
        "",
        "| Trial | Arm | Measure | Week | Kind | Published | SD | Before | Predicted | z |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['trial_id']} | {r['arm']} | {r['measure']} | {r['week']:g} | {r['kind']} | "
        f"{_cell(r['published'])} | {r['sd']:.2f} | {r['prior_mean']:.2f} ({r['prior_sd']:.2f}) | "
        f"{r['predicted']:.2f} ({r['parameter_sd']:.2f}) | {_cell(r['z'])} |"
        for r in calibration["fit"]
    ]
    return "\n".join(lines)


def _learnt(calibration: Document) -> str:
    rows = sorted(calibration["parameters"], key=lambda r: -r["contraction"])
    told = [r for r in rows if r["contraction"] > 0.1]
    lines = [
        "## What the data could tell (identifiability)",
        "",
        "Contraction is 1 less the posterior variance over that of the prior: 0, the trials say "
        f"nothing; 1, they say all. {len(told)} of {len(rows)} free parameters contract by more "
        "than 0.1; the others remain what was assumed, and their uncertainty is carried into every "
        "prediction.",
        "",
        "| Parameter | Prior median | Posterior median | 90 % | Contraction | Shift, prior SDs |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{r['parameter']}` | {r['prior_median']:.3g} | {r['median']:.3g} | "
        f"{r['low']:.3g} to {r['high']:.3g} | {r['contraction']:.2f} | {r['shift']:.2f} |"
        for r in rows
    ]
    return "\n".join(lines)


def _left_out(calibration: Document) -> str:
    summary = calibration["summary"]["left_out"]
    lines = [
        "## Predicted without the mechanism (leave one out)",
        "",
        "Each row is predicted by a posterior that saw no trial of its mechanism. Naive: mean of "
        "the published differences of the other mechanisms in that measure.",
        "",
        f"ESSDAI and ClinESSDAI, {summary['arms']} arms: mean absolute error "
        f"{summary['mean_absolute_error']:.2f} points against "
        f"{summary['naive_mean_absolute_error']:.2f} of the naive mean; rank correlation "
        f"{_cell(summary['rank_correlation'])}; {100 * summary['inside90']:.0f} % within 90 %.",
        "",
        "| Mechanism | Trial | Arm | Measure | Published | SE | Predicted | Naive | Within 90 % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['mechanism']} | {r['trial_id']} | {r['arm']} | {r['measure']} | "
        f"{r['published']:.2f} | {r['se']:.2f} | {r['predicted']:.2f} ({r['parameter_sd']:.2f}) | "
        f"{_cell(r['naive'])} | {'yes' if r['inside90'] else 'no'} |"
        for r in calibration["left_out"]
    ]
    return "\n".join(lines)


def _predicted(validation: Document) -> str:
    summary = validation["summary"]
    known = summary["n"] > 0
    title = "Simulated as designed, compared" if known else "Predicted blind: outcomes not seen"
    lines = [
        f"## {title}",
        "",
        f"{summary['trials_predicted']} trials, {summary['arms_predicted']} active arms; "
        f"{validation['provenance']['replicates']} virtual trials a design of the published size; "
        f"{validation['posterior']['source']}.",
        "",
    ]
    if known:
        lines += [*_figures(summary), ""]
    head = ["Trial", "Arm", "Metric", "Week", "Predicted", "50 %", "90 %", "p(sig.)", "Placebo"]
    head += ["Published", "z"] if known else []
    lines += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [_row(r, known) for r in validation["arms"]]
    if validation["unrepresented"]:
        lines += ["", "Not predicted:", ""]
        lines += [
            f"- {u['trial_id']}{', ' + u['arm'] if u['arm'] else ''}: {u['reason']}"
            for u in validation["unrepresented"]
        ]
    return "\n".join(lines)


def _figures(summary: Document) -> Iterator[str]:
    naive = summary["naive"]
    yield "| | model | naive mean |"
    yield "|---|---|---|"
    for name, label in (
        ("n", "arms compared"),
        ("coverage90", "share inside the 90 % interval"),
        ("coverage50", "share inside the 50 % interval"),
        ("mean_absolute_error", "mean absolute error, points"),
        ("bias", "bias, points"),
        ("rank_correlation", "rank correlation"),
        ("sign_agreement", "share with the right sign"),
        ("brier", "Brier score of significance"),
    ):
        yield f"| {label} | {_cell(summary[name])} | {_cell(naive[name])} |"
    yield f"| mean predictive SD | {_cell(summary['mean_sd'])} | |"
    yield f"| mean published standard error | {_cell(summary['mean_published_se'])} | |"


def _row(row: Document, known: bool) -> str:
    cells: list[str] = [
        row["trial_id"],
        row["arm"],
        row["metric"],
        f"{row['week']:g}",
        _cell(row["predicted"]),
        _range(row["pi50"]),
        _range(row["pi90"]),
        _cell(row["p_significant"]),
        _cell(row["placebo_predicted"]),
    ]
    if known:
        cells += [_cell(row["published"]), _cell(row["z"])]
    return "| " + " | ".join(cells) + " |"


def _range(pair: Iterable[float | None]) -> str:
    low, high = pair
    return f"{_cell(low)} to {_cell(high)}"


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _sources(disease: Disease) -> str:
    lines = [
        "## Parameters and their sources",
        "",
        "Every number of the model. Status: measured, derived from measurements, fitted, assumed, "
        "or unsourced.",
        "",
        "| Parameter | Value | Unit | Spread | Status | Source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{p.id}` | {p.value:.4g} | {p.unit} | "
        f"{'-' if p.distribution == 'fixed' else f'{p.distribution} {p.cv:g}'} | {p.status} | "
        f"{p.source.replace('|', '/')} |"
        for p in disease.parameters
    ]
    return "\n".join(lines)
