"""The commands of a project, the portfolio page, and the dossier of a project."""

from __future__ import annotations

import json

from lxml import html

from tolerogen.projects import read_project

FIGURES = ("--figure", "composite=0.6")


def test_a_project_from_nothing(run, refused, tmp_path):
    folder = tmp_path / "il7r"
    made = run("project", "init", folder, "--name", "Ours", "--target", "IL7R")
    assert made.exit_code == 0, made.output
    assert "is there already" in refused("project", "init", folder, "--name", "x", "--target", "y")
    assert run("project", "add", folder, "--candidate", "mab-1").exit_code == 0
    assert (
        run("project", "add", folder, "--candidate", "aso-1", "--modality", "oligo").exit_code == 0
    )
    assert "already" in refused("project", "add", folder, "--candidate", "mab-1")
    assert "small letters" in refused("project", "add", folder, "--candidate", "../x")
    assert "no candidate 'x'" in refused(
        "project", "add", folder, "--evidence", "dose", "--of", "x"
    )
    assert "hit: evidence 'target'" in refused(
        "project", "advance", folder, "mab-1", "--to", "hit", "--reason", "r"
    )
    assert run("project", "add", folder, "--evidence", "target", *FIGURES).exit_code == 0
    decided = run("project", "advance", folder, "mab-1", "--to", "hit", "--reason", "r",
                  "--by", "ada", "--json")  # fmt: skip
    assert json.loads(decided.stdout)["after"] == "hit"
    told = json.loads(run("project", "status", folder, "--json").stdout)
    first, second = told["candidates"]
    assert (first["stage"], second["stage"]) == ("hit", "target")
    assert first["chances"]["launch_posterior"][0] > second["chances"]["launch_posterior"][0]
    assert "severe liability" in " ".join(told["next"])
    table = run("project", "status", folder)
    assert "mab-1" in table.stdout
    side = json.loads(run("project", "compare", folder, "mab-1", "aso-1", "--json").stdout)
    assert side["candidates"] == ["mab-1", "aso-1"]
    assert "mab-1" in side["pareto"]


def test_a_changed_decision_is_told_with_its_line(run, tmp_path, project):
    run("project", "advance", project, "mab", "--kind", "note", "--reason", "first")
    path = project / "decisions.jsonl"
    path.write_text(path.read_text().replace("first", "other"))
    found = run("project", "status", project)
    assert found.exit_code == 2
    assert "line 1: was changed after it was written" in found.stdout
    assert run("project", "status", project, "--json").exit_code == 2


def test_a_broken_file_is_named(refused, project):
    text = (project / "project.toml").read_text()
    (project / "project.toml").write_text(text.replace("weight = 0.24", "weight = 3"))
    assert "project.toml: weight" in refused("project", "status", project)
    (project / "project.toml").write_text("name = ")
    assert "is not TOML" in refused("project", "status", project)
    assert "project init" in refused("project", "status", project / "nowhere")


def test_costs_and_months_are_those_of_the_project(run, refused, project):
    path = project / "project.toml"
    text = path.read_text()
    before = json.loads(run("project", "status", project, "--json").stdout)["candidates"][0]
    assert before["worth"]["months"] == 12
    path.write_text(text.replace('id = "target"\ncost = 1.0\nmonths = 12.0',
                                 'id = "target"\ncost = 7.5\nmonths = 3'))  # fmt: skip
    after = json.loads(run("project", "status", project, "--json").stdout)["candidates"][0]
    assert (after["worth"]["cost"], after["worth"]["months"]) == (7.5, 3)
    assert after["worth"]["spans"][1][1] == 3
    path.write_text(text.replace('id = "target"\ncost', 'id = "moon"\ncost'))
    assert "stage 'moon'" in refused("project", "status", project)


def test_own_stages(refused, run, project):
    (project / "stages.toml").write_text(
        '[[stage]]\nid = "a"\ntitle = "A"\n'
        'success = { passed = 1, of = 2, status = "assumed", source = "us" }\n'
        '[[stage]]\nid = "b"\ntitle = "B"\n'
    )
    text = (project / "project.toml").read_text()
    kept = [part for part in text.split("\n\n") if not part.startswith("[[stage]]")]
    (project / "project.toml").write_text("\n\n".join(kept))
    told = json.loads(run("project", "status", project, "--json").stdout)
    assert [one["stage"] for one in told["candidates"]] == ["a", "a"]
    (project / "stages.toml").write_text('[[stage]]\nid = "a"\ntitle = "A"\nspeed = 3\n')
    assert "stages.toml: speed" in refused("project", "status", project)


def test_the_page_loads_nothing_and_runs_nothing(run, refused, project, tmp_path):
    text = (project / "project.toml").read_text()
    (project / "project.toml").write_text(text.replace('"MAB"', '"<script>alert(1)</script>"'))
    out = tmp_path / "page.html"
    assert run("project", "page", project, "--out", out).exit_code == 0
    page = out.read_text()
    assert "<script>" not in page
    tree = html.fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe")
    assert len(tree.xpath("//*[local-name()='svg']")) == 4
    assert read_project(project).candidate[0].name == "<script>alert(1)</script>"
    out.write_text("mine")
    assert "is no page of a project" in refused("project", "page", project, "--out", out)


def test_a_project_in_a_dossier(run, project, tmp_path):
    out = tmp_path / "report.html"
    made = run("dossier", "build", project, "--out", out)
    assert made.exit_code == 0, made.output
    text = html.fromstring(out.read_text()).text_content()
    for words in ("Probability of success and value", "Candidates side by side", "Minikel 2024"):
        assert words in text
    assert "10.1214/ss/1177013825" in text
