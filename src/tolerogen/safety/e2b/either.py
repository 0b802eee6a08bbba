"""Read a case safety report in whichever form of E2B it has."""

from __future__ import annotations

from pathlib import Path

from tolerogen.safety.e2b.batch import Batch
from tolerogen.safety.e2b.r2 import read_r2
from tolerogen.safety.e2b.read import read_icsr
from tolerogen.safety.safe_xml import parse_xml, read_bytes


def read_any(file: Path) -> Batch:
    """Read E2B(R3) or E2B(R2), told apart by the root element.

    Raises
    ------
    SpecError
        When it is neither.
    """
    content = read_bytes(file)
    root = parse_xml(content, str(file))
    return (read_r2 if root.tag == "ichicsr" else read_icsr)(content, str(file))
