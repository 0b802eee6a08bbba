"""The root command, and the function that the ``tolerogen`` script calls."""

from __future__ import annotations

import sys
import warnings

import click
from click.exceptions import NoArgsIsHelpError

from tolerogen import __version__
from tolerogen.cli.lazy import LazyGroup
from tolerogen.cli.refusal import RefusingGroup, show_warning, usage
from tolerogen.cli.show import examples

INTERRUPTED = 130


class Root(RefusingGroup, LazyGroup):
    """Root command: lazy, and refusing in plain words."""


@click.group(
    cls=Root,
    lazy={
        "antibody": "tolerogen.cli.antibody:antibody",
        "dossier": "tolerogen.cli.dossier:dossier",
        "model": "tolerogen.cli.model:model",
        "oligo": "tolerogen.cli.oligo:oligo",
        "population": "tolerogen.cli.population:population",
        "project": "tolerogen.cli.project:project",
        "safety": "tolerogen.cli.safety:safety",
        "target": "tolerogen.cli.target:target",
        "therapy": "tolerogen.cli.therapy:therapy",
        "trial": "tolerogen.cli.trial:trial",
        "workbench": "tolerogen.cli.workbench:workbench",
    },
    epilog=examples("tolerogen trial run examples/s95011-sjogren.toml --out results/s95011"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="tolerogen %(version)s")
def cli() -> None:
    """Simulate immune therapy: virtual trials in patients who differ."""


def main() -> None:
    """Run the command line and exit: 0 done, 2 a user's mistake, 130 interrupted."""
    warnings.showwarning = show_warning
    try:
        code = cli.main(prog_name="tolerogen", standalone_mode=False)
    except NoArgsIsHelpError as error:
        error.show()  # the help itself
        code = error.exit_code
    except click.UsageError as error:
        click.echo(usage(error), err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)
