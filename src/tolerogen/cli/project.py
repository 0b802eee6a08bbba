"""``tolerogen project``: candidates, evidence, decisions, what comes next."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import console, examples, json_option, print_json, print_table
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.projects import ProjectStatus

PATH = click.Path(path_type=Path)


@click.group()
def project() -> None:
    """Run candidates through stages: evidence, chances, decisions, what to do next."""


@project.command(
    epilog=examples("tolerogen project init il7r --name 'IL-7R' --disease sjogren --target IL7R")
)
@click.argument("folder", type=PATH)
@click.option("--name", required=True, help="What the project is called.")
@click.option("--disease", default="sjogren", show_default=True, help="Name, or folder.")
@click.option("--target", required=True, help="Node of the disease, such as IL7R.")
@json_option
def init(folder: Path, name: str, disease: str, target: str, as_json: bool) -> None:
    """Make a project in FOLDER; keep it under version control."""
    from tolerogen.projects import init_project

    path = init_project(folder, name, disease, target)
    if as_json:
        print_json({"file": str(path)})
    else:
        click.echo(f"{path}: costs, times and values in it are assumed; set yours.")


@project.command(
    epilog=examples(
        "tolerogen project add il7r --candidate lead-1 --modality antibody --name 'Lead 1'",
        "tolerogen project add il7r --evidence trial --of lead-1 --file results/trial "
        "--figure favourable=0.62 --figure replicates=100",
    )
)
@click.argument("folder", type=PATH)
@click.option("--candidate", help="Id of a new candidate.")
@click.option("--modality", default="antibody", show_default=True, help="antibody, oligo, other.")
@click.option("--name", help="Name of the candidate. [its id]")
@click.option("--therapy", default="", help="Its therapy file, in the project.")
@click.option("--evidence", "kind", help="Kind of evidence: target, molecule, dose, trial, ….")
@click.option("--of", "about", default="", help="Candidate that the evidence is about. [all]")
@click.option("--file", "files", multiple=True, help="File or folder in the project; again.")
@click.option("--figure", "figures", multiple=True, help="What it says, as name=number; again.")
@click.option("--note", default="", help="In words.")
@json_option
def add(folder: Path, as_json: bool, **given: Any) -> None:
    """Add a candidate or evidence to the project in FOLDER."""
    from tolerogen import projects
    from tolerogen.cli.arguments import read_assignment

    if bool(given["candidate"]) == bool(given["kind"]):
        raise SpecError("Give --candidate ID for a molecule, or --evidence KIND for evidence.")
    if given["candidate"]:
        if given["modality"] not in ("antibody", "oligo", "other"):
            raise SpecError("--modality is antibody, oligo or other.")
        made = projects.Candidate(
            id=given["candidate"], name=given["name"] or given["candidate"],
            modality=given["modality"], therapy=given["therapy"],
        )  # fmt: skip
        projects.add_candidate(folder, made)
        told: dict[str, Any] = made.model_dump()
    else:
        if given["about"]:
            projects.read_project(folder).find(given["about"])
        evidence = projects.add_evidence(
            folder, given["kind"], candidate=given["about"], files=given["files"],
            figures=dict(read_assignment(text) for text in given["figures"]), note=given["note"],
        )  # fmt: skip
        told = asdict(evidence)
    if as_json:
        print_json(told)
    else:
        click.echo(f"Added: {told.get('id') or told['file']}")


@project.command(
    epilog=examples("tolerogen project status il7r", "tolerogen project status il7r --json")
)
@click.argument("folder", type=PATH)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True, help="Of the draws.")
@json_option
def status(folder: Path, seed: int, as_json: bool) -> None:
    """Say where each candidate stands, what it lacks, and what to do next.

    Exits with 2 when a decision was changed, dropped or moved.
    """
    from tolerogen.projects import status_of

    found = status_of(folder, seed=seed)
    if as_json:
        print_json(found.document())
    else:
        show(found)
    if found.broken:
        raise click.exceptions.Exit(2)


def show(found: ProjectStatus) -> None:
    """Print the state of a project for people."""
    out = console()
    for one in found.broken:
        out.print(f"decisions.jsonl, line {one.line}: {one.reason}.", markup=False)
    for name in found.changed:
        out.print(f"Changed since it was evidence: {name}", markup=False)
    rows = [
        (
            one.candidate.id, one.candidate.modality, one.stage, one.state,
            f"{one.chance.prior[0]:.1%}",
            "{:.1%} ({:.1%} to {:.1%})".format(*one.chance.posterior),
            "{:.0f} ({:.0f} to {:.0f})".format(*one.worth.value),
            f"{sum(c.met for c in one.checks)} of {len(one.checks)}",
        )
        for one in found.candidates
    ]  # fmt: skip
    print_table(
        f"{found.project.name} ({found.project.currency}; simulation counts "
        f"{found.project.weight:g}, assumed)",
        ("candidate", "modality", "stage", "state", "launch, base rate", "with simulation, 90 %",
         "expected value, 90 %", "criteria"),
        rows,
    )  # fmt: skip
    for number, action in enumerate(found.actions, 1):
        out.print(f"{number}. {action}", markup=False)


@project.command(
    epilog=examples(
        "tolerogen project advance il7r lead-1 --to lead --reason 'no liability left' --by ada",
        "tolerogen project advance il7r aso-1 --kind hold --reason 'wait for delivery' --by ada",
    )
)
@click.argument("folder", type=PATH)
@click.argument("candidate")
@click.option("--to", help="Stage to enter.")
@click.option("--kind", help="Instead: hold, resume, stop, note.")
@click.option("--reason", required=True, help="Why; kept for good.")
@click.option("--by", "who", default=getpass.getuser, help="Who decides. [you]")
@click.option("--override", is_flag=True, help="Although criteria are not met.")
@json_option
def advance(
    folder: Path, candidate: str, to: str | None, kind: str | None, reason: str, who: str,
    override: bool, as_json: bool,
) -> None:  # fmt: skip
    """Decide about CANDIDATE of the project in FOLDER; decisions are only ever added."""
    from tolerogen import projects

    if bool(to) == bool(kind):
        raise SpecError("Give --to STAGE, or --kind hold, resume, stop or note.")
    if to:
        made = projects.advance(folder, candidate, to, reason=reason, who=who, override=override)
    else:
        made = projects.decide(folder, candidate, str(kind), reason=reason, who=who)
    if as_json:
        print_json(asdict(made))
    else:
        click.echo(f"{made.number}. {candidate}: {made.kind} {made.before} to {made.after} "
                   f"({made.hash[:12]})")  # fmt: skip


@project.command(
    epilog=examples(
        "tolerogen project compare il7r", "tolerogen project compare il7r other-project"
    )
)
@click.argument("folder", type=PATH)
@click.argument("names", nargs=-1)
@json_option
def compare(folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Put candidates side by side: all of FOLDER, those NAMES, or with those of other projects."""
    from tolerogen import projects

    found = list(projects.status_of(folder).candidates)
    others = [Path(name) for name in names if (Path(name) / "project.toml").is_file()]
    chosen = [name for name in names if Path(name) not in others]
    if chosen:
        project_ = projects.read_project(folder)
        wanted = [project_.find(name).id for name in chosen]
        found = [one for one in found if one.candidate.id in wanted]
    for other in others:
        found += projects.status_of(other).candidates
    table = projects.compare(found)
    if as_json:
        print_json({"candidates": table.names, "rows": table.rows, "pareto": table.pareto})
        return
    print_table("Side by side", ("", *table.names), table.rows)
    click.echo(f"No other beats: {', '.join(table.pareto)}")


