"""The interface for programs does what its own document says: calls made from the document."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from tolerogen.workbench import make_app

MOST = 15  # calls of each operation


def test_every_call_is_answered_as_the_document_says(tmp_path):
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    app = make_app(tmp_path)  # not entered: no job is started
    document = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    seen = 0
    for found in document.get_all_operations():
        _try(found.ok())
        seen += 1
    assert seen >= 15


def _try(operation):
    from schemathesis.specs.openapi.checks import positive_data_acceptance as accepted

    @settings(
        max_examples=MOST,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def called(case):
        # a document cannot say what a right trial file is, so well-formed calls may be refused
        case.call_and_validate(headers={"host": "testserver"}, excluded_checks=[accepted])

    called()


def test_the_document_tells_every_page_that_programs_have(tmp_path):
    client = TestClient(make_app(tmp_path))
    paths = client.get("/api/openapi.json").json()["paths"]
    for start in ("/api/jobs", "/api/trials", "/api/disease", "/api/therapies", "/api/population"):
        assert any(path.startswith(start) for path in paths)
    assert all(path.startswith("/api/") for path in paths)
