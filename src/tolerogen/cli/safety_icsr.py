"""``tolerogen safety import`` and ``export``: case safety reports in E2B and FHIR."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.safety.e2b import Batch
    from tolerogen.safety.store import CaseStore, Stored

meddra_option = click.option(
    "--meddra", type=click.Path(path_type=Path), help="Folder of your MedDRA ASCII files."
)

schema_option = click.option(
    "--schema",
    type=click.Path(path_type=Path),
    help="Folder of ICH's schema files: messages are validated against them as well.",
)


@click.command(
    "import",
    epilog=examples(
        "tolerogen safety import case.xml",
        "tolerogen safety import case.xml --store cases.sqlite --json",
        "tolerogen safety import case.xml --schema multicacheschemas",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--store", "where", help="Put the cases into this store.")
@meddra_option
@schema_option
@click.option("--who", default=getpass.getuser, help="Who imports, for the audit trail. [you]")
@json_option
def import_(
    file: Path,
    where: str | None,
    meddra: Path | None,
    schema: Path | None,
    who: str,
    as_json: bool,
) -> None:
    """Read FILE, E2B(R3) or E2B(R2), list its data elements and name the broken ones.

    With --store the cases are put into the store as well. An acknowledgement is told in words.
    """
    from tolerogen.safety.e2b import check_icsr, check_schema, read_any

    if _is_acknowledgement(file):
        _acknowledged(file, as_json)
        return
    batch = read_any(file)
    findings = check_icsr(batch) if batch.form == "R3" else []
    findings += check_schema(batch, schema) if schema else []
    receipts = _keep(batch, where, meddra, who) if where else []
    if as_json:
        more = {"receipts": [asdict(r) for r in receipts]} if where else {}
        print_json({**batch.document(), "findings": [asdict(f) for f in findings], **more})
        return
    rows = [
        (e.number, ".".join(map(str, e.place)), _short(e.text) if e.text else f"({e.null})")
        for e in batch.elements
    ]
    print_table(f"{file.name}: E2B({batch.form})", ("element", "place", "value"), rows)
    show = console()
    show.print(f"{batch.messages} reports, {len(batch.elements)} elements.")
    for finding in findings:
        show.print(f"line {finding.line}: {finding.message} [{finding.rule}]", markup=False)
    if batch.form == "R3":
        show.print("Nothing is wrong." if not findings else f"{len(findings)} broken elements.")
    for receipt in receipts:
        show.print(f"In the store as {receipt.case_id}.")


@click.command(
    epilog=examples(
        "tolerogen safety export case.xml --out copy.xml",
        "tolerogen safety export 2026-7KQM-4ZPA --organisation 'My Hospital' --country FR "
        "--out case.xml",
        "tolerogen safety export 2026-7KQM-4ZPA --form fhir --out case.json",
    )
)
@click.argument("source")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@click.option("--store", "where", default="cases.sqlite", show_default=True, help="Case store.")
@click.option("--form", default="e2b", show_default=True, help="e2b, fhir.")
@click.option("--organisation", help="Who sends (E2B).")
@click.option("--country", help="Country of the sender, two letters (E2B).")
@click.option("--sender-id", default="SENDER", show_default=True, help="Agreed identifier (E2B).")
@click.option("--receiver-id", default="RECEIVER", show_default=True, help="The receiver's (E2B).")
@meddra_option
@schema_option
@click.option("--with-identity", is_flag=True, help="Send names; puts a row into the audit trail.")
@click.option("--who", default=getpass.getuser, help="Who exports, for the audit trail. [you]")
@json_option
def export(source: str, out: Path, form: str, as_json: bool, **options: Any) -> None:
    """Write a case as E2B(R3) or FHIR; SOURCE is its number, or a file of E2B(R3)."""
    from tolerogen.safety.e2b import check_icsr, check_schema, read_any, write_icsr

    if form not in ("e2b", "fhir"):
        raise SpecError("--form is e2b or fhir.")
    if Path(source).is_file() and form == "e2b":
        batch = read_any(Path(source))
        write_icsr(batch, out)
        told: dict[str, Any] = {"messages": batch.messages, "elements": len(batch.elements)}
    elif form == "fhir":
        from tolerogen.result_file import write_file
        from tolerogen.safety.fhir import to_fhir

        last = _history(source, options["where"])[1][-1]
        bundle = to_fhir(source, last.report, last.received)
        write_file(out, f"{json.dumps(bundle, indent=2, ensure_ascii=False)}\n")
        told = {"resources": len(bundle["entry"])}
    else:
        batch = _batch(source, options)
        findings = check_icsr(batch)
        findings += check_schema(batch, options["schema"]) if options["schema"] else []
        write_icsr(batch, out)
        told = {
            "messages": 1,
            "elements": len(batch.elements),
            "findings": [asdict(f) for f in findings],
        }
        for finding in findings if not as_json else []:
            click.echo(f"{finding.message} [{finding.rule}]", err=True)
    if as_json:
        print_json({"file": str(out), **told})
    else:
        click.echo(f"Written to {out}", err=True)


def _batch(case_id: str, options: dict[str, Any]) -> Batch:
    from tolerogen.safety.e2b import Sender, batch_of, case_to_send
    from tolerogen.safety.store import CaseStore

    if not (options["organisation"] and options["country"]):
        raise SpecError("E2B needs to know who sends: --organisation NAME --country FR.")
    store = CaseStore.existing(options["where"])
    identity = None
    if options["with_identity"]:
        identity = store.identity(case_id, who=options["who"], why="export as E2B(R3)")
    case = case_to_send(store, case_id, identity)
    sender = Sender(
        options["organisation"],
        options["country"],
        sender_id=options["sender_id"],
        receiver_id=options["receiver_id"],
        batch_receiver_id=options["receiver_id"],
    )
    coder = None
    if options["meddra"]:
        from tolerogen.safety.dictionaries import read_meddra

        coder = read_meddra(options["meddra"]).coder
    return batch_of([case], sender, coder=coder)


def _history(case_id: str, where: str) -> tuple[CaseStore, list[Stored]]:
    from tolerogen.safety.store import CaseStore

    store = CaseStore.existing(where)
    return store, store.history(case_id)


def _keep(batch: Batch, where: str, meddra: Path | None, who: str) -> list[Any]:
    from tolerogen.safety.e2b import cases_of
    from tolerogen.safety.store import CaseStore

    namer: Callable[[str], str | None] | None = None
    if meddra:
        from tolerogen.safety.dictionaries import read_meddra

        namer = read_meddra(meddra).name
    store = CaseStore(where)
    return [
        store.receive(report, identity, who=who, why=f"imported from E2B({batch.form})")
        for report, identity in cases_of(batch, namer)
    ]


def _is_acknowledgement(file: Path) -> bool:
    from tolerogen.safety.safe_xml import parse_xml, read_bytes

    return str(parse_xml(read_bytes(file), str(file)).tag).endswith("}MCCI_IN200101UV01")


def _acknowledged(file: Path, as_json: bool) -> None:
    from tolerogen.safety.e2b import read_acknowledgement

    found = read_acknowledgement(file)
    if as_json:
        print_json({"form": "acknowledgement", **asdict(found)})
        return
    rows = [(m.message, m.status, "; ".join(m.details)) for m in found.messages]
    print_table(f"Batch {found.batch}: {found.status}", ("message", "status", "says"), rows)


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}..."
