"""A ranking of targets and rated designs: what stands in their tables."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tolerogen import dossier
from tolerogen.dossier import choices
from tolerogen.trials import forecast_recruitment, load_recruitment, read_centres

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

COLUMNS = {"genetics": 0.5, "expression": 0.25, "mechanism": 0.75, "modality_fit": 1.0,
           "safety": 0.125, "precedence": None}  # fmt: skip


def ranking() -> dict[str, Any]:
    seen = {"score": 0.7, "essdai": {"mean": -2.0, "low": -3.0, "high": -1.0}}
    head = {"name": "n", "composite": 0.5, "p_top3": 0.9, "rank_low": 1, "rank_high": 2}
    first = {**head, "rank": 1, "target": "IL7R", "mechanism": seen, "safety": "long",
             "fit": {"modality": "antibody"}, "columns": COLUMNS}  # fmt: skip
    other = {**first, "rank": 2, "target": "FAR", "mechanism": None, "fit": None}
    return {
        "weights": {"genetics": 0.3}, "parameter_sets": 4, "patients": 10, "notes": ["a note"],
        "targets": [first, other], "provenance": {"content": "0011", "seed": 1},
    }  # fmt: skip


def test_a_ranking_shows_scores_where_details_go_by_the_same_name(tmp_path):
    path = tmp_path / "targets.json"
    path.write_text(json.dumps(ranking()), encoding="utf-8")
    (piece,) = choices.ranked(dossier.read_source(path))
    (table,) = piece.tables
    first, other = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    assert (first["Mechanism"], first["Fit"], first["Safety"]) == (0.75, 1.0, 0.125)
    assert (first["ESSDAI, mean"], first["5 %"], first["95 %"]) == (-2.0, -3.0, -1.0)
    assert other["ESSDAI, mean"] is None
    assert "a note" in piece.text
    assert "IL7R" in piece.figures[0].svg
    assert "FAR" not in piece.figures[0].svg


def test_a_design_without_an_answer_says_so(tmp_path):
    data = {
        "format": "tolerogen-trial-design/1", "name": "mine", "replicates": 20, "alpha": 0.025,
        "power": 0.8, "best": None, "options": [], "provenance": {"content": "0011"},
    }  # fmt: skip
    path = tmp_path / "design.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    _, size = choices.designed(dossier.read_source(path))
    assert size.text == ("mine: no option shows an effect to size a trial by.",)


def test_a_forecast_of_recruitment_stands_with_its_picture_and_command(tmp_path):
    plan = load_recruitment(EXAMPLES / "recruitment.toml")
    seen = read_centres(EXAMPLES / "centres.csv", date(2026, 6, 30))
    forecast_recruitment(plan, seen, replicates=20, seed=3).write(tmp_path / "filled")
    source = dossier.read_source(tmp_path / "filled")
    (piece,) = choices.recruited(source)
    assert "180 patients. Last patient in after" in piece.text[0]
    assert piece.tables[0].rows[0][0] == 6
    assert "<svg" in piece.figures[0].svg
    page = dossier.build_dossier([source])
    assert [s.title for s in page.sections if s.key == "recruitment" and s.pieces] == [
        "Recruitment"
    ]
    assert page.reproduction[0].command == (
        "tolerogen trial recruit filled.toml --replicates 20 --seed 3 --out filled "
        "--centres filled.csv --on 2026-06-30"
    )
