"""Is a fitted prior one that may be used? What is wrong with it, in words."""

from __future__ import annotations

from tolerogen.safety.signals.ebgm.prior import Prior

SMALLEST = 1e-3
LARGEST = 1e4
SHARE = 1e-5
STEEP = 1e-5
ALIKE = 1e-2


def diagnose(prior: Prior, gradient: float) -> tuple[str, ...]:
    """Say what is wrong with a fitted prior; nothing when it is sound.

    Parameters
    ----------
    prior
        Fitted hyperparameters.
    gradient
        Largest slope per cell at the solution, in the logs of the parameters.

    Examples
    --------
    >>> diagnose(Prior(1.6e-7, 0.03, 1.2, 1.3, 0.4), 1e-9)
    ('alpha1 = 1.6e-07 runs to zero: component 1 has all its mass near zero ...',)
    """
    found = []
    for k, (a, b) in enumerate(((prior.alpha1, prior.beta1), (prior.alpha2, prior.beta2)), start=1):
        if a < SMALLEST:
            found.append(
                f"alpha{k} = {a:.2g} runs to zero: component {k} has all its mass near zero with "
                f"an endless tail, which a likelihood without the zero cells cannot rule out."
            )
        if b < 1e-5:
            found.append(f"beta{k} = {b:.2g} runs to its boundary.")
    if not SHARE < prior.p < 1 - SHARE:
        found.append(f"p = {prior.p:.3g}: one of the two components is not used.")
    if _alike(prior.alpha1, prior.alpha2) and _alike(prior.beta1, prior.beta2):
        found.append("The two components are the same, so their shares mean nothing.")
    if not gradient < STEEP:
        found.append(
            f"The search did not end in an optimum: the slope is still {gradient:.1g} per cell."
        )
    return tuple(found)


def remarks(prior: Prior) -> tuple[str, ...]:
    """Say what is unusual about a fitted prior that may be used nevertheless."""
    found = []
    for k, (a, b) in enumerate(((prior.alpha1, prior.beta1), (prior.alpha2, prior.beta2)), start=1):
        if a > LARGEST:
            found.append(
                f"Component {k} of the prior has no spread that could be measured: it is a point "
                f"at {a / b:.3g}."
            )
    return tuple(found)


def _alike(one: float, other: float) -> bool:
    return abs(one / other - 1) < ALIKE