@project.command(epilog=examples("tolerogen project page il7r --out il7r.html"))
@click.argument("folder", type=PATH)
@click.option("--out", type=PATH, required=True, help="The HTML file.")
@json_option
def page(folder: Path, out: Path, as_json: bool) -> None:
    """Write the portfolio page: bubbles, months ahead, chances, decisions."""
    from tolerogen.projects import status_of, write_page

    written = write_page(status_of(folder), out)
    if as_json:
        print_json({"file": str(written)})
    click.echo(f"Written to {written}", err=True)


@project.command(
    epilog=examples("tolerogen project run examples/il7r-programme --out results/il7r")
)
@click.argument("folder", type=PATH)
@click.option("--out", type=PATH, help="Project to make. [the folder's name and -run, here]")
@click.option("--replicates", type=Whole(min=1), help="Trials, instead of the file's.")
@json_option
def run(folder: Path, out: Path | None, replicates: int | None, as_json: bool) -> None:
    """Go the whole way by FOLDER/programme.toml: target, molecules, dose, trial, safety, dossier.

    Steps that were done already, with the same options and files, are not done again.
    """
    from tolerogen import projects

    place = out or Path(f"{folder.resolve().name}-run")

    def told(step: str, done: bool) -> None:
        click.echo(f"{step}: {'done already' if done else '…'}", err=True)

    bars: list[Any] = []

    def of(step: str) -> Any:
        while bars:
            bars.pop().__exit__(None, None, None)
        bar = progress(step)
        bars.append(bar)
        return bar.__enter__()

    more = {"trial": {"replicates": replicates}} if replicates else {}
    try:
        projects.run_programme(folder, place, told=told, progress=of, only=more)
    finally:
        while bars:
            bars.pop().__exit__(None, None, None)
    found = projects.status_of(place)
    if as_json:
        print_json({"folder": str(place), **found.document()})
    else:
        show(found)
    for name in ("dossier.html", "portfolio.html"):
        if (place / name).is_file():
            click.echo(f"Written to {place / name}", err=True)
