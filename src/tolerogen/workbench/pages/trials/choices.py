"""The choices of the form that drafts a trial."""

from __future__ import annotations

from typing import Any

from tolerogen.errors import SpecError
from tolerogen.workbench.forms import Form

FIRST = "s95011"
DISEASE = "sjogren"


def choices_for(therapy: str = FIRST) -> dict[str, Any]:
    """Return what the form offers: therapies, regimens of one, measures.

    Raises
    ------
    SpecError
        When there is no such therapy.
    """
    from tolerogen.diseases import load_disease
    from tolerogen.therapies import list_therapies
    from tolerogen.trials import measures

    known = {drug.id: drug for drug in list_therapies()}
    if therapy not in known:
        raise SpecError(f"The library has no therapy '{therapy[:40]}'.")
    disease = load_disease(DISEASE)
    return {
        "therapies": [(drug.id, f"{drug.name} ({drug.target})") for drug in known.values()],
        "therapy": therapy,
        "regimens": [(r.name, r.label or r.name) for r in known[therapy].regimens],
        "measures": [(item.id, item.label) for item in measures(disease).values()],
    }


def draft_from(form: Form) -> str:
    """Return the trial file that the choices stand for.

    Raises
    ------
    SpecError
        When the choices do not make a trial.
    """
    from tolerogen.trials import Draft, draft_trial

    therapy, regimen = form.text("therapy", FIRST), form.text("regimen")
    least = form.text("least")
    numbers = {"weeks": 24, "every": 4, "arm_patients": 60, "share": 1}
    given = {name: form.whole(name) or usual for name, usual in numbers.items()}
    try:
        entry = float(least) if least else None
    except ValueError:
        raise SpecError(f"Least value at entry is '{least[:40]}'; it must be a number.") from None
    return draft_trial(
        Draft(
            name=form.text("name", f"{therapy} in {DISEASE}"),
            disease=DISEASE,
            therapy=therapy,
            regimen=regimen,
            measure=form.text("measure", "essdai"),
            weeks=given["weeks"],
            every=given["every"],
            patients=given["arm_patients"],
            share=given["share"],
            least=entry,
        )
    )
