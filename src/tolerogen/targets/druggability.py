"""How a target can be reached: which modality fits, how far it gets, and what is forbidden.

Membrane or secreted proteins are an antibody's; a ligand is also a decoy's; enzymes and kinases
are a small molecule's; any RNA is an oligo's, where the oligo gets into the cells that make it.
The gate: a protein that holds the disease back is never inhibited.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tolerogen.targets.evidence import Evidence
from tolerogen.targets.genes import Gene, genes
from tolerogen.therapies.from_oligo import IC50, UPTAKE
from tolerogen.therapies.therapy import ANTISENSE

Modality = Literal["antibody", "fc_fusion", "small_molecule", "oligo"]
MODALITIES: tuple[Modality, ...] = ("antibody", "fc_fusion", "small_molecule", "oligo")
DATA = Path(__file__).parent / "data"
PLASMA = 74.3
"""nM of an oligo in plasma at a weekly dose of the class: see `therapies.from_oligo.IC50`."""
INHIBITING = ("block", "neutralise", "deplete", *ANTISENSE)
"""Actions that leave less of a target; the other isoform is made in its place."""
SEVERAL = 0.3  # assumed: bispecific antibodies are made, with more trouble
MAJORITY = 0.5  # assumed: more than half of the directed facts must object to close the gate


@dataclass(frozen=True)
class Fit:
    """How well a modality suits a gene.

    Attributes
    ----------
    factor
        Druggability, 0 to 1; 0 does not fit.
    reach
        Share of the target that a good molecule holds, 0 to 1.
    low, high
        Range of the share, 5th to 95th percentile over molecules.
    reason
        Why, in words.
    """

    modality: Modality
    factor: float
    reach: float
    low: float
    high: float
    reason: str
    source: str

    @property
    def score(self) -> float:
        """Druggability times reach."""
        return self.factor * self.reach


@dataclass(frozen=True)
class Gate:
    """Whether a direction is allowed, and why not."""

    open: bool
    reason: str


@dataclass(frozen=True)
class Hazard:
    """A known way in which hitting a target harms."""

    gene: str
    kind: str
    severity: float
    text: str
    source: str


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "modalities.toml").read_text(encoding="utf-8"))


@cache
def hazards() -> tuple[Hazard, ...]:
    """Return the known hazards of all genes."""
    lines = (DATA / "hazards.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        Hazard(r["id"], r["kind"], float(r["severity"]), r["text"], r["source"]) for r in rows
    )


def uptake(cells: str) -> tuple[float, str]:
    """Return the oligo uptake of a cell class compared with hepatocytes, and its source."""
    known = tomllib.loads(UPTAKE.read_text(encoding="utf-8"))
    entry = known.get(cells) or _table()["uptake"].get(cells) or _table()["uptake"]["all"]
    return float(entry["value"]), str(entry["source"])


def knocked_down(cells: str, dose: float = 1.0) -> float:
    """Share of a target's RNA that a weekly oligo removes in the cells that make it.

    Parameters
    ----------
    cells
        Class of `uptake`.
    dose
        Over the weekly dose of the class.

    Examples
    --------
    >>> round(knocked_down("hepatocyte"), 2), round(knocked_down("lymphocyte"), 3)
    (0.71, 0.024)
    """
    inside = PLASMA * dose * uptake(cells)[0]
    return inside / (IC50 + inside)


def fits(gene: Gene) -> tuple[Fit, ...]:
    """Judge every modality for a gene, those that do not fit included with factor 0.

    Examples
    --------
    >>> from tolerogen.targets.genes import genes
    >>> {f.modality: round(f.score, 2) for f in fits(genes()["BTK"])}
    {'antibody': 0.0, 'fc_fusion': 0.0, 'small_molecule': 0.8, 'oligo': 0.02}
    """
    return tuple(_fit(gene, modality) for modality in MODALITIES)


def node_fits(symbols: Sequence[str]) -> tuple[Fit, ...]:
    """Judge every modality for a target of one or several genes.

    A modality is as good as it is for the hardest of the genes. An antibody knows one protein: for
    several at once its factor is cut by `SEVERAL`, a decoy's is not.

    Examples
    --------
    >>> {f.modality: round(f.factor, 2) for f in node_fits(["TNFSF13B", "TNFSF13"])}
    {'antibody': 0.3, 'fc_fusion': 1.0, 'small_molecule': 0.15, 'oligo': 0.9}
    """
    known = [genes()[s] for s in symbols if s in genes()]
    found = []
    for modality in MODALITIES if known else ():
        hardest = min((_fit(gene, modality) for gene in known), key=lambda fit: fit.score)
        if modality == "antibody" and len(known) > 1:
            reason = f"{hardest.reason}; {len(known)} proteins at once"
            hardest = replace(hardest, factor=hardest.factor * SEVERAL, reason=reason)
        found.append(hardest)
    return tuple(found)


def best_fit(gene: Gene) -> Fit:
    """Return the modality that suits a gene best."""
    return max(fits(gene), key=lambda fit: fit.score)


def _fit(gene: Gene, modality: Modality) -> Fit:
    entry = _table()[modality]
    low, high = entry["range"]
    if modality == "oligo":
        share = knocked_down(gene.cells)
        scale = share / entry["achieves"]
        inside, cited = uptake(gene.cells)
        why = f"made by {gene.cells} cells, which take up {inside:g} of what liver does"
        source = f"{entry['any']['source']}; uptake {cited}"
        return Fit(
            modality,
            entry["any"]["factor"],
            share,
            low * scale,
            min(1.0, high * scale),
            why,
            source,
        )
    if modality == "antibody":
        factor = entry["locations"].get(gene.location, 0.0)
        why = f"the protein is {_place(gene)}"
        source = entry["locations"]["source"]
    else:
        inside = gene.location not in ("membrane", "secreted")
        kind = f"{gene.kind}_inside" if inside and gene.kind == "receptor" else gene.kind
        factor = entry["classes"].get(kind, 0.0)
        why = f"{modality.replace('_', ' ')} against a {gene.kind.replace('_', ' ')} {_place(gene)}"
        source = entry["classes"]["source"]
    return Fit(
        modality, float(factor), entry["achieves"], low, high, why, f"{source}; {entry['source']}"
    )


def _place(gene: Gene) -> str:
    return {
        "membrane": "on the cell surface",
        "secreted": "outside cells",
        "endosome": "inside an endosome",
        "cytosol": "inside the cell",
        "nucleus": "in the nucleus",
    }[gene.location]


def gate(symbols: Sequence[str], action: str, records: Sequence[Evidence] = ()) -> Gate:
    """Tell whether a target may be pushed in a direction.

    Parameters
    ----------
    symbols
        Genes behind the target; one brake among them closes the gate.
    action
        ``block``, ``neutralise``, ``deplete``, ``knock_down``, ``isoform_shift`` or ``activate``.
    records
        Evidence; facts that say the opposite direction close the gate when they are the majority.

    Examples
    --------
    >>> gate(["TNFAIP3"], "knock_down").open, gate(["IL7R"], "block").open
    (False, True)
    """
    inhibiting = action in INHIBITING
    for symbol in symbols:
        gene = genes().get(symbol)
        if gene is not None and gene.role == "brake" and inhibiting:
            return Gate(False, f"{symbol} holds the disease back: never inhibit it ({gene.source})")
    wanted = "inhibit" if inhibiting else "activate"
    directed = [r for r in records if r.target in symbols and r.direction != "unknown"]
    against = [r for r in directed if r.direction != wanted]
    brakes = all(s in genes() and genes()[s].role == "brake" for s in symbols)
    if directed and len(against) > MAJORITY * len(directed) and not brakes:
        first = against[0]
        return Gate(
            False, f"{len(against)} of {len(directed)} directed facts say to {first.direction} it "
            f"({first.source})"
        )  # fmt: skip
    return Gate(True, "")


def hazards_of(symbols: Sequence[str]) -> tuple[Hazard, ...]:
    """Return the hazards of some genes, the worst first."""
    mine = [hazard for hazard in hazards() if hazard.gene in symbols]
    return tuple(sorted(mine, key=lambda h: -h.severity))


def safety_score(found: Sequence[Hazard]) -> float:
    """Take the hazards off 1, each its share of what is left.

    Examples
    --------
    >>> safety_score([Hazard("A", "x", 0.5, "", ""), Hazard("A", "y", 0.2, "", "")])
    0.4
    """
    left = 1.0
    for hazard in found:
        left *= 1.0 - hazard.severity
    return left


def node_genes(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the genes behind each node of a disease; empty where the folder does not say."""
    path = folder / "target_genes.csv"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["id"]: tuple(row["genes"].split(";")) for row in rows}


def as_modality(name: str) -> Modality | None:
    """Map the modality of a therapy to one of ours: a binding protein is a kind of antibody."""
    if name == "binding_protein":
        return "antibody"
    return next((known for known in MODALITIES if known == name), None)
