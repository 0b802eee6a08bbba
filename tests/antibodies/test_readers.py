"""Readers and writers: the forms people have, and round trips."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
from click.testing import CliRunner

from tolerogen.antibodies import number, read_sequences, stream_sequences, write_domains
from tolerogen.cli import cli
from tolerogen.errors import OutputError, SpecError

VK = (
    "DIQMTQSPSSLSASVGDRVTITCRASQDVNTAVAWYQQKPGKAPKLLIYSASFLYSGVPSRFSGSRSGTDFTLTISSLQPEDFATYYC"
    "QQHYTTPPTFGQGTKVEIK"
)


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_fasta_ids_are_first_words_unless_they_repeat(tmp_path):
    plain = write(tmp_path, "a.fasta", f">one first\n{VK}\n>two\n{VK[:50]}\n{VK[50:]}\n")
    assert [(r.id, r.sequence) for r in read_sequences(plain)] == [("one", VK), ("two", VK)]
    pairs = write(tmp_path, "b.fa", f">mab VH\n{VK}\n>mab VL\n{VK}\n")
    assert [r.id for r in read_sequences(pairs)] == ["mab VH", "mab VL"]


def test_gzip_and_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.fasta.gz"
    path.write_bytes(gzip.compress(f"\ufeff>one\r\n{VK}\r\n".encode()))
    assert read_sequences(path)[0].sequence == VK


def test_tables_give_a_record_a_sequence(tmp_path):
    table = write(tmp_path, "a.csv", f"Therapeutic,VH,VL\nx,EVQ,{VK}\ny,na,{VK}\n")
    assert [r.id for r in read_sequences(table)] == ["x VH", "x VL", "y VL"]


def test_airr_amino_acids_go_before_nucleotides(tmp_path):
    table = write(tmp_path, "a.tsv", f"sequence_id\tsequence\tsequence_aa\ns1\tACGT\t{VK}\n")
    assert [(r.id, r.sequence) for r in read_sequences(table)] == [("s1", VK)]


def test_pdb_chains_are_read_from_seqres_or_atoms(tmp_path):
    atoms = "".join(
        f"ATOM  {i:5d}  CA  {code} L{i:4d}       0.000   0.000   0.000  1.00  0.00           C\n"
        for i, code in enumerate(("ASP", "ILE", "GLN"), 1)
    )
    path = write(tmp_path, "7abc.pdb", atoms)
    assert [(r.id, r.sequence) for r in read_sequences(path)] == [("7abc_L", "DIQ")]
    path = write(tmp_path, "8abc.pdb", "SEQRES   1 H    3  GLU VAL GLN\n" + atoms)
    assert [(r.id, r.sequence) for r in read_sequences(path)] == [("8abc_H", "EVQ")]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.fasta", "", "holds no sequence"),
        ("a.fasta", "EVQLVES\n", "before the first header"),
        ("a.csv", "id,structure\nx,1ABC\n", "found: id, structure"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, name, text, told):
    with pytest.raises(SpecError, match=told):
        read_sequences(write(tmp_path, name, text))


def test_absent_and_binary_files_are_told(tmp_path):
    with pytest.raises(SpecError, match="cannot be read"):
        read_sequences(tmp_path / "none.fasta")
    (tmp_path / "x.fasta").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SpecError, match="not a text file"):
        read_sequences(tmp_path / "x.fasta")


def test_airr_round_trip_and_regions(tmp_path):
    path = tmp_path / "out.tsv"
    write_domains(path, number(VK))
    assert [r.sequence for r in read_sequences(path)] == [VK]
    header, row = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    cells = dict(zip(header, row, strict=True))
    regions = [c for c in header if c.startswith(("fwr", "cdr"))]
    assert "".join(cells[name] for name in regions) == VK
    assert (cells["locus"], cells["junction_aa"]) == ("IGK", "CQQHYTTPPTF")


def test_aligned_fasta_gives_the_sequence_back(tmp_path):
    path = tmp_path / "out.fasta"
    write_domains(path, number(VK))
    assert read_sequences(path)[0].sequence.replace("-", "") == VK


def test_output_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(SpecError, match="name it"):
        write_domains(tmp_path / "out.xlsx", number(VK))
    with pytest.raises(OutputError, match="cannot be written"):
        write_domains(tmp_path / "no" / "out.tsv", number(VK))


def test_a_stream_gives_what_the_list_gives_and_counts(tmp_path):
    fasta = write(tmp_path, "a.fa", "".join(f">m{i // 2} V{i % 2}\n{VK}\n" for i in range(3000)))
    table = write(tmp_path, "a.csv", "id,VH,VL\n" + f"x,{VK},{VK}\n" * 1500)
    for path, total in ((fasta, 3000), (table, 1500)):
        told = []
        found = list(stream_sequences(path, lambda *pair, told=told: told.append(pair)))
        assert found == read_sequences(path)
        assert len(found) == 3000
        assert told[-1] == (total, total)
        assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_stream_holds_few_records_at_a_time(tmp_path):
    many = write(tmp_path, "a.fa", "".join(f">s{i}\n{VK * 20}\n" for i in range(5000)))
    tracemalloc.start()
    count = sum(1 for _ in stream_sequences(many))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5000
    assert peak < many.stat().st_size / 4  # 11 MB in the file


def test_what_is_wrong_is_told_before_the_first_record(tmp_path):
    broken = tmp_path / "a.fa"
    broken.write_bytes(f">a\n{VK}\n".encode() * 2000 + b"\xff\xfe\x80")
    with pytest.raises(SpecError, match="not a text file"):
        stream_sequences(broken)
    cut = tmp_path / "a.fa.gz"
    cut.write_bytes(gzip.compress(f">a\n{VK}\n".encode() * 500)[:-20])
    with pytest.raises(SpecError, match="cannot be read"):
        stream_sequences(cut)


def test_domains_go_to_a_file_and_to_the_screen_at_once(tmp_path):
    path = write(tmp_path, "a.fa", f">one\n{VK}\n>two\n{VK}\n")
    out = tmp_path / "a.tsv"
    words = ["antibody", "number", str(path), "--out", str(out), "--json"]
    printed = json.loads(CliRunner().invoke(cli, words).stdout)
    rows = out.read_text(encoding="utf-8").splitlines()
    assert [one["id"] for one in printed] == ["one", "two"]
    assert [row.split("\t")[0] for row in rows] == ["sequence_id", "one", "two"]
    assert not list(tmp_path.glob(".*part"))
