"""What the form says, in the words of those who fill it in."""

from __future__ import annotations

from typing import Final

AUDIENCES: Final = {
    "patient": "It happened to me",
    "carer": "I tell it for somebody I care for",
    "clinician": "I am a health professional",
}
"""Who tells, and what they choose on the first page."""

REPORTERS: Final = {
    "patient": {"patient": "The person it happened to"},
    "carer": {"carer": "Family, friend or carer"},
    "clinician": {
        "physician": "Physician",
        "pharmacist": "Pharmacist",
        "other professional": "Other health professional",
    },
}

SERIOUS: Final = {
    "death": "The person died",
    "life_threatening": "Life was in danger when it happened",
    "hospitalisation": "A stay in hospital, or a longer one",
    "disability": "A lasting or severe disability",
    "congenital_anomaly": "A child was born with a defect",
    "medically_important": "Serious in another way, in the view of a doctor or of yourself",
}

OUTCOMES: Final = {
    "unknown": "I do not know",
    "recovered": "It is over",
    "recovering": "It is getting better",
    "not recovered": "It is still there",
    "sequelae": "It is over but left something behind",
    "fatal": "The person died of it",
}

ROLES: Final = {
    "suspect": "Yes, or maybe",
    "concomitant": "No, it was only taken at the time",
    "interacting": "Yes, together with another medicine",
}

SEXES: Final = {"": "I would rather not say", "female": "Female", "male": "Male"}

AGE_GROUPS: Final = {
    "": "Choose if you do not know the age in years",
    "neonate": "Newborn, up to 1 month",
    "infant": "Infant, 1 month to 2 years",
    "child": "Child, 2 to 11 years",
    "adolescent": "Adolescent, 12 to 17 years",
    "adult": "Adult, 18 to 64 years",
    "elderly": "65 years or older",
}

MISSING: Final = {
    "patient": "something about the person it happened to: sex, age, or initials",
    "reporter": "who you are",
    "suspect drug": "a medicine that may have caused it",
    "event": "what happened",
}
"""The four things a valid report has, in words."""

NEXT: Final = (
    "Somebody who is trained in the safety of medicines reads your report.",
    "You may be asked for more, if you told us how to reach you.",
    "Reports are put together with those of others, to see what nobody could see alone.",
    "What you told is not shown to others with your name.",
)
"""What happens next."""

INCOMPLETE: Final = {
    "year": "Add the year, or leave the date empty.",
    "month": "Add the month, or leave the date empty.",
}
TOO_LONG: Final = "This is too long: 250 characters are the most."
TOO_LONG_STORY: Final = "This is too long: 20,000 characters are the most."
