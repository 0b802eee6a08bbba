"""The sections of a dossier in the order a reviewer asks: what for, how good, how sure."""

from __future__ import annotations

OUTLINE: tuple[tuple[str, str, str], ...] = (
    ("question", "Question and context of use", "a result that names its disease"),
    ("target", "Target", ""),
    ("molecule", "Molecule", ""),
    ("model", "The model, and the source of every arrow", "a result that names its disease"),
    ("parameters", "Parameters", "a result that names its disease"),
    ("fit", "Fit to the data it was fitted on", "tolerogen population calibrate DISEASE --out DIR"),
    ("blind", "Predictions of trials it was not fitted on", "tolerogen trial validate --out DIR"),
    ("placebo", "Placebo response", "tolerogen trial run FILE --out DIR"),
    ("population", "Virtual population against reality", "tolerogen population compare --out DIR"),
    (
        "identifiability",
        "Identifiability: what the data could tell",
        "tolerogen population calibrate DISEASE --out DIR",
    ),
    ("response", "Exposure, occupancy and response", "tolerogen trial run FILE --out DIR"),
    ("ada", "Anti-drug antibodies", ""),
    ("operating", "Operating characteristics", "tolerogen trial design FILE --out DIR"),
    ("size", "Sample size", "tolerogen trial design FILE --out DIR"),
    ("recruitment", "Recruitment", ""),
    ("dose", "Dose", ""),
    ("safety", "Safety plan", ""),
    ("chances", "Probability of success and value", ""),
    ("decisions", "Decisions", ""),
    ("credibility", "Credibility", ""),
    ("limits", "Limits", ""),
    ("sources", "Sources", ""),
)
"""Key, title, and what gives the section its content; '' for sections that may be left out."""
