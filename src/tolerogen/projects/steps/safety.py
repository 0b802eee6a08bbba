"""The plan for safety: what the mechanism predicts, and what has to be watched."""

from __future__ import annotations

from typing import Any

from tolerogen.projects.evidence import add_evidence
from tolerogen.projects.steps.setting import Setting

FILE = "safety.json"


def safety_step(setting: Setting) -> None:
    """Run the step: ``reference`` (the placebo arm), ``watch`` (a list of what to look for)."""
    from tolerogen.provenance import finite
    from tolerogen.safety import clinical

    margins = clinical.read_margins(setting.out / "trial")
    reference = str(setting.options.get("reference", "placebo"))
    predicted = clinical.predict_ratio(margins, reference).to_dict("records")
    low = clinical.grades(margins).to_dict("records")
    document: dict[str, Any] = {
        "trial": margins.name,
        "warning": margins.warning,
        "prediction": predicted,
        "grades": low,
        "risks": [vars(risk) for risk in clinical.known_risks()],
        "watch": list(setting.options.get("watch", ())),
    }
    setting.write(FILE, finite(document))
    setting.progress(1, 1)
    for row in predicted:
        modality = next(
            (word for word in ("antibody", "oligo") if word in str(row["arm"]).lower()), None
        )
        if modality is None:
            continue
        add_evidence(
            setting.out, "safety", candidate=setting.candidate(modality), files=(FILE,),
            figures={"infection_ratio": float(row["ratio"]), "ratio_low": float(row["low"]),
                     "ratio_high": float(row["high"])},
            note="serious infections against placebo, from margins of IgG and lymphocytes",
        )  # fmt: skip
