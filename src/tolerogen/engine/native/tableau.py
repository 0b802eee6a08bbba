"""Rosenbrock methods as data: one frozen table of coefficients per method.

Written in the variables of Hairer & Wanner (Solving Ordinary Differential Equations II, 1996,
doi:10.1007/978-3-642-05221-7, section IV.7), where a stage needs no product with the Jacobian::

    (M/(gamma h) - J) U_i = f(t + alpha_i h, Y_i) + (1/h) M sum_j c_ij U_j + gamma_i h f_t
    Y_i = y + sum_j a_ij U_j

All methods here are stiffly accurate: the last stages add the newest U to the stage before, the
result is ``y + ... + U_s`` and the last U is the error estimate. So `a` has rows only for the
stages before that. The nodes `alpha` and `gammas` follow from `a`, `c` and `gamma`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tolerogen.errors import SpecError, choices


@dataclass(frozen=True)
class Tableau:
    """A Rosenbrock method.

    Attributes
    ----------
    name, order, citation
        What it is called, the order of the result, and where it was published.
    gamma
        Diagonal coefficient.
    a, c
        Rows of coefficients, without zeros on and above the diagonal.
    dense
        Rows that combine the stages into the coefficients of the continuous output.
    """

    name: str
    order: int
    citation: str
    gamma: float
    a: tuple[tuple[float, ...], ...]
    c: tuple[tuple[float, ...], ...]
    dense: tuple[tuple[float, ...], ...]

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.c)

    def full_a(self) -> NDArray[np.float64]:
        """Return `a` with a row for every stage, and one for the result (stages + 1 x stages)."""
        rows = np.zeros((self.stages + 1, self.stages))
        for i, row in enumerate(self.a):
            rows[i, : len(row)] = row
        for i in range(len(self.a), self.stages + 1):
            rows[i] = rows[i - 1]
            rows[i, i - 1] += 1.0
        return rows

    def _gammas(self) -> NDArray[np.float64]:
        c = np.zeros((self.stages, self.stages))
        for i, row in enumerate(self.c):
            c[i, : len(row)] = row
        return np.asarray(np.linalg.inv(np.eye(self.stages) / self.gamma - c), np.float64)

    @property
    def alphas(self) -> tuple[float, ...]:
        """Nodes: where between t and t + h each stage evaluates the rates."""
        rows = (self.full_a()[:-1] @ self._gammas()).sum(axis=1)
        return tuple(
            float(x) for x in np.where(np.abs(rows - np.round(rows)) < 1e-12, np.round(rows), rows)
        )

    @property
    def gammas(self) -> tuple[float, ...]:
        """Weights of the time derivative in each stage."""
        rows = self._gammas().sum(axis=1)
        return tuple(float(x) for x in np.where(np.abs(rows) < 1e-12, 0.0, rows))


RODAS5P = Tableau(
    name="Rodas5P",
    order=5,
    citation="Steinebach 2023, BIT Numer. Math. 63:27, doi:10.1007/s10543-023-00967-x",
    gamma=0.21193756319429014,
    a=(
        (),
        (3.0,),
        (2.849394379747939, 0.45842242204463923),
        (-6.954028509809101, 2.489845061869568, -10.358996098473584),
        (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
        (
            *(-7.502846399306121, 2.561846144803919, -11.627539656261098),
            *(-0.18268767659942256, 0.030198172008377946),
        ),
    ),
    c=(
        (),
        (-14.155112264123755,),
        (-17.97296035885952, -2.859693295451294),
        (147.12150275711716, -1.41221402718213, 71.68940251302358),
        (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
        (
            *(24.854864614690072, -3.0009227002832186, 47.4931110020768),
            *(5.5814197821558125, -0.6610691825249471),
        ),
        (
            *(30.91273214028599, -3.1208243349937974, 77.79954646070892),
            *(34.28646028294783, -19.097331116725623, -28.087943162872662),
        ),
        (
            *(37.80277123390563, -3.2571969029072276, 112.26918849496327),
            *(66.9347231244047, -40.06618937091002, -54.66780262877968, -9.48861652309627),
        ),
    ),
    dense=(
        (
            *(25.948786856663858, -2.5579724845846235, 10.433815404888879),
            *(-2.3679251022685204, 0.524948541321073, 1.1241088310450404),
            *(0.4272876194431874, -0.17202221070155493),
        ),
        (
            *(-9.91568850695171, -0.9689944594115154, 3.0438037242978453),
            *(-24.495224566215796, 20.176138334709044, 15.98066361424651),
            *(-6.789040303419874, -6.710236069923372),
        ),
        (
            *(11.419903575922262, 2.8879645146136994, 72.92137995996029),
            *(80.12511834622643, -52.072871366152654, -59.78993625266729),
            *(-0.15582684282751913, 4.883087185713722),
        ),
    ),
)

RODAS4P2 = Tableau(
    name="Rodas4P2",
    order=4,
    citation=(
        "Steinebach 2020, in: Progress in Differential-Algebraic Equations II, "
        "doi:10.1007/978-3-030-53905-4_6"
    ),
    gamma=0.25,
    a=(
        (),
        (3.0,),
        (0.906377755268814, -0.189707390391685),
        (3.758617027739064, 1.161741776019525, -0.849258085312803),
        (7.089566927282776, 4.573591406461604, -8.423496976860259, -0.959280113459775),
    ),
    c=(
        (),
        (-12.0,),
        (-6.354581592719008, 0.338972550544623),
        (-8.575016317114033, -7.606483992117508, 12.224997650124820),
        (-5.888975457523102, -8.157396617841821, 24.805546872612922, 12.790401512796979),
        (
            *(-4.408651676063871, -6.692003137674639, 24.625568527593117),
            *(16.627521966636085, -5.714285714285718),
        ),
    ),
    dense=(
        (
            *(-5.323528268423303, -10.042123754867493, 17.175254928256965),
            *(-5.079931171878093, -0.016185991706112, 0.0),
        ),
        (
            *(6.984505741529879, 6.914061169603662, -0.849178943070653),
            *(18.104410789349338, -3.516963011559032, 0.0),
        ),
    ),
)

TABLEAUS = {t.name.lower(): t for t in (RODAS5P, RODAS4P2)}


def tableau(name: str) -> Tableau:
    """Return a method by its name, in any case.

    Raises
    ------
    SpecError
        When there is none of that name.
    """
    if name.lower() not in TABLEAUS:
        raise SpecError(
            f"method '{name}' is unknown; {choices(name, [t.name for t in TABLEAUS.values()])}"
        )
    return TABLEAUS[name.lower()]
