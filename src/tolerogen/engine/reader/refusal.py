"""What the reader refuses, by name: every text in one place, so that refusals can be counted."""

from __future__ import annotations

from tolerogen.errors import ModelError

ADVICE = 'use backend="reference".'

TEXTS = {
    "delay": "the model looks back in time with delay(), which needs a solver of delay equations",
    "fast reactions": (
        "reaction '{name}' is marked fast: it would have to be at equilibrium at every instant"
    ),
    "level 1": "the model is SBML level 1; levels 2 and 3 are read (libSBML converts it)",
    "package": "the model needs the SBML package '{name}', which changes what the model means",
    "distributions": "the model draws random numbers ({name})",
    "algebraic rule without a variable": (
        "{name} determines nothing: every variable in it is already set by something else, or "
        "by another algebraic rule"
    ),
    "slope of an algebraic variable": (
        "the model needs the time derivative of '{name}', which an algebraic rule determines only "
        "implicitly"
    ),
}
"""Text of each refused feature; `{name}` is what in the model asks for it."""


class Refusal(ModelError):  # noqa: N818  # what it is, not what went wrong
    """A model is valid, but uses what the native engine does not offer.

    Attributes
    ----------
    feature
        Short stable name of what is refused, such as ``delay`` or ``package comp``.
    """

    def __init__(self, feature: str, name: str = "") -> None:
        text = TEXTS[feature].format(name=name)
        self.feature = f"package {name}" if feature == "package" else feature
        super().__init__(f"The native engine cannot take this model: {text}; {ADVICE}")
