"""The door of the workbench: what is kept out, what every answer carries, who may enter."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from tolerogen.errors import SpecError
from tolerogen.serving import new_token, read_tokens
from tolerogen.workbench import make_app, serve
from tolerogen.workbench.pages import pages

ADDRESS = re.compile(r' (?:src|href|action|hx-get|hx-post|data-curves|data-events)="([^"]*)"')


@pytest.fixture
def client(tmp_path):
    with TestClient(make_app(tmp_path / "bench"), raise_server_exceptions=False) as client:
        yield client


def secret_of(page):
    return re.search(r'name="secret" value="([^"]+)"', page.text)[1]


def test_every_page_is_there_and_says_how_else(client):
    for address in ["/", *(f"/{page.name}" for page in pages())]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert "The same from the terminal" in page.text
        assert "From Python" in page.text


def test_headers_keep_everything_on_this_server(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_page_names_another_server(client):
    for address in ["/", *(f"/{page.name}" for page in pages())]:
        found = ADDRESS.findall(client.get(address).text)
        assert found
        assert all(place.startswith(("/", "#")) and not place.startswith("//") for place in found)


def test_another_host_and_another_origin_are_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    crossed = client.post("/leave", headers={"sec-fetch-site": "cross-site"})
    assert crossed.status_code == 403
    origin = client.post("/api/jobs/x/cancel", headers={"origin": "http://evil.example"})
    assert origin.status_code == 403
    assert client.post("/api/jobs/x/cancel", headers={"origin": str(client.base_url)}).json()


def test_a_form_without_the_secret_of_its_session_is_refused(client):
    client.get("/")
    assert client.post("/leave").status_code == 400
    assert client.post("/leave", data={"secret": "guess"}).status_code == 400
    assert client.post("/leave", data={"secret": "gu\u00e9ss"}).status_code == 400


def test_what_is_not_there_is_told_in_words(client):
    page = client.get("/jobs/..%2f..%2fetc%2fpasswd")
    assert page.status_code == 404
    assert "no such page" in page.text
    assert client.get("/api/jobs/none").json()["error"].startswith("There is no job")


def test_beyond_this_machine_a_token_is_needed(tmp_path):
    with pytest.raises(SpecError, match="token"):
        serve(tmp_path, host="0.0.0.0")  # noqa: S104
    file = tmp_path / "tokens.toml"
    token = new_token(file, "ada", "assessor")
    low = new_token(file, "ward", "reporter")
    app = make_app(tmp_path / "bench", tokens=read_tokens(file), hosts=())
    with TestClient(app) as client:
        assert "asks for a token" in client.get("/api/jobs").json()["error"]
        assert client.get("/api/openapi.json").status_code == 401
        page = client.get("/jobs")
        assert page.url.path == "/enter"
        assert (
            client.post("/enter", data={"secret": secret_of(page), "token": "x"}).status_code == 401
        )
        data = {"secret": secret_of(client.get("/enter")), "token": token}
        assert client.post("/enter", data=data).status_code == 200
        assert client.get("/jobs").url.path == "/jobs"
        bearer = {"authorization": f"Bearer {low}"}
        client.cookies.clear()
        assert client.get("/api/jobs", headers=bearer).status_code == 403
        bearer = {"authorization": f"Bearer {token}"}
        assert client.get("/api/jobs", headers=bearer).json() == []


def test_the_first_page_loads_no_room():
    code = (
        "import sys, tempfile;"
        "from starlette.testclient import TestClient;"
        "from tolerogen.workbench import make_app;"
        "page = TestClient(make_app(tempfile.mkdtemp())).get('/');"
        "assert page.status_code == 200;"
        "print(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    assert "tolerogen.workbench.pages.trials.routes" in loaded
    rooms = ("numpy", "pandas", "scipy", "xarray", "matplotlib", "tolerogen.trials", "antimony")
    assert loaded.isdisjoint(rooms)
