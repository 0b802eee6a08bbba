"""Traces exported by Octet's and Biacore's software, in the layouts that people pass around."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from tolerogen.antibodies.kinetics import (
    fit_kinetics,
    read_exported,
    read_octet,
    read_sensorgrams,
)
from tolerogen.antibodies.kinetics.octet import read_octet_sensor
from tolerogen.antibodies.kinetics.traces import read_traces
from tolerogen.antibodies.potency.read import read_dose_response
from tolerogen.antibodies.readers import workbook
from tolerogen.cli import cli
from tolerogen.errors import SpecError

ROOT = Path(__file__).resolve().parents[2]
OCTET = ROOT.parent / "shared" / "antibody" / "kinetics" / "octet_frd"
KA, KD, RMAX, ON, OFF = 2e5, 1e-3, 1.2, 120.0, 420.0
LEVELS = {"A1": 81.0, "B1": 27.0, "C1": 9.0, "D1": 3.0, "H1": 0.0}
TIME = np.arange(0.0, 1020.0, 1.0)
HEAD = "trace,concentration_nM,on_s,off_s"


def curve(level):
    """One to one, on a sensor that drifts: a baseline, 300 s of association, dissociation."""
    rate = KA * level * 1e-9 + KD
    on = RMAX * KA * level * 1e-9 / rate * (1 - np.exp(-rate * np.clip(TIME - ON, 0, OFF - ON)))
    return 0.7 + 1e-5 * TIME + on * np.exp(-KD * np.clip(TIME - OFF, 0, None))


def laid_out(kind):
    names, curves = list(LEVELS), [curve(level) for level in LEVELS.values()]
    if kind == "raw":  # RawData0.xls: a location and an empty cell a sensor, a tab at the end
        lines = ["".join(f"{name}\t\t" for name in names)]
        lines += ["".join(f"{t:g}\t{c[i]:.6f}\t" for c in curves) for i, t in enumerate(TIME)]
    elif kind == "beside":  # a row of files, a row of locations, one time for all
        lines = ["run 7", "", "run_001.frd," + ",".join(f"f{i}.frd" for i in range(len(names)))]
        lines += [f"Time,{','.join(names)}"]
        lines += [f"{t:g}," + ",".join(f"{c[i]:.6f}" for c in curves) for i, t in enumerate(TIME)]
    else:  # Biacore curves without a concentration
        lines = ["\t".join(f"Cycle {n}_X\tCycle {n}_Y" for n in names)]
        lines += ["\t".join(f"{t:g}\t{c[i]:.6f}" for c in curves) for i, t in enumerate(TIME)]
    return "\n".join(lines) + "\n"


def table(folder, before=""):
    rows = [f"{before}{name},{level},{ON},{OFF}" for name, level in LEVELS.items()]
    path = folder / "run.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def as_workbook(text, path):
    """Write delimited text as a workbook, numbers as numbers, a summary in a sheet before it."""
    book = Workbook()
    book.active.title = "Summary"
    book.active.append(["made by", "tests"])
    sheet = book.create_sheet("Data")
    for line in text.splitlines():
        cells = line.split("\t" if "\t" in text else ",")
        sheet.append([number(cell) for cell in cells])
    book.save(path)


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


@pytest.mark.parametrize(("kind", "before"), [("raw", ""), ("beside", ""), ("biacore", "Cycle ")])
def test_workbooks_are_read_as_the_text_they_hold(tmp_path, kind, before):
    text, book = tmp_path / f"a{'.csv' if kind == 'beside' else '.txt'}", tmp_path / "a.xlsx"
    text.write_text(laid_out(kind), encoding="utf-8")
    as_workbook(laid_out(kind), book)
    runs = [read_exported(file, table(tmp_path, before)) for file in (text, book)]
    for (from_text,), (from_book,) in [runs]:
        for one, other in zip(from_text.cycles, from_book.cycles, strict=True):
            np.testing.assert_allclose(one.response, other.response, rtol=1e-12)
            np.testing.assert_allclose(one.time, other.time, rtol=1e-12)


def test_tables_of_every_kind_may_be_workbooks(tmp_path):
    for name, read in (("sensorgrams", read_sensorgrams), ("potency", read_dose_response)):
        file = ROOT / "examples" / f"{name}.csv"
        as_workbook(file.read_text(encoding="utf-8"), tmp_path / f"{name}.xlsx")
        assert len(read(tmp_path / f"{name}.xlsx")) == len(read(file)) > 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0old", "before 2007"),
        (b"PK\x03\x04rest", "damaged workbook"),
    ],
)
def test_workbooks_that_cannot_be_read_are_refused(tmp_path, data, told):
    file = tmp_path / "a.xlsx"
    file.write_bytes(data)
    for read in (read_sensorgrams, read_dose_response, lambda f: read_exported(f, table(tmp_path))):
        with pytest.raises(SpecError, match=told):
            read(file)


def test_an_empty_workbook_and_one_far_too_large_are_refused(tmp_path, monkeypatch):
    as_workbook("", tmp_path / "a.xlsx")
    with pytest.raises(SpecError, match="is missing"):  # the summary is all there is
        read_sensorgrams(tmp_path / "a.xlsx")
    Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(SpecError, match="without a filled cell"):
        read_sensorgrams(tmp_path / "b.xlsx")
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    as_workbook(laid_out("raw"), tmp_path / "c.xlsx")
    with pytest.raises(SpecError, match="more than 10 cells"):
        read_sensorgrams(tmp_path / "c.xlsx")


@pytest.mark.parametrize(
    ("kind", "name", "before"),
    [("raw", "RawData0.xls", ""), ("beside", "a.csv", ""), ("biacore", "a.txt", "Cycle ")],
)
def test_every_layout_gives_the_constants_it_was_made_with(tmp_path, kind, name, before):
    file = tmp_path / name
    file.write_text(laid_out(kind), encoding="utf-8")
    (grams,) = read_exported(file, table(tmp_path, before))
    assert len(grams.cycles) == 4
    fit = fit_kinetics(grams, "1:1")
    assert fit.kon == pytest.approx(KA, rel=1e-3)
    assert fit.koff == pytest.approx(KD, rel=1e-3)


def test_a_folder_of_single_sensors_and_decimal_commas(tmp_path):
    folder = tmp_path / "sensors"
    folder.mkdir()
    for name, level in LEVELS.items():
        rows = [
            f"{t:g}\t{y:.6f}\t{y:.6f}".replace(".", ",")
            for t, y in zip(TIME, curve(level), strict=True)
        ]
        text = "\n".join(["Vers\t1", "Conc1\t10", "Time1\tData1\tFit1", *rows])
        (folder / f"{name}.xls").write_text(text, encoding="utf-16")
    (grams,) = read_exported(folder, table(tmp_path))
    assert fit_kinetics(grams, "1:1").kon == pytest.approx(KA, rel=1e-3)


def test_the_command_reads_an_export(tmp_path):
    file = tmp_path / "RawData0.xls"
    file.write_text(laid_out("raw"), encoding="utf-8")
    words = ["antibody", "kinetics", str(file), "--run", str(table(tmp_path)), "--model", "1:1"]
    (told,) = json.loads(CliRunner().invoke(cli, [*words, "--json"]).stdout)
    assert told["kd"] == pytest.approx(KD / KA, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "rows", "told"),
    [
        ("a,b\n1,2\n", "A1,1,0,5", "no heading"),
        ("PK\x03\x04rest", "A1,1,0,5", "workbook"),
        ("A1\t\n0\t1\n1\t1\n", "B1,1,0,5", "no trace 'B1'"),
        ("A1\t\n0\t1\n1\t1\n", "A1,1,0,5", "too few points"),
        ("A1\t\n2\t1\n1\t1\n", "A1,1,0,5", "goes back"),
        ("A1\t\nx\ty\n", "A1,1,0,5", "no numbers"),
        ("A1\t\tA1\t\n0\t1\t0\t1\n1\t1\t1\t1\n", "A1,1,0,5", "two traces"),
        ("A1\t\n0\t1\n1\t1\n", "A1,1,5,0", "on_s < off_s"),
        ("A1\t\n0\t1\n1\t1\n", "A1,0,0,5", "above zero"),
        ("A1\t\n0\t1\n1\t1\n", "A1,x,0,5", "not a number"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, text, rows, told):
    file, run = tmp_path / "a.xls", tmp_path / "run.csv"
    file.write_text(text, encoding="utf-8")
    run.write_text(f"{HEAD}\n{rows}\n", encoding="utf-8")
    with pytest.raises(SpecError, match=told):
        read_exported(file, run)


@pytest.mark.skipif(not OCTET.is_dir(), reason="the real Octet run is not here")
def test_the_real_run_is_the_same_from_its_own_files_and_from_an_export(tmp_path):
    """The run's own .frd files written out as RawData0.xls and a run table, and read back."""
    mass, sensors, rows = 20.0, {}, [f"{HEAD},analyte,end_s"]
    for file in sorted(OCTET.glob("*.frd.gz")):
        name, loading = f"{'ABCDEFGH'[len(sensors)]}1", "the sensor"
        steps = read_octet_sensor(file, mass)
        sensors[name] = [
            np.concatenate([getattr(s, k) for s in steps]) for k in ("time", "response")
        ]
        for on, off in pairwise(steps):
            if on.kind == "LOADING":
                loading = f"{on.sample} ({on.name})"
            if (on.kind, off.kind) == ("ASSOC", "DISASSOC"):
                level = 0.0 if on.reference else on.concentration * 1e9
                times = on.time[0], off.time[0], f"{on.sample} on {loading}", off.time[-1] + 1e-3
                rows.append(",".join(map(str, (name, level, *times))))
    lines = ["".join(f"{name}\t\t" for name in sensors)]
    for i in range(max(len(time) for time, _ in sensors.values())):
        cells = [f"{t[i]}\t{y[i]}" if i < len(t) else "\t" for t, y in sensors.values()]
        lines += ["\t".join(cells) + "\t"]
    (tmp_path / "RawData0.xls").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "run.csv").write_text("\n".join(rows), encoding="utf-8")
    assert set(read_traces(tmp_path / "RawData0.xls")) == set(sensors)
    ours = {g.analyte: g for g in read_exported(tmp_path / "RawData0.xls", tmp_path / "run.csv")}
    theirs = {g.analyte: g for g in read_octet(OCTET, mass)}
    assert set(ours) == set(theirs)
    for name, gram in theirs.items():
        for one, other in zip(ours[name].cycles, gram.cycles, strict=True):
            assert one.concentrations == pytest.approx(other.concentrations)
            assert one.starts == pytest.approx(other.starts, abs=1e-6)
            # the zero may be set by other points: compare the shape
            gap = one.response - other.response
            np.testing.assert_allclose(gap, gap.mean(), atol=1e-4)
