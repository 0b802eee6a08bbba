"""From what a user writes to ways of hitting nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.targets.mechanism.interventions import Intervention, interventions

if TYPE_CHECKING:
    from tolerogen.diseases import Disease


def chosen_ways(disease: Disease, names: Sequence[str]) -> tuple[Intervention, ...]:
    """Return one way a name: the one written out, or the best fitting and furthest reaching.

    Parameters
    ----------
    names
        Nodes, genes by any usual name, or ``node/action/modality``.

    Raises
    ------
    SpecError
        A name that is none of these, or a node that no molecule may hit.
    """
    from tolerogen.targets.explain import find_node

    items, _ = interventions(disease)
    by_id = {item.id: item for item in items}
    found: dict[str, Intervention] = {}
    for name in names:
        if name in by_id:
            found[name] = by_id[name]
            continue
        node = find_node(disease, name)
        mine = [item for item in items if item.node == node]
        if not mine:
            known = [*disease.targets, *by_id] if "/" in name else list(disease.targets)
            raise SpecError(f"there is no way to hit '{name}'; {choices(name, known)}")
        best = max(mine, key=_worth)
        found[best.id] = best
    return tuple(found.values())


def _worth(item: Intervention) -> tuple[float, float]:
    factor = item.fit.factor if item.fit else 0.0
    reach = 1.0 if item.scale == "rate" else item.level
    return factor * reach, reach
