"""Numbering: held against ANARCI, and against what must be true of any numbering."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.antibodies import number, number_many, read_sequences, somatic_mutations
from tolerogen.antibodies.numbering import DEFINITIONS, SCHEMES
from tolerogen.antibodies.records import SequenceRecord
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "antibody" / "numbering"
ANCHOR = tomllib.loads((ROOT / "tests/anchors/anarci_numbering.toml").read_text("utf-8"))["chain"]
VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNTLYLQMNS"
    "LRAEDTAVYYCAKDLGWSDSYYYYYGMDVWGQGTTVTVSS"
)
VK = (
    "DIQMTQSPSSLSASVGDRVTITCRASQDVNTAVAWYQQKPGKAPKLLIYSASFLYSGVPSRFSGSRSGTDFTLTISSLQPEDFATYYC"
    "QQHYTTPPTFGQGTKVEIK"
)
LINKER = "GGGGSGGGGSGGGGS"
FLANK = st.text("ACDEFGHIKLMNPQRSTVWY", max_size=25)


@pytest.mark.parametrize("entry", ANCHOR, ids=lambda entry: entry["id"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_positions_are_those_of_anarci(entry, scheme):
    (domain,) = number(entry["sequence"], scheme)
    assert domain.chain == entry["chain"]
    assert (domain.start, domain.end) == (entry["start"], entry["end"])
    assert " ".join(domain.positions) == entry[scheme]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the 1,130 reference chains are not here")
@pytest.mark.parametrize(
    ("scheme", "suffix", "needed"),
    [
        ("imgt", "", 0.99),
        ("kabat", "_kabat", 0.99),
        ("martin", "_martin", 0.99),
        ("aho", "_aho", 0.994),
    ],
)
def test_therapeutic_chains_agree_with_anarci(scheme, suffix, needed):
    packed = (SHARED / f"thera_anarci2026{suffix}.json.gz").read_bytes()
    reference = json.loads(gzip.decompress(packed))
    same = residues = total = 0
    for result in number_many(read_sequences(SHARED / "thera_chains.fa"), scheme):
        wanted = reference[result.id]
        same += [list(d.positions) for d in result.domains] == [w[3] for w in wanted]
        for domain, (_, first, _, positions) in zip(result.domains, wanted, strict=True):
            theirs = dict(enumerate(positions, first))
            residues += sum(
                theirs.get(i) == p for i, p in enumerate(domain.positions, domain.start)
            )
            total += len(positions)
    assert same / len(reference) >= needed
    assert residues / total >= 0.9995


@pytest.mark.parametrize("scheme", SCHEMES)
def test_germline_and_residues_do_not_depend_on_the_scheme(scheme):
    (plain,), (domain,) = number(VH), number(VH, scheme)
    assert (domain.v, domain.j, domain.imgt) == (plain.v, plain.j, plain.imgt)
    assert domain.residues == VH
    assert len(domain.positions) == len(set(domain.positions)) == len(VH)


@settings(max_examples=25, deadline=None)
@given(before=FLANK, after=FLANK)
def test_what_surrounds_a_domain_does_not_change_its_numbering(before, after):
    (alone,) = number(VH)
    found = [d for d in number(before + VH + after) if d.chain == "H"]
    assert len(found) == 1
    shift = len(before) - found[0].start
    assert 0 <= shift <= 1 or found[0].start >= len(before)  # at most one flanking residue joins
    inner = dict(zip(range(found[0].start, found[0].end + 1), found[0].positions, strict=True))
    agree = sum(inner.get(len(before) + i) == p for i, p in enumerate(alone.positions))
    assert agree >= len(VH) - 2
    assert found[0].cdrs == alone.cdrs
    assert found[0].v.gene.split("*")[0] == alone.v.gene.split("*")[0]


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(0, 3), letters=st.lists(st.integers(20, 110), max_size=3))
def test_positions_rise_along_the_chain_and_give_the_sequence_back(cut, letters):
    chars = list(VK[cut:])
    for place in letters:
        if place < len(chars) and chars[place] not in "CW":
            chars[place] = "A"
    sequence = "".join(chars)
    for domain in number(sequence):
        assert "".join(domain.numbering.values()) == sequence[domain.start : domain.end + 1]
        places = [int("".join(c for c in p if c.isdigit())) for p in domain.positions]
        assert places == sorted(places)


def test_both_domains_of_an_scfv_are_found_in_either_order():
    for first, second in ((VH, VK), (VK, VH)):
        domains = number(first + LINKER + second)
        assert [d.residues for d in domains] == [first, second]


def test_cdrs_by_each_definition_on_trastuzumabs_light_chain():
    # CDR-L3 is QQHYTTPPT by Kabat, Chothia, AbM, IMGT and North; contact leaves out its last.
    third = {name: number(VK, cdrs=name)[0].cdrs[2] for name in DEFINITIONS}
    assert third == {**dict.fromkeys(DEFINITIONS, "QQHYTTPPT"), "contact": "QQHYTTPP"}
    first = {name: number(VK, cdrs=name)[0].cdrs[0] for name in ("kabat", "imgt", "contact")}
    assert first == {"kabat": "RASQDVNTAVA", "imgt": "QDVNTA", "contact": "NTAVAWY"}


def test_the_same_cdr_whatever_scheme_it_is_written_in():
    for name in DEFINITIONS:
        assert len({number(VH, scheme, name)[0].cdrs for scheme in SCHEMES}) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"), [("SWVRQ", "SAVRQ", "W41 is A"), ("YYCAK", "YYSAK", "C104 is S")]
)
def test_every_violated_anchor_is_told(old, new, told):
    (domain,) = number(VH.replace(old, new))
    assert told in domain.status


def test_two_violated_anchors_are_no_domain():
    broken = VH.replace("SWVRQ", "SAVRQ").replace("YYCAK", "YYSAK")
    (result,) = number_many([SequenceRecord("broken", broken)])
    assert result.domains == ()
    assert "W41 is A" in result.reason


def test_a_germline_gene_is_its_own_call_without_mutations():
    (domain,) = number(VH)
    assert domain.v.gene.startswith("IGHV3-23*")
    assert domain.v.identity == 1.0
    mutated = VH.replace("FTFSSYAMS", "FTFSNYAMS")
    assert [str(m) for m in somatic_mutations(number(mutated)[0])] == ["S36N"]


@pytest.mark.parametrize(
    ("sequence", "told"),
    [
        ("", "is empty"),
        ("ACGT" * 90, "nucleotides"),
        (VH[:50] + "*" + VH[50:], "stop codon"),
        (VH[:50] + "7" + VH[50:], "no amino acid"),
    ],
)
def test_what_is_no_protein_is_refused_by_name(sequence, told):
    with pytest.raises(SpecError, match=told):
        number(sequence)


@pytest.mark.parametrize(
    "sequence", ["X" * 300, "M" * 39, "G" * 5000, "ACDEFGHIKLMNPQRSTVWY" * 2000]
)
def test_hostile_proteins_have_no_domain_and_a_reason(sequence):
    (result,) = number_many([SequenceRecord("x", sequence)])
    assert result.domains == ()
    assert result.reason


def test_unknown_residues_and_lower_case_are_read():
    (domain,) = number(VH[:60].lower() + "XX" + VH[62:] + "*")
    assert "2 unknown residues" in domain.status


def test_one_bad_record_does_not_stop_the_others():
    records = [SequenceRecord("bad", "ACGT" * 50), SequenceRecord("good", VH)]
    bad, good = number_many(records)
    assert (bad.domains, len(good.domains)) == ((), 1)


def test_unknown_scheme_and_definition_name_the_known_ones():
    with pytest.raises(SpecError, match="kabat"):
        number(VH, "kabbat")
    with pytest.raises(SpecError, match="north"):
        number(VH, cdrs="nort")
