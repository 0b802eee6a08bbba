"""Write a case as FHIR R4: an `AdverseEvent` for each event, in a Bundle with patient and drugs.

Source: HL7 FHIR R4, http://hl7.org/fhir/R4/adverseevent.html, and the code systems it names. The
patient has no name here, and neither the story nor who told it are in the Bundle.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from tolerogen.safety.case_report import SERIOUS, CaseReport, Drug, Event

TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
OUTCOME: Final = {
    "recovered": "resolved",
    "recovering": "recovering",
    "not recovered": "ongoing",
    "sequelae": "resolvedWithSequelae",
    "fatal": "fatal",
    "unknown": "unknown",
}
SERIOUSNESS: Final = {
    "death": "SeriousResultsInDeath",
    "life_threatening": "SeriousIsLifeThreatening",
    "hospitalisation": "SeriousResultsInHospitalization",
    "disability": "SeriousResultsInDisability",
    "congenital_anomaly": "SeriousIsBirthDefect",
    "medically_important": "SeriousRequiresPreventImpairment",
}
"""The last is the nearest that FHIR has: it has no code for other important conditions."""


def to_fhir(case_id: str, report: CaseReport, received: str) -> dict[str, Any]:
    """Write a case as a Bundle.

    Parameters
    ----------
    case_id
        Its number in the store.
    report
        The case.
    received
        When it came, as ISO 8601 with a time zone.

    Returns
    -------
    dict
        What JSON can hold: a ``collection`` of a `Patient`, a `MedicationStatement` for each drug,
        and an `AdverseEvent` for each event, which points at the suspect ones.
    """
    patient: dict[str, Any] = {"resourceType": "Patient"}
    if report.sex in ("male", "female"):
        patient["gender"] = report.sex
    whose = _urn(case_id, "patient")
    drugs = [(_urn(case_id, f"drug {k}"), drug) for k, drug in enumerate(report.drugs)]
    suspects = [urn for urn, drug in drugs if drug.role in ("suspect", "interacting")]
    resources = [
        (whose, patient),
        *((urn, _statement(drug, whose)) for urn, drug in drugs),
        *(
            (
                _urn(case_id, f"event {k}"),
                _adverse_event(case_id, event, received, whose, suspects),
            )
            for k, event in enumerate(report.events)
        ),
    ]
    entries = [{"fullUrl": urn, "resource": resource} for urn, resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _adverse_event(
    case_id: str, event: Event, received: str, whose: str, suspects: list[str]
) -> dict[str, Any]:
    met = [c for c in SERIOUS if c in event.serious]
    if event.outcome == "fatal" and "death" not in met:
        met.insert(0, "death")
    made: dict[str, Any] = {
        "resourceType": "AdverseEvent",
        "identifier": {"system": "urn:tolerogen:case", "value": case_id},
        "actuality": "actual",
        "event": {"text": event.term},
        "subject": {"reference": whose},
        "date": event.onset,
        "recordedDate": received,
        "seriousness": _concept(
            "adverse-event-seriousness", SERIOUSNESS[met[0]] if met else "Non-serious"
        ),
        "outcome": _concept("adverse-event-outcome", OUTCOME[event.outcome]),
        "suspectEntity": [{"instance": {"reference": urn}} for urn in suspects],
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _statement(drug: Drug, whose: str) -> dict[str, Any]:
    period = {name: day for name, day in (("start", drug.start), ("end", drug.stop)) if day}
    made: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": "not-taken" if drug.role == "not administered" else "unknown",
        "medicationCodeableConcept": {"text": drug.name},
        "subject": {"reference": whose},
        "effectivePeriod": period,
        "reasonCode": [{"text": drug.indication}] if drug.indication else [],
        "dosage": [{"text": drug.dose}] if drug.dose else [],
    }
    return {name: value for name, value in made.items() if value not in (None, [], {})}


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMINOLOGY}/{system}", "code": code}]}


def _urn(case_id: str, what: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:tolerogen:case:{case_id}:{what}')}"
