"""Which dose: the first that holds the target in nine of ten patients, or the highest."""

from __future__ import annotations

from typing import Any

from tolerogen.errors import SpecError
from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting

FILE = "dose.json"


def dose_step(setting: Setting) -> None:
    """Run the step: a table for each modality, with ``doses``, ``route``, ``every``, ``count``, ….

    What is chosen goes to ``dose.json``, from where the trial takes it.
    """
    chosen = {}
    for modality, asked in setting.options.items():
        if isinstance(asked, dict):
            chosen[modality] = _choose(setting, modality, asked)
    if not chosen:
        raise SpecError("programme.toml: [dose.antibody] or [dose.oligo] says which doses to try.")
    setting.write(FILE, chosen)
    for modality, one in chosen.items():
        add_evidence(
            setting.out, "dose", candidate=setting.candidate(modality), files=(FILE,),
            figures={"held": one["held"], "reached": one["reached"]},
            note=f"{one['regimen']}: {one['why']}",
        )  # fmt: skip


def _choose(setting: Setting, modality: str, asked: dict[str, Any]) -> dict[str, Any]:
    from tolerogen.diseases import load_disease
    from tolerogen.therapies import Regimen, dose_rule, load_therapy
    from tolerogen.trials import dose as dosing

    drug = load_therapy(setting.out / f"{modality}.toml")
    rules: dict[str, dict[str, Any]] = {}
    for amount in asked["doses"]:
        rule = {"amount": amount, "route": asked["route"], "every": asked["every"],
                "count": int(asked["count"])}  # fmt: skip
        if "duration" in asked:
            rule["duration"] = asked["duration"]
        rules[f"{amount} every {asked['every']}"] = rule
    given = [
        Regimen(name, (dose_rule(rule["amount"], where="programme.toml, dose",
                                 **{k: v for k, v in rule.items() if k != "amount"}),),
                source="programme.toml")
        for name, rule in rules.items()
    ]  # fmt: skip
    end = float(asked["end_days"])
    question = dosing.question(
        drug, load_disease(setting.project.disease), given, end,
        occupancy=float(asked.get("occupancy", 0.9)), patients=int(asked.get("patients", 50)),
        seed=int(asked.get("seed", 1)),
    )  # fmt: skip
    found = dosing.explore_doses(question, progress=setting.progress)
    least = found.least()
    name = least or given[-1].name
    frame = found.frame()
    mine = (frame["regimen"] == name) & (frame["quantity"] == "held_least")
    table = found.attainment()
    whole = (table["regimen"] == name) & (table["antibodies"] == "all")
    why = (
        f"the first of {len(given)} that holds {question.occupancy:.0%} in nine of ten"
        if least
        else f"the highest of {len(given)}: none holds {question.occupancy:.0%} in nine of ten"
    )
    return {
        "regimen": name,
        "rule": rules[name],
        "held": float(frame.loc[mine, "median"].to_numpy(float)[0]),
        "reached": float(table.loc[whole, "share"].to_numpy(float)[0]),
        "why": why,
        "table": frame.to_dict("records"),
    }
