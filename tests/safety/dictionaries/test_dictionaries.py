"""MedDRA and WHODrug from files like theirs, with invented content; the open vocabulary."""

from __future__ import annotations

import pytest

from tolerogen.errors import SpecError
from tolerogen.safety.dictionaries import match_term, read_meddra, read_whodrug, vocabulary
from tolerogen.safety.methods import make_tree, scan_counts


@pytest.fixture
def meddra(tmp_path):
    """Write a folder with three invented terms in the layout of the ASCII files."""
    (tmp_path / "meddra_release.asc").write_text("99.1$English$$$$\n")
    (tmp_path / "pt.asc").write_text(
        "10000001$Itch of invention$$10009999$$$$$$$$\n10000002$Sneeze$$10009998$$$$$$$$\n"
    )
    (tmp_path / "llt.asc").write_text(
        "10000001$Itch of invention$10000001$$$$$$$Y$$\n"
        "10000011$Invented itching$10000001$$$$$$$Y$$\n"
        "10000012$Old word for itch$10000001$$$$$$$N$$\n"
        "10000002$Sneeze$10000002$$$$$$$Y$$\n"
    )
    row = "{0}$1$2$3${1}$hlt$hlgt/x${2}$abb$$3${3}$\n"
    (tmp_path / "mdhier.asc").write_text(
        row.format(10000002, "Sneeze", "Second class", "N")
        + row.format(10000001, "Itch of invention", "Skin class", "Y")
    )
    return tmp_path


def test_terms_are_found_by_their_words(meddra):
    found = read_meddra(meddra)
    assert found.version == "99.1"
    assert found.coder("invented  ITCHING") == ("10000011", "99.1")
    assert found.preferred_name("Invented itching") == "Itch of invention"
    assert found.code("Old word for itch") is None  # no longer current
    assert found.name("10000012") == "Old word for itch"
    assert found.coder("unheard of") is None
    assert found.paths[0] == "Skin class/hlgt|x/hlt/Itch of invention"
    tree = make_tree(found.paths)
    best = scan_counts(tree, ["Itch of invention", "Sneeze"], [9, 1], [5, 5]).frame().iloc[0]
    assert best["n"] == 9


def test_wrong_files_are_refused_by_line(meddra, tmp_path):
    (meddra / "llt.asc").write_text("10000001$a$10000001\nnothing here\n")
    with pytest.raises(SpecError, match=r"llt.asc, line 2"):
        read_meddra(meddra)
    with pytest.raises(SpecError, match=r"pt.asc: cannot be read"):
        read_meddra(tmp_path / "none")
    (tmp_path / "DD.txt").write_text("abc\n")
    with pytest.raises(SpecError, match=r"DD.txt, line 1"):
        read_whodrug(tmp_path / "DD.txt")


def test_trade_names_lead_to_their_substance(tmp_path):
    def record(number, first, second, name):
        return f"{number:06}{first:02}{second:03}".ljust(33) + name + "\n"

    (tmp_path / "DD.txt").write_text(
        record(1, 1, 1, "INVENTUMAB") + record(1, 1, 2, "Brandex") + record(2, 1, 1, "OTHERINE")
    )
    found = read_whodrug(tmp_path / "DD.txt")
    assert found.substance("brandex") == "INVENTUMAB"
    assert found.substance("unknown") is None


def test_the_open_vocabulary_knows_everyday_words():
    entries = vocabulary()
    assert len(entries) >= 130
    assert len({e.term for e in entries}) == len(entries)
    words = [w for e in entries for w in e.words]
    assert len(words) == len(set(words))
    for text, term in {
        "Throwing up": "Vomiting",
        "severe head ache": "Headache",
        "my tummy ache": "Abdominal pain",
        "pneumonia": "Pneumonia",
        "low igg": "Antibodies low",
        "Pins and needles!": "Tingling",
    }.items():
        assert match_term(text).term == term
    assert not match_term("Headach").exact
    assert match_term("qwertz") is None
    for entry in entries:
        for word in (entry.term, *entry.words):
            assert match_term(word).term == entry.term, word
