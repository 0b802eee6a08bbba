"""What an SBML text declares: species, compartments, parameters, which are computed, units.

Read with the standard library's XML parser. A document type declaration is refused, so that no
entity is ever expanded. Levels 2 and 3 of SBML are read (Keating et al. 2020,
doi:10.15252/msb.20199110).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tolerogen.engine.sbml_units import Units, pretty, read_units
from tolerogen.errors import ModelError


@dataclass(frozen=True)
class Outline:
    """The declarations of a model.

    Attributes
    ----------
    id
        Id of the model.
    species, parameters, compartments
        Ids in the order of the file.
    home
        Compartment of each species.
    amounts
        Species reported as amounts rather than concentrations: declared so
        (``hasOnlySubstanceUnits``), or in a compartment without extent.
    fixed
        Ids that no reaction or rule changes: constants and boundary species.
    assigned, initial, rated
        Ids set by an assignment rule, an initial assignment, a rate rule.
    values
        Declared value of parameters, and size of compartments, where there is one.
    units
        Unit of each id, and of ``time``, where it is declared.
    """

    id: str
    species: tuple[str, ...]
    parameters: tuple[str, ...]
    compartments: tuple[str, ...]
    home: Mapping[str, str]
    amounts: frozenset[str]
    fixed: frozenset[str]
    assigned: frozenset[str]
    initial: frozenset[str]
    rated: frozenset[str]
    values: Mapping[str, float]
    units: Mapping[str, str]


def parse(sbml: str) -> ET.Element:
    """Parse SBML text.

    Raises
    ------
    ModelError
        When it is not well-formed XML, holds a document type declaration, is not SBML of level
        2 or 3, or holds no model.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", sbml, re.IGNORECASE):
        raise ModelError("The SBML text holds a document type declaration; remove it.")
    try:
        # a text that is already decoded must not be decoded again by its declaration
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", sbml))  # noqa: S314  # no entities
    except ET.ParseError as error:
        raise ModelError(f"The text is not well-formed XML: {error}.") from None
    if local(root) != "sbml" or root.get("level") not in ("2", "3"):
        raise ModelError(
            f"The XML is <{local(root)}> level {root.get('level')}; SBML of level 2 or 3 is read."
        )
    if next(children(root, "model"), None) is None:
        raise ModelError("The SBML document holds no model.")
    return root


def local(element: ET.Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Children of an element with this local name."""
    return (child for child in element if local(child) == name)


def listed(model: ET.Element, plural: str) -> list[ET.Element]:
    """Members of ``listOf<plural>`` of the model."""
    return [item for group in children(model, f"listOf{plural}") for item in group]


def outline(root: ET.Element) -> Outline:
    """Collect what a parsed SBML document declares."""
    model = next(children(root, "model"))
    species, parameters = listed(model, "Species"), listed(model, "Parameters")
    compartments, rules = listed(model, "Compartments"), listed(model, "Rules")
    boundary = {_id(s) for s in species if s.get("boundaryCondition") == "true"}
    rated = frozenset(r.get("variable", "") for r in rules if local(r) == "rateRule")
    constant = {_id(e) for e in (*parameters, *compartments) if e.get("constant", "true") == "true"}
    constant |= {_id(s) for s in species if s.get("constant") == "true"}
    points = {_id(c) for c in compartments if c.get("spatialDimensions") == "0"}
    declared = [(_id(p), p.get("value")) for p in parameters]
    declared += [(_id(c), c.get("size")) for c in compartments]
    return Outline(
        id=model.get("id", ""),
        species=tuple(map(_id, species)),
        parameters=tuple(map(_id, parameters)),
        compartments=tuple(map(_id, compartments)),
        home={_id(s): s.get("compartment", "") for s in species},
        amounts=frozenset(
            _id(s)
            for s in species
            if s.get("hasOnlySubstanceUnits") == "true" or s.get("compartment") in points
        ),
        fixed=frozenset(constant | (boundary - rated)),
        assigned=frozenset(r.get("variable", "") for r in rules if local(r) == "assignmentRule"),
        initial=frozenset(a.get("symbol", "") for a in listed(model, "InitialAssignments")),
        rated=rated,
        values={name: float(value) for name, value in declared if value is not None},
        units=_units(model, root.get("level", "3"), species, parameters, compartments),
    )


def _id(element: ET.Element) -> str:
    return element.get("id", "")


def _units(
    model: ET.Element,
    level: str,
    species: list[ET.Element],
    parameters: list[ET.Element],
    compartments: list[ET.Element],
) -> dict[str, str]:
    known = read_units(listed(model, "UnitDefinitions"), builtin=level == "2")
    assumed = {"substance": "substance", "volume": "volume", "time": "time"} if level == "2" else {}
    volume = model.get("volumeUnits", assumed.get("volume"))
    substance = model.get("substanceUnits", assumed.get("substance"))
    sizes = {_id(c): known.get(c.get("units") or volume or "") for c in compartments}
    found: dict[str, Units | None] = {
        "time": known.get(model.get("timeUnits", assumed.get("time", "")))
    }
    found |= sizes
    found |= {_id(p): known.get(p.get("units", "")) for p in parameters}
    for item in species:
        amount = known.get(item.get("substanceUnits") or substance or "")
        size = sizes.get(item.get("compartment", ""))
        if item.get("hasOnlySubstanceUnits") == "true":
            found[_id(item)] = amount
        elif amount is not None and size is not None:
            # Antimony names the substance of "S has nM" nM_litre; the author's name says more
            meant = known.get(amount.name.removesuffix(f"_{size.name}"))
            ratio = amount.over(size)
            found[_id(item)] = meant if meant is not None and meant.same(ratio) else ratio
    return {name: pretty(unit) for name, unit in found.items() if unit is not None}
