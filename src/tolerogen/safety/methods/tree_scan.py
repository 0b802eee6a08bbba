"""Scan a tree of terms for a branch with too many events: the tree-based scan statistic.

Nobody knows beforehand whether a harm shows in one term or is spread over its neighbours. So every
branch is looked at, and the price of looking so often is paid exactly: a branch is judged by how
often the highest ratio *anywhere* in a random tree is as high (Kulldorff M, Fang Z, Walsh SJ,
Biometrics 2003;59:323-331, doi:10.1111/1541-0420.00039; Kulldorff M et al., Pharmacoepidemiol Drug
Saf 2013;22:517-523, doi:10.1002/pds.3423).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special
from scipy.sparse import csr_array

from tolerogen.errors import SpecError
from tolerogen.safety.csv_file import read_csv_file
from tolerogen.safety.methods.tree import Tree
from tolerogen.safety.signals.counts import Floats


@dataclass(frozen=True)
class TreeScan:
    """What a scan found, one entry a branch.

    Attributes
    ----------
    nodes
        Names of the branches.
    n, expected
        Events below each (of the exposed, where there are unexposed ones), and how many were
        expected.
    llr
        Log-likelihood ratio; 0 where there are not more than expected.
    p
        Probability that the highest ratio anywhere in the tree is as high by chance: corrected for
        all branches.
    replicates
        Random trees that `p` is from.
    unknown
        Events whose term the tree does not have; they were left out.
    """

    nodes: tuple[str, ...]
    n: np.ndarray
    expected: Floats
    llr: Floats
    p: Floats
    replicates: int
    unknown: int

    def frame(self) -> pd.DataFrame:
        """Return the branches that have events as a table, the highest ratio first."""
        columns = {
            "node": self.nodes,
            "n": self.n,
            "expected": self.expected,
            "llr": self.llr,
            "p": self.p,
        }
        frame = pd.DataFrame(columns)
        frame = frame[(frame["n"] > 0) | (frame["expected"] > 0)]
        return frame.sort_values("llr", ascending=False, kind="stable", ignore_index=True)


def scan_exposed(
    tree: Tree,
    terms: Sequence[str] | np.ndarray,
    exposed: Sequence[int] | np.ndarray,
    probability: float,
    *,
    persons: Sequence[object] | np.ndarray | None = None,
    replicates: int = 999,
    seed: int = 1,
) -> TreeScan:
    """Scan events of exposed and unexposed: the unconditional Bernoulli model.

    Parameters
    ----------
    tree
        The tree of terms.
    terms
        Term of each event.
    exposed
        1 or 0 for each event.
    probability
        That an event is one of an exposed person, under the null hypothesis.
    persons
        Whose event it is. A person counts once a branch, and a random tree draws the exposure of a
        person and not of an event. If a person's events differ in exposure, the first one on a
        branch counts. By default every event is that of another person.
    replicates, seed
        Random trees, and the seed they are drawn with.

    Raises
    ------
    SpecError
        When lengths differ, an exposure is not 0 or 1, or the probability not between 0 and 1.
    """
    flags = np.asarray(exposed)
    if len(terms) != len(flags) or (persons is not None and len(persons) != len(flags)):
        raise SpecError("terms, exposed and persons differ in length.")
    if not np.isin(flags, (0, 1)).all():
        raise SpecError("exposed must be 0 or 1 for each event.")
    if not 0 < probability < 1:
        raise SpecError("The probability of exposure must lie between 0 and 1.")
    code = tree.codes(terms)
    who = np.arange(len(flags)) if persons is None else pd.factorize(np.asarray(persons))[0]
    known = code >= 0
    on, flag = _branches(tree, who[known], code[known], flags[known].astype(np.int64))
    cases, total = on @ flag, on @ np.ones(len(flag))

    def ratio(count: Floats) -> Floats:
        return _bernoulli(count, total, probability)

    def draw(rng: np.random.Generator) -> Floats:
        return np.asarray(on @ (rng.random(len(flag)) < probability).astype(float))

    llr = ratio(cases)
    p = _rank(llr, ratio, draw, replicates, seed)
    expected = total * probability
    return TreeScan(
        tree.nodes, cases.astype(int), expected, llr, p, replicates, int((~known).sum())
    )


def scan_counts(
    tree: Tree,
    terms: Sequence[str] | np.ndarray,
    n: Sequence[float] | np.ndarray,
    expected: Sequence[float] | np.ndarray,
    *,
    conditional: bool = True,
    replicates: int = 999,
    seed: int = 1,
) -> TreeScan:
    """Scan counts against expected counts: the Poisson model.

    Parameters
    ----------
    tree
        The tree of terms.
    terms, n, expected
        A term with its count and expected count, one entry each.
    conditional
        Whether the total is taken as given, so that only the share of a branch is judged.
    replicates, seed
        Random trees, and the seed they are drawn with.
    """
    code = tree.codes(terms)
    counts, mean = np.asarray(n, float), np.asarray(expected, float)
    if not len(code) == len(counts) == len(mean):
        raise SpecError("terms, n and expected differ in length.")
    if not ((mean > 0).all() and (counts >= 0).all()):
        raise SpecError("expected must be above zero and n zero or more.")
    known = code >= 0
    size = len(tree.nodes)
    leaf_n = np.bincount(code[known], counts[known], size)
    leaf_e = np.bincount(code[known], mean[known], size)
    if not leaf_e.sum():
        raise SpecError("The tree has none of the terms.")
    total = leaf_n.sum()
    if conditional:
        leaf_e *= total / leaf_e.sum()
    above = np.asarray(tree.above @ leaf_e)
    used = np.flatnonzero(leaf_e)
    inside = tree.above[:, used]

    def ratio(count: Floats) -> Floats:
        return _poisson(count, above, total if conditional else None)

    def draw(rng: np.random.Generator) -> Floats:
        if conditional:
            drawn = rng.multinomial(int(total), leaf_e[used] / leaf_e.sum())
        else:
            drawn = rng.poisson(leaf_e[used])
        return np.asarray(inside @ drawn.astype(float))

    found = np.asarray(tree.above @ leaf_n)
    llr = ratio(found)
    p = _rank(llr, ratio, draw, replicates, seed)
    return TreeScan(
        tree.nodes, found.astype(int), above, llr, p, replicates, int(counts[~known].sum())
    )


def scan_table(
    tree: Tree, file: Path, probability: float | None, replicates: int = 999, seed: int = 1
) -> TreeScan:
    """Scan the events of a CSV: ``term, exposed`` and any ``id``, or ``term, n, expected``.

    Raises
    ------
    SpecError
        When the file cannot be read, its columns are others, or the probability is missing.
    """
    table = read_csv_file(file, dtype={"term": str})
    there = set(table.columns)
    if {"term", "exposed"} <= there:
        if probability is None:
            raise SpecError("Events of exposed and unexposed need --probability, for example 0.5.")
        persons = table["id"].to_numpy() if "id" in there else None
        terms, exposed = table["term"].to_numpy(), table["exposed"].to_numpy()
        return scan_exposed(
            tree, terms, exposed, probability, persons=persons, replicates=replicates, seed=seed
        )
    if {"term", "n", "expected"} <= there:
        terms, n, expected = (table[name].to_numpy() for name in ("term", "n", "expected"))
        return scan_counts(tree, terms, n, expected, replicates=replicates, seed=seed)
    raise SpecError(
        f"{file}, line 1: a scan needs the columns term and exposed, or term, n and expected; "
        f"there are {', '.join(map(str, table.columns))}."
    )


def _branches(
    tree: Tree, who: np.ndarray, code: np.ndarray, flag: np.ndarray
) -> tuple[csr_array, Floats]:
    """Return which person lies on which branch (nodes by persons, once each), and exposures.

    A person whose exposure changes is two, and a branch keeps the first.
    """
    above = tree.above.T.tocsr()[code]  # events by nodes
    event = np.repeat(np.arange(len(code)), np.diff(above.indptr))
    key = who[event].astype(np.int64) * len(tree.nodes) + above.indices
    _, first = np.unique(key, return_index=True)
    event, node = event[first], above.indices[first]
    unit, place = np.unique(who[event].astype(np.int64) * 2 + flag[event], return_inverse=True)
    shape = (len(tree.nodes), len(unit))
    return csr_array((np.ones(len(node)), (node, place)), shape=shape), (unit % 2).astype(float)


def _rank(
    llr: Floats,
    ratio: Callable[[Floats], Floats],
    draw: Callable[[np.random.Generator], Floats],
    replicates: int,
    seed: int,
) -> Floats:
    if replicates < 1:
        raise SpecError("There must be at least one replicate; 999 are usual.")
    rng = np.random.default_rng(seed)
    highest = np.sort([ratio(draw(rng)).max() for _ in range(replicates)])
    higher = replicates - np.searchsorted(highest, llr - 1e-12)
    return np.asarray((1 + higher) / (replicates + 1))


def _bernoulli(cases: Floats, total: Floats, probability: float) -> Floats:
    others = total - cases
    share = cases / np.maximum(total, 1)
    there = special.xlogy(cases, share) + special.xlogy(others, 1 - share)
    chance = cases * np.log(probability) + others * np.log1p(-probability)
    return np.where(share > probability, there - chance, 0.0)


def _poisson(count: Floats, expected: Floats, total: float | None) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = special.xlogy(count, count / expected)
        if total is None:
            ratio = inside - (count - expected)
        else:
            rest, rest_expected = total - count, np.maximum(total - expected, 1e-300)
            ratio = inside + special.xlogy(rest, rest / rest_expected)
    return np.where(count > expected * (1 + 1e-12), ratio, 0.0)
