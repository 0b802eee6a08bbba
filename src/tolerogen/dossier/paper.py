"""A dossier as PDF, printed by WeasyPrint from the page itself."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from tolerogen.dossier.page import Dossier
from tolerogen.dossier.place import put
from tolerogen.dossier.render import to_html
from tolerogen.errors import OutputError

START = b"%PDF-"


def write_pdf(dossier: Dossier, out: str | Path) -> Path:
    """Print the page as PDF, A4, whole or not at all; nothing is fetched from anywhere.

    Raises
    ------
    OutputError
        WeasyPrint or the library Pango is not here, the file cannot be written, or something else
        than a PDF stands there.
    """
    path = Path(out).expanduser().absolute()
    check_paper(path)
    put(path, _printed(to_html(dossier)))
    return path


def check_paper(path: Path) -> None:
    """Refuse before the long work: no printer, or something else than a PDF in the place."""
    _printer()
    if path.exists() and not (path.is_file() and path.read_bytes()[: len(START)] == START):
        raise OutputError(f"{path} exists and is no PDF; it would be lost. Choose another --pdf.")


def _printer() -> Any:
    try:
        import weasyprint
    except ModuleNotFoundError:
        raise OutputError(
            "a PDF needs WeasyPrint, which is not installed. Install it with: pip install "
            "'tolerogen[pdf]'; or print the HTML file from a browser."
        ) from None
    except OSError:
        raise OutputError(
            "a PDF needs the library Pango, which is not on this machine (Debian: libpango-1.0-0 "
            "libpangoft2-1.0-0; macOS: brew install pango); or print the HTML file from a browser."
        ) from None
    return weasyprint


def _printed(html: str) -> bytes:
    weasyprint = _printer()
    for name in ("weasyprint", "fontTools"):  # properties that paper does not have are passed over
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from weasyprint.urls import URLFetcher

    closed = URLFetcher(allowed_protocols={"data"})  # what the page carries itself, and no more
    return bytes(weasyprint.HTML(string=html, url_fetcher=closed).write_pdf())
