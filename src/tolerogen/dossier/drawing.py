"""Drawings inside the page: those of a result folder, made safe; and two of our own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tolerogen.dossier.page import Figure
from tolerogen.drawing import PALETTE, REFERENCE, panel, styled
from tolerogen.errors import SpecError

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
ALLOWED = frozenset(
    {
        "svg", "g", "defs", "path", "rect", "line", "polyline", "polygon", "circle", "ellipse",
        "text", "tspan", "use", "clipPath", "title", "desc", "marker", "linearGradient",
        "radialGradient", "stop", "style",
    }
)  # fmt: skip
LOCAL = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")
FAR = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


def inline(text: bytes, prefix: str) -> str:
    """Return an SVG to put into a page.

    Elements that do not draw (scripts, foreign objects, images, metadata), event handlers and
    references that leave the drawing are dropped; ids get `prefix`, or two drawings would share
    their clip paths.

    Raises
    ------
    SpecError
        When it is no SVG.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise SpecError(f"a drawing is no SVG ({error}).") from None
    if root.tag != f"{SVG}svg":
        raise SpecError("a drawing is no SVG: its first element is another.")
    for node in list(root.iter()):
        name = node.tag.removeprefix(SVG) if isinstance(node.tag, str) else ""
        if name not in ALLOWED or (name == "style" and FAR.search(node.text or "")):
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        _clean(node, prefix)
    for size in ("width", "height"):
        root.attrib.pop(size, None)  # the view box and the page decide
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode", with_tail=False))


def _clean(node: Any, prefix: str) -> None:
    for key, value in list(node.attrib.items()):
        bare = key.rpartition("}")[2].lower()
        if bare == "href":
            del node.attrib[key]
            if value.startswith("#"):
                node.set(LINK, f"#{prefix}{value[1:]}")
        elif bare.startswith("on") or FAR.search(value):
            del node.attrib[key]
        elif bare == "id":
            node.set(key, prefix + value)
        else:
            node.set(key, LOCAL.sub(lambda m: f"url(#{prefix}{m[1]})", value))


def from_folder(folder: Path | None, captions: dict[str, str], prefix: str) -> tuple[Figure, ...]:
    """Return the drawings of a result folder, in the order of `captions`: path to caption."""
    if folder is None:
        return ()
    found = []
    for number, (name, caption) in enumerate(captions.items()):
        path = folder / name
        if path.is_file():
            found.append(Figure(caption, inline(path.read_bytes(), f"{prefix}{number}-")))
    return tuple(found)


def forest(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[tuple[float, float, float] | None]]],
    axis: str,
    prefix: str,
) -> str:
    """Draw points with intervals, one row a label.

    Parameters
    ----------
    series
        Name, and for each label (low, middle, high), or None.
    axis
        What the axis shows, with its unit.

    Returns
    -------
    str
        The SVG, for `Figure`.
    """
    with styled():
        figure, axes = panel(7.5, 0.32 * len(labels) + 1.4)
        offsets = _offsets(len(series))
        for (name, points), colour, marker in zip(
            series, (PALETTE[0], REFERENCE, PALETTE[4]), "sod", strict=False
        ):
            offset = next(offsets)
            held = [(i, p) for i, p in enumerate(points) if p is not None]
            axes.errorbar(
                [p[1] for _, p in held],
                [len(labels) - 1 - i + offset for i, _ in held],
                xerr=[[p[1] - p[0] for _, p in held], [p[2] - p[1] for _, p in held]],
                fmt=marker,
                color=colour,
                markersize=5,
                label=name,
            )
        axes.axvline(0, color=REFERENCE, linewidth=0.8)
        axes.set_yticks(range(len(labels)), list(reversed(labels)), fontsize=8)
        axes.set_xlabel(axis)
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, fontsize=8)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "Tolerogen"})
    return inline(out.getvalue(), prefix)


def _offsets(number: int) -> Iterator[float]:
    return (0.3 * ((number - 1) / 2 - i) for i in count())
