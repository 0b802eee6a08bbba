"""The alternative: an antisense oligonucleotide against the target's transcript."""

from __future__ import annotations

from dataclasses import replace

from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting

THERAPY = "oligo.toml"


def oligo_step(setting: Setting) -> None:
    """Run the step.

    Options: ``transcript`` (FASTA) with ``gtf`` where it is a genome, ``chemistry``, ``cells``
    where the target is made, ``top``, ``note``.
    """
    from tolerogen import oligos
    from tolerogen.provenance import plain
    from tolerogen.therapies import therapy_from_oligo, therapy_toml

    options = setting.options
    gtf = setting.file("gtf") if "gtf" in options else None
    transcripts = oligos.read_transcripts(setting.file("transcript"), gtf=gtf)
    chemistry = tuple(options.get("chemistry", ("lna 3-10-3",)))
    found = oligos.design_for(transcripts, chemistries=chemistry, top=int(options.get("top", 10)))
    report = setting.out / "oligos"
    if report.exists():
        import shutil

        shutil.rmtree(report)
    asked = (("target", str(options["transcript"])), ("chemistry", ", ".join(chemistry)))
    oligos.write_report(found, oligos.DesignContext(transcripts, False, asked), report)
    best = found[0].candidate
    therapy = therapy_from_oligo(
        best, target=setting.project.target, cells=str(options.get("cells", "lymphocyte"))
    )
    (setting.out / THERAPY).write_text(therapy_toml(therapy), encoding="utf-8")
    setting.write(
        "oligo.json", {"candidate": plain(replace(best, genes=None)), "therapy": plain(therapy)}
    )
    setting.progress(1, 1)
    high = sum(flag.level == "high" for flag in best.flags)
    figures = {"high_risks": float(high), "tm_C": best.duplex.tm}
    if best.rank is not None:
        figures |= {"knock_down": best.rank.score, "knock_down_low": best.rank.low}
    add_evidence(
        setting.out, "molecule", candidate=setting.candidate("oligo"), figures=figures,
        files=("oligo.json", THERAPY), note=str(options.get("note", "")),
    )  # fmt: skip
