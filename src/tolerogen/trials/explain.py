"""The result in sentences: what was done, what came out, what it may not be used for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolerogen.trials.replicates import Distribution
    from tolerogen.trials.result import TrialResult

HOW = {
    "ancova": "by covariance, adjusted for baseline and strata, in the available cases",
    "mmrm": "by a mixed model for repeated measures with all visits up to then, adjusted for "
    "baseline and strata, missing values taken as missing at random",
}

MISSING = {
    "mar": "as if the patient had stayed",
    "j2r": "a jump to the reference arm",
    "cir": "increments of the reference arm",
    "cr": "a copy of the reference arm",
    "lmcf": "the last mean carried forward",
}


def explain(result: TrialResult) -> str:
    """Return a few paragraphs on how the numbers arose and how to read them."""
    parts = [_done(result), _found(result), _antibodies(result), _again(result), _limits(result)]
    return "\n\n".join(part for part in parts if part)


def _done(result: TrialResult) -> str:
    spec = result.spec
    arms = "; ".join(
        f"{arm.name} ({', '.join(t.therapy.name for t in arm.treatments) or 'no drug'}, "
        f"share {arm.share})"
        for arm in spec.arms
    )
    strata = f", stratified by {' and '.join(spec.strata)}" if spec.strata else ""
    return (
        f"{result.screened} virtual patients with {spec.disease.name} were screened, by scores "
        f"that carry the noise of a visit, until {spec.patients} met the criteria of entry. They "
        f"were randomised in permuted blocks of {spec.block}{strata} to: {arms}. Each patient has "
        "own parameters, followed by the mechanistic model of the disease with the drugs of the "
        "arm; what the clinic sees adds fluctuation of the disease, assessor noise, the placebo "
        "response of the trial and dropout."
    )


def _found(result: TrialResult) -> str:
    spec = result.spec
    what = spec.endpoint.measure
    parts = []
    for row in result.analysis.differences.to_dict("records"):
        if row["measure"] != what.id or row["day"] != spec.endpoint.day:
            continue
        if math.isnan(row["estimate"]):
            parts.append(f"{row['arm']} could not be compared: too few patients were left.")
            continue
        parts.append(
            f"{row['arm']} differed from {row['reference']} by {row['estimate']:.2f} {what.unit} "
            f"({100 * row['level']:g} % interval {row['low']:.2f} to {row['high']:.2f})."
        )
    if not parts:
        parts = ["No arm was compared with another: the trial has no reference arm beside it."]
    better = "a fall" if what.better < 0 else "a rise"
    return (
        f"The change of {what.label} from baseline to week {spec.endpoint.day / 7:g} was analysed "
        f"{_how(result)}; {better} is good. {' '.join(parts)}"
    )


def _antibodies(result: TrialResult) -> str:
    parts = []
    for row in result.antidrug.to_dict("records"):
        formed, among = row["formed"], row["patients"]
        told = f"Antibodies against {row['therapy']} formed in {formed} of {among} patients"
        if 0 < formed < among:
            share = row["with_antibodies"] / row["without_antibodies"]
            told += f" of '{row['arm']}'; their mean concentration was {share:.0%} of the others'"
        parts.append(f"{told}.")
    return " ".join(parts)


def _how(result: TrialResult) -> str:
    spec = result.spec
    how = HOW[spec.endpoint.analysis]
    if spec.estimand.missing != "none":
        how = (
            "by covariance, adjusted for baseline and strata, in "
            f"{spec.estimand.imputations} data sets in which what was not seen is imputed "
            f"({MISSING[spec.estimand.missing]}), pooled by Rubin's rules"
        )
    events = [
        f"{row.event} in {row.n} of '{row.arm}', {row.strategy}"
        for row in result.events.itertuples()
    ]
    return f"{how}. Intercurrent events: {'; '.join(events)}" if events else how


def _again(result: TrialResult) -> str:
    count = result.replicates["replicate"].nunique()
    if count < 2:
        return "The trial was run once; replicates would show how much of this is chance."
    parts = [
        f"the difference of {item.arm} had mean {item.mean:.2f} and standard deviation "
        f"{item.sd:.2f}{_of_it(item)}, and its interval excluded zero on the good side in "
        f"{100 * item.favourable.estimate:.0f} %"
        for item in result.differences
        if item.favourable is not None
    ]
    tail = f": {'; '.join(parts)}." if parts else "."
    return f"The same design was run {count} times with new patients{tail}"


def _of_it(item: Distribution) -> str:
    if item.parameter_sd is None or item.trial_sd is None:
        return ""
    return (
        f" ({item.trial_sd:.2f} from patients and chance, {item.parameter_sd:.2f} from parameters "
        "that are not known)"
    )


def _limits(result: TrialResult) -> str:
    disease = result.spec.disease
    parts = [f"{disease.warning}." if disease.warning else ""]
    parts.append(f"The model is not for: {disease.not_for}" if disease.not_for else "")
    parts.append("The result is no prediction of a real trial and no ground for treating anyone.")
    return "Limits: " + " ".join(part for part in parts if part)
