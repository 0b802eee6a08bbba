"""``tolerogen safety interactions``, ``masking``, ``onset``, ``regression``, ``tree-scan``, …."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tolerogen.cli.refusal import SHARE, Whole
from tolerogen.cli.safety_output import deliver, headings, table_options
from tolerogen.cli.show import examples
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.safety.methods import Matrices

table_argument = click.argument("table", type=click.Path(path_type=Path))
columns_option = click.option(
    "--columns", metavar="OURS=THEIRS,…", help="Headings, when the file's are others."
)
Verb = TypeVar("Verb", bound=Callable[..., Any])
REASON = "A reason to look, not a risk or a cause."


def _fewest(default: int) -> Callable[[Verb], Verb]:
    return click.option(
        "--min-count",
        type=Whole(min=1),
        default=default,
        show_default=True,
        help="Fewest reports.",
    )


@click.command(
    epilog=examples("tolerogen safety interactions results/faers --drugs WARFARIN,FLUCONAZOLE")
)
@table_argument
@columns_option
@click.option("--drugs", metavar="NAME,…", help="Pairs of these drugs only. [all pairs]")
@_fewest(3)
@table_options
def interactions(
    table: Path, columns: str | None, drugs: str | None, min_count: int, **output: Any
) -> None:
    """Find events reported with two drugs beyond what each explains (Omega)."""
    from tolerogen.safety.methods import find_interactions

    names = [name.strip() for name in drugs.split(",")] if drugs else None
    found = find_interactions(_matrices(table, columns), drugs=names, fewest=min_count)
    notes = [
        f"{len(found)} combinations were looked at; about {len(found) * 0.025:.0f} lower limits "
        f"lie above 0 by chance alone. {REASON}"
    ]
    title = f"{int(found['signal'].sum())} of {len(found)} with Omega025 > 0"
    deliver(found, title, header={"method": "omega", "level": 0.95}, notes=notes, **output)


@click.command(epilog=examples("tolerogen safety masking examples/reports.csv --share 0.3"))
@table_argument
@columns_option
@click.option(
    "--share",
    type=SHARE,
    default=0.3,
    show_default=True,
    help="Part of an event's reports that makes a drug dominate it.",
)
@_fewest(3)
@table_options
def masking(table: Path, columns: str | None, share: float, min_count: int, **output: Any) -> None:
    """Find pairs that stand out (IC025 > 0) only without a dominating drug's reports."""
    from tolerogen.safety.methods import find_masked

    found = find_masked(_matrices(table, columns), share=share, fewest=min_count)
    deliver(found, f"{len(found)} masked pairs", header={"share": share}, **output)


@click.command(epilog=examples("tolerogen safety onset onset.csv"))
@table_argument
@_fewest(5)
@table_options
def onset(table: Path, min_count: int, **output: Any) -> None:
    """Describe the times to onset in TABLE: CSV with drug, event, days."""
    from tolerogen.safety.csv_file import read_csv_file
    from tolerogen.safety.methods import find_onsets

    found = find_onsets(read_csv_file(table), fewest=min_count)
    notes = [
        f"{len(found)} pairs were looked at, with two comparisons each and no correction of p. "
        "Times are those of reports: late events are reported less."
    ]
    deliver(found, f"Time to onset of {len(found)} pairs, in days", notes=notes, **output)


@click.command(epilog=examples("tolerogen safety regression examples/reports.csv --event Rash"))
@table_argument
@columns_option
@click.option("--event", required=True, help="The event that is explained.")
@_fewest(20)
@click.option("--most", type=Whole(min=1), default=2000, show_default=True, help="Most drugs.")
@table_options
def regression(
    table: Path, columns: str | None, event: str, min_count: int, most: int, **output: Any
) -> None:
    """Regress one event on all drugs (shrinkage logistic regression)."""
    from tolerogen.safety.methods import regress_event

    fitted = regress_event(_matrices(table, columns), event, fewest=min_count, most=most)
    header = {
        "event": fitted.event,
        "prior_sd": fitted.width,
        "drugs": len(fitted.drugs),
        "left_out": fitted.left_out,
    }
    notes = [
        f"Odds ratios adjusted for the other drugs of a report; prior of log odds ratios: normal, "
        f"standard deviation {fitted.width:.3g}. {fitted.left_out} drugs were left out. {REASON}"
    ]
    deliver(fitted.frame(), f"{event}: drugs", header=header, notes=notes, **output)


