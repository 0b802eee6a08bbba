"""Case safety reports: read by number, written without loss, mistakes named, attacks refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.e2b import check_icsr, read_any, read_icsr, read_r2, write_icsr
from tolerogen.safety.e2b.table import definitions

SCENARIOS = ["1", "2", "3", "5-1"]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOT_ELEMENTS = re.compile(r"\.0a?$|^[DEFGH]\.\w$|G\.k\.1\.1|\.r$|\.2$|\.[Kk]\.12\.|4\.ra\.|10a")


@pytest.fixture(params=SCENARIOS)
def scenario(shared, request):
    return shared(f"e2b/FAERS2022Scenario{request.param}.xml")


def test_scenarios_pass_and_come_back_equal(scenario, tmp_path):
    batch = read_icsr(scenario)
    assert check_icsr(batch, now=NOW) == []
    write_icsr(batch, tmp_path / "again.xml")
    again = read_icsr(tmp_path / "again.xml")
    assert again == batch
    # against the file itself, by another parser: every attribute, text and comment is there
    import xml.etree.ElementTree as plain

    both = [
        plain.canonicalize(from_file=str(file), with_comments=True, strip_text=True)
        for file in (scenario, tmp_path / "again.xml")
    ]
    first = [re.sub(r"^(<!--.*?-->|\s)*", "", text, flags=re.DOTALL) for text in both]
    assert first[0] == first[1]


def test_elements_are_those_the_comments_of_the_scenario_name(scenario):
    """FDA wrote the number of an element beside it."""
    text = scenario.read_text(encoding="utf-8")
    named = set(re.findall(r"<!--[^>]*?((?:FDA\.)?[CDEGHN]\.[\w.]*\w)", text))
    named = {n for n in named if not NOT_ELEMENTS.search(n) or n in definitions()}
    read = {e.number for e in read_icsr(scenario).elements}
    assert named - read <= {"C.2.r.1.3", "D.2.2.1b"}  # named, but without a value there
    assert len(named & read) > 50


def test_values_of_scenario_1(shared):
    batch = read_icsr(shared("e2b/FAERS2022Scenario1.xml"))
    wanted = {
        "N.1.4": ["ZZFDA"],
        "C.1.1": ["US-APHARMA-8744554B"],
        "C.2.r.1.4": ["Robertson"],
        "D.2.2a": ["48"],
        "D.2.2b": ["a"],
        "E.i.2.1b": ["10027940", "10009896"],
        "E.i.7": ["3", "1"],
        "G.k.2.2": ["Drug A", "Drug B", "Drug C"],
        "G.k.1": ["1", "1", "2"],
        "H.4": ["Sender Comments"],
        "C.3.2": ["Big Pharma Drug"],
        "FDA.D.11.r": ["C41260", "C41219"],
    }
    assert {number: batch.get(number) for number in wanted} == wanted
    disabling = list(batch.find("E.i.3.2d"))
    assert [(e.text, e.null) for e in disabling] == [("true", None), (None, "NI")]
    assert [e.place for e in disabling] == [(1, 1), (1, 2)]


def mutated(file, number, change):
    """Change the first place of an element by hand and read the message again."""
    root = etree.parse(str(file)).getroot()
    from tolerogen.safety.e2b.read import places

    definition = definitions()[number]
    for _, context in places(root)[definition.context]:
        for node in definition.node(context):
            has = node.get(definition.attribute) if definition.attribute else node.text
            if has is not None or node.get("nullFlavor") is not None:
                change(node, definition.attribute)
                return read_icsr(etree.tostring(root))
    raise AssertionError(number)


def put(text):
    def change(node, attribute):
        node.attrib.pop("nullFlavor", None)
        if attribute:
            node.set(attribute, text)
        else:
            node.text = text

    return change


def remove(node, attribute):
    node.attrib.pop("nullFlavor", None)
    if attribute:
        node.attrib.pop(attribute, None)
    else:
        node.text = None
        for child in node:
            child.tail = None


def null(flavor):
    def change(node, attribute):
        remove(node, attribute)
        node.set("nullFlavor", flavor)

    return change


PRESENT = [
    "N.1.1 N.1.2 N.1.3 N.1.4 N.1.5 N.2.r.1 N.2.r.2 N.2.r.3 N.2.r.4 C.1.1 C.1.2 C.1.3 C.1.4 C.1.5",
    "C.1.6.1 C.1.7 C.1.8.1 C.1.8.2 C.1.9.1 C.2.r.4 C.3.1 D.1 E.i.2.1a E.i.2.1b E.i.3.2a E.i.3.2b",
    "E.i.3.2c E.i.3.2d E.i.3.2e E.i.3.2f E.i.7 G.k.1 G.k.2.2 H.1",
]
CODED = [
    "N.1.1",
    "C.1.3",
    "C.1.8.2",
    "C.2.r.4",
    "C.2.r.5",
    "C.3.1",
    "D.2.3",
    "D.5",
    "E.i.3.1",
    "E.i.7",
    "G.k.1",
    "G.k.8",
]
FLAGS = [
    "C.1.6.1",
    "C.1.7",
    "E.i.3.2a",
    "E.i.3.2b",
    "E.i.3.2c",
    "E.i.3.2d",
    "E.i.3.2e",
    "E.i.3.2f",
]
LONG = {
    "C.1.1": 100, "C.2.r.1.4": 60, "C.2.r.2.3": 100, "C.2.r.2.4": 35, "C.2.r.2.6": 15, "D.1": 60,
    "C.3.2": 100, "E.i.1.2": 250, "G.k.2.2": 250, "G.k.3.1": 35, "G.k.4.r.7": 35, "H.1": 100_000,
    "H.2": 20_000, "C.3.4.2": 35,
}  # fmt: skip
CHANGES = [
    *((n, remove, f"required.{n}") for line in PRESENT for n in line.split()),
    *((n, put("77"), f"value.{n}") for n in CODED),
    *((n, put("maybe"), f"value.{n}") for n in FLAGS),
    *((n, put("x" * (most + 1)), f"length.{n}") for n, most in LONG.items()),
    *((n, put("20230229"), f"date.{n}") for n in ("C.1.4", "C.1.5", "D.2.1", "E.i.4")),
    *((n, put("2022"), f"date.{n}") for n in ("N.1.5", "N.2.r.4", "C.1.2", "C.1.4", "C.1.5")),
    *((n, put("20990101"), f"future.{n}") for n in ("C.1.4", "C.1.5", "D.2.1", "E.i.4")),
    *((n, null("UNK"), f"null.{n}") for n in ("C.1.1", "C.1.7", "E.i.3.2a", "E.i.7", "G.k.2.2")),
    ("E.i.2.1b", put("nausea"), "type.E.i.2.1b"),
    ("D.2.2a", put("old"), "type.D.2.2a"),
    ("D.2.2a", remove, "R0029"),
    ("D.2.2b", remove, "R0030"),
    ("C.1.6.1", put("true"), "R0009"),
    ("C.1.9.1", put("true"), "R0017"),
    ("C.2.r.3", remove, "R0019"),
    ("C.2.r.5", remove, "R0021"),
    ("C.3.2", remove, "R0022"),
    ("C.1.3", put("2"), "R0023"),
    ("N.2.r.2", put("other"), "R0100"),
    ("N.2.r.3", put("CBER_IND"), "R0006"),
    ("N.1.4", put("ZZFDA_PREMKT"), "R0007"),
    ("N.1.4", put("ZZFDA_OTHER"), "R0004"),
    ("FDA.C.1.7.1", put("2"), "R0014"),
    ("C.1.7", put("false"), "R0015"),
]


def test_there_are_enough_ways_to_break_a_message():
    assert len({(n, rule) for n, _, rule in CHANGES}) >= 60


@pytest.mark.parametrize(("number", "change", "rule"), CHANGES, ids=[c[2] for c in CHANGES])
def test_a_broken_element_gives_its_rule(shared, number, change, rule):
    batch = mutated(shared("e2b/FAERS2022Scenario1.xml"), number, change)
    found = check_icsr(batch, now=NOW)
    assert rule in {f.rule for f in found}
    # what else is found hangs together with it, and never quotes a value
    assert len(found) <= 4
    assert not any("x" * 30 in f.message for f in found)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]>
<MCCI_IN200100UV01 xmlns="urn:hl7-org:v3">&c;</MCCI_IN200100UV01>"""
FILE = b"""<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<MCCI_IN200100UV01 xmlns="urn:hl7-org:v3">&x;</MCCI_IN200100UV01>"""
PARAMETER = b"""<!DOCTYPE b [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><ichicsr/>"""


