"""Every site by trying every place: slow, short, and written without a look at the search."""

from __future__ import annotations

from collections.abc import Iterable

COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A"}
Site = tuple[str, str, int, int, int, int, str]


def pairing(expected: str, found: str) -> tuple[int, int, int]:
    """Differences, mismatches proper, G:U pairs."""
    wobble = sum((e, f) in {("A", "G"), ("C", "T")} for e, f in zip(expected, found, strict=True))
    wrong = sum(e != f for e, f in zip(expected, found, strict=True))
    return wrong, wrong - wobble, wobble


def sites(
    records: Iterable[tuple[str, str]], oligos: Iterable[str], limit: int, bulge: int
) -> set[Site]:
    found = set()
    records = list(records)
    for oligo in oligos:
        target = "".join(COMPLEMENT[base] for base in reversed(oligo))
        n = len(target)
        for name, sequence in records:
            for start in range(len(sequence)):
                for size in (n, n + 1, n - 1) if bulge else (n,):
                    text = sequence[start : start + size]
                    if len(text) < size or "N" in text:
                        continue
                    wrong, mismatches, wobbles = best(target, text)
                    if wrong <= limit:
                        bulged = int(size != n)
                        found.add((oligo, name, start, mismatches, wobbles, bulged, text))
    return found


def best(target: str, text: str) -> tuple[int, int, int]:
    n = len(target)
    if len(text) == n:
        return pairing(target, text)
    if len(text) > n:
        return min(pairing(target, text[:j] + text[j + 1 :]) for j in range(1, n))
    return min(pairing(target[:j] + target[j + 1 :], text) for j in range(1, n - 1))
