"""Reports are found by their numbers, whatever gaps the numbers have."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.safety.signals import folder, read_source

NUMBERS = st.lists(st.integers(-3, 60), min_size=1, max_size=12)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from([1, 5, 1_000_003]))
def test_places_are_those_of_a_plain_search(held, wanted, step):
    ids = np.unique(held) * step
    found = folder._finder(ids)(np.array(wanted) * step)
    places = {int(number): place for place, number in enumerate(ids)}
    assert found.tolist() == [places.get(number * step, -1) for number in wanted]


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_pieces_of_a_file_give_the_same_lists_as_the_whole(tmp_path, monkeypatch, rows):
    """Names that come first in a later row group are sorted like the others."""
    monkeypatch.setattr(folder, "PIECE", rows)
    pq.write_table(pa.table({"report_id": [7, 3, 5]}), tmp_path / "reports.parquet")
    drugs = {"report_id": [7, 3, 5, 5, 9], "drug": ["C", "A", " B", None, "A"]}
    pq.write_table(pa.table(drugs), tmp_path / "drugs.parquet", row_group_size=1)
    events = {"report_id": [7, 3, 5], "event": ["z", "y", "z"]}
    pq.write_table(pa.table(events), tmp_path / "events.parquet", row_group_size=2)
    data = read_source(tmp_path).data
    assert data.drugs.tolist() == ["A", "B", "C"]
    assert data.events.tolist() == ["y", "z"]
    assert data.drug.tolist() == [2, 0, 1]
    assert data.drug_report.tolist() == [2, 0, 1]
    assert data.event.tolist() == [1, 0, 1]
