"""A store of cases that loses nothing: versions are added, never changed, and every step is told.

`CaseStore` keeps each version of a case, the identities apart from them, and an audit trail whose
rows are chained: each holds the hash of the one before it. `CaseStore.verify` recomputes the chain
and the content of every version, and names the first row that was changed, dropped or moved.

SQLite is the default; any database of SQLAlchemy works by its URL. A report is accepted when it is
on disk, in one transaction with its audit row, and not before.
"""

from __future__ import annotations

from tolerogen.safety.store.audit import Audit, Broken
from tolerogen.safety.store.cases import CaseStore, Receipt, Stored

__all__ = ["Audit", "Broken", "CaseStore", "Receipt", "Stored"]
