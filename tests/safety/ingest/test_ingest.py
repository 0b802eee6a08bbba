"""What agencies publish becomes tables: nothing counts twice, nothing vanishes silently."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile

import pyarrow.parquet as pq
import pytest

from tolerogen.errors import SpecError
from tolerogen.safety import find_signals, read_source
from tolerogen.safety.ingest import ingest, partial_date

DEMO = "primaryid$caseid$caseversion$event_dt$fda_dt$age$age_cod$sex"
DRUG = "primaryid$caseid$drug_seq$role_cod$drugname"
REAC = "primaryid$caseid$pt"


def quarter(path, demo, drug, reac, **more):
    parts = {"DEMO": [DEMO, *demo], "DRUG": [DRUG, *drug], "REAC": [REAC, *reac], **more}
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in parts.items():
            archive.writestr(f"ascii/{name}22Q4.txt", "\r\n".join(lines) + "\r\n")
    return path


def rows(folder, part):
    return pq.read_table(folder / f"{part}.parquet").to_pylist()


@pytest.mark.parametrize(
    ("archive", "case", "version", "received", "first"),
    [
        ("aers_ascii_2004q1", 4061110, 0, "2004-01-02", ("TAVOR", "Diarrhoea")),
        ("faers_ascii_2017q2", 10979236, 4, "2017-04-06", ("RISPERDAL", "Abnormal weight gain")),
        (
            "faers_ascii_2022Q4_sample_with_ASC_NTS",
            10011573,
            3,
            "2022-11-23",
            ("JANUVIA", "Pancreatitis chronic"),
        ),
    ],
)
def test_every_layout_of_faers(shared, tmp_path, archive, case, version, received, first):
    source = shared(f"faers/{archive}.zip")
    made = ingest([source], tmp_path / "out")
    with zipfile.ZipFile(source) as inside:
        text = {n: inside.read(n).decode("latin-1") for n in inside.namelist()}

    def lines(part):
        return sum(len(t.splitlines()) - 1 for n, t in text.items() if re.search(part, n))

    assert (made.reports + made.superseded, made.rejects) == (lines("DEMO"), {})
    assert made.events == lines("REAC")
    assert made.drugs == lines("DRUG")
    report = next(r for r in rows(tmp_path / "out", "reports") if r["report_id"] == case)
    assert (report["version"], report["received"]) == (version, received)
    for part, name in zip(("drug", "event"), first, strict=True):
        assert name in {
            r[part] for r in rows(tmp_path / "out", f"{part}s") if r["report_id"] == case
        }


def test_xml_openfda_and_vaers(shared, tmp_path):
    xml = ingest([shared("faers/ADR12Q4.xml")], tmp_path / "xml")
    text = shared("faers/ADR12Q4.xml").read_text(encoding="utf-8")
    assert xml.reports == text.count("<safetyreport>")
    assert (xml.drugs, xml.events) == (text.count("<drug>"), text.count("<reaction>"))
    fda = ingest([shared("faers/event.preannotation.json")], tmp_path / "fda")
    one = json.loads(shared("faers/event.preannotation.json").read_text(encoding="utf-8"))
    assert fda.drugs == len(one["patient"]["drug"])
    assert rows(tmp_path / "fda", "reports")[0]["age_years"] == 62
    vaers = ingest([shared("vaers/2014VAERSVAX.csv.gz")], tmp_path / "vaers")
    with gzip.open(shared("vaers/2014VAERSSYMPTOMS.csv.gz"), "rt", encoding="latin-1") as file:
        table = list(csv.DictReader(file))
    terms = [row[f"SYMPTOM{k}"] for row in table for k in range(1, 6) if row[f"SYMPTOM{k}"]]
    assert vaers.events == len(terms)


def test_latest_version_counts_and_deleted_cases_do_not(tmp_path):
    old = quarter(
        tmp_path / "a22q3.zip",
        ["11$1$1$2003$20220701$40$YR$F", "21$2$1$$20220702$$$M", "31$3$1$$20220703$$$"],
        ["11$1$1$PS$ASPIRIN", "21$2$1$PS$ASPIRIN", "31$3$1$PS$ASPIRIN"],
        ["11$1$Rash", "21$2$Rash", "31$3$Rash"],
    )
    new = quarter(
        tmp_path / "a22q4.zip",
        ["12$1$2$200311$20221001$480$MON$F"],
        ["12$1$1$PS$Aspirin.", '12$1$2$C$5" GAUZE'],
        ["12$1$Haemorrhage"],
        DELETE=["", "3"],
    )
    for order in ([old, new], [new, old]):
        out = tmp_path / f"out{order[0].stem}"
        made = ingest(order, out)
        assert (made.reports, made.superseded, made.deleted) == (2, 1, 1)
        one, two = sorted(rows(out, "reports"), key=lambda r: r["report_id"])
        assert (one["event_date"], one["age_years"], two["sex"]) == ("2003-11", 40, "male")
        drugs = {(r["report_id"], r["drug"], r["role"]) for r in rows(out, "drugs")}
        assert drugs == {
            (1, "ASPIRIN", "suspect"),
            (1, '5" GAUZE', "concomitant"),
            (2, "ASPIRIN", "suspect"),
        }
        found = find_signals(read_source(out).data, "ror").frame()
        assert set(found["drug"]) == {"ASPIRIN"}  # concomitant drugs do not meet events
        assert set(found["event"]) == {"Haemorrhage", "Rash"}


def test_bad_rows_are_put_apart_with_line_and_reason(tmp_path):
    source = quarter(
        tmp_path / "a22q4.zip",
        ["11$1$1$20230229$20220701$40$YR$F", "12$2$1$broken", "13$$1$$20220701$$$"],
        ["11$1$1$PS$ASPIRIN", "99$9$1$PS$IBUPROFEN", "11$1$2$PS$"],
        ["11$1$=cmd()", "98$8$Rash"],
    )
    made = ingest([source], tmp_path / "out")
    assert made.rejects == {
        "wrong number of columns": 1,
        "no case number": 1,
        "DRUG: no report of this number": 1,
        "DRUG: no drugname": 1,
        "REAC: no report of this number": 1,
    }
    assert made.warnings == {"event_dt: no such date": 1}
    with (tmp_path / "out" / "rejects.csv").open(encoding="utf-8") as file:
        apart = list(csv.DictReader(file))
    first = next(r for r in apart if r["reason"].startswith("wrong number"))
    assert (first["file"], first["line"]) == ("DEMO22Q4.txt", "3")
    assert {r["line"] for r in apart if "no drugname" in r["reason"]} == {"4"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.zip", b"no archive", "not a readable zip"),
        ("x.csv", b"a,b\n1,2\n", "x.csv, line 1: no column for report_id"),
        ("x.xml", b"<ichicsr><a></ichicsr>", "line 1"),
        ("x.xml", b'<!DOCTYPE a [<!ENTITY e "x">]><ichicsr>&e;</ichicsr>', "refused"),
        ("x.json", b'{"a": ', "line 1: is not JSON"),
        ("x.csv.gz", b"123", "gzip"),
    ],
)
def test_wrong_files_are_refused_by_name_and_line(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SpecError, match=said):
        ingest([tmp_path / name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_layout_without_its_columns_names_the_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("DEMO.txt", "primaryid$caseid\n1$1\n")
    with pytest.raises(SpecError, match=r"DEMO.txt, line 1: the column fda_dt is missing"):
        ingest([tmp_path / "a.zip"], tmp_path / "out")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2004", "2004"),
        ("20040229", "2004-02-29"),
        ("20030229", None),
        ("200413", None),
        ("2/29/2004", "2004-02-29"),
        ("0001", None),
        ("20040", None),
    ],
)
def test_dates_stay_as_precise_as_they_were(text, read):
    assert partial_date(text) == read


CUT = """
import sys, time
from pathlib import Path
from tolerogen.safety.ingest import ingest, run
slow = run._write_text
def wait(file, text):
    slow(file, text)
    print(file.name, flush=True)
    time.sleep(0.15)
