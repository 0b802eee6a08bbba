"""A virtual trial of the candidates side by side, with placebo, at the doses that were chosen."""

from __future__ import annotations

import json
import shutil
import tomllib
from typing import Any

from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting

FOLDER, FILE = "trial", "trial.toml"


def trial_step(setting: Setting) -> None:
    """Run the step: ``design`` (a trial file), ``replicates``, ``patients``, ``seed``.

    In the design an arm's therapy is ``antibody.toml`` or ``oligo.toml``, and its doses may be left
    out: then they are those of the step before.
    """
    from tolerogen import trials

    text = setting.file("design").read_text(encoding="utf-8")
    path = setting.out / FILE
    path.write_text(_dosed(text, setting), encoding="utf-8")
    options = setting.options
    result = trials.run_trial(
        trials.load_trial(path),
        patients=options.get("patients"),
        replicates=options.get("replicates"),
        seed=options.get("seed"),
        progress=setting.progress,
    )
    shutil.rmtree(setting.out / FOLDER, ignore_errors=True)
    trials.write_result(result, setting.out / FOLDER)
    arms = {arm.name: arm for arm in result.spec.arms}
    for one in result.differences:
        modality = next((word for word in ("antibody", "oligo") if word in one.arm.lower()), None)
        if modality is None or one.favourable is None:
            continue
        add_evidence(
            setting.out, "trial", candidate=setting.candidate(modality),
            files=(FILE, f"{FOLDER}/result.json"),
            figures={"difference": one.mean, "favourable": one.favourable.estimate,
                     "replicates": float(one.n)},
            note=f"{arms[one.arm].name}, {result.spec.name}: difference from placebo in "
            f"{result.spec.endpoint.measure.label}",
        )  # fmt: skip


def _dosed(text: str, setting: Setting) -> str:
    """Write the chosen doses behind the therapy of each arm that names none."""
    path = setting.out / "dose.json"
    chosen = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    plain: dict[str, Any] = tomllib.loads(text)
    for arm in plain.get("arm", ()):
        modality = str(arm.get("therapy", "")).removesuffix(".toml")
        if modality in chosen and "doses" not in arm and "regimen" not in arm:
            rule = chosen[modality]["rule"]
            said = ", ".join(f"{k} = {json.dumps(v)}" for k, v in rule.items())
            line = f'therapy = "{modality}.toml"'
            text = text.replace(line, f"{line}\ndoses = [{{ {said} }}]")
    return text
