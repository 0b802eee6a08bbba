"""The page printed: a PDF of A4, or a refusal before anything is written."""

from __future__ import annotations

import json
import re
import socket
import sys

import pytest
from click.testing import CliRunner
from tests.dossier.conftest import validation

from tolerogen import dossier
from tolerogen.cli import cli
from tolerogen.errors import OutputError

weasyprint = pytest.importorskip("weasyprint", reason="WeasyPrint, or Pango, is not here")


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "val.json"
    path.write_text(json.dumps(validation()), encoding="utf-8")
    return path


def test_a_report_is_printed_on_a4(result, tmp_path):
    words = ["--out", str(tmp_path / "r.html"), "--pdf", str(tmp_path / "r.pdf")]
    run = CliRunner().invoke(cli, ["dossier", "build", str(result), *words])
    assert run.exit_code == 0, run.output
    content = (tmp_path / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    # A4 is 210 x 297 mm, at 72 points an inch
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", weasyprint_objects(tmp_path))
    assert boxes
    assert all((round(float(w)), round(float(h))) == (595, 842) for w, h in boxes)


def weasyprint_objects(folder):
    """Return the PDF without compression of its objects."""
    html = (folder / "r.html").read_text(encoding="utf-8")
    return weasyprint.HTML(string=html).write_pdf(uncompressed_pdf=True)


def test_a_page_that_asks_for_something_does_not_get_it(tmp_path):
    from tolerogen.dossier import paper

    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        other = (tmp_path / "secret.svg").as_uri()
        made = paper._printed(
            f"<img src='http://127.0.0.1:{port}/x.png'><img src='{other}'><p>still here</p>"
        )
        assert made.startswith(b"%PDF-")
        with pytest.raises(TimeoutError):  # nobody called
            listener.accept()


def test_something_else_is_not_written_over(result, tmp_path):
    (tmp_path / "notes.pdf").write_text("mine", encoding="utf-8")
    made = dossier.build_dossier([dossier.read_source(result)])
    with pytest.raises(OutputError, match="is no PDF"):
        dossier.write_pdf(made, tmp_path / "notes.pdf")
    assert (tmp_path / "notes.pdf").read_text(encoding="utf-8") == "mine"


def test_without_the_printer_the_command_to_install_it_is_named(monkeypatch, result, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    words = ["--out", str(tmp_path / "r.html"), "--pdf", str(tmp_path / "r.pdf")]
    run = CliRunner().invoke(cli, ["dossier", "build", str(result), *words])
    assert run.exit_code == 2
    assert "pip install 'tolerogen[pdf]'" in " ".join(run.stderr.split())
    assert not (tmp_path / "r.html").exists()
