"""What calibrations, validations and comparisons with cohorts say: how good the model is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tolerogen.dossier.drawing import forest, from_folder
from tolerogen.dossier.page import Figure, Piece, Row, Table, table
from tolerogen.dossier.source import Source

FIT = (
    ("trial_id", "Trial"), ("arm", "Arm"), ("measure", "Measure"), ("week", "Week"),
    ("kind", "Kind"), ("published", "Published"), ("sd", "SD"), ("prior_mean", "Before"),
    ("prior_sd", "SD before"), ("predicted", "Predicted"), ("parameter_sd", "SD predicted"),
    ("z", "z"), ("inside90", "Within 90 %"), ("source", "Source"),
)  # fmt: skip
LEARNT = (
    ("parameter", "Parameter"), ("prior_median", "Prior median"), ("median", "Posterior median"),
    ("low", "5 %"), ("high", "95 %"), ("contraction", "Contraction"), ("shift", "Shift, prior SDs"),
    ("source", "Source of the prior"),
)  # fmt: skip
LEFT_OUT = (
    ("mechanism", "Mechanism"), ("trial_id", "Trial"), ("arm", "Arm"), ("measure", "Measure"),
    ("published", "Published"), ("se", "SE"), ("predicted", "Predicted"),
    ("parameter_sd", "SD predicted"), ("naive", "Naive"), ("inside90", "Within 90 %"),
)  # fmt: skip
ARMS = (
    ("trial_id", "Trial"), ("arm", "Arm"), ("metric", "Metric"), ("week", "Week"),
    ("predicted", "Predicted"), ("low", "5 %"), ("high", "95 %"), ("p_significant", "p(sig.)"),
    ("placebo_predicted", "Placebo"), ("published", "Published"), ("published_se", "SE"),
    ("z", "z"), ("inside90", "Within 90 %"),
)  # fmt: skip
SCORES = (
    ("name", "Figure"), ("model", "Model"), ("naive", "Naive mean"),
)  # fmt: skip
FIGURES = ("n", "coverage90", "coverage50", "mean_absolute_error", "bias", "rank_correlation",
           "sign_agreement", "brier")  # fmt: skip
COMPARED = (
    ("measure", "Measure"), ("population", "Population"), ("statistic", "Statistic"),
    ("where", "Where"), ("other", "With"), ("unit", "Unit"), ("published", "Published"),
    ("cohort_low", "Cohorts, low"), ("cohort_high", "Cohorts, high"), ("simulated", "Simulated"),
    ("verdict", "Verdict"), ("source", "Source"),
)  # fmt: skip


def calibrated(source: Source) -> Iterator[Piece]:
    """Give the sections that a calibration fills."""
    data, key = source.data, f"calibration-{source.name}"
    summary = data["summary"]
    yield Piece(
        "fit",
        (
            f"{len(data['parameters'])} free parameters fitted to {len(data['fit'])} published "
            f"numbers; {summary['draws']:,} posterior draws, effective sample size "
            f"{summary['effective_sample_size']:,.0f}.",
        ),
        table(f"{key}-fit", "Published numbers that were fitted, before and after",
              data["fit"], FIT, 5),
        from_folder(source.folder, {"fit.svg": "Fitted differences from placebo"}, "cal-fit-"),
    )  # fmt: skip
    left = summary["left_out"]
    yield Piece(
        "blind",
        (
            f"Leaving one mechanism out at a time: mean absolute error "
            f"{left['mean_absolute_error']:.2f} points in {left['arms']} arms, against "
            f"{left['naive_mean_absolute_error']:.2f} of the naive mean; "
            f"{100 * left['inside90']:.0f} % within 90 %.",
        ),
        table(f"{key}-left-out", "Predicted by a posterior that saw no trial of the mechanism",
              data["left_out"], LEFT_OUT, 4),
    )  # fmt: skip
    told = sum(row["contraction"] > 0.1 for row in data["parameters"])
    rows = sorted(data["parameters"], key=lambda row: -row["contraction"])
    yield Piece(
        "identifiability",
        (
            f"{told} of {len(rows)} free parameters contract by more than 0.1; the others remain "
            "what was assumed, and their uncertainty is carried into predictions.",
        ),
        table(f"{key}-parameters", "Free parameters. Contraction: 0, nothing was learnt; 1, all",
              rows, LEARNT),
        from_folder(source.folder, {"parameters.svg": "Posterior against prior"}, "cal-par-"),
    )  # fmt: skip


def validated(source: Source, fitted: frozenset[str]) -> Iterator[Piece]:
    """Give the sections that a validation fills.

    Parameters
    ----------
    fitted
        Trials that the model was fitted to: their rows stand with the fit, never with predictions.
    """
    rows = [{**r, "low": r["pi90"][0], "high": r["pi90"][1]} for r in source.data["arms"]]
    for section, caption, part in (
        ("fit", "Trials of the calibration, simulated as designed",
         [r for r in rows if r["trial_id"] in fitted]),
        ("blind", "Trials outside the calibration, predicted from their designs",
         [r for r in rows if r["trial_id"] not in fitted]),
    ):  # fmt: skip
        if part:
            key = f"validation-{source.name}-{section}"
            yield Piece(
                section, (), table(key, f"{caption} ({source.name})", part, ARMS, 4),
                _forest(part, f"{caption} ({source.name}): 90 % intervals", key),
            )  # fmt: skip
    lost = source.data["unrepresented"]
    mixed = any(r["trial_id"] in fitted for r in rows)
    yield Piece(
        "fit" if mixed else "blind", _scored(source), _scores(source) if _known(source) else ()
    )
    if lost:
        yield Piece(
            "limits", (f"{len(lost)} trials or arms could not be predicted ({source.name}).",),
            table(f"validation-{source.name}-lost", "Not predicted, and why", lost,
                  (("trial_id", "Trial"), ("arm", "Arm"), ("drug", "Drug"), ("reason", "Why")), 3),
        )  # fmt: skip


def compared(source: Source) -> Iterator[Piece]:
    """Give the section that a comparison with cohorts fills."""
    total = source.data["summary"]["all"]
    text = (
        f"{total['agrees']} of {total['rows']} published values agree with the virtual population, "
        f"{total['differs']} differ; the others lie between cohorts that contradict each other."
    )
    yield Piece(
        "population", (text,),
        table(f"population-{source.name}", "Published and simulated values, all",
              source.data["rows"], COMPARED, 5),
    )  # fmt: skip


def _known(source: Source) -> bool:
    return bool(source.data["summary"].get("n"))


def _scored(source: Source) -> tuple[str, ...]:
    if _known(source):
        return ()
    return (f"{source.name}: no outcome was given, hence nothing is scored.",)


def _scores(source: Source) -> tuple[Table, ...]:
    summary = source.data["summary"]
    rows = [
        {"name": name.replace("_", " "), "model": summary[name], "naive": summary["naive"][name]}
        for name in FIGURES
    ]
    caption = f"Scores over all arms of {source.name}, beside the naive mean"
    return table(f"validation-{source.name}-scores", caption, rows, SCORES)


def _forest(rows: Sequence[Row], caption: str, key: str) -> tuple[Figure, ...]:
    ours: list[Any] = [(r["low"], r["predicted"], r["high"]) for r in rows]
    theirs = [_published(r) for r in rows]
    series = [("predicted, 90 %", ours)]
    if any(theirs):
        series.append(("published, 90 % of its standard error", theirs))
    labels = [f"{r['trial_id']} {r['metric']}\n{r['arm']}" for r in rows]
    prefix = "".join(c if c.isascii() and c.isalnum() else "-" for c in key)
    return (Figure(caption, forest(labels, series, "difference from placebo, points", prefix)),)


def _published(row: Row) -> tuple[float, float, float] | None:
    middle, se = row["published"], row["published_se"]
    if middle is None:
        return None
    half = 1.645 * (se or 0.0)
    return middle - half, middle, middle + half
