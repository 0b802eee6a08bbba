"""Individual case safety reports as agencies exchange them: E2B(R3), and E2B(R2) to read.

`read_icsr` reads a message into a `Batch`: the data elements by their numbers (``C.1.1``,
``E.i.2.1b``), each with its place and line, and the whole message beside them. What we have no
number for (regional extensions, comments, documents) is kept in place, so that `write_icsr` writes
a message that reads as an equal batch. `check_icsr` names each broken element with a rule;
`check_schema` validates a message against the schema files of ICH, where the user has them.

`batch_of` writes cases of the store as a batch, `cases_of` reads a batch as cases. What the
receiver says of a batch is read by `read_acknowledgement` and written by `acknowledge`.

Messages come from strangers: `tolerogen.safety.safe_xml` says what is refused.
"""

from __future__ import annotations

from tolerogen.safety.e2b.acknowledge import (
    Acknowledged,
    Acknowledgement,
    acknowledge,
    read_acknowledgement,
)
from tolerogen.safety.e2b.batch import Batch, Element
from tolerogen.safety.e2b.check import check_icsr
from tolerogen.safety.e2b.either import read_any
from tolerogen.safety.e2b.finding import Finding
from tolerogen.safety.e2b.from_case import CaseToSend, Sender, batch_of
from tolerogen.safety.e2b.r2 import read_r2
from tolerogen.safety.e2b.read import read_icsr
from tolerogen.safety.e2b.schema import check_schema
from tolerogen.safety.e2b.stored import case_to_send
from tolerogen.safety.e2b.to_case import cases_of
from tolerogen.safety.e2b.write import write_icsr, written

__all__ = [
    "Acknowledged",
    "Acknowledgement",
    "Batch",
    "CaseToSend",
    "Element",
    "Finding",
    "Sender",
    "acknowledge",
    "batch_of",
    "case_to_send",
    "cases_of",
    "check_icsr",
    "check_schema",
    "read_acknowledgement",
    "read_any",
    "read_icsr",
    "read_r2",
    "write_icsr",
    "written",
]
