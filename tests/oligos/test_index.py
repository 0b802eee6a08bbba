"""The index holds the FASTA's bases, and says what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.oligos import build_index, open_index, read_fasta, save_index

FIXTURE = [HealthCheck.function_scoped_fixture]  # each example writes its files anew


@settings(max_examples=50, deadline=None, suppress_health_check=FIXTURE)
@given(
    sequences=st.lists(st.text("ACGTUNacgtun", min_size=1, max_size=90), min_size=1, max_size=4),
    width=st.integers(1, 70),
)
def test_round_trip(tmp_path: Path, sequences: list[str], width: int) -> None:
    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    lines = [
        f">t{i} some words\n" + "\n".join(s[k : k + width] for k in range(0, len(s), width))
        for i, s in enumerate(sequences)
    ]
    fasta.write_text("\n".join(lines))
    save_index(build_index(fasta), saved)
    index = open_index(saved)
    assert index.names == tuple(f"t{i}" for i in range(len(sequences)))
    whole = "".join(sequences).upper().replace("U", "T")
    at = np.arange(len(whole))
    decoded = index.bases_at(at, np.ones_like(at))
    holes = {i for low, high in index.runs.tolist() for i in range(low, high)}
    assert "".join("N" if i in holes else base for i, base in enumerate(decoded)) == whole
    assert [record.sequence for record in read_fasta(fasta)] == [
        s.upper().replace("U", "T") for s in sequences
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">p\nMTILGTTFGMVFSLLQVVSG\n", "protein"),
        (">p\nACGT1\n", "'1'"),
        ("ACGT\n", "not FASTA"),
        ("", "empty"),
        (">a\nACGT\n>a\nACGT\n", "used twice"),
        (">\nACGT\n", "no name"),
    ],
)
def test_refuses_fasta(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.fa"
    path.write_text(text)
    with pytest.raises(SpecError, match=said):
        build_index(path)


def test_refuses_an_index_of_another_version(tmp_path: Path) -> None:
    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    fasta.write_text(">a\nACGT\n")
    save_index(build_index(fasta), saved)
    saved.write_bytes(saved.read_bytes().replace(b'"version": 2', b'"version": 9'))
    with pytest.raises(SpecError, match="version 9"):
        open_index(saved)
    with pytest.raises(SpecError, match="not an index"):
        open_index(fasta)


def test_places_are_sorted_by_what_starts_there(tmp_path: Path) -> None:
    from tolerogen.oligos.postings import SEGMENT, make_room, places, segments, sort_segment

    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    text = "".join("ACGT"[(i * i + i // 7) % 4] for i in range(301))
    fasta.write_text(f">a\n{text}\n")
    built = build_index(fasta)
    save_index(built, saved)
    index = open_index(saved)
    assert segments(index.bases) == 1
    assert SEGMENT < 1 << 24
    code = {"A": 0, "C": 1, "G": 2, "T": 3}
    padded = "A" * 8 + text + "A" * 24

    def word(at: int) -> int:
        return sum(code[b] << (2 * k) for k, b in enumerate(padded[at + 8 : at + 16]))

    for found in (
        index.postings(0),
        sort_segment(built.words, built.bases, 0, make_room(built.bases)),
    ):
        assert sorted(found.places.tolist()) == list(range(0, 301, 2))
        assert places(301) == found.places.size
        for key in range(4**8):
            for at in range(found.offsets[key], found.offsets[key + 1]):
                place = int(found.places[at])
                assert word(place) == key
                assert word(place + 8) == found.after[at]
                assert word(place - 8) == found.before[at]


def test_pages_given_back_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tolerogen.oligos import mapped_places

    monkeypatch.setattr(mapped_places, "LARGE", 0)
    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    fasta.write_text(">a\n" + "ACGGTCAT" * 5000 + "\n")
    save_index(build_index(fasta), saved)
    index = open_index(saved)
    before = [np.array(part) for part in vars(index.postings(0)).values()]
    index.release(0)
    after = list(vars(index.postings(0)).values())
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_refuses_an_index_whose_parts_do_not_fit(tmp_path: Path) -> None:
    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    fasta.write_text(">a\n" + "ACGT" * 400 + "\n")
    save_index(build_index(fasta), saved)
    raw = saved.read_bytes()
    saved.write_bytes(raw.replace(b"65537, 832", b"65537, 831"))
    with pytest.raises(SpecError, match="damaged"):
        open_index(saved)


def test_refuses_an_index_cut_short(tmp_path: Path) -> None:
    fasta, saved = tmp_path / "x.fa", tmp_path / "x.tgi"
    fasta.write_text(">a\n" + "ACGT" * 400 + "\n")
    save_index(build_index(fasta), saved)
    saved.write_bytes(saved.read_bytes()[:-40])
    with pytest.raises(SpecError, match="cut short"):
        open_index(saved)
