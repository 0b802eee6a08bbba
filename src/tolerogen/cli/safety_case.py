"""``tolerogen safety report``, ``case``, ``deadlines``, ``audit``: from words to the store."""

from __future__ import annotations

import getpass
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.safety.case_report import CaseReport, Identity

store_option = click.option(
    "--store",
    "where",
    default="cases.sqlite",
    show_default=True,
    help="Case store: a file, or a database URL.",
)
NEXT = (
    "The receipt number is how you can add to your report later. Somebody who is trained will read "
    "it; you may be asked for more. If you feel unwell now, call a doctor: nobody answers here."
)


@click.command(epilog=examples("tolerogen safety report examples/case.toml --store cases.sqlite"))
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@click.option("--follow-up", "case_id", help="Add to the case of this number.")
@click.option("--who", default=getpass.getuser, help="Who enters it. [you]")
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="CSV with drug, event: what is expected, such as a label.",
)
@click.option("--why", default="received", show_default=True, help="For the audit trail.")
@json_option
def report(
    file: Path,
    where: str,
    case_id: str | None,
    who: str,
    reference: Path | None,
    why: str,
    as_json: bool,
) -> None:
    """Put the case that FILE (TOML) tells into the store, and print its receipt."""
    from tolerogen.safety.store import CaseStore

    case, identity = _read(file)
    if reference is not None:
        from tolerogen.safety.expected import mark_expected, read_reference

        case = mark_expected(case, read_reference(reference))
    store = CaseStore(where)
    if case_id:
        receipt = store.follow_up(case_id, case, identity, who=who, why=why)
    else:
        receipt = store.receive(case, identity, who=who, why=why)
    if as_json:
        causality = [asdict(judged) for judged in case.causality]
        more = {"valid": case.valid, "serious": sorted(case.serious), "causality": causality}
        print_json({**asdict(receipt), **more, "unexpected": case.unexpected})
        return
    out = console()
    out.print(f"Receipt: {receipt.case_id}, version {receipt.version}")
    if receipt.missing:
        out.print(f"Not yet a valid case; please add: {', '.join(receipt.missing)}.")
    out.print(NEXT)


@click.command(
    epilog=examples("tolerogen safety case", "tolerogen safety case 2026-7KQM-4ZPA --json")
)
@click.argument("case_id", required=False)
@store_option
@click.option("--nullify", metavar="REASON", help="Declare the case void; nothing is erased.")
@click.option("--who", default=getpass.getuser, help="Who does it. [you]")
@json_option
def case(case_id: str | None, where: str, nullify: str | None, who: str, as_json: bool) -> None:
    """List the cases, or show the versions of one."""
    from tolerogen.safety.store import CaseStore

    store = CaseStore.existing(where)
    if case_id and nullify:
        store.nullify(case_id, who=who, why=nullify)
    rows = store.history(case_id) if case_id else list(store.latest())
    if as_json:
        print_json({"cases": [_case(row) for row in rows]})
        return
    shown = [
        (
            row.case_id,
            row.version,
            row.kind,
            row.received[:10],
            ", ".join(d.name for d in row.report.drugs if d.role == "suspect"),
            ", ".join(e.term for e in row.report.events),
            "yes" if row.report.serious else "",
        )
        for row in rows
    ]
    columns = ("case", "version", "kind", "received", "suspect drugs", "events", "serious")
    print_table(f"{len(rows)} rows", columns, shown)


@click.command(epilog=examples("tolerogen safety deadlines --regime trial --zone Europe/Paris"))
@store_option
@click.option("--regime", default="fda", show_default=True, help="trial, fda, eu.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of day zero.")
@click.option("--today", help="Count from this day. [today]")
@json_option
def deadlines(where: str, regime: str, zone: str, today: str | None, as_json: bool) -> None:
    """List the cases that must reach the authority, the most urgent first."""
    from tolerogen.safety.due import due_cases, due_record
    from tolerogen.safety.store import CaseStore

    day = _day(today).date()
    rows = [due_record(*one, day) for one in due_cases(CaseStore.existing(where), regime, zone)]
    if as_json:
        print_json({"regime": regime, "zone": zone, "deadlines": rows})
        return
    print_table(
        f"Deadlines ({regime}, {zone})",
        ("case", "day zero", "due", "days", "days left", "reason"),
        [tuple(row.values()) for row in rows],
    )


@click.command(epilog=examples("tolerogen safety audit --store cases.sqlite"))
@store_option
@click.option("--case", "case_id", help="Rows of this case only.")
@json_option
def audit(where: str, case_id: str | None, as_json: bool) -> None:
    """Recompute the audit chain, and print the trail. Exits with 1 when it does not hold."""
    from tolerogen.safety.store import CaseStore

    store = CaseStore.existing(where)
    broken, trail = store.verify(), store.trail(case_id)
    if as_json:
        rows = [asdict(row) for row in trail]
        print_json({"intact": not broken, "broken": [asdict(b) for b in broken], "trail": rows})
    else:
        columns = ("number", "at", "who", "what", "case_id", "version", "why")
        print_table("Audit trail", columns, [[getattr(r, c) for c in columns] for r in trail])
        out = console()
        for one in broken:
            out.print(f"Row {one.number}, case {one.case_id}: {one.reason}.", markup=False)
        if not broken:
            head = trail[-1].hash if trail and case_id is None else ""
            out.print(
                f"The chain holds. {f'Its head is {head}; note it elsewhere.' if head else ''}"
            )
    if broken:
        raise click.exceptions.Exit(1)


def _case(row: Any) -> dict[str, Any]:
    report = row.report
    return {
        "case_id": row.case_id,
        "version": row.version,
        "received": row.received,
        "kind": row.kind,
        "valid": report.valid,
        "missing": list(report.missing),
        "serious": sorted(report.serious),
        "report": report.document(),
    }


def _day(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SpecError(f"--today '{text}' is no day; write it as 2026-03-16.") from None


def _read(file: Path) -> tuple[CaseReport, Identity]:
    from tolerogen.safety.case_report import read_case

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{file}: is not TOML ({type(error).__name__}).") from None
    case, identity = read_case(data, file.name)
    if not (case.drugs or case.events or case.narrative):
        raise SpecError(
            f"{file}: tells of no drug, no event and no story. Nothing was stored; "
            "examples/case.toml shows what can be told."
        )
    return case, identity
