"""What people give by mistake: nucleotides, stops, runs of X, nothing, mixtures, a great many."""

from __future__ import annotations

import resource
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from tolerogen.antibodies import SequenceRecord, number, number_many
from tolerogen.antibodies.humanness import humanness
from tolerogen.antibodies.immunogenicity import immunogenicity
from tolerogen.cli import cli

VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNT"
    "LYLQMNSLRAEDTAVYYCAKDLYFDYWGQGTLVTVSS"
)
VL = (
    "DIQMTQSPSSLSASVGDRVTITCRASQSISSYLNWYQQKPGKAPKLLIYAASSLQSGVPSRFSGSGSGTDFTLTISSLQPEDFATYYCQQSYSTPY"
    "TFGQGTKLEIK"
)
WRONG = {
    "nucleotides": ("GAGGTGCAGCTGGTGGAGTCTGGGGGAGGC" * 12, "nucleotides"),
    "stop": (VH[:40] + "*" + VH[40:], "stop codon"),
    "digit": (VH[:40] + "7" + VH[40:], "no amino acid"),
    "nothing": ("", "empty"),
    "short": ("EVQLVES", "too few"),
    "x": ("X" * 120, "no variable domain"),
    "protein": (
        "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV",
        "variable domain",
    ),
}
VERBS = (
    "number", "annotate", "humanness", "humanise", "immunogenicity", "developability", "library",
    "format",
)  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_each_mistake_has_its_reason(kind):
    sequence, told = WRONG[kind]
    (found,) = number_many([SequenceRecord("a", sequence)])
    assert found.domains == ()
    assert told in found.reason


def test_a_run_of_x_in_a_loop_is_numbered_and_told():
    (domain,) = number(VH.replace("AKDLYFDY", "AKXXXXDY"))
    assert any("unknown residues" in warning for warning in domain.warnings)
    assert humanness(domain).score <= 1.0
    (found,) = immunogenicity([SequenceRecord("a", VH.replace("AKDLYFDY", "AKXXXXDY"))])
    assert all("X" not in one.core for one in found.epitopes)


def test_mixed_chains_keep_their_order_and_kind():
    linked = VH + "GGGGSGGGGSGGGGS" + VL
    given = [VL, "ACGT" * 30, VH, linked, "X" * 60]
    found = list(number_many(SequenceRecord(str(i), s) for i, s in enumerate(given)))
    assert ["".join(d.chain for d in one.domains) for one in found] == ["K", "", "H", "HK", ""]
    assert [one.id for one in found] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("content", ["", ">a\n", ">a\n" + WRONG["nucleotides"][0] + "\n"])
def test_every_verb_ends_without_a_traceback(tmp_path, verb, content):
    file = tmp_path / "a.fasta"
    file.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(cli, ["antibody", verb, str(file)])
    assert done.exit_code in (0, 2)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    if not content:
        assert done.exit_code == 2


def test_a_million_sequences_are_read_as_they_come():
    # A lazy source of a million, of which a part is taken: memory must not grow with its length.
    source = (SequenceRecord(str(i), "X" * 50) for i in range(10**6))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = sum(1 for _ in islice(number_many(source), 2000))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert count == 2000
    assert grown < 100_000  # kB
    assert 10**6 - int(next(source).id) > 990_000


def test_the_examples_of_the_room_are_there():
    folder = Path(__file__).resolve().parents[2] / "examples"
    names = ("il7r-antibodies.fasta", "il7r-candidate.toml", "il7r_lead.py", "panel.csv")
    assert all((folder / name).is_file() for name in names)
