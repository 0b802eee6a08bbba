"""A therapy in words: what it is, how the body handles it, how well that is known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tolerogen.therapies.disposition import half_lives

if TYPE_CHECKING:
    from tolerogen.therapies.therapy import Therapy

_KINDS = {
    "antibody": "an antibody",
    "fc_fusion": "an Fc-fusion protein",
    "binding_protein": "a binding protein",
    "small_molecule": "a small molecule",
    "oligo": "an oligonucleotide",
}
_ACTIONS = {
    "knock_down": "knocks down the RNA of",
    "isoform_shift": "has the RNA spliced to another isoform of",
    "block": "blocks",
    "neutralise": "neutralises",
    "deplete": "depletes the cells that carry",
    "activate": "activates",
}
_ELIMINATIONS = {
    "linear": "is lost linearly",
    "michaelis_menten": "is lost linearly and by a saturable sink",
    "qss": "is lost linearly and with its target (quasi-steady state)",
    "full_tmdd": "is lost linearly and with its target (binding resolved in time)",
}
_CITED = ("doi:", "http", "NCT", "PMID")


def paragraph(therapy: Therapy) -> str:
    """Return the paragraph of `Therapy.explain`."""
    molecule = ", ".join(part for part in (therapy.isotype, therapy.fc) if part)
    slowest = half_lives(therapy)[-1]
    counts = Counter(p.status for p in therapy.parameters)
    known = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    sentences = [
        f"{therapy.name} is {_KINDS[therapy.modality]} of {therapy.mass_kDa:g} kDa"
        + (f" ({molecule})" if molecule else "")
        + f" that {_ACTIONS[therapy.action]} {therapy.target}.",
        f"It {_ELIMINATIONS[therapy.pk.elimination]}; without its target the terminal half-life "
        f"is {slowest:.1f} days at {therapy.pk.reference_weight:g} kg.",
        f"Of its parameters {known}.",
    ]
    powers = ", ".join(f"{name} {power:g}" for name, power in therapy.pk.exponents if power)
    if powers:
        sentences.append(f"Powers of body weight: {powers} ({therapy.pk.exponents_source}).")
    if therapy.immunogenicity is not None:
        share = therapy.immunogenicity
        sentences.append(
            f"Antibodies against it: {100 * share.ada_incidence:g} % ({share.context})."
        )
        if share.clearance_fold != 1.0:
            sentences.append(
                f"With them its clearance is taken to rise {share.clearance_fold:g}-fold, half of "
                f"it by day {share.onset:g}."
            )
    sentences += [
        f"Regimen {regimen.name}: {'; '.join(rule.explain() for rule in regimen.rules)}."
        for regimen in therapy.regimens
    ]
    return " ".join([*sentences, therapy.notes]).strip()


def sources(therapy: Therapy) -> list[str]:
    """Return every distinct source of a therapy, in the order met; reasoning is left out."""
    found = [*therapy.sources, therapy.mass_source]
    found += [parameter.source for parameter in therapy.parameters]
    found += [regimen.source for regimen in therapy.regimens]
    if therapy.binding is not None:
        found.append(therapy.binding.source)
    if therapy.immunogenicity is not None:
        found.append(therapy.immunogenicity.source)
    single = [part.strip() for source in found for part in source.split(";")]
    return list(dict.fromkeys(s for s in single if any(mark in s for mark in _CITED)))
