"""The report: whole or not at all, its pictures well-formed, its cells no formulas."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from lxml import etree
from tests.oligos.test_alleles import GENOME, other, person

from tolerogen.errors import OutputError
from tolerogen.oligos import DesignContext, build_index, design_for, write_report
from tolerogen.oligos.cells import csv_text


def test_the_folder_holds_what_the_design_found(tmp_path: Path) -> None:
    ref = GENOME[219]
    transcripts = person(tmp_path, [(220, ref, other(ref), "0|1")])
    fasta = tmp_path / "all.fa"
    fasta.write_text(f">T|SYN\n{transcripts[0].mrna}\n>U|<b>ELSE\n{transcripts[0].mrna[40:90]}\n")
    found = design_for(transcripts, chemistries=["lna 3-10-3"], top=3, index=build_index(fasta))
    context = DesignContext(transcripts, False, (("target", "<script>"),))
    out = tmp_path / "report"
    write_report(found, context, out)
    page = (out / "report.html").read_text()
    assert "<script>" not in page
    assert "<b>ELSE" not in page
    rows = list(csv.DictReader((out / "candidates.csv").open()))
    told = json.loads((out / "candidates.json").read_text())
    assert [r["sequence"] for r in rows] == [t["sequence"] for t in told]
    assert [t["sequence"] for t in told] == [p.candidate.oligo.sequence for p in found]
    assert len(list((out / "sheets").iterdir())) == 3
    track = etree.fromstring((out / "track.svg").read_bytes())
    titles = [node.text for node in track.iter("{*}title")]
    assert sum(title.startswith("exon ") for title in titles) == 3
    assert f"c1:220 {ref}>{other(ref)}" in titles
    assert all(any(t["sequence"] in title for title in titles) for t in told)
    with pytest.raises(OutputError, match="not empty"):
        write_report(found, context, out)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".report")]


def test_cells_cannot_be_formulas() -> None:
    text = csv_text(["name", "value"], [["=1+1", -2.5], ["@x", "+A+C"], [" =1", None]])
    rows = list(csv.reader(text.splitlines()))
    assert rows[1:] == [["'=1+1", "-2.5"], ["'@x", "'+A+C"], ["' =1", ""]]
