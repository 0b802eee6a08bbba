"""From sequences to a lead: number, judge, rank, bind, hand over as a therapy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError
from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting

if TYPE_CHECKING:
    from tolerogen.antibodies import Domain
    from tolerogen.antibodies.candidate import AntibodyCandidate

THERAPY = "antibody.toml"


def antibody_step(setting: Setting) -> None:
    """Run the step.

    Options: ``sequences`` (FASTA), ``sensorgrams`` (CSV) and their ``binding_source``, ``like`` (a
    therapy of the library against the same target), ``isotype``, ``changes``, ``load``.
    """
    from tolerogen.antibodies.annotation import draw
    from tolerogen.therapies import load_therapy, therapy_from_antibody, therapy_toml

    pairs = _molecules(setting.file("sequences"))
    every = [domain for domains in pairs.values() for domain in domains]
    (setting.out / "antibodies.svg").write_text(draw(every), encoding="utf-8")
    lead, severe = _chosen(pairs, setting.out / "panel.csv")
    candidate = _candidate(lead, pairs[lead], setting)
    therapy = therapy_from_antibody(candidate, load_therapy(setting.need("like")))
    (setting.out / THERAPY).write_text(therapy_toml(therapy), encoding="utf-8")
    setting.write("antibody.json", _document(candidate, therapy))
    setting.progress(1, 1)
    figures = {
        "high_risks": float(severe), "humanness": float(candidate.humanness or 0.0),
        "kd_nM": float((candidate.kd or 0.0) * 1e9), "clearance_L_day": candidate.clearance.value,
    }  # fmt: skip
    add_evidence(
        setting.out, "molecule", candidate=setting.candidate("antibody"), figures=figures,
        files=("antibody.json", "panel.csv", THERAPY),
        note=f"{lead} leads a panel of {len(pairs)}; binding {setting.need('binding_source')}",
    )  # fmt: skip


def _molecules(file: Path) -> dict[str, list[Domain]]:
    from tolerogen.antibodies import number_many, read_sequences
    from tolerogen.antibodies.records import molecule_name

    pairs: dict[str, list[Domain]] = {}
    for found in number_many(read_sequences(file), "kabat"):
        pairs.setdefault(molecule_name(found.id), []).extend(found.domains)
    whole = {name: found for name, found in pairs.items() if len(found) == 2}
    if len(whole) < 2:
        raise SpecError(f"{file.name}: a panel needs two antibodies or more, each with two chains.")
    return whole


def _chosen(pairs: dict[str, list[Domain]], file: Path) -> tuple[str, int]:
    """Rank by humanness, foreign epitopes and severe liabilities; return the first."""
    from tolerogen.antibodies.annotation import liabilities
    from tolerogen.antibodies.humanness import humanness
    from tolerogen.antibodies.immunogenicity import epitope_content
    from tolerogen.antibodies.selection import Goal, rank_panel, read_panel

    lines, severe = ["id,humanness,epitopes,liabilities"], {}
    for name, domains in pairs.items():
        human = sum(humanness(domain).score for domain in domains) / len(domains)
        content = epitope_content(name, domains).content
        severe[name] = sum(
            one.severity == "high" for domain in domains for one in liabilities(domain)
        )
        lines.append(f"{name},{human:.4f},{content},{severe[name]}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    goals = [Goal("humanness", "max"), Goal("epitopes", "min"), Goal("liabilities", "min")]
    lead = rank_panel(read_panel(file, goals))[0].id
    return lead, severe[lead]


def _candidate(name: str, domains: list[Domain], setting: Setting) -> AntibodyCandidate:
    from tolerogen.antibodies.candidate import AntibodyCandidate
    from tolerogen.antibodies.exposure import ReceptorLoad
    from tolerogen.antibodies.kinetics import fit_kinetics, read_sensorgrams

    heavy, light = sorted(domains, key=lambda domain: domain.chain)
    load = dict(setting.need("load"))
    fit = fit_kinetics(read_sensorgrams(setting.file("sensorgrams"))[0], "1:1")
    candidate = AntibodyCandidate(
        name=f"{name} lead",
        target=setting.project.target,
        action="block",
        vh=heavy.residues,
        vl=light.residues,
        isotype=setting.options.get("isotype", "IgG4"),
        changes=tuple(setting.options.get("changes", ("S228P",))),
        load=ReceptorLoad(load["cells"], load["per_cell"], load["turnover"], load["source"]),
        sources=tuple(setting.options.get("sources", ())),
    )
    return candidate.bound(fit, setting.need("binding_source"))


def _document(candidate: AntibodyCandidate, therapy: Any) -> dict[str, Any]:
    """Return what a dossier reads: the candidate, its prediction and its therapy."""
    from tolerogen.provenance import content_hash, plain, versions

    return {
        "candidate": plain(candidate),
        "heavy": candidate.heavy,
        "light": candidate.light,
        "mass_kda": candidate.mass_kda,
        "humanness": candidate.humanness,
        "immunogenicity": plain(candidate.immunogenicity),
        "clearance": plain(candidate.clearance),
        "therapy": plain(therapy),
        "provenance": {
            "content": content_hash(candidate),
            "versions": versions(),
            "sources": list(candidate.sources),
        },
    }
