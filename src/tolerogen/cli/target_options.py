"""Options that the verbs of ``tolerogen target`` share, and what they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tolerogen.cli.refusal import Number, Whole
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from datetime import date

    from tolerogen.diseases import Disease
    from tolerogen.targets import Evidence, Setup

Command = TypeVar("Command", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
FOR_EVIDENCE = ("gene_positions", "geo_annotation", "geo_case", "geo_control", "disease_id")


def evidence_options(command: Command) -> Command:
    """Add the disease, evidence files and the date."""
    for option in (
        click.option("--evidence-date", help="Date of facts in files that carry none."),
        click.option("--geo-control", help="Regular expression for the controls of a GEO series."),
        click.option("--geo-case", help="Regular expression for its patients."),
        click.option("--geo-annotation", type=PATH, help="Probes to genes (ID, Gene symbol)."),
        click.option("--gene-positions", type=PATH, help="BED of genes, for summary statistics."),
        click.option("--disease-id", multiple=True, help="Ontology id in Open Targets downloads."),
        click.option("--as-of", help="Leave out what became public later: 2020-12-31."),
        click.option("--evidence", type=PATH, multiple=True, help="File or folder; repeatable."),
        click.option("--disease", default="sjogren", show_default=True, help="Name, or folder."),
    ):
        command = option(command)
    return command


def model_options(
    patients: int = 200, draws: int = 20, *, groups: bool = True
) -> Callable[[Command], Command]:
    """Add patients, parameter sets, seed, conditions of entry and, where asked for, groups."""

    def add(command: Command) -> Command:
        if groups:
            command = click.option("--endotypes", type=PATH, help="Centres of groups (CSV).")(
                command
            )
        for option in _model(patients, draws):
            command = option(command)
        return command

    return add


def _model(patients: int, draws: int) -> tuple[Callable[[Command], Command], ...]:
    return (
        click.option("--threads", type=Whole(min=1), help="Cores to use; all by default."),
        click.option("--seed", type=Whole(min=0), default=1, show_default=True),
        click.option("--min-essdai", type=Number(0, 123), default=5.0, show_default=True,
                     help="Activity at entry."),
        click.option("--posterior", type=PATH, help="Draws (CSV): a row a draw."),
        click.option("--draws", type=Whole(min=1), default=draws, show_default=True,
                     help="Most parameter sets."),
        click.option("--patients", type=Whole(min=5), default=patients, show_default=True),
    )  # fmt: skip


def read_all(
    given: Mapping[str, Any],
) -> tuple[Disease, tuple[Evidence, ...], date | None, Setup]:
    """Read what the shared options name: disease, evidence, date, setup."""
    from tolerogen.diseases import load_disease
    from tolerogen.targets import Reading, read_date, read_evidence

    disease = load_disease(given["disease"])
    unread = next((n for n in FOR_EVIDENCE if given[n] and not given["evidence"]), None)
    if unread is not None:
        raise SpecError(f"--{unread.replace('_', '-')} is for files of --evidence; none is given.")
    plain = Reading()
    dated = given["evidence_date"]
    how = Reading(
        disease_ids=given["disease_id"],
        positions=given["gene_positions"],
        annotation=given["geo_annotation"],
        case=given["geo_case"] or plain.case,
        control=given["geo_control"] or plain.control,
        when=read_date(dated, "--evidence-date") if dated else None,
    )
    records = tuple(r for path in given["evidence"] for r in read_evidence(path, disease.id, how))
    day = read_date(given["as_of"], "--as-of") if given["as_of"] else None
    return disease, records, day, read_setup(given)


def read_setup(given: Mapping[str, Any]) -> Setup:
    """Read who is treated."""
    from tolerogen.patients import Criterion
    from tolerogen.targets import Setup

    return Setup(
        patients=given["patients"],
        criteria=(Criterion("essdai", minimum=given["min_essdai"]),),
        seed=given["seed"],
        threads=given["threads"],
    )
