"""The interaction models: what they are called, what they search, the shapes they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tolerogen.antibodies.kinetics.bivalent import bivalent_response
from tolerogen.antibodies.kinetics.response import unit_response
from tolerogen.antibodies.kinetics.sensorgram import Sensorgram
from tolerogen.errors import SpecError, choices

if TYPE_CHECKING:
    from tolerogen.antibodies.kinetics.sensorgram import Array

SLOWEST, FASTEST = 1e-7, 1e2
"""1/s: dissociation slower or faster than any instrument tells apart."""


@dataclass(frozen=True)
class Model:
    """An interaction model.

    Attributes
    ----------
    name
        What users write.
    parameters
        Names of the nonlinear parameters; the first two are ka (1/(M s)) and kd (1/s).
    columns
        For a sensorgram and the parameters: one column of unit response for each capacity.
    extra
        Starting values of the parameters after the first two.
    bounded_by_zero
        Whether a parameter may end at its lower bound, which then means "none of it".
    """

    name: str
    parameters: tuple[str, ...]
    columns: Callable[[Sensorgram, Array], Array]
    extra: tuple[tuple[float, ...], ...] = ()
    bounded_by_zero: bool = False

    def bounds(self, data: Sensorgram) -> tuple[Array, Array]:
        """Return lowest and highest logarithms of the parameters."""
        import numpy as np

        top = max(cycle.highest for cycle in data.cycles)
        pairs = [(1e-4 / top * 1e-4, 1e4 / top), (SLOWEST, FASTEST)]
        for name in self.parameters[2:]:
            pairs.append((1e-6, 1e4) if name == "m" else (SLOWEST, FASTEST))
            if name.startswith("ka"):
                pairs[-1] = pairs[0]
        low, high = np.log(np.array(pairs)).T
        return low, high

    def starts(self, data: Sensorgram) -> list[Array]:
        """Return a grid of starting points as logarithms."""
        import numpy as np

        top = max(cycle.highest for cycle in data.cycles)
        span = max(float(cycle.time[-1] - cycle.time[0]) for cycle in data.cycles)
        observed = np.array([0.1, 1.0, 10.0, 100.0, 1000.0]) / span
        off = np.array([0.01, 0.1, 1.0, 10.0, 100.0]) / span
        grid = product(observed / top, off, *(self.extra or ()))
        return [np.log(np.array(point)) for point in grid]


def _one_to_one(data: Sensorgram, values: Array) -> Array:
    import numpy as np

    ka, kd = values[:2]
    return np.concatenate([unit_response(cycle, ka, kd) for cycle in data.cycles])[:, None]


def _mass_transport(data: Sensorgram, values: Array) -> Array:
    import numpy as np

    ka, kd, m = values
    return np.concatenate([unit_response(cycle, ka, kd, m) for cycle in data.cycles])[:, None]


def _heterogeneous(data: Sensorgram, values: Array) -> Array:
    import numpy as np

    ka, kd, ka2, kd2 = values
    return np.column_stack(
        [
            np.concatenate([unit_response(cycle, ka, kd) for cycle in data.cycles]),
            np.concatenate([unit_response(cycle, ka2, kd2) for cycle in data.cycles]),
        ]
    )


def _bivalent(data: Sensorgram, values: Array) -> Array:
    import numpy as np

    return np.concatenate([bivalent_response(cycle, *values) for cycle in data.cycles])[:, None]


MODELS = {
    model.name: model
    for model in (
        Model("1:1", ("ka", "kd"), _one_to_one),
        Model(
            "mass-transport", ("ka", "kd", "m"), _mass_transport, ((0.1, 3.0, 30.0),),
            bounded_by_zero=True,
        ),
        Model(
            "heterogeneous", ("ka", "kd", "ka2", "kd2"), _heterogeneous,
            ((1e4, 1e6), (1e-4, 1e-2)),
        ),
        Model(
            "bivalent", ("ka", "kd", "on2", "kd2"), _bivalent,  # on2 is 1/s, no ka
            ((1e-3, 1e-2, 1e-1), (1e-4, 1e-3, 1e-2)),
        ),
    )
}  # fmt: skip


def interaction_model(name: str) -> Model:
    """Return the model of that name.

    Raises
    ------
    SpecError
        When there is none; the message lists those there are.
    """
    if name not in MODELS:
        raise SpecError(f"'{name}' is not an interaction model; {choices(name, MODELS)}")
    return MODELS[name]
