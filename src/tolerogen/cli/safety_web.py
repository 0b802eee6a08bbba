"""``tolerogen safety serve`` and ``token``: the web form, and who may use it from elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.safety_case import store_option
from tolerogen.cli.safety_output import words
from tolerogen.cli.show import examples, json_option, print_json


@click.command(
    epilog=examples(
        "tolerogen safety serve --store cases.sqlite",
        "tolerogen safety serve --host 0.0.0.0 --tokens tokens.toml --names safety.example.org",
    )
)
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=Whole(0, 65_535), default=8471, show_default=True, help="Port to listen on."
)
@click.option(
    "--tokens", "tokens_file", type=click.Path(path_type=Path), help="Who may enter; see token."
)
@click.option("--names", metavar="NAME,…", help="Host names that the pages are asked for under.")
@click.option("--certificate", type=click.Path(path_type=Path), help="For TLS: certificate chain.")
@click.option("--key", type=click.Path(path_type=Path), help="For TLS: private key.")
def serve(
    where: str,
    host: str,
    port: int,
    tokens_file: Path | None,
    names: str | None,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Serve the form for reporting side effects.

    Listens on this machine only, unless --host says otherwise; then everybody needs a token.
    """
    from tolerogen.safety import web
    from tolerogen.safety.store import CaseStore

    tokens = web.read_tokens(tokens_file) if tokens_file else None
    scheme = "https" if certificate else "http"
    web.check_serving(host, tokens)
    store = CaseStore(where)
    click.echo(f"The form is on {scheme}://{host}:{port} (stop with Ctrl-C)", err=True)
    web.serve(
        store,
        host,
        port,
        tokens=tokens,
        names=tuple(words(names)),
        certificate=certificate,
        key=key,
    )


@click.command(epilog=examples("tolerogen safety token --name 'ward 3' --role reporter"))
@click.option("--name", required=True, help="Whose it is; stands in the audit trail.")
@click.option("--role", required=True, help="reporter, assessor, chief.")
@click.option(
    "--tokens",
    "file",
    default="tokens.toml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="File that its hash is added to.",
)
@json_option
def token(name: str, role: str, file: Path, as_json: bool) -> None:
    """Make a token for somebody, and print it: it is shown once."""
    from tolerogen.safety.web import new_token

    made = new_token(file, name, role)
    if as_json:
        print_json({"name": name, "role": role, "token": made, "file": str(file)})
    else:
        click.echo(made)
        click.echo(f"Shown once. Its hash is in {file}.", err=True)
