"""Files: layouts found, wrong ones refused with file and line, results written whole."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from tolerogen.cli import cli
from tolerogen.errors import OutputError, SpecError
from tolerogen.safety.signals import count_pairs, find_signals, read_source, write_table

KEYS = ["drug", "event", "n", "expected", "estimate", "low", "high", "score", "method"]
REPORTS = "report_id,drug,event,sex\n" + "".join(
    f"{k},D{k % 5},E{(k * k) % 4},{'FM'[k % 2]}\n" for k in range(60)
)


@pytest.fixture
def reports(tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text(REPORTS, encoding="utf-8")
    return path


def run(*words):
    return CliRunner().invoke(cli, ["safety", "signals", *map(str, words)])


@pytest.mark.parametrize("method", ["ebgm", "ic", "prr", "ror", "rrr", "bcpnn"])
def test_json_is_one_document_with_a_row_a_pair(reports, method):
    result = run(reports, "--method", method, "--json")
    assert result.exit_code == 0, result.output
    page = json.loads(result.stdout)
    assert page["unit"] == "reports"
    assert len(page["rows"]) == page["pairs"] == len(count_pairs(read_source(reports).data))
    assert all(list(row)[: len(KEYS)] == KEYS for row in page["rows"])
    assert {row["method"] for row in page["rows"]} == {method}
    if method == "ebgm":
        assert page["ebgm_form"] == "zeros"
        assert set(page["hyperparameters"]) == {"alpha1", "beta1", "alpha2", "beta2", "p"}


def test_hyperparameters_are_used_as_given(reports):
    page = json.loads(run(reports, "--hyperparameters", "0.2,0.1,2,4,0.33", "--json").stdout)
    assert page["hyperparameters"]["beta2"] == 4
    assert page["ebgm_form"] == "given"
    assert page["fit"] is None


def test_a_table_of_counts_gives_the_numbers_of_its_reports(reports, tmp_path):
    counts = count_pairs(read_source(reports).data)
    frame = find_signals(counts, "ic").frame()
    frame["n_drug"] = [int(counts.margins.n_drug[list(counts.drugs).index(d)]) for d in frame.drug]
    frame["n_event"] = [
        int(counts.margins.n_event[list(counts.events).index(e)]) for e in frame.event
    ]
    frame["n_total"] = 60
    path = tmp_path / "counts.csv"
    frame[["drug", "event", "n", "n_drug", "n_event", "n_total"]].to_csv(path, index=False)
    for method in ("prr", "ror", "ic", "ebgm"):
        first, second = find_signals(reports, method).frame(), find_signals(path, method).frame()
        pd.testing.assert_frame_equal(first, second, check_dtype=False)


def test_parquet_and_gzip_are_read_like_csv(reports, tmp_path):
    frame = pd.read_csv(reports)
    frame.to_parquet(tmp_path / "r.parquet")
    frame.to_csv(tmp_path / "r.csv.gz", index=False)
    wanted = find_signals(reports, "ic").frame()
    for name in ("r.parquet", "r.csv.gz"):
        pd.testing.assert_frame_equal(find_signals(tmp_path / name, "ic").frame(), wanted)


def test_headings_may_be_given(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("who;what;then\n1;A;B\n2;A;C\n3;D;B\n", encoding="utf-8")
    columns = {"report_id": "who", "drug": "what", "event": "then"}
    assert len(count_pairs(read_source(path, columns).data)) == 3
    with pytest.raises(SpecError, match="no column 'whom'"):
        read_source(path, {**columns, "report_id": "whom"})


def test_rows_without_a_name_are_left_out_and_counted(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("report_id,drug,event\n1,A,B\n2,,C\n3,D,\n4,D,B\n", encoding="utf-8")
    source = read_source(path)
    assert len(count_pairs(source.data)) == 2
    assert source.notes == ("2 of 4 rows lack a report, a drug or an event and were left out.",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1"),
        ("report_id,medicine,event\n1,A,B\n", "no column for drug"),
        ("drug,event\nA,B\n", "neither report_id nor n"),
        ("report_id,drug,event\n1,A,B\n2,A\n", "line 3: 2 columns where the heading has 3"),
        ("drug,event,n\nA,B,1\nA,B,2\n", "line 3: the pair stands in the table twice"),
        ("drug,event,n\nA,B,1.5\n", "line 2: n must be a whole number"),
        ("drug,event,n,expected\nA,B,1,0\n", "line 2: expected"),
        ("drug,event,n\nA,B,many\n", "not a number"),
        ("report_id,drug,event\n,A,B\n", "no row names"),
    ],
)
def test_wrong_layouts_name_file_and_line(tmp_path, text, told):
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2, result.output
    said = " ".join(result.stderr.split())
    assert "wrong.csv" in said.replace(" ", "") or "wrong.csv" in said
    assert told in said
    assert result.stdout == ""


def test_options_that_do_not_exist_are_refused(reports):
    for words in (
        ["--method", "prrr"],
        ["--ebgm-form", "zero"],
        ["--hyperparameters", "1,2"],
        ["--strata", "age"],
        ["--level", "95"],
        ["--columns", "drug"],
    ):
        result = run(reports, *words)
        assert result.exit_code == 2, (words, result.output)
        assert "Traceback" not in result.output


def test_formulas_are_made_harmless_and_files_are_whole(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('report_id,drug,event\n1,"=1+1",B\n2,A,B\n', encoding="utf-8")
    out = tmp_path / "out.csv"
    write_table([find_signals(path, "ic")], out)
    assert "'=1+1" in out.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "x.csv"]
    with pytest.raises(OutputError, match="parquet"):
        write_table([find_signals(path, "ic")], tmp_path / "out.xlsx")
