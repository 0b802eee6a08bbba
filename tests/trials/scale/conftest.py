"""A cluster of two worker processes on this machine, shared by the tests of the folder."""

from __future__ import annotations

import logging

import pytest

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
        local_directory=str(tmp_path_factory.mktemp("workers")),
    ) as running:
        yield running


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as opened:
        opened.wait_for_workers(2)
        yield opened
