"""The immune network of a disease as a graph: states, what flows between them, what drives what.

Read from the model's own text, so that the picture cannot disagree with the equations; what each
reaction does, and where that is published, is said by ``arrows.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.diseases.disease import Disease

RULE = re.compile(r"^\s*(\w+)\s*:=\s*(.+?)\s*$", re.MULTILINE)
REACTION = re.compile(r"^\s*(\w+)\s*:\s*([^;=]*?)->\s*([^;]*?);\s*(.+?)\s*$", re.MULTILINE)
PLACE = re.compile(r"(\w+) in (\w+)")
UNIT = re.compile(r"(\w+) has (\w+)")
NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class State:
    """A state of the model: where it is, and its unit as the model declares it."""

    id: str
    place: str
    unit: str


@dataclass(frozen=True)
class Link:
    """A reaction.

    Attributes
    ----------
    id, what, status, source
        As in ``arrows.csv``.
    from_, to
        States taken and made; empty at the edge of the model.
    drivers
        States that its rate follows beside those.
    handles
        Model parameters through which a therapy changes its rate.
    """

    id: str
    what: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    drivers: tuple[str, ...]
    handles: tuple[str, ...]
    status: str
    source: str

    @property
    def ends(self) -> tuple[str, ...]:
        """The states that it changes."""
        return (*self.from_, *self.to)


@dataclass(frozen=True)
class Network:
    """States and links, in the order of the model."""

    states: tuple[State, ...]
    links: tuple[Link, ...]

    def state(self, name: str) -> State:
        """Return a state by its id.

        Raises
        ------
        SpecError
            When there is none.
        """
        known = {state.id: state for state in self.states}
        if name not in known:
            raise SpecError(f"the model has no state '{name}'; {choices(name, known)}")
        return known[name]

    def into(self, name: str) -> tuple[Link, ...]:
        """Return the links that change a state."""
        return tuple(link for link in self.links if name in link.ends)

    def out_of(self, name: str) -> tuple[Link, ...]:
        """Return the links that a state drives."""
        return tuple(link for link in self.links if name in link.drivers)

    def touched(self, disease: Disease, target: str) -> tuple[Link, ...]:
        """Return the links whose rate a therapy at a target changes at once.

        Raises
        ------
        SpecError
            When the disease has no such target.
        """
        if target not in disease.targets:
            raise SpecError(f"no target '{target}'; {choices(target, disease.targets)}")
        node = disease.targets[target]
        turned = {node.occupancy, node.complex, node.complex_loss, node.kill, node.knock_down}
        turned |= {node.isoform_shift, *node.also}
        return tuple(link for link in self.links if turned & set(link.handles))


def network(disease: Disease) -> Network:
    """Return the network of a disease.

    Examples
    --------
    >>> from tolerogen.diseases import load_disease
    >>> disease = load_disease("sjogren")
    >>> net = network(disease)
    >>> [link.id for link in net.touched(disease, "CTSS")][:2]
    ['T4_cm_renewal', 'T4_em_renewal']
    """
    handles = frozenset(
        handle
        for node in disease.targets.values()
        for handle in (
            node.occupancy, node.complex, node.complex_loss, node.kill, node.knock_down,
            node.isoform_shift, *node.also,
        )
        if handle
    )  # fmt: skip
    words = {arrow.id: (arrow.what, arrow.status, arrow.source) for arrow in disease.arrows}
    text = re.sub(r"//.*", "", disease.model)
    return Network(*_read(text, handles, tuple(words.items())))


@lru_cache(maxsize=8)
def _read(
    text: str, handles: frozenset[str], words: tuple[tuple[str, tuple[str, str, str]], ...]
) -> tuple[tuple[State, ...], tuple[Link, ...]]:
    places = {
        name: place
        for line in text.splitlines()
        if line.strip().startswith("species ")
        for name, place in PLACE.findall(line)
    }
    units = dict(UNIT.findall(text))
    states = tuple(State(name, place, units.get(name, "")) for name, place in places.items())
    rules = {name: set(NAME.findall(law)) for name, law in RULE.findall(text)}
    return states, tuple(_links(text, places, rules, handles, dict(words)))


def _links(
    text: str,
    places: Mapping[str, str],
    rules: Mapping[str, set[str]],
    handles: frozenset[str],
    words: Mapping[str, tuple[str, str, str]],
) -> Iterator[Link]:
    for name, left, right, law in REACTION.findall(text):
        felt = _closure(set(NAME.findall(law)), rules)
        taken = tuple(n for n in NAME.findall(left) if n in places)
        made = tuple(n for n in NAME.findall(right) if n in places)
        own = {*taken, *made}
        drivers = tuple(state for state in places if state in felt and state not in own)
        what, status, source = words.get(name, (name, "", ""))
        yield Link(name, what, taken, made, drivers, tuple(sorted(felt & handles)), status, source)


def _closure(names: set[str], rules: Mapping[str, set[str]]) -> set[str]:
    """Add what the rules behind the names hold, until nothing is new."""
    found, new = set(names), set(names)
    while new:
        new = {inner for name in new for inner in rules.get(name, ())} - found
        found |= new
    return found
