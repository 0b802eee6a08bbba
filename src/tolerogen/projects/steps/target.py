"""Rank the targets of the disease, and keep where the project's stands."""

from __future__ import annotations

from tolerogen.errors import SpecError
from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting


def target_step(setting: Setting) -> None:
    """Run the step: ``patients``, ``draws``, ``seed``."""
    from tolerogen import targets
    from tolerogen.diseases import load_disease
    from tolerogen.patients import Criterion

    options = setting.options
    setup = targets.Setup(
        patients=int(options.get("patients", 100)),
        criteria=(Criterion("essdai", minimum=float(options.get("min_essdai", 5.0))),),
        seed=int(options.get("seed", 1)),
        threads=None,
    )
    ranking = targets.rank_targets(
        load_disease(setting.project.disease), draws=int(options.get("draws", 10)), setup=setup,
        progress=setting.progress,
    )  # fmt: skip
    (setting.out / "target.json").write_text(ranking.to_json(), encoding="utf-8")
    targets.draw_ranking(ranking, setting.out / "target-ranking")
    found = {one.target: one for one in ranking.targets}
    if setting.project.target not in found:
        raise SpecError(f"project.toml: target '{setting.project.target}' is in no ranking.")
    mine = found[setting.project.target]
    figures = {"rank": mine.rank, "composite": mine.composite, "of": len(ranking.targets)}
    if mine.mechanism is not None:
        figures["essdai"] = mine.mechanism.essdai.mean
    add_evidence(
        setting.out, "target", files=("target.json",),
        figures={k: float(v) for k, v in figures.items()},
        note=f"{mine.name}: {', '.join(mine.flags) or 'no flag'}",
    )  # fmt: skip
