"""Humanisation: framework residues that people seldom have, replaced, each with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tolerogen.antibodies.humanness.repertoire import repertoire
from tolerogen.antibodies.humanness.score import framework_gene, score_residues
from tolerogen.antibodies.numbering import DEFINITIONS, Domain, germline_residues, number_many
from tolerogen.antibodies.numbering.definitions import in_cdr
from tolerogen.antibodies.records import SequenceRecord, molecule_name
from tolerogen.antibodies.writers import imgt_order
from tolerogen.errors import SpecError

DIALS = {"human": (0.5, 0.2), "balanced": (0.1, 0.02), "conservative": (0.02, 0.01)}
"""Frequency under which a residue is replaced: in the framework, and in the Vernier zone.

Fitted: ``human`` came nearest to the experimental sequences of 152 antibodies, among about 30
pairs and rules; the others are assumed. What the nearest human gene has is never replaced.
"""
# Foote & Winter 1992 (doi:10.1016/0022-2836(92)91010-M), from Kabat to IMGT numbers.
VERNIER = {
    "H": {2, 28, 29, 30, 35, 52, 53, 54, 76, 78, 80, 82, 87, 105, 106, 118},
    "L": {2, 4, 41, 42, 52, 53, 54, 55, 78, 80, 84, 85, 87, 118},
}


@dataclass(frozen=True)
class Mutation:
    """One replaced residue: IMGT position, before, after, and why."""

    chain: str
    position: str
    before: str
    after: str
    reason: str

    def record(self) -> dict[str, str]:
        """Return it as other programs read it."""
        return {
            "chain": self.chain,
            "position": self.position,
            "from": self.before,
            "to": self.after,
            "name": f"{self.before}{self.position}{self.after}",
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Humanised:
    """A molecule humanised by one setting of the dial; `others` are those by the other settings.

    Attributes
    ----------
    vh, vl
        Variable domains; None where the molecule has none.
    before, after
        Mean humanness of its domains.
    """

    id: str
    dial: str
    vh: str | None
    vl: str | None
    mutations: tuple[Mutation, ...]
    before: float
    after: float
    others: tuple[Humanised, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the keys that other programs read: those of ``antibody humanise --json``."""
        told: dict[str, Any] = {
            "id": self.id,
            "vh": self.vh,
            "vl": self.vl,
            "mutations": [mutation.record() for mutation in self.mutations],
            "humanness_before": self.before,
            "humanness_after": self.after,
            "dial": self.dial,
        }
        if self.others:
            told["variants"] = [other.record() for other in self.others]
        return told


def humanise(records: Iterable[SequenceRecord], dial: str = "human") -> list[Humanised]:
    """Humanise molecules; heavy and light chain are paired by their name.

    Parameters
    ----------
    records
        Named ``mab1 VH`` and ``mab1 VL`` (also ``_HC``, ``|Heavy|``...), or scFvs.
    dial
        ``human``, ``balanced`` or ``conservative``: which variant leads; the others follow,
        the more human first.

    Raises
    ------
    SpecError
        When the dial is unknown, or a molecule has two heavy or two light domains.
    """
    if dial not in DIALS:
        raise SpecError(f"'{dial}' is no setting of the dial; choose from {', '.join(DIALS)}.")
    molecules: dict[str, dict[str, Domain]] = {}
    for found in number_many(records, "kabat"):
        for domain in found.domains:
            kind = "H" if domain.chain == "H" else "L"
            own = molecules.setdefault(molecule_name(domain.id), {})
            if kind in own:
                raise SpecError(
                    f"'{molecule_name(domain.id)}' has two {'heavy' if kind == 'H' else 'light'} "
                    "domains: give each molecule a name of its own."
                )
            own[kind] = domain
    return [_molecule(name, own, dial) for name, own in molecules.items()]


def _molecule(name: str, domains: Mapping[str, Domain], dial: str) -> Humanised:
    variants = {setting: _variant(name, domains, setting) for setting in DIALS}
    first = variants.pop(dial)
    others = tuple(sorted(variants.values(), key=lambda one: -one.after))
    return Humanised(
        first.id, dial, first.vh, first.vl, first.mutations, first.before, first.after, others
    )


def _variant(name: str, domains: Mapping[str, Domain], dial: str) -> Humanised:
    made = {kind: humanise_domain(domain, dial) for kind, domain in domains.items()}
    before = [score_residues(d, d.residues).score for d in domains.values()]
    after = [score_residues(domains[kind], made[kind][0]).score for kind in domains]
    return Humanised(
        id=name,
        dial=dial,
        vh=made["H"][0] if "H" in made else None,
        vl=made["L"][0] if "L" in made else None,
        mutations=tuple(m for kind in made for m in made[kind][1]),
        before=sum(before) / len(before),
        after=sum(after) / len(after),
    )


def humanise_domain(domain: Domain, dial: str = "human") -> tuple[str, tuple[Mutation, ...]]:
    """Humanise one domain that was numbered by Kabat.

    Parameters
    ----------
    domain
        From `number` or `number_many` with the scheme ``kabat``, so that both CDR definitions
        can be read from it.
    dial
        A name in `DIALS`.

    Returns
    -------
    tuple
        The residues, and the mutations in order.
    """
    if domain.scheme != "kabat":
        raise SpecError(f"'{domain.id}' is numbered by {domain.scheme}; number it by kabat.")
    kept = _kept(domain)
    gene = framework_gene(domain, kept)
    family, table = repertoire(gene, domain.chain)
    native = {str(place): letter for place, letter in germline_residues(gene).items()}
    residues, mutations = [], []
    for position, residue in zip(domain.imgt, domain.residues, strict=True):
        shares = table.get(position)
        if position in kept or not shares:
            residues.append(residue)
            continue
        vernier = imgt_order(position)[0] in VERNIER["H" if domain.chain == "H" else "L"]
        common = max(shares, key=lambda letter: shares[letter])
        own = shares.get(residue, 0.0)
        human = own >= DIALS[dial][vernier] or residue in (common, native.get(position))
        if human:
            residues.append(residue)
            continue
        residues.append(common)
        zone = "Vernier zone, yet " if vernier else ""
        reason = (
            f"{zone}{residue} in {own:.1%} of human {family} antibodies, "
            f"{common} in {shares[common]:.0%}"
        )
        mutations.append(Mutation(domain.chain, position, residue, common, reason))
    return "".join(residues), tuple(mutations)


def _kept(domain: Domain) -> frozenset[str]:
    imgt = in_cdr(DEFINITIONS["imgt"], domain.chain, domain.imgt)
    kabat = in_cdr(DEFINITIONS["kabat"], domain.chain, domain.positions)
    return frozenset(place for place, a, b in zip(domain.imgt, imgt, kabat, strict=True) if a or b)
