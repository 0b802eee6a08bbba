"""The values that make up a therapy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from tolerogen.errors import SpecError, choices
from tolerogen.parameters import Parameter
from tolerogen.therapies.antidrug import ONSET, liability
from tolerogen.therapies.regimen import Regimen

if TYPE_CHECKING:
    import pandas as pd

Modality = Literal["antibody", "fc_fusion", "binding_protein", "small_molecule", "oligo"]
Action = Literal["block", "neutralise", "deplete", "activate", "knock_down", "isoform_shift"]
ANTISENSE: Final = {"knock_down": "RNA that is gone", "isoform_shift": "RNA of the other isoform"}
"""Actions on RNA, and what share of it each tells as ``{id}_{action}``."""
Elimination = Literal["linear", "michaelis_menten", "qss", "full_tmdd"]


@dataclass(frozen=True)
class Binding:
    """How the molecule binds its target in the test tube; kd in nM, kon in 1/(nM day), koff 1/day.

    A record of what was measured: the model runs on the ``Kss`` (or ``kon``, ``koff``) of
    `Pharmacokinetics`, which holds in patients.
    """

    kd_nM: float | None = None  # noqa: N815  # the unit is written as people write it
    kon: float | None = None
    koff: float | None = None
    valency: int | None = None
    source: str = "unsourced"


@dataclass(frozen=True)
class Immunogenicity:
    """Antibodies against the drug.

    Attributes
    ----------
    ada_incidence
        Share of patients (0 to 1) who formed them.
    context
        In whom, or how that share was guessed.
    clearance_fold
        Linear clearance with antibodies over clearance without; 1 where that is not known, and
        then a trial leaves the clearance alone.
    onset
        Day at which half of the rise is there.
    """

    ada_incidence: float
    context: str
    source: str
    clearance_fold: float = 1.0
    onset: float = ONSET


@dataclass(frozen=True)
class Pharmacokinetics:
    """How the body handles the drug.

    Attributes
    ----------
    template
        A name of ``pk/templates.toml``.
    elimination
        What goes beside the linear clearance.
    reference_weight
        Weight (kg) at which the parameters hold.
    exponents
        Parameter id and power of (weight / reference weight), one pair a scaled parameter.
    exponents_source
        Where those powers are from.
    parameters
        Typical values in the units of `tolerogen.therapies.templates.QUANTITIES`, ids without
        the therapy's prefix.
    """

    template: str
    elimination: Elimination
    reference_weight: float
    exponents: tuple[tuple[str, float], ...]
    exponents_source: str
    parameters: tuple[Parameter, ...]

    def value(self, name: str) -> float | None:
        """Return the typical value of a parameter, None where the therapy has none."""
        return next((p.value for p in self.parameters if p.id == name), None)


@dataclass(frozen=True)
class Therapy:
    """A drug: target, action, molecule, pharmacokinetics, effect, studied regimens, sources.

    Attributes
    ----------
    id
        Prefix of everything the therapy adds to a model.
    target
        Node of the disease at which it acts, for example ``IL7R``.
    action
        ``block`` a receptor, ``neutralise`` a ligand, ``deplete`` the cells that carry the target,
        ``activate`` a receptor, ``knock_down`` its RNA, or have its RNA spliced to another isoform
        (``isoform_shift``).
    mass_kDa
        Molar mass, kDa.
    fc
        What was done to the Fc part.
    effect
        For ``deplete``: ``Emax`` (1/day), ``EC50`` (nM) and ``hill``. For ``knock_down`` (of the
        target's RNA) and ``isoform_shift`` (of it to another isoform): ``Imax`` (0 to 1), ``IC50``
        (nM) and ``uptake`` (of the cells that make the target, compared with hepatocytes).
    regimens
        The studied ones, by name.
    """

    id: str
    name: str
    target: str
    action: Action
    modality: Modality
    mass_kDa: float  # noqa: N815  # the unit is written as people write it
    pk: Pharmacokinetics
    synonyms: tuple[str, ...] = ()
    mass_source: str = "unsourced"
    isotype: str | None = None
    fc: str | None = None
    binding: Binding | None = None
    effect: tuple[Parameter, ...] = ()
    immunogenicity: Immunogenicity | None = None
    regimens: tuple[Regimen, ...] = ()
    sources: tuple[str, ...] = ()
    notes: str = ""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Model parameters with their spread between patients, ids prefixed by `id`."""
        every = (*self.pk.parameters, *self.effect, *liability(self.immunogenicity))
        own = [p for p in every if p.id != "tlag"]
        return tuple(replace(p, id=f"{self.id}_{p.id}") for p in own)

    @property
    def has_depot(self) -> bool:
        """Whether the drug can be given under the skin or by mouth."""
        return self.pk.value("ka") is not None

    def regimen(self, name: str) -> Regimen:
        """Return a studied regimen by name.

        Raises
        ------
        SpecError
            When there is none of that name; the message lists those there are.
        """
        for regimen in self.regimens:
            if regimen.name == name:
                return regimen
        known = [regimen.name for regimen in self.regimens]
        raise SpecError(
            f"therapy '{self.id}' has no regimen '{name}'; {choices(name, known)} "
            "Or write the doses out."
        )

    def dosed_species(self, route: str) -> str:
        """Return the species that a dose by `route` goes into.

        Raises
        ------
        SpecError
            For a route other than intravenous when the therapy has no absorption parameters.
        """
        if route.startswith("iv"):
            return f"{self.id}_central"
        if not self.has_depot:
            raise SpecError(
                f"therapy '{self.id}' cannot be given '{route}': it has no absorption parameters. "
                "Give it 'iv' or 'iv infusion', or add ka and F to its pk.parameters."
            )
        return f"{self.id}_depot"

    def lag(self, route: str) -> float:
        """Return the time (days) between a dose by `route` and the start of its absorption."""
        return 0.0 if route.startswith("iv") else self.pk.value("tlag") or 0.0

    def frame(self) -> pd.DataFrame:
        """Return the parameters, one row each, indexed by prefixed id."""
        import pandas as pd

        rows = [vars(parameter) for parameter in self.parameters]
        return pd.DataFrame(rows).set_index("id")

    def citation(self) -> str:
        """Return every source that a number of this therapy rests on, one a line."""
        from tolerogen.therapies.explain import sources

        return "\n".join(sources(self))

    def explain(self) -> str:
        """Return a paragraph that says what the therapy is and how well it is known."""
        from tolerogen.therapies.explain import paragraph

        return paragraph(self)
