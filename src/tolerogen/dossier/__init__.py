"""The dossier: results become one page that a reviewer can check.

A dossier is built from results that exist: folders with a ``result.json`` (``trial run``, ``trial
validate``, ``trial design``, ``population calibrate``, ``population compare``), the ``--json``
documents of ``target rank``, ``antibody therapy`` and ``oligo therapy``, and the TOML file of an
antibody candidate. It computes no new number. Every figure and table is numbered in the order of
reading; what a section has no result for, the section says, with the command that would give it.

The page is one HTML file: drawings inlined, tables readable and as CSV, a style sheet for print, no
script, and nothing loaded from anywhere. The numbers travel inside it as data, so that two dossiers
can be compared with nothing else at hand.

`read_source` reads one result; `build_dossier` puts sources in order; `to_html` renders;
`write_dossier` writes, `write_pdf` prints; `compare_dossiers` says what differs between two files.
"""

from __future__ import annotations

from tolerogen.dossier.build import build_dossier
from tolerogen.dossier.compare import Change, compare_dossiers
from tolerogen.dossier.page import Dossier, Figure, Section, Table
from tolerogen.dossier.paper import write_pdf
from tolerogen.dossier.render import to_html, write_dossier
from tolerogen.dossier.source import Source, read_source

__all__ = [
    "Change",
    "Dossier",
    "Figure",
    "Section",
    "Source",
    "Table",
    "build_dossier",
    "compare_dossiers",
    "read_source",
    "to_html",
    "write_dossier",
    "write_pdf",
]
