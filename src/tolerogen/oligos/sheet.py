"""The sheet of one candidate: a drawing on its target, and all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tolerogen.oligos.conservation import SpeciesSite
from tolerogen.oligos.design_rows import NEAREST, design_record
from tolerogen.oligos.drawing import draw_oligo
from tolerogen.oligos.molar_mass import mass
from tolerogen.oligos.nearest import GeneHit, expected_falls
from tolerogen.oligos.pairing import pair_up, perfect
from tolerogen.oligos.placed import PlacedCandidate
from tolerogen.oligos.risk import NOT_MEASURED, Flag
from tolerogen.oligos.transcripts import Transcript

AROUND = 6  # bases of the target shown beside the site
DRAWN = 2  # other genes that are drawn


def sheet(
    placed: PlacedCandidate, number: int, transcripts: Sequence[Transcript], pre_mrna: bool
) -> str:
    """Return the sheet as a section of HTML."""
    c = placed.candidate
    return (
        f'<section id="c{number}"><h2>{number}. <code>{escape(c.oligo.sequence)}</code></h2>'
        f"{picture(placed, transcripts, pre_mrna)}"
        f"<table>{_facts(placed)}</table>"
        f"<h3>Risks</h3><table><tr><th>risk</th><th>level</th><th>reason</th><th>accuracy</th></tr>"
        f"{''.join(map(_flag, c.flags))}</table>{_others(placed)}</section>"
    )


def picture(
    placed: PlacedCandidate, transcripts: Sequence[Transcript], pre_mrna: bool = False
) -> str:
    """Draw a candidate on its target, and on the nearest sites in other genes below."""
    c = placed.candidate
    text = _text(placed, transcripts, pre_mrna)
    end = c.start + len(c.oligo)
    lines = [(f"{c.gene}, from {c.start}", perfect(c.oligo.sequence))]
    if placed.allele:
        lines += [
            (f"spared: {s.haplotype}", pair_up(c.oligo.sequence, s.site))
            for s in placed.allele.spared
            if s.site
        ]
    lines += [(f"{hit.gene}, {_words(hit)}", hit.pairing) for hit in (c.genes or ())[:DRAWN]]
    return draw_oligo(
        c.oligo,
        [(label[:18], pairing) for label, pairing in lines],
        text[max(0, c.start - AROUND) : c.start].replace("T", "U"),
        text[end : end + AROUND].replace("T", "U"),
        f"{c.oligo.sequence} on {c.transcript}",
    )


def _text(placed: PlacedCandidate, transcripts: Sequence[Transcript], pre_mrna: bool) -> str:
    for t in transcripts:
        text = t.pre_mrna if pre_mrna else t.mrna
        if (
            placed.candidate.oligo.target
            == text[placed.candidate.start : placed.candidate.start + len(placed.candidate.oligo)]
        ):
            return text
    return ""


def _facts(placed: PlacedCandidate) -> str:
    c, r = placed.candidate, design_record(placed)
    spans = ", ".join(f"{a + 1}-{b}" for a, b in placed.spans)
    rows: list[tuple[str, object]] = [
        ("chemistry, 5' to 3'", c.oligo.chemistry),
        ("HELM", r["helm"]),
        ("place", f"{placed.contig}:{spans} ({r['strand']}), haplotypes "
                  f"{', '.join(placed.haplotypes)}; {placed.junctions} exon junctions crossed"),
        ("mechanism", c.mechanism),
        ("melting temperature", f"{c.duplex.tm:.1f} +/- {c.duplex.uncertainty:g} C "
                                f"({c.duplex.method}; {c.duplex.strands * 1e6:g} uM strands, "
                                f"{c.duplex.sodium:g} M sodium)"),
        ("energy on its RNA", f"{c.duplex.energy:.1f} kcal/mol; opening the site costs "
                              f"{c.opening:.1f}"),
        ("with itself", f"dimer {r['self_dimer_kcal']} kcal/mol, hairpin {r['hairpin_kcal']}"),
    ]  # fmt: skip
    if "p" not in c.oligo.sugars:
        rows.append(("molar mass", f"{mass(c.oligo):.1f} g/mol, free acid"))
    if c.rank:
        strange = "" if c.rank.familiar else "; unlike the training data"
        rows.insert(
            0,
            ("expected knock-down", f"{c.rank.score:.2f}, 80 % interval {c.rank.low:.2f} to "
                                    f"{c.rank.high:.2f}{strange}"),
        )  # fmt: skip
    rows += _allele_rows(placed)
    rows += [(f"in {site.species}", _in_species(site)) for site in placed.species]
    return "".join(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in rows)


def _in_species(site: SpeciesSite) -> str:
    if site.hit is None:
        return site.verdict
    lost = f"; {site.lost:.1f} kcal/mol weaker" if site.lost else ""
    return f"{site.verdict}: {site.hit.gene}, {_words(site.hit)}, in {site.hit.where}{lost}"


def _allele_rows(placed: PlacedCandidate) -> list[tuple[str, object]]:
    if placed.allele is None:
        return []
    return [
        (
            f"allele spared: {s.haplotype}",
            f"{s.gap:.1f} kcal/mol weaker (standard error about 1, assumed); differs at base "
            f"{', '.join(map(str, s.changed))} of the oligo, in the {s.where}",
        )
        for s in placed.allele.spared
    ]


def _flag(flag: Flag) -> str:
    told = "" if flag.accuracy == NOT_MEASURED and flag.level == "none" else flag.accuracy
    cells = (flag.risk, flag.level, flag.reason, told)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _others(placed: PlacedCandidate) -> str:
    hits = placed.candidate.genes
    if hits is None:
        return "<h3>Other genes</h3><p>Not looked for: give an index with --offtargets.</p>"
    told = f"<p>{len(hits)} other genes have a site within 3 mismatches or G:U pairs."
    if placed.candidate.rank:
        middle, low, high = expected_falls(hits)
        told += (
            f" If all were expressed, {middle:.1f} of them would be expected to fall by more than "
            f"half ({low:.1f} to {high:.1f}), by the shares measured for two LNA gapmers."
        )
    head = ("gene", "distance", "pairs", "where", "transcripts", "expressed in", "P(fall > 50 %)")
    rows = "".join(_gene(hit) for hit in hits[:NEAREST])
    return (
        f"<h3>Other genes</h3>{told}</p><table><tr>"
        + "".join(f"<th>{escape(cell)}</th>" for cell in head)
        + f"</tr>{rows}</table>"
    )


def _gene(hit: GeneHit) -> str:
    made = (
        "not given"
        if hit.tissues is None
        else (
            ", ".join(
                f"{t} {v:.3g}" for t, v in sorted(hit.tissues.items(), key=lambda i: -i[1])[:4]
            )
        )
    )
    odds = f"{hit.share.share:.2f} ({hit.share.low:.2f}-{hit.share.high:.2f})" if hit.share else ""
    cells = (hit.gene, _words(hit), hit.where, f"{len(hit.transcripts)}", made, odds)
    told = f"{escape(hit.pairing.target)}<br>{escape(hit.pairing.marks)}<br>{hit.pairing.oligo}"
    return (
        f"<tr><td>{escape(cells[0])}</td><td>{escape(cells[1])}</td>"
        f'<td class="s" style="white-space:pre">{told}</td>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells[2:])
        + "</tr>"
    )


def _words(hit: GeneHit) -> str:
    parts = ((hit.mismatches, "mm"), (hit.gu, "G:U"), (hit.bulge, "bulge"))
    words = " + ".join(f"{n} {name}" for n, name in parts if n) or "perfect"
    return f"{words}, across an exon junction" if hit.junctions else words
