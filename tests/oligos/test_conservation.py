"""Sites in other species: the orthologue's nearest, and what is lost on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tolerogen.errors import SpecError
from tolerogen.oligos import build_index, conserved, read_oligo, read_species, save_index
from tolerogen.oligos.imperfect import hold

SITE = "TACAGGATGCTTGCCA"
OLIGO = read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3")


def fasta(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_each_species_by_its_orthologue(tmp_path: Path) -> None:
    changed = SITE[:8] + "C" + SITE[9:]
    mouse = fasta(tmp_path / "m.fa", f">a|Tnf\nGG{changed}\n>b|Other\nAA{SITE}\n")
    monkey = fasta(tmp_path / "c.fa", f">a|TNF\nCC{SITE}\n")
    rat = fasta(tmp_path / "r.fa", f">a|Tnf\n{'ACGT' * 10}\n>b|Other\n{SITE}\n")
    dog = fasta(tmp_path / "d.fa", f">b|Other\n{SITE}\n")
    save_index(build_index(monkey), tmp_path / "c.tgi")
    species = read_species(
        [f"mouse={mouse}", f"monkey={tmp_path / 'c.tgi'}", f"rat={rat}", f"dog={dog}"]
    )
    [found] = conserved([OLIGO], species, "TNF")
    assert [(f.species, f.verdict) for f in found] == [
        ("mouse", "changed site"),
        ("monkey", "same site"),
        ("rat", "no site"),
        ("dog", "another gene only"),
    ]
    assert found[0].hit.where == "gap"
    assert found[0].lost == pytest.approx(hold(OLIGO, changed).energy - hold(OLIGO, SITE).energy)
    assert (found[1].lost, found[2].lost) == (pytest.approx(0), None)


@pytest.mark.parametrize("text", ["mouse", "=m.fa", "mouse="])
def test_refuses(text: str) -> None:
    with pytest.raises(SpecError, match="NAME=FILE"):
        read_species([text])


def test_refuses_files_and_names(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_species(["mouse=none.fa"])
    one = fasta(tmp_path / "m.fa", f">a\n{SITE}\n")
    with pytest.raises(SpecError, match="twice"):
        read_species([f"mouse={one}", f"mouse={one}"])
