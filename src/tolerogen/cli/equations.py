"""The equations of a model as Antimony writes them, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from tolerogen.errors import ModelError

# Antimony's return types, by their number in its C interface; the Python package leaves them
# without names.
ALL_SYMBOLS = 0


@dataclass(frozen=True)
class Reaction:
    """A reaction: its id, what becomes of what, and how fast (substance unit per day)."""

    id: str
    equation: str
    rate: str


@dataclass(frozen=True)
class Equations:
    """What a model says of its symbols.

    Attributes
    ----------
    start
        Value or formula that each symbol starts from, by id; empty where a rule sets it.
    rule
        Formula that holds at all times, by id; only symbols that have one.
    reactions
        The reactions in the model's order.
    """

    start: dict[str, str]
    rule: dict[str, str]
    reactions: tuple[Reaction, ...]


def read_equations(sbml: str) -> Equations:
    """Read the equations of a model from its SBML.

    Raises
    ------
    ModelError
        With Antimony's own message, when it cannot read the model.
    """
    import antimony

    antimony.clearPreviousLoads()
    if antimony.loadSBMLString(sbml) < 0:
        raise ModelError(f"The model cannot be shown: {antimony.getLastError()}")
    module = antimony.getMainModuleName()
    names = antimony.getSymbolNamesOfType(module, ALL_SYMBOLS)
    start = antimony.getSymbolInitialAssignmentsOfType(module, ALL_SYMBOLS)
    rules = antimony.getSymbolAssignmentRulesOfType(module, ALL_SYMBOLS)
    reactions = _reactions(module)
    rates = {reaction.id for reaction in reactions}
    return Equations(
        start=dict(zip(names, start, strict=True)),
        rule={n: r for n, r in zip(names, rules, strict=True) if r and n not in rates},
        reactions=reactions,
    )


def _reactions(module: str) -> tuple[Reaction, ...]:
    import antimony

    if not antimony.getNumReactions(module):
        return ()
    sides = [
        [_side(*side) for side in zip(names, amounts, strict=True)]
        for names, amounts in (
            (antimony.getReactantNames(module), antimony.getReactantStoichiometries(module)),
            (antimony.getProductNames(module), antimony.getProductStoichiometries(module)),
        )
    ]
    ids, rates = antimony.getReactionNames(module), antimony.getReactionRates(module)
    return tuple(
        Reaction(name, f"{left} → {right}".strip(), rate)
        for name, left, right, rate in zip(ids, *sides, rates, strict=True)
    )


def _side(names: list[str], amounts: list[float]) -> str:
    """Write one side of a reaction: ``A + 2 B``.

    Examples
    --------
    >>> _side(["A", "B"], [1.0, 2.0])
    'A + 2 B'
    """
    terms = zip(names, amounts, strict=True)
    return " + ".join(name if n == 1 else f"{n:g} {name}" for name, n in terms)
