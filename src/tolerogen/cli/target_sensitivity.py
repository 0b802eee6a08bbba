"""``tolerogen target sensitivity``: which nodes, or which uncertain strengths, matter."""

from __future__ import annotations

from typing import Any

import click

from tolerogen.cli.progress import progress
from tolerogen.cli.refusal import Whole
from tolerogen.cli.show import examples, json_option, print_json, print_table


@click.command(
    epilog=examples(
        "tolerogen target sensitivity",
        "tolerogen target sensitivity IL7R --patients 50 --size 10",
    )
)
@click.argument("name", required=False)
@click.option("--disease", default="sjogren", show_default=True, help="Name, or folder.")
@click.option("--patients", type=Whole(min=5), default=50, show_default=True)
@click.option("--seed", type=Whole(min=0), default=1, show_default=True)
@click.option("--threads", type=Whole(min=1), help="Cores to use; all by default.")
@click.option(
    "--size", type=Whole(min=2), help="Base sample (a power of 2) of Sobol', or trajectories."
)
@json_option
def sensitivity(
    name: str | None,
    disease: str,
    patients: int,
    seed: int,
    threads: int | None,
    size: int | None,
    as_json: bool,
) -> None:
    """Say what the change of ESSDAI hangs on.

    Without NAME: Sobol' indices of all nodes, each held from nothing to what is achieved. With the
    NAME of a node: Morris' elementary effects of every arrow strength on the effect of hitting it.
    """
    from tolerogen import targets
    from tolerogen.diseases import load_disease

    mine = load_disease(disease)
    setup = targets.Setup(patients=patients, seed=seed, threads=threads)
    with progress("Simulating patients"):
        if name is None:
            items = targets.chosen_ways(mine, list(mine.targets))
            rows: tuple[Any, ...] = targets.node_sensitivity(mine, items, setup, size or 64)
        else:
            (item,) = targets.chosen_ways(mine, [name])
            rows = targets.strength_sensitivity(mine, item, setup, size or 10)
    if as_json:
        kind = "sobol" if name is None else "morris"
        print_json({"disease": mine.id, "target": name, "method": kind, "indices": rows})
    elif name is None:
        table = [(r.name, r.total, r.total_half, r.first, r.first_half) for r in rows]
        print_table("Sobol' indices", ("node", "total", "+/-", "first", "+/-"), table, 4)
    else:
        table = [(r.name, r.mu_star, r.half, r.mu, r.sigma) for r in rows[:25]]
        heads = ("strength", "mu*", "+/-", "mu", "sigma")
        print_table(f"Morris, {item.id}: points of ESSDAI over the range", heads, table, 4)
