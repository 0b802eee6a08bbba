"""``tolerogen workbench``: the pages, and the jobs that were started there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table

FOLDER = "workbench"

folder_option = click.option(
    "--folder",
    default=FOLDER,
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the workbench: jobs and their results.",
)


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "tolerogen workbench",
        "tolerogen workbench --port 9000 --folder results/workbench",
        "tolerogen workbench --host 0.0.0.0 --tokens tokens.toml --names sim.example.org",
    ),
)
@folder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=Whole(0, 65_535), default=8472, show_default=True, help="Port to listen on."
)
@click.option(
    "--tokens",
    "tokens_file",
    type=click.Path(path_type=Path),
    help="Who may enter (made by: tolerogen safety token --role assessor). Needed unless only "
    "this machine can reach the pages.",
)
@click.option("--names", metavar="NAME,…", help="Host names that the pages are asked for under.")
@click.option("--certificate", type=click.Path(path_type=Path), help="For TLS: certificate chain.")
@click.option("--key", type=click.Path(path_type=Path), help="For TLS: private key.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=Whole(min=1),
    help="Jobs that run at the same time.",
)
@click.option("--store", help="Case store: a file, or a database URL. [cases.sqlite in --folder]")
@click.pass_context
def workbench(context: click.Context, /, **options: Any) -> None:
    """Serve the pages on this machine, until Ctrl-C; jobs that run go on."""
    if context.invoked_subcommand is None:
        _serve(**options)


def _serve(
    folder: Path,
    host: str,
    port: int,
    tokens_file: Path | None,
    names: str | None,
    certificate: Path | None,
    key: Path | None,
    workers: int,
    store: str | None,
) -> None:
    from tolerogen import serving
    from tolerogen.workbench import serve

    tokens = serving.read_tokens(tokens_file) if tokens_file else None
    serving.check_serving(host, tokens)
    scheme = "https" if certificate else "http"
    click.echo(f"The workbench is on {scheme}://{host}:{port} (stop with Ctrl-C)", err=True)
    known = tuple(name.strip() for name in (names or "").split(",") if name.strip())
    serve(
        folder, host, port, tokens=tokens, names=known,
        certificate=certificate, key=key, workers=workers, cases=store,
    )  # fmt: skip
    for job in _jobs(folder).rows.of("running"):
        click.echo(
            f"'{job.title}' goes on. To stop it: tolerogen workbench cancel {job.id} "
            f"--folder {folder}",
            err=True,
        )


@workbench.command(
    epilog=examples("tolerogen workbench jobs", "tolerogen workbench jobs 3f2a90c1b7de --json")
)
@click.argument("name", metavar="[ID]", required=False)
@folder_option
@json_option
def jobs(name: str | None, folder: Path, as_json: bool) -> None:
    """List the jobs of a workbench, or show the one with this ID."""
    found = _jobs(folder)
    rows = [_row(job) for job in ([found.get(name)] if name else found.recent())]
    if as_json:
        print_json(rows[0] if name else rows)
    elif not rows:
        click.echo("Nothing has been started yet.")
    else:
        print_table("Jobs", tuple(rows[0]), [tuple(row.values()) for row in rows])


@workbench.command(epilog=examples("tolerogen workbench cancel 3f2a90c1b7de"))
@click.argument("name", metavar="ID")
@folder_option
@json_option
def cancel(name: str, folder: Path, as_json: bool) -> None:
    """Stop the job with this ID."""
    row = _row(_jobs(folder).cancel(name))
    if as_json:
        print_json(row)
    else:
        asked = ", asked to stop" if row["state"] == "running" else ""
        click.echo(f"{row['id']}: {row['state']}{asked}")


def _jobs(folder: Path) -> Any:
    from tolerogen.errors import SpecError
    from tolerogen.workbench.jobs import Jobs

    if not (folder / "jobs.sqlite").is_file():
        raise SpecError(f"'{folder}' is no folder of a workbench. Give another --folder.")
    return Jobs.open(folder)


def _row(job: Any) -> dict[str, Any]:
    names = ("id", "kind", "state", "done", "total", "title", "message")
    return {name: getattr(job, name) for name in names}
