"""``tolerogen target score``: Open Targets' association score with its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table
from tolerogen.errors import SpecError

PATH = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen target score downloads/24.09 --disease-id ID",
        "tolerogen target score downloads/24.09 --disease-id ID --target IRF5",
    )
)
@click.argument("path", type=PATH)
@click.option("--disease-id", multiple=True, help="Ontology id to keep; may be repeated.")
@click.option("--target", "target", help="Take the score of this target apart.")
@click.option("--weight", multiple=True, help="Other weight, as eva=0.5; may be repeated.")
@click.option("--top", type=Whole(min=1), default=20, show_default=True, help="Targets shown.")
@json_option
def score(
    path: Path,
    disease_id: tuple[str, ...],
    target: str | None,
    weight: tuple[str, ...],
    top: int,
    as_json: bool,
) -> None:
    """Score the evidence of an Open Targets download exactly as the Platform does.

    PATH is the folder of a download (evidence, and target for symbols), or Parquet of evidence.
    """
    from tolerogen.cli.arguments import read_assignment
    from tolerogen.targets import (
        datasource_scores,
        evidence_table,
        explain_score,
        open_targets_scheme,
        overall_scores,
        with_weights,
    )

    scheme = with_weights(open_targets_scheme(), dict(read_assignment(w) for w in weight))
    table = evidence_table(path, disease_id)
    if target is not None:
        parts = explain_score(table, target, scheme)
        if not parts:
            raise SpecError(f"{path.name}: there is no scored evidence on '{target}'.")
        total = sum(part.share for part in parts)
        _show_parts(target, total, parts, as_json, scheme.source)
        return
    overall = overall_scores(datasource_scores(table, scheme), scheme)
    if as_json:
        print_json({"source": scheme.source, "targets": overall.to_dict(orient="records")})
        return
    rows = overall.head(top).itertuples(index=False, name=None)
    print_table("Association scores", ("target", "score", "data sources"), list(rows), 2)


def _show_parts(target: str, total: float, parts: Any, as_json: bool, source: str) -> None:
    if as_json:
        print_json({"target": target, "score": total, "parts": parts, "source": source})
        return
    columns = ("data source", "records", "score", "weight", "rank", "adds")
    rows = [(p.datasource, p.records, p.score, p.weight, p.rank, p.share) for p in parts]
    print_table(f"{target}: {total:.4f}, the sum of the last column", columns, rows, 5)
