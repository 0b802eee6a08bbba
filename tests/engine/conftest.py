"""Compiled models of these tests go to a folder of their own, so that none is a remembered one."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def fresh_cache(tmp_path_factory: pytest.TempPathFactory):
    before = os.environ.get("TOLEROGEN_CACHE")
    os.environ["TOLEROGEN_CACHE"] = str(tmp_path_factory.mktemp("compiled"))
    yield
    if before is None:
        del os.environ["TOLEROGEN_CACHE"]
    else:
        os.environ["TOLEROGEN_CACHE"] = before
