"""The result of a virtual trial: numbers, where they came from, and how to look at them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tolerogen.errors import SpecError, choices
from tolerogen.provenance import Provenance, finite, plain
from tolerogen.trials.analysis import Analysis
from tolerogen.trials.replicates import Distribution, arm_changes, differences

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

    from tolerogen.trials.spec import TrialSpec

FORMAT = "tolerogen-trial-result/1"


@dataclass(frozen=True, eq=False)
class TrialResult:
    """A trial as simulated: the first replicate in full, the others reduced.

    Attributes
    ----------
    spec
        The design that was run, with the overrides of the run in it.
    provenance
        Content hash, seed, versions, sources.
    patients
        First replicate: one row a patient, index ``patient``; arm, covariates, baselines, model
        parameters, ``dropout_day`` (infinite where the patient stayed), ``status`` of the solver.
    trajectories
        First replicate: dims (patient, time in days), every observable, coordinate ``arm``; of a
        trial of more than 5,000 patients the first 5,000.
    observations
        First replicate: one row a patient and visit, as the clinic sees it.
    analysis
        First replicate: arms, differences, responders.
    mechanism
        First replicate: exposure, occupancy, cells, IgG, cytokines by arm.
    replicates
        One row a replicate and arm: change, difference from the reference, interval.
    screened
        Candidates screened to fill the first replicate.
    failures
        Patients whose simulation failed, over all replicates: patient, message.
    """

    spec: TrialSpec
    provenance: Provenance
    patients: pd.DataFrame
    trajectories: xr.Dataset
    observations: pd.DataFrame
    analysis: Analysis
    mechanism: pd.DataFrame
    replicates: pd.DataFrame
    screened: int
    failures: pd.DataFrame

    @property
    def events(self) -> pd.DataFrame:
        """Intercurrent events of the first replicate, ``arm, event, strategy, n, share``."""
        from tolerogen.trials.intercurrent.count import count_events

        return count_events(self.spec, self.patients)

    @property
    def antidrug(self) -> pd.DataFrame:
        """Antibodies against the drugs, first replicate; see `tolerogen.trials.antidrug`."""
        from tolerogen.trials.antidrug import antidrug_effects

        return antidrug_effects(self)

    @property
    def differences(self) -> tuple[Distribution, ...]:
        """Distribution over replicates of each arm's difference from the reference."""
        return differences(self.spec, self.replicates)

    @property
    def changes(self) -> tuple[Distribution, ...]:
        """Distribution over replicates of each arm's mean change."""
        return arm_changes(self.spec, self.replicates)

    def frame(self, table: str = "arms") -> pd.DataFrame:
        """Return one of the tables.

        Parameters
        ----------
        table
            ``arms``, ``differences``, ``responders``, ``responder_differences``, ``mechanism``,
            ``replicates``, ``patients``, ``observations``, ``failures``, ``events``,
            ``antidrug`` or, where the file asks for it, ``tipping``.

        Raises
        ------
        SpecError
            When there is no such table.
        """
        tables = {
            "arms": self.analysis.arms,
            "differences": self.analysis.differences,
            "responders": self.analysis.responders,
            "responder_differences": self.analysis.responder_differences,
            "mechanism": self.mechanism,
            "replicates": self.replicates,
            "patients": self.patients,
            "observations": self.observations,
            "failures": self.failures,
            "events": self.events,
            "antidrug": self.antidrug,
        }
        if self.analysis.tipping is not None:
            tables["tipping"] = self.analysis.tipping
        if table not in tables:
            raise SpecError(f"a trial result has no table '{table}'; {choices(table, tables)}")
        return tables[table]

    def plot(self, kind: str = "endpoint") -> Figure:
        """Draw one of the figures; see `tolerogen.trials.figures`."""
        from tolerogen.trials.figures import draw

        return draw(self, kind)

    def summary(self) -> str:
        """Return the result as text, readable at 100 columns."""
        from tolerogen.trials.summary import summarise

        return summarise(self)

    def explain(self) -> str:
        """Say in plain words what was done and what came out."""
        from tolerogen.trials.explain import explain

        return explain(self)

    def citation(self) -> str:
        """Return the sources of the design, the disease and the drugs, one a line."""
        return "\n".join(self.provenance.sources)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data; missing and infinite numbers become None."""
        tables = ("arms", "differences", "responders", "responder_differences")
        document = {
            "format": FORMAT,
            "warning": self.spec.disease.warning,
            "provenance": plain(self.provenance),
            "spec": self.spec.describe(),
            "screened": self.screened,
            **{name: _records(self.frame(name)) for name in tables},
            "mechanism": _records(self.mechanism),
            "replicates": {
                "n": int(self.replicates["replicate"].nunique()),
                "difference": plain(self.differences),
                "change": plain(self.changes),
                "table": _records(self.replicates),
            },
            "failures": _records(self.failures),
        }
        if len(self.events):
            document["events"] = _records(self.events)
        if len(self.antidrug):
            document["antidrug"] = _records(self.antidrug)
        if self.analysis.tipping is not None:
            document["tipping"] = _records(self.analysis.tipping)
        return {key: finite(value) for key, value in document.items()}

    def to_json(self) -> str:
        """Return the result as one JSON document, the same text for the same content."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): plain(v) for k, v in row.items()} for row in table.to_dict("records")]
