"""The network is the model: held against libSBML, and against the table of arrows."""

from __future__ import annotations

import libsbml
import pytest
from lxml import etree

from tolerogen.diseases import draw_network, load_disease, network
from tolerogen.errors import SpecError

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def disease():
    return load_disease("sjogren")


@pytest.fixture(scope="module")
def sbml(disease):
    document = libsbml.readSBMLFromString(disease.to_sbml())
    yield document.getModel()
    del document


def test_states_and_what_moves_between_them_are_those_of_the_sbml(disease, sbml):
    net = network(disease)
    places = {s.getId(): s.getCompartment() for s in sbml.getListOfSpecies()}
    assert {state.id: state.place for state in net.states} == places
    reactions = {
        reaction.getId(): (
            tuple(r.getSpecies() for r in reaction.getListOfReactants()),
            tuple(r.getSpecies() for r in reaction.getListOfProducts()),
        )
        for reaction in sbml.getListOfReactions()
    }
    assert {link.id: (link.from_, link.to) for link in net.links} == reactions


def test_drivers_are_the_states_in_the_rate_after_libsbml_filled_in_the_rules(disease, sbml):
    rules = {r.getVariable(): r.getMath() for r in sbml.getListOfRules()}
    species = {s.getId() for s in sbml.getListOfSpecies()}

    def names(node, seen=frozenset()):
        found = set()
        if node.isName():
            name = node.getName()
            found.add(name)
            if name in rules and name not in seen:
                found |= names(rules[name], seen | {name})
        for number in range(node.getNumChildren()):
            found |= names(node.getChild(number), seen)
        return found

    for link in network(disease).links:
        law = sbml.getReaction(link.id).getKineticLaw().getMath()
        assert set(link.drivers) == (names(law) & species) - set(link.ends), link.id


def test_every_arrow_of_the_table_is_there_with_its_source(disease):
    links = {link.id: link for link in network(disease).links}
    for arrow in disease.arrows:
        link = links[arrow.id]
        assert (link.what, link.status, link.source) == (arrow.what, arrow.status, arrow.source)


def test_every_target_touches_something(disease):
    net = network(disease)
    for target in disease.targets:
        assert net.touched(disease, target), target
    with pytest.raises(SpecError, match="no target"):
        net.touched(disease, "nothing")
    with pytest.raises(SpecError, match="no state"):
        net.state("nothing")


def test_the_drawing_shows_every_state_once_inside_its_frame_and_apart(disease):
    net = network(disease)
    touched = [link.id for link in net.touched(disease, "IL7R")]
    drawing = etree.fromstring(draw_network(net, "?a&state=", touched))
    knots = drawing.findall(f"{SVG}a")
    assert [knot.get("data-state") for knot in knots] == [state.id for state in net.states]
    _, _, width, height = map(float, drawing.get("viewBox").split())
    boxes = [
        tuple(float(knot[0].get(key)) for key in ("x", "y", "width", "height")) for knot in knots
    ]
    for x, y, w, h in boxes:
        assert 0 <= x <= width - w
        assert 0 <= y <= height - h
    for number, (x, y, w, h) in enumerate(boxes):
        for other in boxes[:number]:
            assert abs(x - other[0]) >= w or abs(y - other[1]) >= h, "two knots overlap"
    assert drawing.findall(f"{SVG}path[@class='drive touched']")
    assert not drawing.xpath("//@style")  # the policy of the pages forbids it
