"""The primary analysis by a mixed model: every visit up to the endpoint, in every patient.

``change ~ baseline * visit + arm * visit + strata``, restricted maximum likelihood, unstructured
covariance, degrees of freedom by Kenward and Roger. Where the data cannot carry an unstructured
covariance, simpler ones are tried in an order fixed beforehand, as protocols have it.

References
----------
Mallinckrodt CH, Lane PW, Schnell D, Peng Y, Mancuso JP, Drug Inf J 2008;42:303
(doi:10.1177/009286150804200402).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tolerogen.errors import AnalysisError
from tolerogen.trials.ancova import Ancova, Estimate
from tolerogen.trials.mmrm import MmrmResult, mmrm

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("us", "toeph", "ar1h", "cs")


def repeated(
    data: pd.DataFrame,
    *,
    arms: Sequence[str],
    reference: str | None,
    day: float,
    strata: Sequence[str] = (),
    level: float = 0.95,
) -> Ancova:
    """Fit a mixed model for repeated measures and read off one visit.

    Parameters
    ----------
    data
        One row a patient and visit after baseline: ``patient``, ``arm``, ``day``, ``baseline``,
        ``change`` and the strata. Missing changes are missing at random.
    arms, reference, strata, level
        As in `ancova`.
    day
        Visit of the endpoint.

    Returns
    -------
    Ancova
        LS-means and differences at `day`; NaN where the data cannot give them.
    """
    import pandas as pd

    used = data.dropna(subset=["baseline", "change", *strata])
    present = [arm for arm in arms if ((used["arm"] == arm) & (used["day"] == day)).any()]
    used = used[used["arm"].isin(present)]
    used = used.assign(arm=pd.Categorical(used["arm"], present))
    fit = _fit(used, strata) if present else None
    means, differences = {}, {}
    for arm in arms:
        shown = fit if arm in present else None
        means[arm] = _mean(shown, arm, day, level)
        if reference is not None and arm != reference:
            both = shown if reference in present else None
            differences[arm] = _difference(both, arm, reference, day, level)
    return Ancova(means, differences, reference)


def _fit(used: pd.DataFrame, strata: Sequence[str]) -> MmrmResult | None:
    several = _varies(used["day"])
    effects = ["C(day)"] if several else []
    if _varies(used["arm"]):
        effects.append("arm:C(day) + arm" if several else "arm")
    if _varies(used["baseline"]):
        effects.append("baseline:C(day) + baseline" if several else "baseline")
    effects += [name for name in strata if _varies(used[name])]
    formula = f"change ~ {' + '.join(effects) or '1'}"
    for covariance in ORDER:
        try:
            return mmrm(formula, used, "patient", "day", covariance, df="kenward-roger")
        except AnalysisError:
            continue
    return None


def _mean(fit: MmrmResult | None, arm: str, day: float, level: float) -> Estimate:
    factors = [] if fit is None else _factors(fit)
    if fit is None or not factors:
        return _estimate(None if fit is None else fit.coefficients.loc["Intercept"], level)
    table = fit.lsmeans(":".join(factors), level=level)
    for name, value in (("arm", arm), ("day", day)):
        if name in factors:
            table = table[table[name] == value]
    return _estimate(table.iloc[0], level)


def _difference(
    fit: MmrmResult | None, arm: str, reference: str, day: float, level: float
) -> Estimate:
    if fit is None:
        return _estimate(None, level)
    within = "day" if "day" in _factors(fit) else None
    table = fit.contrast("arm", by=within, reference=reference, level=level)
    if within:
        table = table[table["day"] == day]
    return _estimate(table[table["contrast"] == f"{arm} - {reference}"].iloc[0], level)


def _varies(column: pd.Series[Any]) -> bool:
    return bool((column != column.iloc[0]).any())


def _factors(fit: MmrmResult) -> list[str]:
    frame = fit.design.frame
    return [name for name in ("arm", "day") if name in frame and _varies(frame[name])]


def _estimate(row: Any, level: float) -> Estimate:
    if row is None:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, nan, level)
    names = ("estimate", "se", "low", "high", "df", "p")
    return Estimate(**{name: float(row[name]) for name in names}, level=level)
