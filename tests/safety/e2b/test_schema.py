"""Validation against schema files, with one of our own that has the shape of the real one."""

from __future__ import annotations

import json

import pytest

from tolerogen.errors import SpecError
from tolerogen.safety.e2b import check_schema, read_icsr
from tolerogen.safety.e2b.r2 import read_r2

TYPES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:hl7-org:v3"
  targetNamespace="urn:hl7-org:v3" elementFormDefault="qualified">
  <xs:complexType name="TS"><xs:attribute name="value" use="required"><xs:simpleType>
    <xs:restriction base="xs:string"><xs:pattern value="[0-9]{1,8}([0-9]{6})?([+][0-9]{4})?"/>
    </xs:restriction></xs:simpleType></xs:attribute></xs:complexType>
</xs:schema>"""
ROOT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:hl7-org:v3"
  targetNamespace="urn:hl7-org:v3" elementFormDefault="qualified">
  <xs:include schemaLocation="../coreschemas/types.xsd"/>
  <xs:element name="MCCI_IN200100UV01"><xs:complexType><xs:sequence>
    <xs:element name="id"><xs:complexType>
      <xs:attribute name="extension"/><xs:attribute name="root"/></xs:complexType></xs:element>
    <xs:element name="creationTime" type="TS"/>
    <xs:element name="name" minOccurs="0"><xs:complexType><xs:attribute name="code">
      <xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="1"/></xs:restriction>
      </xs:simpleType></xs:attribute></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="ITSVersion" fixed="XML_1.0" use="required"/></xs:complexType>
  </xs:element></xs:schema>"""
GOOD = """<?xml version="1.0"?>
<MCCI_IN200100UV01 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
<id extension="B1" root="2.16.840.1.113883.3.989.2.1.3.22"/>
<creationTime value="20260102030405+0000"/>
<name code="1"/></MCCI_IN200100UV01>"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("coreschemas/types", TYPES), ("multicacheschemas/MCCI_IN200100UV01", ROOT)):
        path = tmp_path / f"{name}.xsd"
        path.parent.mkdir()
        path.write_text(text)
    return tmp_path


def test_a_valid_message_has_no_findings(folder):
    assert check_schema(read_icsr(GOOD.encode()), folder) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "words"),
    [
        ("20260102030405+0000", "Jane Doe", "PATTERN_VALID", 4, "does not have the form"),
        (' ITSVersion="XML_1.0"', "", "COMPLEX_TYPE_4", 2, "lacks the attribute ITSVersion"),
        ('<name code="1"/>', '<name code="Jane"/>', "ENUMERATION_VALID", 5, "none of the values"),
        ('<name code="1"/>', "<Jane/>", "ELEMENT_CONTENT", 5, "not expected here; expected: name"),
        ('<name code="1"/>', "<name>Jane</name>", "COMPLEX_TYPE_2_1", 5, "<name>"),
        ("B1", 'B1" Jane="1', "COMPLEX_TYPE_3_2_1", 3, "is not an attribute"),
        ('<creationTime value="20260102030405+0000"/>\n<name code="1"/>', "", "ELEMENT_CONTENT", 2,
         "misses an element; expected: creationTime"),
    ],
)  # fmt: skip
def test_each_broken_rule_is_named_with_its_line(folder, old, new, rule, line, words):
    found = check_schema(read_icsr(GOOD.replace(old, new).encode()), folder)
    assert found[0].rule == f"schema.{rule}"
    assert found[0].line == line
    assert words in found[0].message
    assert "Jane Doe" not in str(found)


def test_what_cannot_be_validated_is_said(folder, tmp_path):
    batch = read_icsr(GOOD.encode(), "a.xml")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpecError, match=r"holds no MCCI_IN200100UV01\.xsd"):
        check_schema(batch, tmp_path / "empty")
    (folder / "coreschemas" / "types.xsd").write_text("<xs:schema")
    with pytest.raises(SpecError, match="cannot be used as a schema"):
        check_schema(batch, folder)
    old = read_r2(b"<ichicsr><safetyreport/></ichicsr>", "old.xml")
    with pytest.raises(SpecError, match=r"old\.xml: only E2B\(R3\)"):
        check_schema(old, folder)


def test_command_line(folder, run, refused, tmp_path):
    message = tmp_path / "case.xml"
    message.write_text(GOOD.replace("20260102030405+0000", "yesterday"))
    told = json.loads(run("safety", "import", message, "--schema", folder, "--json").stdout)
    assert "schema.PATTERN_VALID" in {f["rule"] for f in told["findings"]}
    assert "holds no" in refused("safety", "import", message, "--schema", tmp_path / "nowhere")
