"""Join therapies to a disease model: fragments in, the target's handles set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from tolerogen.errors import SpecError, choices
from tolerogen.therapies.templates import TARGET_MEDIATED, UNITS, render
from tolerogen.therapies.therapy import ANTISENSE, Therapy


class Node(Protocol):
    """Where in a disease model a therapy can act, and by which handles.

    `also` names further parameters that take the same share held as `occupancy` does, for drugs
    with more than one target.
    `pool` is the species that is the total target (nM); `occupancy` (0 to 1), `complex` (nM),
    `complex_loss` (1/day) and `kill` (1/day) are model parameters that a therapy sets. None
    where the model has no such handle. `knock_down` (0 to 1) is the share of the target's RNA
    that is gone; the model makes that much less of the target. `isoform_shift` (0 to 1) is the
    share that is spliced to the other isoform; the model says what that isoform does.
    """

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def actions(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def knock_down(self) -> str | None: ...  # noqa: D102
    @property
    def isoform_shift(self) -> str | None: ...  # noqa: D102
    @property
    def pool(self) -> str | None: ...  # noqa: D102
    @property
    def occupancy(self) -> str | None: ...  # noqa: D102
    @property
    def complex(self) -> str | None: ...  # noqa: D102
    @property
    def complex_loss(self) -> str | None: ...  # noqa: D102
    @property
    def kill(self) -> str | None: ...  # noqa: D102
    @property
    def also(self) -> tuple[str, ...]: ...  # noqa: D102


def attach(model_text: str, therapies: Sequence[Therapy], targets: Mapping[str, Node]) -> str:
    """Join therapies to a model.

    Parameters
    ----------
    model_text
        Antimony text of the disease; its last ``model ... end`` block is the one extended.
    therapies
        What is given. Occupancies of therapies that share a node combine as
        ``1 - (1 - a)(1 - b)``, and so do knock-downs; kill rates add.
    targets
        The nodes that the disease offers, by id.

    Returns
    -------
    str
        Antimony text with, for each therapy, its species (mg), concentrations (mg/L, nM),
        occupancy and parameters, and the handles of its node set by assignment rules. Without
        therapies, `model_text` itself.

    Raises
    ------
    SpecError
        The disease lacks the target or does not offer the action there; target-mediated
        elimination at a node without pool; two nodes that turn the same handle;
        two target-mediated therapies at one pool; the same therapy twice; no
        ``model ... end`` block.
    """
    if not therapies:
        return model_text
    _distinct(model_text, therapies)
    nodes = [_node(therapy, targets) for therapy in therapies]
    added = _preamble(model_text, therapies)
    added += "".join(
        render(therapy, node.pool) for therapy, node in zip(therapies, nodes, strict=True)
    )
    distinct = {node.id: node for node in nodes}
    _no_shared_handles(list(distinct.values()))
    for node in distinct.values():
        here = [t for t, n in zip(therapies, nodes, strict=True) if n.id == node.id]
        added += _handles(node, here)
    return _insert(model_text, added)


def _distinct(model_text: str, therapies: Sequence[Therapy]) -> None:
    ids = [therapy.id for therapy in therapies]
    for name in ids:
        if ids.count(name) > 1 or re.search(rf"\b{name}_central\b", model_text):
            raise SpecError(
                f"therapy '{name}' is given twice; put all its doses into one regimen instead."
            )


def _node(therapy: Therapy, targets: Mapping[str, Node]) -> Node:
    if therapy.target not in targets:
        raise SpecError(
            f"therapy '{therapy.id}' acts at '{therapy.target}', a target this disease does not "
            f"have; {choices(therapy.target, targets)}"
        )
    node = targets[therapy.target]
    if therapy.action not in node.actions:
        raise SpecError(
            f"therapy '{therapy.id}' would {therapy.action} '{node.id}', which this disease does "
            f"not offer there; {choices(therapy.action, node.actions)}"
        )
    own = {"deplete": "kill", **{action: action for action in ANTISENSE}}
    name = own.get(therapy.action, "occupancy")
    if getattr(node, name) is None:
        raise SpecError(
            f"target '{node.id}' lists the action '{therapy.action}' but no model parameter for "
            f"it; add '{name}' to the target."
        )
    if therapy.pk.elimination in TARGET_MEDIATED and node.pool is None:
        raise SpecError(
            f"therapy '{therapy.id}' is lost with its target (elimination "
            f"'{therapy.pk.elimination}'), but target '{node.id}' of this disease has no pool. "
            "Give the target a pool, or the therapy elimination 'michaelis_menten' or 'linear'."
        )
    return node


def _no_shared_handles(nodes: Sequence[Node]) -> None:
    owner: dict[str, str] = {}
    for node in nodes:
        handles = (node.occupancy, node.complex, node.complex_loss, node.kill, *node.also)
        for handle in filter(None, handles):
            if owner.setdefault(handle, node.id) != node.id:
                raise SpecError(
                    f"targets '{owner[handle]}' and '{node.id}' both turn '{handle}' of the "
                    "disease model, so drugs at the two cannot be given together; give one."
                )


def _preamble(model_text: str, therapies: Sequence[Therapy]) -> str:
    bare = re.sub(r"//.*|/\*.*?\*/", "", model_text)
    lines = [
        f"unit {name} = {definition};"
        for name, definition in UNITS.items()
        if not re.search(rf"\bunit\s+{name}\s*=", bare)
    ]
    if not re.search(r"\bweight\b", bare):
        # A model without body weight is a patient of the first therapy's reference weight.
        lines.append(f"weight = {therapies[0].pk.reference_weight!r}; weight has kg;")
    return "\n" + "\n".join(lines) + "\n"


def _handles(node: Node, therapies: Sequence[Therapy]) -> str:
    bound = [t for t in therapies if t.pk.elimination in TARGET_MEDIATED]
    if len(bound) > 1:
        names = "' and '".join(t.id for t in bound)
        raise SpecError(
            f"'{names}' are both lost with the target '{node.id}'. Two drugs competing for one "
            "pool are not offered; give one of them elimination 'michaelis_menten' or 'linear'."
        )
    binders = [f"{t.id}_occupancy" for t in therapies if t.action not in ANTISENSE]
    rules = dict.fromkeys((node.occupancy, *node.also), _either(binders)) if binders else {}
    for action in ANTISENSE:
        shares = [f"{t.id}_{action}" for t in therapies if t.action == action]
        if shares:
            rules[getattr(node, action)] = _either(shares)
    kills = [f"{t.id}_kill" for t in therapies if t.action == "deplete"]
    if kills:
        rules[node.kill] = " + ".join(kills)
    if bound:
        rules[node.complex] = f"{bound[0].id}_complex"
        rules[node.complex_loss] = f"{bound[0].id}_kint"
    return "".join(
        f"var {handle}; {handle} := {rule};\n" for handle, rule in rules.items() if handle
    )


def _either(shares: Sequence[str]) -> str:
    """Combine shares that act independently of each other."""
    return shares[0] if len(shares) == 1 else f"1 - {'*'.join(f'(1 - {s})' for s in shares)}"


def _insert(model_text: str, added: str) -> str:
    ends = list(re.finditer(r"^[ \t]*end[ \t;]*(?://.*)?$", model_text, flags=re.MULTILINE))
    if not ends:
        raise SpecError(
            "the disease model has no line 'end' that closes a 'model ... end' block; therapies "
            "are joined inside that block."
        )
    at = ends[-1].start()
    return f"{model_text[:at]}{added}{model_text[at:]}"