run._write_text = wait
ingest([Path(p) for p in sys.argv[2:]], Path(sys.argv[1]))
"""


@pytest.mark.parametrize("files", [1, 2, 3])
def test_a_killed_ingest_is_continued(tmp_path, files):
    sources = [
        quarter(
            tmp_path / f"a{k}.zip",
            [f"{k}{i}1${k}{i}$1$$20220701$$$" for i in range(9)],
            [f"{k}{i}1${k}{i}$1$PS$DRUG {i % 3}" for i in range(9)],
            [f"{k}{i}1${k}{i}$Event {i % 2}" for i in range(9)],
        )
        for k in (1, 2)
    ]
    out = tmp_path / "out"
    command = [sys.executable, "-c", CUT, str(out), *map(str, sources)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for _ in range(files):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(SpecError, match=r"was cut|is missing"):
        read_source(out)
    finished = {p.name: p.stat().st_mtime_ns for p in (out / "stages").glob("[!.]*")}
    assert ingest(sources, out).reports == 18
    for name, made in finished.items():
        assert (out / "stages" / name).stat().st_mtime_ns == made  # not read again
    whole = tmp_path / "whole"
    ingest(sources, whole)
    for part in ("reports", "drugs", "events"):
        assert rows(out, part) == rows(whole, part)


def test_command_line(run, refused, tmp_path):
    source = quarter(tmp_path / "a.zip", ["11$1$1$$20220701$$$F"], ["11$1$1$PS$A"], ["11$1$Rash"])
    out = tmp_path / "out"
    document = json.loads(run("safety", "ingest", source, "--out", out, "--json").stdout)
    assert (document["reports"], document["sources"][0]["format"]) == (1, "faers")
    assert "1 reports" in run("safety", "ingest", source, "--out", out).stdout
    assert "faers-xml" in refused("safety", "ingest", source, "--out", out / "2", "--format", "x")
    shutil.rmtree(out)
    assert "does not exist" in refused("safety", "ingest", tmp_path / "no.zip", "--out", out)