@click.command(
    "tree-scan",
    epilog=examples("tolerogen safety tree-scan events.csv --tree tree.txt --probability 0.5"),
)
@table_argument
@click.option(
    "--tree",
    "tree_file",
    required=True,
    type=click.Path(path_type=Path),
    help="One path a line, from the root: all/heart/angina.",
)
@click.option(
    "--probability", type=SHARE, help="That an event is one of an exposed, if nothing is wrong."
)
@click.option(
    "--replicates", type=Whole(1, 1_000_000), default=999, show_default=True, help="Random trees."
)
@click.option(
    "--seed", type=Whole(min=0), default=1, show_default=True, help="Seed of the random trees."
)
@table_options
def tree_scan(
    table: Path,
    tree_file: Path,
    probability: float | None,
    replicates: int,
    seed: int,
    **output: Any,
) -> None:
    """Scan a tree of terms for a branch with too many events.

    TABLE is a CSV with term and exposed (0 or 1), and id if persons have several events; or with
    term, n and expected.
    """
    from tolerogen.safety.methods import read_tree
    from tolerogen.safety.methods.tree_scan import scan_table

    found = scan_table(read_tree(tree_file), table, probability, replicates, seed)
    notes = ["p is corrected for all branches."]
    if found.unknown:
        notes.append(f"{found.unknown} events have a term that the tree does not have.")
    header = {"replicates": found.replicates, "unknown": found.unknown}
    title = f"{int((found.p <= 0.05).sum())} branches with p <= 0.05"
    deliver(found.frame(), title, header=header, notes=notes, **output)


@click.command(epilog=examples("tolerogen safety trend results/faers"))
@table_argument
@columns_option
@click.option("--period", default="received", show_default=True, help="Column of the day or period")
@_fewest(5)
@table_options
def trend(table: Path, columns: str | None, period: str, min_count: int, **output: Any) -> None:
    """Find pairs that are reported more and more over quarters."""
    from tolerogen.safety.methods import find_trends, matrices_of, quarters
    from tolerogen.safety.signals import read_source

    source = read_source(table, headings(columns), [period])
    strata = getattr(source.data, "strata", None)
    if strata is None:
        raise SpecError(f"{table}: a trend needs reports, and a column of days or periods.")
    periods = quarters(strata)
    found = find_trends(matrices_of(source), periods, fewest=min_count)
    names = [str(name) for name in periods.names]
    notes = [
        f"{len(found)} pairs over {len(names)} periods; 'rising' holds the false-discovery rate at "
        f"5 %. {REASON}"
    ]
    shown = ("drug", "event", "n", "ratio", "low", "high", "p", "rising", "first_signal")
    title = f"{int(found['rising'].sum())} of {len(found)} pairs rise"
    header = {"periods": names}
    deliver(found, title, header=header, columns=shown, notes=notes, **output)


@click.command(
    epilog=examples("tolerogen safety triage results/faers --known labelled.csv --out queue.csv")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--known", "known_file", type=click.Path(path_type=Path), help="CSV with drug, event: not new."
)
@click.option("--all", "all_pairs", is_flag=True, help="Queue pairs no method points to as well.")
@_fewest(3)
@table_options
def triage(
    folder: Path, known_file: Path | None, all_pairs: bool, min_count: int, **output: Any
) -> None:
    """Queue the pairs of an ingested FOLDER by their evidence, what to read first on top."""
    from tolerogen.safety import methods
    from tolerogen.safety.expected import read_reference

    known = read_reference(known_file) if known_file else set()
    found = methods.triage(folder, fewest=min_count, known=known, all_pairs=all_pairs)
    shown = (
        *("drug", "event", "n", "expected", "ic_low", "ebgm_low", "informative", "recent"),
        *("countries", "serious", "first_year", "score"),
    )
    notes = [
        f"{found.looked_at} pairs were looked at by four methods, {found.known} known ones left "
        f"out. The weights of the score are assumed. {REASON}"
    ]
    header = {"looked_at": found.looked_at, "known": found.known}
    title = f"{len(found.table)} pairs to read"
    deliver(found.table, title, header=header, columns=shown, notes=notes, **output)


def _matrices(table: Path, columns: str | None) -> Matrices:
    from tolerogen.safety.methods import matrices_of
    from tolerogen.safety.signals import read_source

    return matrices_of(read_source(table, headings(columns), concomitant=True))
