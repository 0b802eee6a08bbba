"""A dossier as PDF, printed by WeasyPrint from the page itself."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from tolerogen.dossier.page import Dossier
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
    content = _printed(to_html(dossier))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror}. Choose another.") from None
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
