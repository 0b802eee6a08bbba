"""Which cases may be one case told twice: proposed, with reasons, and never merged.

Two records of one case agree by chance on what is common, and hardly ever on what is rare. The
hit-miss model says by how much: if both truly tell of value j, which a share b of all cases has,
and a field is right in both with probability 1 - c, agreement counts log2((1 - c (1 - b)) / b) and
disagreement log2(c); what is missing counts nothing (Noren GN, Orre R, Bate A, Edwards IR, Data Min
Knowl Discov 2007;14:305-328, doi:10.1007/s10618-006-0052-8; VigiBase's vigiMatch). Shares are those
of the cases themselves. Numbers and dates that are close count by how many chance pairs are.
The sum, with the odds that any two cases are one, gives a probability.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from math import exp, inf, log, log2

from tolerogen.errors import SpecError
from tolerogen.safety.case_report import CaseReport

DIFFERS = {"sex": 0.05, "country": 0.1, "reporter": 0.6, "drugs": 0.2, "events": 0.3}
"""How often two records of one case differ in a field (assumed)."""

NEAR: dict[str, tuple[tuple[float, float], ...]] = {
    "onset": ((0, 0.75), (7, 0.12), (31, 0.08), (inf, 0.05)),
    "age": ((0, 0.85), (1, 0.1), (inf, 0.05)),
}
"""Greatest distance (days, years), and share of true duplicates up to there (assumed)."""

ALIKE = 0.85
"""Names alike to this degree (difflib) count as one that was mistyped (assumed)."""

DUPLICATES = 0.05
"""Share of cases that are told twice, for the odds before anything is compared (assumed)."""

CROWD = 300
"""Cases that share a key with more others than this are not compared by that key."""

SMOOTH = 0.5
"""Added to counts, so that what occurs once is not infinitely rare (assumed)."""


@dataclass(frozen=True)
class Fields:
    """What of a case is compared: names in capitals, whole dates as days, age in years."""

    drugs: frozenset[str]
    events: frozenset[str]
    onset: int | None
    age: float | None
    sex: str | None
    country: str | None
    reporter: str | None


@dataclass(frozen=True)
class Suspected:
    """Two cases that may be one.

    Attributes
    ----------
    first, second
        Numbers of the cases.
    score
        Sum of the weights, in bits.
    probability
        That they are one case.
    reasons
        Weight of each field, in bits; negative where they differ.
    """

    first: str
    second: str
    score: float
    probability: float
    reasons: dict[str, float]


def find_duplicates(
    cases: Iterable[tuple[str, CaseReport]], at_least: float = 0.9
) -> list[Suspected]:
    """Propose pairs of cases that may be one, the most likely first. Nothing is changed.

    Parameters
    ----------
    cases
        Number and report of each case.
    at_least
        Smallest probability that is proposed.

    Raises
    ------
    SpecError
        When `at_least` is not between 0 and 1.
    """
    if not 0 < at_least < 1:
        raise SpecError(f"The probability must lie between 0 and 1; it is {at_least:g}.")
    fields = {number: fields_of(report) for number, report in cases}
    if len(fields) < 2:
        return []
    usual = _Usual(list(fields.values()))
    before = log(DUPLICATES * 2 / (len(fields) - 1))
    found = []
    for one, other in sorted(_candidates(fields)):
        reasons = usual.weigh(fields[one], fields[other])
        score = sum(reasons.values())
        probability = 1 / (1 + exp(-max(min(score * log(2) + before, 700), -700)))
        if probability >= at_least:
            rounded = {name: round(weight, 2) for name, weight in reasons.items()}
            found.append(Suspected(one, other, round(score, 2), probability, rounded))
    return sorted(found, key=lambda pair: -pair.score)


def fields_of(report: CaseReport) -> Fields:
    """Take what is compared out of a report; the earliest whole date of onset counts."""
    onsets = [e.onset for e in report.events if e.onset and len(e.onset) == len("2026-03-14")]
    suspects = (d.name for d in report.drugs if d.role in ("suspect", "interacting"))
    return Fields(
        drugs=frozenset(" ".join(name.upper().split()) for name in suspects),
        events=frozenset(" ".join(e.term.upper().split()) for e in report.events),
        onset=date.fromisoformat(min(onsets)).toordinal() if onsets else None,
        age=report.age_years,
        sex=report.sex,
        country=report.country,
        reporter=report.reporter,
    )


def _candidates(fields: Mapping[str, Fields]) -> set[tuple[str, str]]:
    """Pairs that share at least two things, so that not all pairs need be compared."""
    blocks: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for number, case in fields.items():
        for key in _keys(case):
            blocks[key].append(number)
    pairs: set[tuple[str, str]] = set()
    for numbers in blocks.values():
        if len(numbers) <= CROWD:
            pairs.update(combinations(numbers, 2))
    return pairs


def _keys(case: Fields) -> Iterator[tuple[object, ...]]:
    person = (case.age, case.sex)
    names = [("drug", d) for d in case.drugs] + [("event", e) for e in case.events]
    for drug in case.drugs:
        for event in case.events:
            yield "pair", drug, event
            if case.age is not None:
                yield "pair and age", drug, event, case.age
            if case.onset is not None:
                yield "pair and onset", drug, event, case.onset
    for kind, name in names:
        if case.onset is not None:
            yield kind, name, "onset", case.onset
        if case.age is not None:
            yield kind, name, person
    if case.onset is not None and case.age is not None:
        yield case.onset, person


class _Usual:
    """How common each value is, and what agreement on it says."""

    def __init__(self, cases: Sequence[Fields]) -> None:
        self.cases = len(cases)
        self.names = {
            "drugs": Counter(name for case in cases for name in case.drugs),
            "events": Counter(name for case in cases for name in case.events),
        }
        self.words = {
            name: Counter(value for case in cases if (value := getattr(case, name)))
            for name in ("sex", "country", "reporter")
        }
        self.near = {
            name: _by_chance([x for case in cases if (x := getattr(case, name)) is not None], steps)
            for name, steps in NEAR.items()
        }

    def weigh(self, one: Fields, other: Fields) -> dict[str, float]:
        """Weight of each field that both have, in bits."""
        found = {}
        for name, counts in self.words.items():
            a, b = getattr(one, name), getattr(other, name)
            if a and b:
                found[name] = _agree(counts[a] / counts.total(), DIFFERS[name], a == b)
        for name, steps in NEAR.items():
            a, b = getattr(one, name), getattr(other, name)
            if a is not None and b is not None:
                at = next(k for k, (most, _) in enumerate(steps) if abs(a - b) <= most)
                found[name] = log2(steps[at][1] / self.near[name][at])
        for name, common in self.names.items():
            a, b = getattr(one, name), getattr(other, name)
            if a and b:
                found[name] = self._lists(name, common, a, b)
        return found

    def _lists(
        self, name: str, common: Counter[str], one: frozenset[str], other: frozenset[str]
    ) -> float:
        """Weigh two lists of names: those shared, those mistyped, those that only one has."""
        weight, c = 0.0, DIFFERS[name]
        for word in one & other:
            weight += _agree((common[word] + SMOOTH) / (self.cases + 1), c, True)
        left, right = set(one - other), set(other - one)
        for word in sorted(left):
            close = [w for w in sorted(right) if SequenceMatcher(None, word, w).ratio() >= ALIKE]
            if close:  # as common as the commoner of the two, at least
                share = max(common[word], common[close[0]]) + SMOOTH
                weight += _agree(share / (self.cases + 1), c, True) - 1
                left.discard(word)
                right.discard(close[0])
        return weight + (len(left) + len(right)) * log2(c)


def _agree(share: float, c: float, same: bool) -> float:
    return log2((1 - c * (1 - share)) / share) if same else log2(c)


def _by_chance(values: list[float], steps: Sequence[tuple[float, float]]) -> list[float]:
    """Share of pairs of different cases in each step of distance, all pairs counted."""
    ordered, pairs = sorted(values), len(values) * (len(values) - 1) / 2
    if not pairs:
        return [1.0] * len(steps)
    within = [
        sum(bisect_right(ordered, x + most) - k - 1 for k, x in enumerate(ordered))
        for most, _ in steps
    ]
    each = [upper - lower for lower, upper in zip([0, *within], within, strict=False)]
    return [(count + SMOOTH) / (pairs + SMOOTH * len(steps)) for count in each]
