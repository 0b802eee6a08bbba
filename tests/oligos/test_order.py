"""Orders: the vendor's own examples, plates, and files no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.oligos import from_helm, make_order, mass, order_string, read_oligo, write_order
from tolerogen.oligos.workbook import workbook

MOE = read_oligo("ACGCGCGACTATACGCGCCT", "moe 5-10-5")


@pytest.mark.parametrize(
    ("sequence", "chemistry", "order"),
    [  # as written in public orders and in the tests of Ketcher, a structure editor that reads them
        ("ACGCGCGACTATACGCGCCT", "dna/ps", "A*C*G*C*G*C*G*A*C*T*A*T*A*C*G*C*G*C*C*T"),
        ("GCGCGACTATACGCGC", "lna 3-10-3", "+G*+C*+G*C*G*A*C*T*A*T*A*C*G*+C*+G*+C"),
        ("ACGCGCGACTATACGCGCCT", "ome 5-10-5", "mA*mC*mG*mC*mG*C*G*A*C*T*A*T*A*C*G*mC*mG*mC*mC*mU"),
        (
            "ACGCGCGACTATACGCGCCT",
            "moe 5-10-5",
            "/52MOErA/*/i2MOErC/*/i2MOErG/*/i2MOErC/*/i2MOErG/*C*G*A*C*T*A*T*A*C*G*/i2MOErC/*"
            "/i2MOErG/*/i2MOErC/*/i2MOErC/*/32MOErT/",
        ),
    ],
)
def test_idt(sequence: str, chemistry: str, order: str) -> None:
    assert order_string(read_oligo(sequence, chemistry)) == order


def test_what_a_vendor_cannot_write_is_refused() -> None:
    with pytest.raises(SpecError, match="no code for cEt"):
        order_string(read_oligo("ACGT", "kkdd"))
    assert order_string(read_oligo("ACGT", "kkdd"), "bracket") == "[cetA][cetC]GT"
    assert order_string(read_oligo("ACT", "ddr").methylated()) == "A/iMe-dC/rU"
    with pytest.raises(SpecError, match="vendor"):
        order_string(MOE, "acme")


def test_plates_fill_and_overflow() -> None:
    bases = "ACGT"
    oligos = [read_oligo(a + b + c + "ACGTACGTACGTA") for a in bases for b in bases for c in bases]
    by_row = make_order(oligos, plate=24, first="C2")
    assert [(r.plate, r.well) for r in by_row[:2]] == [(1, "C2"), (1, "C3")]
    assert (by_row[10].plate, by_row[10].well, by_row[11].well) == (1, "D6", "A1")
    by_column = make_order(oligos, filling="column")
    assert [r.well for r in by_column[7:9]] == ["H1", "A2"]
    assert len({(r.plate, r.well) for r in by_row}) == len({r.name for r in by_row}) == 64


def test_a_line_tells_mass_and_helm_and_what_to_look_at() -> None:
    [line] = make_order([MOE])
    assert from_helm(line.helm).sugars == MOE.sugars
    assert line.mass == mass(MOE)
    assert any("5-methyl-C" in note for note in line.notes)
    [sticky] = make_order([read_oligo("GGGGGCCCCCGAATTC", "dna/ps")])
    assert any("sticks to itself" in note for note in sticky.notes)
    [morpholino] = make_order([read_oligo("ACGTACGTACGT", "pmo")], vendor="bracket")
    assert morpholino.mass is None


@pytest.mark.parametrize(
    ("oligos", "options", "said"),
    [
        ([], {}, "no oligo"),
        ([MOE, MOE], {}, "same as oligo 1"),
        ([MOE], {"plate": 95}, "95 wells"),
        ([MOE], {"first": "I1"}, "A1 to H12"),
        ([MOE], {"filling": "spiral"}, "filling"),
    ],
)
def test_refuses(oligos, options, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        make_order(oligos, **options)


def test_files(tmp_path: Path) -> None:
    lines = make_order([read_oligo("GCGCGACTATACGCGC", "lna 3-10-3", name="=cmd()|x")])
    write_order(lines, tmp_path / "o.csv")
    [row] = csv.DictReader((tmp_path / "o.csv").open())
    assert row["Name"] == "'=cmd()|x"
    assert row["Sequence"].startswith("'+G*")
    write_order(lines, tmp_path / "o.xlsx")
    with zipfile.ZipFile(tmp_path / "o.xlsx") as packed:
        assert packed.testzip() is None
        sheet = etree.fromstring(packed.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter("{*}f"))
    texts = [node.text for node in sheet.iter("{*}t")]
    assert lines[0].order in texts
    assert "=cmd()|x" in texts
    with pytest.raises(SpecError, match=r"\.xlsx or \.csv"):
        write_order(lines, tmp_path / "o.pdf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.csv", "o.xlsx"]


@given(st.lists(st.lists(st.one_of(st.text(), st.integers(), st.none()), min_size=2, max_size=2)))
def test_a_workbook_holds_what_went_in(rows) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(["a", "b"], rows))) as packed:
        sheet = etree.fromstring(packed.read("xl/worksheets/sheet1.xml"))
    assert len(list(sheet.iter("{*}row"))) == len(rows) + 1
    numbers = [int(node.text) for node in sheet.iter("{*}v")]
    assert numbers == [cell for row in rows for cell in row if isinstance(cell, int)]