@pytest.mark.parametrize("attack", [BOMB, FILE, PARAMETER, BOMB.decode().encode("utf-16")])
@pytest.mark.parametrize("read", [read_icsr, read_r2])
def test_entities_are_refused_before_they_do_harm(attack, read):
    with pytest.raises(SpecError, match=r"refused|is not XML"):
        read(attack)


def test_other_bad_input_is_refused_in_words(tmp_path):
    with pytest.raises(SpecError, match="levels deep"):
        read_icsr(b"<a>" * 300 + b"</a>" * 300)
    with pytest.raises(SpecError, match="line 2"):
        read_icsr(b"<a>\n<b></a>")
    with pytest.raises(SpecError, match="root is <a>"):
        read_icsr(b"<a/>")
    with pytest.raises(SpecError, match="cannot be read"):
        read_icsr(tmp_path / "none.xml")


def test_a_long_narrative_with_script_in_it_comes_back(shared, tmp_path):
    text = "<script>alert(1)</script> & ]]> " + "word " * 2_000_000
    batch = mutated(shared("e2b/FAERS2022Scenario1.xml"), "H.1", put(text))
    assert batch.get("H.1") == [text.strip()]
    write_icsr(batch, tmp_path / "long.xml")
    assert read_icsr(tmp_path / "long.xml") == batch
    assert {f.rule for f in check_icsr(batch, now=NOW)} == {"length.H.1"}


