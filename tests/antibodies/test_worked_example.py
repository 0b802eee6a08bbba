"""The anti-IL-7R example from three sequences to a trial, run as a user runs it."""

from __future__ import annotations

import runpy
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "il7r_lead.py"


def test_three_sequences_become_a_therapy_in_a_trial(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(tmp_path), "1"])
    done = runpy.run_path(str(SCRIPT), run_name="__main__")
    drawn = ET.parse(tmp_path / "annotated.svg").getroot()  # noqa: S314  # our own
    text = " ".join(drawn.itertext())
    assert all(name in text for name in ("bempikibart", "crebankitug", "lusvertikimab"))
    therapy = tomllib.loads((tmp_path / "lead.toml").read_text("utf-8"))
    # simulated with 3e5 and 2e-3
    assert float(therapy["binding"]["kd"].split()[0]) == pytest.approx(6.67, rel=0.02)
    assert therapy["immunogenicity"]["ada_incidence"] > 0
    given = [t.therapy.name for arm in done["result"].spec.arms for t in arm.treatments]
    assert given == [therapy["name"]]
    assert (tmp_path / "trial" / "result.json").is_file()
    assert "of receptor held" in capsys.readouterr().out
