"""What is done to the model: a node, an action, a kind of molecule, and how far it gets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tolerogen.errors import SpecError, choices
from tolerogen.targets.druggability import (
    MODALITIES,
    Fit,
    Modality,
    as_modality,
    gate,
    node_fits,
    node_genes,
)
from tolerogen.targets.mechanism.achieved import Achieved, read_achieved
from tolerogen.therapies.therapy import ANTISENSE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tolerogen.diseases import Disease
    from tolerogen.diseases.disease import TargetNode
    from tolerogen.targets.evidence import Evidence

LEAST_FACTOR = 0.1  # assumed: druggability below which nobody starts a programme
TAIL = 1.6448536269514722  # 95th percentile of the normal distribution
Scale = Literal["share", "rate"]


@dataclass(frozen=True)
class Intervention:
    """One way to hit one node.

    Attributes
    ----------
    node, action, modality
        Where, what, with what.
    level, low, high
        What is achieved: share of the target held (0 to 1), or kill rate (1/day) of ``deplete``;
        with the range (5th to 95th percentile) a new molecule may fall in.
    handles
        Model parameters that take `level`.
    held
        Further parameters set to a share while the level is a rate: a depleting antibody holds
        its receptor too.
    fit
        How the modality suits the genes behind the node.
    source
        Where the level is from.
    """

    node: str
    action: str
    modality: Modality
    level: float
    low: float
    high: float
    handles: tuple[str, ...]
    held: tuple[str, ...]
    fit: Fit | None
    source: str

    @property
    def id(self) -> str:
        """``IL7R/block/antibody``."""
        return f"{self.node}/{self.action}/{self.modality}"

    @property
    def scale(self) -> Scale:
        """Whether the level is a share or a rate."""
        return "rate" if self.action == "deplete" else "share"

    @property
    def range(self) -> tuple[float, float, float]:
        """Low, level, high."""
        return self.low, self.level, self.high

    def levels(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what molecules achieve, from normal scores: logit-normal shares, lognormal rates.

        The median is `level`; below and above it the 5th and 95th percentiles are met.
        """
        from scipy.special import expit

        if self.level <= 0:
            return np.zeros_like(score)
        low, middle, high = (_stretch(x, self.scale) for x in (self.low, self.level, self.high))
        slope = np.where(score < 0, middle - low, high - middle) / TAIL
        moved = middle + slope * score
        return np.asarray(np.exp(moved) if self.scale == "rate" else expit(moved))


def _stretch(x: float, scale: Scale) -> float:
    """Put a level on the scale on which molecules are normal: logarithm of a rate, logit."""
    if scale == "rate":
        return math.log(x)
    x = min(max(x, 1e-6), 1 - 1e-6)
    return math.log(x / (1 - x))


@dataclass(frozen=True)
class Refused:
    """A way to hit a node that is not simulated, and why."""

    node: str
    action: str
    modality: str
    reason: str


def interventions(
    disease: Disease,
    records: Sequence[Evidence] = (),
    nodes: Sequence[str] | None = None,
    modalities: Sequence[Modality] = MODALITIES,
) -> tuple[tuple[Intervention, ...], tuple[Refused, ...]]:
    """List every feasible way to hit every node of a disease, and those refused.

    Parameters
    ----------
    disease
        Its ``targets.toml``, ``target_genes.csv`` and ``achievable.csv`` are used.
    records
        Evidence that the direction gate looks at.
    nodes
        Only these; all by default.
    modalities
        Only these.

    Raises
    ------
    SpecError
        For an unknown node.
    """
    for name in nodes or ():
        if name not in disease.targets:
            raise SpecError(
                f"disease '{disease.id}' has no target '{name}'; {choices(name, disease.targets)}"
            )
    symbols, known = node_genes(disease.folder), read_achieved(disease.folder)
    found: list[Intervention] = []
    refused: list[Refused] = []
    for name in nodes if nodes is not None else disease.targets:
        node = disease.targets[name]
        genes = symbols.get(name, ())
        matched = {fit.modality: fit for fit in node_fits(genes)}
        for action, modality in _ways(node, modalities):
            allowed = gate(genes, action, records)
            drug = _drug(known, name, modality, action)
            reason = "" if allowed.open else allowed.reason
            made = None if reason else _made(node, action, modality, matched.get(modality), drug)
            if isinstance(made, Intervention):
                found.append(made)
            else:
                refused.append(Refused(name, action, modality, reason or made or ""))
    return _distinct(found), tuple(refused)


def _ways(node: TargetNode, modalities: Sequence[Modality]) -> Iterator[tuple[str, Modality]]:
    for modality in modalities:
        if modality == "oligo":
            if "activate" not in node.actions:
                yield "knock_down", modality
            continue
        for action in node.actions:
            if action == "deplete" and modality not in ("antibody", "fc_fusion"):
                continue
            if action in ANTISENSE:
                continue
            yield action, modality


def _drug(
    known: Mapping[tuple[str, str, str], Achieved], node: str, modality: Modality, action: str
) -> Achieved | None:
    mine = [
        item
        for (at, kind, what), item in known.items()
        if at == node and as_modality(kind) == modality and what == action
    ]
    return max(mine, key=lambda item: item.median, default=None)


def _made(
    node: TargetNode, action: str, modality: Modality, fit: Fit | None, drug: Achieved | None
) -> Intervention | str:
    """Return the intervention, or why there is none."""
    level = _level(action, fit, drug)
    if isinstance(level, str):
        return level
    share = tuple(h for h in (node.occupancy, *node.also) if h) if node.occupancy else ()
    held: tuple[str, ...] = ()
    handles = share
    if action == "deplete":
        handles, held = ((node.kill,) if node.kill else ()), share
    elif action == "knock_down" and node.knock_down:
        handles = (node.knock_down,)
    if not handles or (action == "knock_down" and node.kind == "cell" and node.kill == handles[0]):
        return f"the model has no handle for '{action}' here"
    *ends, source = level
    if drug is not None and fit is not None and fit.factor < 1:
        fit = replace(fit, factor=1.0, reason=f"{drug.therapy} does it")
    middle, low, high = ends
    return Intervention(node.id, action, modality, middle, low, high, handles, held, fit, source)


def _level(
    action: str, fit: Fit | None, drug: Achieved | None
) -> tuple[float, float, float, str] | str:
    """Return what is achieved: what the best drug does, else what a good one of the class would."""
    fitting = fit is not None and fit.factor >= LEAST_FACTOR
    if drug is not None:
        exact = drug.modality != "binding_protein" or action in ("deplete", "activate")
        if exact or not fitting or fit is None or drug.median >= fit.reach:
            return drug.median, drug.low, drug.high, drug.source
    if fit is None:
        return "the genes of this node are not known"
    if not fitting:
        return f"does not fit: {fit.reason}"
    if action in ("deplete", "activate"):
        return f"no drug of this kind in the library can {action} it, so its strength is not known"
    return fit.reach, fit.low, fit.high, fit.source


def _distinct(found: Sequence[Intervention]) -> tuple[Intervention, ...]:
    """Keep one of those that turn the same handles by the same kind of molecule: the furthest."""
    best: dict[tuple[str, str, tuple[str, ...]], Intervention] = {}
    for item in found:
        key = (item.node, item.modality, item.handles)
        if key not in best or item.level > best[key].level:
            best[key] = item
    return tuple(best.values())


def settings(item: Intervention, level: float, held: float = 0.9) -> dict[str, Any]:
    """Return the model parameters that an intervention sets."""
    return dict.fromkeys(item.held, held) | dict.fromkeys(item.handles, level)
