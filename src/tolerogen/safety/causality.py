"""Whether a drug caused an event, judged by WHO-UMC or by Naranjo, with every answer kept.

Naranjo adds points for ten questions (Naranjo CA et al., Clin Pharmacol Ther 1981;30:239-245,
doi:10.1038/clpt.1981.154). WHO-UMC asks whether all criteria of a category are reasonably complied
with (The use of the WHO-UMC system for standardised case causality assessment, Uppsala Monitoring
Centre, https://who-umc.org); the rule below follows its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tolerogen.errors import SpecError, choices

NARANJO: Final[dict[str, tuple[str, int, int]]] = {
    "reported_before": ("Are there conclusive reports of this reaction before?", 1, 0),
    "after_drug": ("Did the event come after the drug was given?", 2, -1),
    "better_without": ("Did it improve when the drug was stopped, or an antidote given?", 1, 0),
    "back_again": ("Did it come back when the drug was given again?", 2, -1),
    "other_causes": ("Are there other causes that could have brought it?", -1, 2),
    "with_placebo": ("Did it come back with a placebo?", -1, 1),
    "toxic_level": ("Was the drug found in blood at a toxic concentration?", 1, 0),
    "dose_matters": ("Was it worse with more of the drug, or milder with less?", 1, 0),
    "similar_before": ("Did the patient react so to this or a similar drug before?", 1, 0),
    "objective": ("Was it confirmed by objective evidence?", 1, 0),
}
"""Question, and points for yes and for no; unknown counts nothing."""

WHO_UMC: Final[dict[str, tuple[str, ...]]] = {
    "time": ("plausible", "reasonable", "improbable", "unknown"),
    "other_cause": ("excluded", "unlikely", "possible", "likely", "unknown"),
    "withdrawal": ("plausible", "reasonable", "unclear"),
    "specific": ("yes", "no"),
    "rechallenge": ("positive", "negative", "not done"),
    "data": ("enough", "awaited", "contradictory"),
}
"""What WHO-UMC asks, and the answers.

How the time from drug to event fits; whether a disease or another drug explains it; what followed
when the drug was stopped; whether the event is objective and specific for such a reaction; whether
it came back when the drug was given again; whether there are data enough to judge.
"""

METHODS: Final = ("naranjo", "who-umc")


@dataclass(frozen=True)
class Causality:
    """A judgement of one drug and event.

    Attributes
    ----------
    drug, event
        As they are named in the case.
    method
        ``naranjo`` or ``who-umc``.
    result
        ``definite``, ``probable``, ``possible``, ``doubtful``; or ``certain``, ``probable``,
        ``possible``, ``unlikely``, ``conditional``, ``unassessable``.
    score
        Points, of Naranjo.
    answers
        Every question with its answer; empty for what others stated.
    source
        Who stated it, when it was judged elsewhere: then `method` and `result` are their words.
        None for a judgement that follows from `answers`.
    """

    drug: str
    event: str
    method: str
    result: str
    score: int | None
    answers: tuple[tuple[str, str], ...]
    source: str | None = None


def assess(drug: str, event: str, method: str, answers: Mapping[str, str]) -> Causality:
    """Judge a drug and an event.

    Parameters
    ----------
    drug, event
        Names, as in the case.
    method
        ``naranjo`` or ``who-umc``.
    answers
        To the questions of `NARANJO` (yes, no, unknown; what is left out is unknown) or `WHO_UMC`
        (what is left out is the last answer of its list).

    Raises
    ------
    SpecError
        For an unknown method, question or answer.

    Examples
    --------
    >>> assess("A", "rash", "naranjo", {"after_drug": "yes", "better_without": "yes"}).result
    'possible'
    """
    if method == "naranjo":
        given = _checked(answers, dict.fromkeys(NARANJO, ("yes", "no", "unknown")))
        points = {"yes": 1, "no": 2}
        score = sum(int(NARANJO[k][points[v]]) for k, v in given.items() if v in points)
        limits = ((9, "definite"), (5, "probable"), (1, "possible"))
        result = next((word for least, word in limits if score >= least), "doubtful")
        return Causality(drug, event, method, result, score, tuple(given.items()))
    if method == "who-umc":
        given = _checked(answers, WHO_UMC)
        return Causality(drug, event, method, _who_umc(given), None, tuple(given.items()))
    raise SpecError(f"causality, method: {choices(method, METHODS)}")


def read_causality(data: Mapping[str, Any], where: str) -> Causality:
    """Read a judgement of a case: ``drug, event, method, answers``; the result is computed.

    With ``source``, somebody else judged: ``method`` and ``result`` are taken as they are.

    Raises
    ------
    SpecError
        For an unknown key, or a result that does not follow from the answers.
    """
    unknown = set(data) - {"drug", "event", "method", "answers", "result", "score", "source"}
    if unknown:
        raise SpecError(f"{where}: '{sorted(unknown)[0]}' is unknown.")
    answers = dict(data.get("answers", {}))
    drug, event, method = (str(data.get(key, "")) for key in ("drug", "event", "method"))
    if data.get("source") is not None:
        return _stated(data, where)
    made = assess(drug, event, method, answers)
    if data.get("result") not in (None, made.result):
        raise SpecError(f"{where}: the result does not follow from the answers ({made.result}).")
    return made


def _stated(data: Mapping[str, Any], where: str) -> Causality:
    words = {key: str(data.get(key, "")) for key in ("drug", "event", "method", "result")}
    if not words["result"] or data.get("answers"):
        raise SpecError(
            f"{where}: what another source judged has a result in words, and no answers."
        )
    return Causality(**words, score=None, answers=(), source=str(data["source"]))


def _checked(answers: Mapping[str, str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    for question, answer in answers.items():
        if question not in known:
            raise SpecError(f"causality, answers: {choices(question, known)}")
        if answer not in known[question]:
            raise SpecError(
                f"causality, {question}: the answer is unknown. Known: "
                f"{', '.join(known[question])}."
            )
    return {question: answers.get(question, words[-1]) for question, words in known.items()} | (
        {} if "data" not in known or "data" in answers else {"data": "enough"}
    )


def _who_umc(given: Mapping[str, str]) -> str:
    if given["data"] == "contradictory":
        return "unassessable"
    if given["data"] == "awaited":
        return "conditional"
    if given["time"] == "unknown":
        return "unassessable"
    if given["time"] == "improbable" or given["other_cause"] == "likely":
        return "unlikely"
    fits = given["withdrawal"] in ("plausible", "reasonable")
    if (
        given["time"] == "plausible"
        and given["other_cause"] == "excluded"
        and given["withdrawal"] == "plausible"
        and given["specific"] == "yes"
        and given["rechallenge"] != "negative"
    ):
        return "certain"
    if given["other_cause"] in ("excluded", "unlikely") and fits:
        return "probable"
    return "possible"