def test_r2_is_read_into_the_numbers_of_r3(shared, tmp_path):
    batch = read_r2(shared("faers/ADR12Q4.xml"))
    assert batch.messages == 5
    assert batch.get("C.1.1", 1) == ["7795712"]
    assert batch.get("E.i.2.1b", 1)[:2] == ["Tardive dyskinesia", "Akathisia"]
    assert batch.get("C.1.7", 1) == ["true"]
    assert batch.get("D.5", 1) == ["1"]
    assert len(batch.get("G.k.2.2", 1)) == len(batch.get("G.k.1", 1))
    example = read_any(shared("e2b/HL7_IG_FAERS_EXAMPLE.xml"))  # its DOCTYPE is not fetched
    assert example.form == "R2"
    assert example.get("N.1.4") == ["ZZFDA"]
    with pytest.raises(SpecError, match="only E2B"):
        write_icsr(batch, tmp_path / "x.xml")


def test_command_line(shared, run, refused, tmp_path):
    file = shared("e2b/FAERS2022Scenario1.xml")
    document = json.loads(run("safety", "import", file, "--json").stdout)
    assert (document["form"], document["messages"], document["findings"]) == ("R3", 1, [])
    out = tmp_path / "out.xml"
    assert run("safety", "export", file, "--out", out).exit_code == 0
    assert read_icsr(out) == read_icsr(file)
    assert "Nothing is wrong." in run("safety", "import", file).stdout
    (tmp_path / "bomb.xml").write_bytes(BOMB)
    assert "refused" in refused("safety", "import", tmp_path / "bomb.xml")
