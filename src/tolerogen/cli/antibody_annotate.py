"""``tolerogen antibody annotate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tolerogen.cli.show import examples, json_option, print_json, print_table

FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "tolerogen antibody annotate examples/il7r-antibodies.fasta",
        "tolerogen antibody annotate examples/il7r-antibodies.fasta --svg annotated.svg",
    )
)
@click.argument("file", type=FILE)
@click.option("--svg", type=FILE, help="Draw the annotated sequences here.")
@json_option
def annotate(file: Path, svg: Path | None, as_json: bool) -> None:
    """Liabilities and properties of the variable domains in FILE."""
    from tolerogen.antibodies import number_many, read_sequences
    from tolerogen.antibodies.annotation import draw, liabilities, properties
    from tolerogen.result_file import write_file

    domains = [d for n in number_many(read_sequences(file), "kabat") for d in n.domains]
    if svg is not None:
        write_file(svg, draw(domains))
    found: list[dict[str, Any]] = [
        {
            "id": domain.id,
            "chain": domain.chain,
            "properties": vars(properties(domain.residues)),
            "liabilities": [one.record() for one in liabilities(domain)],
        }
        for domain in domains
    ]
    if as_json:
        print_json(found)
        return
    names = ("mass", "pi", "charge", "extinction", "hydropathy")
    print_table(
        "Properties",
        ("id", "chain", "mass, Da", "pI", "charge at pH 7.4", "extinction", "hydropathy"),
        [(one["id"], one["chain"], *(one["properties"][n] for n in names)) for one in found],
    )
    rows = [
        (
            one["domain"],
            one["severity"],
            one["kind"],
            f"{one['motif']} at {one['chain']}{one['position']}",
            f"CDR{one['cdr']}" if one["cdr"] else "framework",
            "yes" if one["germline"] else "no",
        )
        for entry in found
        for one in entry["liabilities"]
        if one["severity"] != "low"
    ]
    print_table(
        "Liabilities, high and medium (Kabat numbers; --json lists all)",
        ("id", "severity", "what may happen", "where", "region", "in the human gene"),
        rows,
    )
