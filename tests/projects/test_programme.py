"""The IL-7R programme end to end, small; steps that are done are not done again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from tolerogen.errors import OutputError, SpecError
from tolerogen.projects import run_programme, status_of, verify

EXAMPLE = Path(__file__).parents[2] / "examples" / "il7r-programme"
SMALL = {
    "target": {"patients": 20, "draws": 2},
    "trial": {"replicates": 3, "patients": 30},
}
STEPS = ["target", "antibody", "oligo", "dose", "trial", "safety", "decide", "dossier"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("programme") / "il7r"
    told = []
    run_programme(EXAMPLE, out, told=lambda step, done: told.append((step, done)), only=SMALL)
    assert told == [(step, False) for step in STEPS]
    return out


def test_it_goes_from_a_target_to_a_dossier(made):
    found = status_of(made)
    antibody, oligo = found.candidates
    assert {e.kind for e in antibody.evidence} == {"target", "molecule", "dose", "trial", "safety"}
    assert {e.kind for e in oligo.evidence} == {"target", "molecule", "dose", "trial", "safety"}
    assert found.changed == ()
    assert verify(made) == ()
    figures = {(e.kind, k): v for e in antibody.evidence for k, v in e.figures.items()}
    assert figures["dose", "held"] > 0.9
    assert antibody.stage == "preclinical"
    # oligos barely enter lymphocytes unaided: no dose holds the target there
    assert {(e.kind, k): v for e in oligo.evidence for k, v in e.figures.items()}[
        "dose", "held"
    ] < 0.5
    assert oligo.stage == "target"
    assert "dose" in found.decisions[-1].reason


def test_the_dossier_is_whole_and_loads_nothing(made):
    text = (made / "dossier.html").read_text(encoding="utf-8")
    assert len(text) < 15_000_000
    tree = html.fromstring(text)
    assert not tree.xpath("//script | //link | //iframe")
    assert not [src for src in tree.xpath("//img/@src") if not src.startswith("data:")]
    told = tree.text_content()
    for words in ("Target", "Molecule", "Placebo response", "Safety plan", "Decisions",
                  "Probability of success and value", "Credibility", "made-up"):  # fmt: skip
        assert words in told, words
    assert (made / "portfolio.html").is_file()


def test_what_is_done_is_not_done_again(made):
    before = (made / "decisions.jsonl").read_bytes()
    told = []
    run_programme(EXAMPLE, made, told=lambda step, done: told.append((step, done)), only=SMALL)
    assert told == [(step, True) for step in STEPS]
    # another number of trials: the trial and what follows from it are done again
    told.clear()
    more = {**SMALL, "trial": {"replicates": 2, "patients": 30}}
    run_programme(EXAMPLE, made, told=lambda step, done: told.append((step, done)), only=more)
    assert [step for step, done in told if not done] == STEPS[4:]
    assert (made / "decisions.jsonl").read_bytes() == before  # decided once


def test_the_trial_takes_the_doses_that_were_chosen(made):
    chosen = json.loads((made / "dose.json").read_text())
    text = (made / "trial.toml").read_text()
    assert f'amount = "{chosen["antibody"]["rule"]["amount"]}"' in text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('steps = ["target"', 'steps = ["fly"', "step"),
        ('sequences = "antibodies.fasta"', 'sequences = "nowhere.fasta"', "no such file"),
        ("[safety]", "[safty]", "safty"),
        ('like = "s95011"\n', "", "needs 'like'"),
    ],
)
def test_a_wrong_programme_is_refused_in_words(tmp_path, old, new, told):
    home = tmp_path / "home"
    shutil.copytree(EXAMPLE, home)
    text = (home / "programme.toml").read_text()
    text = text.replace('"target", ', "") if "fly" not in new else text
    (home / "programme.toml").write_text(text.replace(old, new))
    with pytest.raises(SpecError, match=told):
        run_programme(home, tmp_path / "out")


def test_something_else_is_not_written_over(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(OutputError, match="no project"):
        run_programme(EXAMPLE, tmp_path / "out")
    with pytest.raises(OutputError, match="choose another"):
        run_programme(EXAMPLE, EXAMPLE)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["mine.txt"]
