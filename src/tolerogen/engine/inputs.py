"""Room for infusions in a model: one input parameter and one reaction per infused species.

The reaction ``=> species`` runs at the value of the parameter (amount per day), which is 0 until
the engine sets it. Nothing else in the model changes.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from tolerogen.engine.sbml import children, parse

MATH = "http://www.w3.org/1998/Math/MathML"


def input_of(species: str) -> str:
    """Name of the parameter that holds the input rate of a species.

    Examples
    --------
    >>> input_of("drug")
    'tolerogen_input_drug'
    """
    return f"tolerogen_input_{species}"


def with_inputs(sbml: str, infused: Sequence[str]) -> str:
    """Return SBML with an input for each of these species; unchanged when there are none."""
    if not infused:
        return sbml
    root = parse(sbml)
    model = next(children(root, "model"))
    space = root.tag.partition("}")[0] + "}"
    parameters = _group(model, space, "Parameters")
    reactions = _group(model, space, "Reactions")
    for species in infused:
        ET.SubElement(
            parameters, f"{space}parameter", id=input_of(species), value="0", constant="false"
        )
        _add_reaction(reactions, space, species, (root.get("level"), root.get("version")))
    return ET.tostring(root, encoding="unicode")


def _add_reaction(
    reactions: ET.Element, space: str, species: str, release: tuple[str | None, str | None]
) -> None:
    entry = ET.SubElement(
        reactions, f"{space}reaction", id=f"{input_of(species)}_reaction", reversible="false"
    )
    if release == ("3", "1"):
        entry.set("fast", "false")  # this release alone requires it
    products = ET.SubElement(entry, f"{space}listOfProducts")
    product = ET.SubElement(
        products, f"{space}speciesReference", species=species, stoichiometry="1"
    )
    if release[0] == "3":
        product.set("constant", "true")
    law = ET.SubElement(entry, f"{space}kineticLaw")
    math = ET.SubElement(law, f"{{{MATH}}}math")
    ET.SubElement(math, f"{{{MATH}}}ci").text = input_of(species)


_ORDER = (
    *("notes", "annotation", "listOfFunctionDefinitions", "listOfUnitDefinitions"),
    *("listOfCompartmentTypes", "listOfSpeciesTypes", "listOfCompartments", "listOfSpecies"),
    *("listOfParameters", "listOfInitialAssignments", "listOfRules", "listOfConstraints"),
    *("listOfReactions", "listOfEvents"),
)


def _group(model: ET.Element, space: str, plural: str) -> ET.Element:
    """Find a list of the model, or make it in the place the standard gives it."""
    name = f"listOf{plural}"
    found = next(children(model, name), None)
    if found is not None:
        return found
    before = {f"{space}{n}" for n in _ORDER[: _ORDER.index(name)]}
    place = max((i + 1 for i, child in enumerate(model) if child.tag in before), default=0)
    made = ET.Element(f"{space}{name}")
    model.insert(place, made)
    return made
