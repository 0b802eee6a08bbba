"""What the disease says of itself: question, arrows, parameters, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tolerogen.dossier.drawing import inline
from tolerogen.dossier.page import Figure, Piece, table
from tolerogen.provenance import plain

if TYPE_CHECKING:
    from tolerogen.diseases import Disease

ARROWS = (
    ("id", "Arrow"), ("what", "What it does"), ("drivers", "Driven by"), ("status", "Status"),
    ("source", "Source"),
)  # fmt: skip
PARAMETERS = (
    ("id", "Parameter"), ("value", "Value"), ("unit", "Unit"), ("distribution", "Distribution"),
    ("cv", "CV between patients"), ("status", "Status"), ("source", "Source"),
)  # fmt: skip


def pieces(disease: Disease) -> Iterator[Piece]:
    """Give the sections that rest on the disease alone."""
    yield Piece("question", _use(disease))
    yield Piece(
        "model",
        (f"{disease.name}: {len(disease.arrows)} arrows. {_counted(disease, 'arrows')}.",),
        table("arrows", f"Arrows of the model: {disease.name}", plain(disease.arrows), ARROWS),
        _drawn(disease),
    )
    caption = f"Parameters of the model: {disease.name}. Value: median between patients"
    yield Piece(
        "parameters",
        (f"{len(disease.parameters)} parameters. {_counted(disease, 'parameters')}.",),
        table("parameters", caption, plain(disease.parameters), PARAMETERS),
    )
    yield Piece(
        "limits",
        (
            f"Not for: {disease.not_for or 'not stated by the disease'}",
            f"Of the numbers of the model, {_counted(disease, 'parameters')}.",
        ),
    )


def _drawn(disease: Disease) -> tuple[Figure, ...]:
    """Draw the model as it is, so that the picture cannot disagree with the equations."""
    from tolerogen.diseases import draw_network, network

    if not disease.arrows:
        return ()
    svg = inline(draw_network(network(disease)).encode(), "network-")
    caption = (
        f"The model: {disease.name}. Boxes are places, knots are states; solid arrows move cells "
        "or molecules, dashed ones drive. The sources of the arrows are in the table"
    )
    return (Figure(caption, svg),)


def _use(disease: Disease) -> tuple[str, ...]:
    return (
        f"Question of interest: {disease.question or 'not stated by the disease'}",
        "Context of use: comparing targets, molecules, doses and designs before a trial, beside "
        "other evidence.",
        f"The model may not be used for: {disease.not_for or 'not stated by the disease'}",
    )


def _counted(disease: Disease, what: str) -> str:
    counts = Counter(str(item.status) for item in getattr(disease, what))
    return ", ".join(f"{number} {status}" for status, number in counts.most_common())
