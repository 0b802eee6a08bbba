from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tolerogen.provenance import content_hash, plain, versions

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@dataclass(frozen=True)
class Pair:
    a: int
    b: tuple[float, ...]


@given(values)
def test_equal_after_a_round_trip_through_json(value: object) -> None:
    assert content_hash(value) == content_hash(json.loads(json.dumps(plain(value))))


def test_a_change_changes_the_name() -> None:
    assert content_hash(Pair(1, (2.0,))) != content_hash(Pair(1, (2.5,)))


def test_numpy_and_python_agree() -> None:
    assert content_hash(np.array([1.0, 2.0])) == content_hash([1.0, 2.0])
    assert content_hash(np.float64(0.1)) == content_hash(0.1)
    assert content_hash(Path("a/b")) == content_hash("a/b")


def test_versions_name_the_package() -> None:
    assert versions()["tolerogen"]
