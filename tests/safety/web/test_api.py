"""The interface for programs: as its own document says, and no value repeated."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from tolerogen.safety.web import make_app, new_token, read_tokens

REPORT = {
    "drugs": [{"name": "Rituximab", "start": "2026-02"}],
    "events": [{"term": "Rash", "outcome": "recovering", "serious": ["hospitalisation"]}],
    "reporter": "physician",
    "sex": "female",
    "identity": {"patient": "Zebulon Quixote"},
}


def test_every_call_is_answered_as_the_document_says(store):
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    document = schemathesis.openapi.from_asgi("/api/openapi.json", make_app(store))
    names = set()
    for found in document.get_all_operations():
        operation = found.ok()
        names.add((operation.method, operation.path))
        _try(operation)
    assert names == {
        ("post", "/api/reports"),
        ("post", "/api/reports/{number}/news"),
        ("get", "/api/cases"),
    }
    assert store.verify() == []


def _try(operation):
    from schemathesis.specs.openapi.checks import positive_data_acceptance as accepted

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def called(case):
        # a document cannot say which dates exist, so well-formed calls may be refused
        case.call_and_validate(headers={"host": "testserver"}, excluded_checks=[accepted])

    called()


def test_a_report_its_news_and_the_list(client, store):
    receipt = client.post("/api/reports", json=REPORT).json()
    assert receipt["missing"] == []
    assert store.identity(receipt["case_id"], who="a", why="b").patient == "Zebulon Quixote"
    told = {"news": "It is over.", "outcome": "recovered"}
    again = client.post(f"/api/reports/{receipt['case_id']}/news", json=told)
    assert again.status_code == 201
    assert again.json()["version"] == 2
    listed = client.get("/api/cases")
    (row,) = listed.json()
    assert row["suspect_drugs"] == ["Rituximab"]
    assert row["serious"] == ["hospitalisation"]
    assert "Zebulon" not in listed.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"drugs": [{"name": "A", "start": "2026-02-31"}]},
        {"drugs": [{"name": "canary-name", "role": "canary-role"}]},
        {"events": [{"term": "x" * 251}]},
        {"age_years": "canary"},
        {"canary": 1},
        [],
    ],
)
def test_what_is_refused_is_named_and_not_repeated(client, store, wrong):
    answer = client.post("/api/reports", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert "canary-" not in answer.text
    assert list(store.latest()) == []


def test_numbers_cannot_be_tried(client):
    made = [client.post("/api/reports/2026-AAAA-AAAA/news", json={"news": "x"}) for _ in range(21)]
    assert {answer.status_code for answer in made[:20]} == {404}
    assert made[20].status_code == 429


def test_elsewhere_a_token_is_asked_for(store, tmp_path):
    file = tmp_path / "tokens.toml"
    reporter = new_token(file, "ward", "reporter")
    client = TestClient(make_app(store, tokens=read_tokens(file)))
    assert client.post("/api/reports", json=REPORT).status_code == 401
    entered = {"authorization": f"Bearer {reporter}"}
    assert client.post("/api/reports", json=REPORT, headers=entered).status_code == 201
    assert client.get("/api/cases", headers=entered).status_code == 403
