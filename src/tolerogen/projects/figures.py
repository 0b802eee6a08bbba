"""Pictures of a project: chance against value, months ahead, prior and posterior."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tolerogen.drawing import PALETTE, REFERENCE, panel, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tolerogen.projects.status import CandidateStatus

SIGNS = {"antibody": "o", "oligo": "s", "other": "^"}
"""A shape for each modality: colour is not the only sign."""


def draw_bubbles(candidates: Sequence[CandidateStatus], currency: str) -> str:
    """Return an SVG: chance of launch against expected value, size by cost to the next decision."""
    with styled():
        figure, axes = panel(7.0, 4.4)
        for k, one in enumerate(candidates):
            x, low, high = one.chance.posterior
            y, below, above = one.worth.value
            colour = PALETTE[k % len(PALETTE)]
            axes.plot([low, high], [y, y], color=colour, lw=1)
            axes.plot([x, x], [below, above], color=colour, lw=1)
            axes.scatter(
                [x], [y], s=60 + 12 * one.worth.cost, marker=SIGNS[one.candidate.modality],
                color=colour, alpha=0.75, zorder=3,
            )  # fmt: skip
            axes.annotate(one.candidate.name[:40], (x, y), xytext=(8, 8),
                          textcoords="offset points")  # fmt: skip
        axes.axhline(0, color=REFERENCE, lw=0.8)
        axes.set_xlabel("Probability of launch, posterior with 90 % interval")
        axes.set_ylabel(f"Expected value, {currency}")
        return _svg(figure)


def draw_gantt(candidates: Sequence[CandidateStatus]) -> str:
    """Return an SVG: the stages ahead in months from now; paler where they are less likely."""
    with styled():
        figure, axes = panel(8.0, 0.9 + 0.62 * max(1, len(candidates)))
        for row, one in enumerate(candidates):
            for name, start, end, reached in one.worth.spans:
                axes.barh(
                    row, end - start, left=start, height=0.6, color=PALETTE[0],
                    alpha=0.15 + 0.85 * reached, edgecolor="white",
                )  # fmt: skip
                axes.text(
                    (start + end) / 2, row, f"{name.replace('_', ' ')}\n{reached:.0%}",
                    ha="center", va="center", fontsize=7,
                    color="white" if reached > 0.5 else "black",
                )  # fmt: skip
        axes.set_yticks(range(len(candidates)), [one.candidate.name[:32] for one in candidates])
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("Months from now; the share is the chance that the stage is reached")
        return _svg(figure)


def draw_chances(one: CandidateStatus) -> str:
    """Return an SVG: each transition before and after the simulated evidence."""
    steps = one.chance.steps
    with styled():
        figure, axes = panel(7.0, 1.2 + 0.5 * (len(steps) + 1))
        rows = [(s.stage.replace("_", " "), s.prior, s.posterior) for s in steps]
        rows.append(("launch, all in all", one.chance.prior, one.chance.posterior))
        for y, (_, prior, posterior) in enumerate(rows):
            for off, told, colour, sign in (
                (-0.14, prior, REFERENCE, "o"), (0.14, posterior, PALETTE[1], "s")
            ):  # fmt: skip
                axes.plot(told[1:], [y + off] * 2, color=colour, lw=2)
                axes.plot(
                    [told[0]], [y + off], sign, color=colour, ms=5,
                    label={-0.14: "base rate", 0.14: "with simulation"}[off] if not y else None,
                )  # fmt: skip
        axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("Probability to go on, mean and 90 % interval")
        axes.legend(loc="lower right")
        return _svg(figure)


def _svg(figure: Figure) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "Tolerogen"})
    return out.getvalue().decode()
