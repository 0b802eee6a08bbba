"""Words of a case and codes of E2B(R3), both ways (ICH E2B(R3) implementation guide)."""

from __future__ import annotations

from typing import Final

SEX: Final = {"male": "1", "female": "2"}
AGE_GROUP: Final = {
    "foetus": "0",
    "neonate": "1",
    "infant": "2",
    "child": "3",
    "adolescent": "4",
    "adult": "5",
    "elderly": "6",
}
OUTCOME: Final = {
    "recovered": "1",
    "recovering": "2",
    "not recovered": "3",
    "sequelae": "4",
    "fatal": "5",
    "unknown": "0",
}
ROLE: Final = {"suspect": "1", "concomitant": "2", "interacting": "3", "not administered": "4"}
REPORTER: Final = {
    "physician": "1",
    "pharmacist": "2",
    "other professional": "3",
    "lawyer": "4",
    "patient": "5",
    "carer": "5",
}
"""Patients and carers are both consumers to E2B, so a carer reads back as a patient."""

CRITERIA: Final = {
    "death": ("34", "E.i.3.2a"),
    "life_threatening": ("21", "E.i.3.2b"),
    "hospitalisation": ("33", "E.i.3.2c"),
    "disability": ("35", "E.i.3.2d"),
    "congenital_anomaly": ("12", "E.i.3.2e"),
    "medically_important": ("26", "E.i.3.2f"),
}
"""Criterion of seriousness: code of its observation, number of its element."""


def back(table: dict[str, str]) -> dict[str, str]:
    """Turn a table round; of two words for one code the first is kept.

    Examples
    --------
    >>> back(REPORTER)["5"]
    'patient'
    """
    made: dict[str, str] = {}
    for word, code in table.items():
        made.setdefault(code, word)
    return made
