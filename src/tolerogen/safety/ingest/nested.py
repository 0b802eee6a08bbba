"""Reports whose drugs and reactions lie inside them: FAERS XML (E2B(R2)) and openFDA documents.

Both use the names of E2B(R2), so one reading serves them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from tolerogen.errors import SpecError
from tolerogen.safety.ingest.names import normal_names
from tolerogen.safety.ingest.stage import DRUGS, EVENTS, REPORTS, Reject, Stage, table
from tolerogen.safety.partial_date import partial_date
from tolerogen.safety.safe_xml import parse_xml, read_bytes

ROLES = {"1": "suspect", "2": "concomitant", "3": "interacting", "4": "not administered"}
SEXES = {"1": "male", "2": "female"}
YEARS = {"800": 10.0, "801": 1.0, "802": 1 / 12, "803": 7 / 365.25, "804": 1 / 365.25}
YEARS |= {"805": 1 / 8766.0}
Item = tuple[int, Any]


def read_faers_xml(file: Path) -> Stage:
    """Read a FAERS quarter in XML."""
    root = parse_xml(read_bytes(file), str(file))
    if etree.QName(root).localname != "ichicsr":
        raise SpecError(f"{file}: the root is <{root.tag}>, where FAERS XML has <ichicsr>.")
    items = ((e.sourceline or 0, _tree(e)) for e in root.iter("safetyreport"))
    return from_documents(file.name, items)


def read_openfda(file: Path) -> Stage:
    """Read openFDA drug events: one document, a list, ``{"results": [...]}``, or one a line."""
    text = read_bytes(file).decode("utf-8-sig", errors="replace")
    return from_documents(file.name, _documents(file, text))


def _documents(file: Path, text: str) -> Iterator[Item]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.splitlines()
        if len(lines) < 2 or not lines[0].strip().endswith("}"):
            raise SpecError(f"{file}, line {error.lineno}: is not JSON ({error.msg}).") from None
        yield from _by_line(lines)
        return
    except RecursionError:
        raise SpecError(f"{file}: is nested too deeply.") from None
    if isinstance(whole, dict):
        whole = whole.get("results", [whole])
    if not isinstance(whole, list):
        raise SpecError(f"{file}: holds no report, nor a list of reports under 'results'.")
    for document in whole:
        yield 0, document


def _by_line(lines: list[str]) -> Iterator[Item]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, f"not JSON: {error.msg}"


def from_documents(name: str, items: Iterable[Item]) -> Stage:
    """Turn documents with the names of E2B(R2) into a stage.

    Parameters
    ----------
    name
        Name of the file, for the rows that are put apart.
    items
        Line (0 where there is none) and document.
    """
    reports: list[dict[str, Any]] = []
    drugs: list[tuple[int, str, str | None, str | None]] = []
    events: list[tuple[int, str]] = []
    stage = Stage(REPORTS.empty_table(), DRUGS.empty_table(), EVENTS.empty_table())
    for line, document in items:
        stage.rows += 1
        case = _case(document) if isinstance(document, dict) else None
        if case is None:
            reason = "no case number" if isinstance(document, dict) else "not a report"
            stage.rejects.append(Reject(name, line, reason, str(document)[:200]))
            continue
        patient = document.get("patient") or {}
        named = list(_drugs(patient))
        terms = [t for t in (_text(r, "reactionmeddrapt") for r in _list(patient, "reaction")) if t]
        if not named or not terms:
            reason = "no named drug" if not named else "no named reaction"
            stage.rejects.append(Reject(name, line, reason, f"case {case}"))
            continue
        row = len(reports)
        reports.append(_report(stage, case, document, patient))
        drugs += [(row, *drug) for drug in named]
        events += [(row, t if t != t.upper() else t.capitalize()) for t in terms]
    return _filled(stage, reports, drugs, events)


def _filled(stage: Stage, reports: list[Any], drugs: list[Any], events: list[Any]) -> Stage:
    if reports:
        stage.reports = pa.Table.from_pylist(reports, schema=REPORTS)
        row, drug, substance, role = zip(*drugs, strict=True)
        columns = {
            "row": pa.array(row, pa.int32()),
            "drug": normal_names(pa.array(drug, pa.string())),
            "substance": normal_names(pa.array(substance, pa.string())),
            "role": pa.array(role, pa.string()).dictionary_encode(),
        }
        stage.drugs = table(DRUGS, columns)
        row, event = zip(*events, strict=True)
        coded = pa.array(event, pa.string()).dictionary_encode()
        stage.events = table(EVENTS, {"row": pa.array(row, pa.int32()), "event": coded})
    return stage


def _drugs(patient: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    for drug in _list(patient, "drug"):
        name = _text(drug, "medicinalproduct")
        inside = [_text(s, "activesubstancename") for s in _list(drug, "activesubstance")]
        substance = "\\".join(s for s in inside if s) or None
        if name or substance:
            yield name or substance or "", substance, ROLES.get(_text(drug, "drugcharacterization"))


def _report(stage: Stage, case: str, document: Any, patient: Any) -> dict[str, Any]:
    version = _text(document, "safetyreportversion")
    source = document.get("primarysource") or {}
    source = source[0] if isinstance(source, list) and source else source
    given = _text(document, "receiptdate") or _text(document, "receivedate")
    received = partial_date(given) if given else None
    if given and received is None:
        stage.warnings["receiptdate: no such date"] += 1
    serious = {"1": "yes", "2": "no"}.get(_text(document, "serious"))
    return {
        "case_id": case,
        "version": int(version) if version.isdigit() and len(version) < 7 else 0,
        "received": received,
        "sex": SEXES.get(_text(patient, "patientsex")),
        "age_years": _age(patient),
        "country": _text(document, "occurcountry") or _text(source, "reportercountry") or None,
        "reporter": _text(source, "qualification") or None,
        "serious": serious,
    }


def _case(document: dict[str, Any]) -> str | None:
    return _text(document, "safetyreportid") or _text(document, "@case_number") or None


def _age(patient: Any) -> float | None:
    try:
        age = float(_text(patient, "patientonsetage"))
    except ValueError:
        return None
    years = age * YEARS.get(_text(patient, "patientonsetageunit") or "801", float("nan"))
    return years if 0 <= years <= 130 else None


def _text(where: Any, name: str) -> str:
    found = where.get(name) if isinstance(where, dict) else None
    return str(found).strip() if isinstance(found, (str, int, float)) else ""


def _list(where: Any, name: str) -> list[Any]:
    found = where.get(name) if isinstance(where, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _tree(element: etree._Element) -> Any:
    """Turn elements into what JSON would have: repeated names become lists."""
    if not len(element):
        return element.text or ""
    made: dict[str, Any] = {}
    for child in element.iterchildren("*"):
        value = _tree(child)
        if child.tag in made:
            held = made[child.tag]
            made[child.tag] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            made[child.tag] = value
    return made
