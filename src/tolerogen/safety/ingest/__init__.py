"""From files of many reports to three tables: reports, drugs, events.

`ingest` reads what agencies publish (FAERS and AERS quarters as ASCII or XML, openFDA documents,
VAERS) and CSV files of anybody, and writes Parquet tables that `find_signals` reads. Three rules:

* One case counts once. Of a case's versions the latest is kept; cases on a deletion list are left
  out.
* Nothing vanishes silently. A row that cannot be used is put apart with its file, its line and the
  reason, and the reasons are counted.
* A run that was cut is continued. Each source becomes a finished stage or none; stages that are
  there already are not read again.

Dates stay as precise as they were written: ``2003``, ``2003-11`` and ``2003-11-15`` are different
statements.
"""

from __future__ import annotations

from tolerogen.safety.ingest.names import normal_name
from tolerogen.safety.ingest.run import Ingested, ingest
from tolerogen.safety.partial_date import partial_date

__all__ = ["Ingested", "ingest", "normal_name", "partial_date"]
