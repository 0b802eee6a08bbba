"""From an oligo candidate to a therapy: a knock-down in the cells that make the target."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tolerogen.errors import SpecError, choices
from tolerogen.therapies.reader import therapy_from
from tolerogen.therapies.therapy import Therapy

if TYPE_CHECKING:
    from tolerogen.oligos.candidates import OligoCandidate
    from tolerogen.oligos.ranker import Rank
    from tolerogen.oligos.splicing import SpliceWindow

Potency = Literal["typical", "low", "high"]
UPTAKE = Path(__file__).parent / "pk" / "uptake.toml"
IC50 = 30.3
"""nM of plasma in balance with the tissue, at which half of the RNA is gone: fitted. Inotersen, 284
mg a week, lowered transthyretin by 68 to 74 % (label, 12.2); at the clearance of the class
'antisense' that dose keeps 74.3 nM, and 74.3 x (1 - 0.71) / 0.71 is 30.3."""
IC50_SOURCE = (
    "fitted: 284 mg a week of inotersen lower transthyretin by 68 to 74 % (Tegsedi label 12.2, "
    "https://dailymed.nlm.nih.gov/dailymed/search.cfm?labeltype=all&query=Inotersen), at the "
    "clearance of this class"
)
LEAST, MOST = 0.01, 0.99  # shares that odds are taken of


def therapy_from_oligo(
    candidate: OligoCandidate,
    *,
    target: str,
    cells: str,
    name: str | None = None,
    potency: Potency = "typical",
) -> Therapy:
    """Return the therapy that a gapmer would be.

    Parameters
    ----------
    candidate
        From `tolerogen.oligos.design`; gives the molecule, the interval of its knock-down, risks
        and off-targets.
    target
        Node of the disease, which has to offer ``knock_down``.
    cells
        Where the target is made: a class of ``pk/uptake.toml``, such as ``hepatocyte`` or
        ``lymphocyte``. A GalNAc conjugate counts in hepatocytes only.
    name
        What to call it.
    potency
        ``low`` and ``high`` take the ends of the 80 % interval of the candidate's knock-down
        instead of its middle; run a trial with each to see what the uncertainty is worth.

    Returns
    -------
    Therapy
        Everything that was not measured on this oligo is marked assumed or fitted. The potency is
        the class's, from one drug: the ranker does not know one target from another. What the
        candidate brings is the interval: in one assay the share s that is gone has s/(1-s) =
        c/IC50, so the odds at the ends over the odds in the middle are the ends of the IC50.

    Raises
    ------
    SpecError
        For cells of no class, a potency that is none of the three, or a chemistry whose
        pharmacokinetics are not those of the class: all but gapmers with modified wings and
        phosphorothioate throughout.
    """
    from tolerogen.oligos import mass

    oligo = candidate.oligo
    ranked = _of_the_class(candidate)
    low, high = _interval(ranked)
    factor = {"typical": 1.0, "low": high, "high": low}.get(potency)
    if factor is None:
        raise SpecError(f"potency '{potency}': {choices(potency, ('typical', 'low', 'high'))}")
    called = name or f"aso-{candidate.gene}-{candidate.start}"
    galnac = " with GalNAc" if oligo.conjugate == "galnac" else ""
    ic50 = {
        "value": IC50 * factor,
        "unit": "nM",
        "status": "fitted",
        "source": IC50_SOURCE,
        "note": f"{potency}; 80 % interval {IC50 * low:.3g} to {IC50 * high:.3g} nM",
    }
    data: dict[str, Any] = {
        "id": _id(called),
        "name": called,
        "target": target,
        "action": "knock_down",
        "modality": "oligo",
        "mass": f"{mass(oligo) / 1000:.4f} kDa",
        "mass_source": "derived: free acid without a conjugate, atoms counted",
        "notes": f"{oligo.sequence}, {oligo.chemistry}{galnac}. {_told(candidate, ranked, cells)}",
        "pk": {"template": "antisense"},
        "effect": {
            "Imax": {
                "value": 1.0,
                "unit": "dimensionless",
                "status": "assumed",
                "source": "assumed: all of the RNA can be cut",
            },
            "IC50": ic50,
            "uptake": {"unit": "dimensionless", **_uptake(cells, bool(galnac))},
        },
    }
    return therapy_from(data, where=f"candidate '{called}'")


def therapy_from_splice(
    window: SpliceWindow,
    *,
    target: str,
    cells: str,
    direction: str,
    name: str | None = None,
    potency: Potency = "typical",
) -> Therapy:
    """Return the therapy that a splice-switching oligo would be.

    Parameters
    ----------
    window
        From `tolerogen.oligos.splice`.
    target
        Node of the disease, which has to offer ``isoform_shift``.
    cells
        As for `therapy_from_oligo`.
    direction
        ``skip`` or ``include``: what the shift is; told in the notes.
    name, potency
        As for `therapy_from_oligo`; ``low`` and ``high`` are ten times the middle, and a tenth.

    Raises
    ------
    SpecError
        For cells of no class, a potency that is none of the three, an effect on the exon against
        `direction`, or a chemistry whose pharmacokinetics are not those of the class: all but
        gap-free strands with phosphorothioate throughout.

    Notes
    -----
    How much of the RNA a window shifts is not predictable today; the IC50 is that of the class for
    knock-down, ten times either way (assumed). Run a trial with each end.
    """
    from tolerogen.oligos import mass

    found, oligo = window.candidate, window.candidate.oligo
    wanted = {"skip": -1, "include": 1}.get(direction)
    if wanted is None:
        raise SpecError(f"direction '{direction}': {choices(direction, ('skip', 'include'))}")
    if window.effect * wanted < 0:
        raise SpecError(
            f"'{oligo.sequence}': its effect on the exon is {window.effect:+.2f}, which is not to "
            f"{direction} it."
        )
    if oligo.gap or set(oligo.linkages) != {"s"}:
        raise SpecError(
            f"'{oligo.sequence}' ({oligo.chemistry}): only strands without a gap, with "
            "phosphorothioate at every linkage, have the pharmacokinetics of the class 'antisense'."
        )
    factor = {"typical": 1.0, "low": 10.0, "high": 0.1}.get(potency)
    if factor is None:
        raise SpecError(f"potency '{potency}': {choices(potency, ('typical', 'low', 'high'))}")
    called = name or f"sso-{found.gene}-{found.start}"
    flags = "; ".join(f"{f.risk} ({f.level})" for f in found.flags if f.level != "none")
    data: dict[str, Any] = {
        "id": _id(called),
        "name": called,
        "target": target,
        "action": "isoform_shift",
        "modality": "oligo",
        "mass": f"{mass(oligo) / 1000:.4f} kDa",
        "mass_source": "derived: free acid without a conjugate, atoms counted",
        "notes": f"{oligo.sequence}, {oligo.chemistry}. To {direction} the exon, at {window.place} "
        f"of {found.transcript} ({found.gene}), in {cells} cells; effect {window.effect:+.2f} of "
        f"-1 to 1, not measured. Risks: {flags or 'none flagged'}.",
        "pk": {"template": "antisense"},
        "effect": {
            "Imax": {
                "value": 1.0, "unit": "dimensionless", "status": "assumed",
                "source": "assumed: all of the RNA can be shifted",
            },
            "IC50": {
                "value": IC50 * factor, "unit": "nM", "status": "assumed",
                "source": f"assumed: as the class knocks down, ten times either way; {IC50_SOURCE}",
                "note": f"{potency}; {IC50 * 0.1:.3g} to {IC50 * 10:.3g} nM",
            },
            "uptake": {"unit": "dimensionless", **_uptake(cells, oligo.conjugate == "galnac")},
        },
    }  # fmt: skip
    return therapy_from(data, where=f"candidate '{called}'")


def _id(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"aso_{plain}".strip("_")


def _of_the_class(candidate: OligoCandidate) -> Rank:
    oligo, ranked = candidate.oligo, candidate.rank
    start, end = oligo.gap or (0, 0)
    wings = oligo.sugars[:start] + oligo.sugars[end:]
    if ranked is None or not wings or set(oligo.linkages) != {"s"}:
        raise SpecError(
            f"'{oligo.sequence}' ({oligo.chemistry}): only gapmers with modified wings and "
            "phosphorothioate at every linkage have the pharmacokinetics of the class 'antisense'. "
            "For another chemistry write a therapy file with its own values."
        )
    return ranked


def _interval(rank: Rank) -> tuple[float, float]:
    """Return the ends of the IC50 as factors of its middle, the potent end first."""

    def odds(share: float) -> float:
        inside = min(max(share, LEAST), MOST)
        return inside / (1 - inside)

    return odds(rank.score) / odds(rank.high), odds(rank.score) / odds(rank.low)


@cache
def _classes() -> dict[str, Any]:
    return tomllib.loads(UPTAKE.read_text(encoding="utf-8"))


def _uptake(cells: str, galnac: bool) -> dict[str, Any]:
    known = _classes()
    name = f"{cells}_galnac" if galnac and f"{cells}_galnac" in known else cells
    if name not in known:
        raise SpecError(f"cells '{cells}': no such class of uptake; {choices(cells, known)}")
    return {**known[name], "note": f"class '{name}'"}


def _told(candidate: OligoCandidate, rank: Rank, cells: str) -> str:
    genes = candidate.offtargets
    found = (
        "Off-targets were not looked for."
        if genes is None
        else "Other genes with a site at 0, 1, 2, 3 mismatches: "
        + ", ".join(str(number) for number in genes)
        + "."
    )
    flags = [f"{f.risk} ({f.level}; {f.accuracy})" for f in candidate.flags if f.level != "none"]
    return (
        f"Site {candidate.start} of {candidate.transcript} ({candidate.gene}), in {cells} cells. "
        f"Ranked knock-down {rank.score:.2f}, 80 % interval {rank.low:.2f} to {rank.high:.2f}"
        f"{'' if rank.familiar else ', unlike the training data'}. {found} "
        f"Risks: {'; '.join(flags) or 'none flagged'}."
    )
