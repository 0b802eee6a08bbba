"""A mechanistic model, read from Antimony or SBML and never changed afterwards.

Antimony is the shorthand people write (Smith et al. 2009, doi:10.1093/bioinformatics/btp401);
SBML is what it is translated to and what the solvers read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from tolerogen.engine.sbml import Outline, outline, parse
from tolerogen.errors import ModelError, SpecError, choices

if TYPE_CHECKING:
    import pandas as pd

_ANTIMONY = Lock()  # the library keeps what it read in global state
_SUFFIXES = (".ant", ".antimony", ".sbml", ".txt", ".xml")


@dataclass(frozen=True)
class Model:
    """A model: its text in both formats, and what it declares.

    Attributes
    ----------
    id
        Id the author gave it.
    sbml, antimony
        The model in each format.
    outline
        Species, parameters, units and rules, as declared.
    """

    id: str
    sbml: str = field(repr=False)
    antimony: str = field(repr=False, compare=False)
    outline: Outline = field(repr=False, compare=False)

    @property
    def species(self) -> pd.DataFrame:
        """Species: a frame by id with ``value`` at time 0, ``unit`` and ``settable``."""
        return self._table(self.outline.species)

    @property
    def parameters(self) -> pd.DataFrame:
        """Global parameters, given and computed; columns as `species`."""
        return self._table(self.outline.parameters)

    @property
    def compartments(self) -> pd.DataFrame:
        """Compartments; columns as `species`."""
        return self._table(self.outline.compartments)

    @property
    def states(self) -> pd.DataFrame:
        """What the equations move: species, and parameters and compartments with rate rules."""
        from tolerogen.engine.tables import defaults

        return self._table(defaults(self.sbml)[1])

    def _table(self, ids: tuple[str, ...]) -> pd.DataFrame:
        from tolerogen.engine.tables import table

        return table(self.outline, self.sbml, ids, self.settable)

    @property
    def observables(self) -> tuple[str, ...]:
        """Every id whose course can be asked for: species, parameters, compartments."""
        return (*self.outline.species, *self.outline.parameters, *self.outline.compartments)

    @property
    def varying(self) -> tuple[str, ...]:
        """Ids reported when none are asked for: species, and parameters that may change."""
        still = self.outline.fixed - set(self.outline.species)
        shown = (*self.outline.species, *self.outline.parameters)
        return tuple(i for i in shown if i not in still)

    @property
    def settable(self) -> tuple[str, ...]:
        """Ids a patient may set: parameters and compartments the model does not compute."""
        computed = self.outline.assigned | self.outline.initial
        own = (*self.outline.parameters, *self.outline.compartments)
        return tuple(i for i in own if i not in computed)

    @property
    def doseable(self) -> tuple[str, ...]:
        """Ids a dose may enter: species that reactions or rate rules change."""
        closed = self.outline.fixed | self.outline.assigned
        return tuple(i for i in self.outline.species if i not in closed)

    def units(self, id: str) -> str:  # noqa: A002  # the name SBML gives it
        """Return the unit of an observable, or of ``time``, as text.

        Species are concentrations (substance over volume, for example ``nM``) unless declared
        ``substanceOnly``. An undeclared unit is an empty text.

        Raises
        ------
        SpecError
            When the model has no such id.
        """
        if id != "time" and id not in self.observables:
            raise SpecError(f"Model '{self.id}' has no '{id}'; {choices(id, self.observables)}")
        return self.outline.units.get(id, "")

    def value(self, id: str) -> float:  # noqa: A002  # the name SBML gives it
        """Return the value the model gives a parameter or compartment, in its own unit.

        Raises
        ------
        SpecError
            When the model declares no number for it (it may be computed).
        """
        if id not in self.outline.values:
            known = choices(id, self.outline.values)
            raise SpecError(f"Model '{self.id}' gives no number for '{id}'; {known}")
        return self.outline.values[id]


def load_model(path_or_text: str | Path) -> Model:
    """Read a model; Antimony or SBML is told by the content.

    Parameters
    ----------
    path_or_text
        A path, the text of an existing path, or the model itself.

    Returns
    -------
    Model
        The model, in both formats, with what it declares.

    Raises
    ------
    ModelError
        When there is no such file, or the text is not a model; with the line at fault.

    Examples
    --------
    >>> model = load_model("model decay; S = 1; k = 0.1; S -> ; k*S; end")
    >>> model.parameters.loc["k", "value"], list(model.species.index)
    (np.float64(0.1), ['S'])
    """
    path = _as_path(path_or_text)
    if path is None:
        return _load(str(path_or_text), "model text")
    try:
        return _load(path.read_text(encoding="utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: the model file cannot be read ({error}).") from None


def _as_path(given: str | Path) -> Path | None:
    if isinstance(given, Path):
        return given
    if "\n" in given or len(given) > 1024 or not given.strip():
        return None
    path = Path(given)
    return path if given.lower().endswith(_SUFFIXES) or path.is_file() else None


@lru_cache(maxsize=64)
def _load(text: str, where: str) -> Model:
    if not text.strip():
        raise ModelError(f"{where}: the model is empty; write it in Antimony or SBML.")
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _from_sbml(text, where)
    return _from_antimony(text, where)


def _from_antimony(text: str, where: str) -> Model:
    import antimony

    with _ANTIMONY:
        antimony.clearPreviousLoads()
        if antimony.loadAntimonyString(text) < 0:
            raise ModelError(f"{where}: Antimony cannot read the model. {_tidy(antimony)}")
        sbml = antimony.getSBMLString(antimony.getMainModuleName())
    return _model(sbml, text, where)


def _from_sbml(text: str, where: str) -> Model:
    import antimony

    try:
        parse(text)  # the standard library's verdict first: it refuses entities
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None
    with _ANTIMONY:
        antimony.clearPreviousLoads()
        if antimony.loadSBMLString(text) < 0:
            raise ModelError(f"{where}: the SBML cannot be read. {_tidy(antimony)}")
        shorthand = antimony.getAntimonyString(antimony.getMainModuleName())
    return _model(text, shorthand, where)


def _model(sbml: str, antimony: str, where: str) -> Model:
    try:
        found = outline(parse(sbml))
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None
    if not found.species and found.fixed.issuperset(found.parameters + found.compartments):
        raise ModelError(
            f"{where}: the model has no species and no rule, so nothing in it changes. "
            "Check that the equations stand between 'model' and 'end'."
        )
    return Model(found.id, sbml, antimony, found)


def _tidy(antimony: object) -> str:
    message = str(antimony.getLastError())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", message.replace("Error in model string, line", "Line")).strip()
