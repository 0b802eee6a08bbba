"""Annotation against ExPASy ProtParam and published sites, and properties that must hold."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.antibodies import number
from tolerogen.antibodies.annotation import draw, liabilities, net_charge, properties

SITES = (
    Path(__file__).resolve().parents[2].parent
    / "shared" / "antibody" / "developability" / "ptm_sites.tsv"
)  # fmt: skip
# Hen egg-white lysozyme, UniProt P00698, 19-147; ProtParam: 14313.1 Da, pI 9.32, 37970 1/(M cm).
LYSOZYME = (
    "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDITASVNCAK"
    "KIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL"
)
VH = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFTFSSYAMSWVRQAPGKGLEWVSAISGSGGSTYYADSVKGRFTISRDNSKNTLYLQMNSLRAEDTAVYYC"
    "AK{}WGQGTLVTVSS"
)


def found(loop):
    (domain,) = number(VH.format(loop), "kabat")
    return {(one.kind, one.motif, one.cdr): one for one in liabilities(domain)}


def test_lysozyme_weighs_and_absorbs_as_in_protparam():
    own = properties(LYSOZYME)
    assert own.mass == pytest.approx(14313.1, abs=0.3)
    assert own.pi == pytest.approx(9.32, abs=0.1)
    assert own.extinction == 37970
    assert own.hydropathy == pytest.approx(-0.472, abs=0.002)


@given(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1, max_size=60))
def test_charge_falls_with_ph_and_is_none_at_the_isoelectric_point(sequence):
    own = properties(sequence)
    assert net_charge(sequence, 3.0) > net_charge(sequence, 11.0)
    assert net_charge(sequence, own.pi) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("loop", "kind", "motif", "severity"),
    [
        ("DLNGYFDY", "deamidation", "NG", "high"),
        ("DLNSYFDY", "deamidation", "NS", "medium"),
        ("DLDGYFDY", "isomerisation", "DG", "high"),
        ("DLNYTFDY", "N-glycosylation", "NYT", "high"),
        ("DLYMYFDY", "oxidation", "M", "medium"),
        ("DRGDYFDY", "integrin binding", "RGD", "medium"),
        ("DLCAYFDY", "free cysteine", "C", "high"),
        ("DCACYFDY", "extra cysteine pair", "C", "medium"),
        ("DLDPYFDY", "acid cleavage", "DP", "medium"),
    ],
)
def test_a_motif_planted_in_cdr3_is_found(loop, kind, motif, severity):
    assert not any(key == (kind, motif, 3) for key in found("DLYAYFDY"))
    one = found(loop)[(kind, motif, 3)]
    assert (one.severity, one.germline) == (severity, False)


def test_proline_stops_glycosylation_and_germline_motifs_weigh_less():
    assert not any(kind == "N-glycosylation" for kind, _, _ in found("DLNPTFDY"))
    inherited = [one for one in found("DLYAYFDY").values() if one.germline]
    assert inherited
    assert all(one.severity != "high" for one in inherited)


@pytest.mark.skipif(not SITES.is_file(), reason="sites of BioPhi 2021 not here")
def test_sites_agree_with_the_published_table():
    wanted: dict[str, set[tuple[str, str]]] = {}
    with SITES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["n"] == "N":
                wanted.setdefault(row["seq"], set()).add((row["motif"], row["imgt_pos"][1:]))
    same = total = 0
    for sequence, sites in list(wanted.items())[:120]:
        domain = number(sequence)[0]
        ours = {(one.motif, one.imgt) for one in liabilities(domain)}
        same += len(sites & ours)
        total += len(sites)
    assert same / total > 0.98


def test_the_picture_is_svg_with_a_word_for_every_mark():
    (domain,) = number(VH.format("DLNGYFDY"), "kabat")
    root = ElementTree.fromstring(draw([domain]))  # noqa: S314  # our own text
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any("deamidation NG" in text for text in titles)
    assert len([text for text in titles if len(text) < 8]) == len(domain.residues)
