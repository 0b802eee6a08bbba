"""What ``FILE_OR_DISEASE`` means: a disease by name or folder, or a model file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.engine import Model


@dataclass(frozen=True)
class Source:
    """A model, and the disease it belongs to if it came from one."""

    model: Model
    disease: Disease | None

    def state(self, name: str | None) -> Mapping[str, float]:
        """Return the parameter values of a named state; none when no state is asked for.

        Raises
        ------
        SpecError
            When a plain model file is asked for a state, or the disease lacks it.
        """
        if name is None:
            return {}
        if self.disease is None:
            raise SpecError(
                f"--state '{name}' needs a disease, and a plain model file has no named states. "
                "Give the values with --set."
            )
        return self.disease.state(name)

    @property
    def labels(self) -> dict[str, str]:
        """What the read-outs of the disease are called, by id; empty for a plain model."""
        return {r.id: r.label for r in self.disease.readouts} if self.disease else {}


def open_source(text: str) -> Source:
    """Load a model file, or the model of a disease.

    Parameters
    ----------
    text
        Name of a disease of the package, path of a disease folder, or path of a model file in
        Antimony or SBML.

    Raises
    ------
    SpecError
        When it is none of these.
    """
    from tolerogen.diseases import list_diseases, load_disease
    from tolerogen.engine import load_model

    path = Path(text)
    if text in list_diseases() or path.is_dir():
        disease = load_disease(text)
        return Source(load_model(disease.model), disease)
    if path.is_file():
        return Source(load_model(path), None)
    raise SpecError(
        f"'{text}' is neither a model file nor a disease; {choices(text, list_diseases())} "
        "A path to an Antimony or SBML file works too."
    )
