"""Does charge tell human clearance? Leave-one-out error of the prior with and without it.

    python benchmarks/antibody_clearance.py [FOLDER]

Clearances are those of ``tests/anchors/antibody_clearance.toml``; sequences come from FOLDER (by
default ``../shared/antibody``: Thera-SAbDab CC BY 4.0, BioPhi's publication data MIT, Jain 2017).
Covariates were named before the run, from the literature: net charge of the Fv at pH 5.5, with
fast clearance at both ends (Sharma 2014, doi:10.1073/pnas.1421779112), hence also its distance
from the mean; isoelectric point (Grinshpun 2021, doi:10.1080/19420862.2021.1932230); charge of the
CDRs (specificity of clinical antibodies, PMC6524611).
"""

from __future__ import annotations

import csv
import sys
import tomllib
from pathlib import Path

import numpy as np

from tolerogen.antibodies import number
from tolerogen.antibodies.annotation.properties import net_charge, properties
from tolerogen.antibodies.human_pk import FOLD, TYPICAL

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("Fv charge, pH 5.5", "... distance from mean", "Fv charge, pH 7.4", "Fv pI", "CDR charge")


def main() -> None:
    """Print the figures."""
    shared = ROOT.parent / "shared" / "antibody"
    for line in figures(Path(sys.argv[1]) if len(sys.argv) > 1 else shared)["lines"]:
        print(line)


def figures(folder):
    """Return leave-one-out errors by covariate, and lines to print."""
    clearances, known = read_clearances(), read_sequences(folder)
    used = [name for name in clearances if name in known]
    log = np.log([clearances[name] for name in used])
    table = np.array([counts(*known[name]) for name in used])
    every = np.log(list(clearances.values()))
    prior = np.log(TYPICAL)
    lines = [
        f"{len(every)} antibodies, {len(used)} with both sequences "
        f"(not: {', '.join(sorted(set(clearances) - set(used))) or 'none'})",
        told("prior of 0.20 L/day, all", every - prior),
        told("prior of 0.20 L/day", log - prior),
        told("mean of the others", left_out(log, np.ones((len(log), 1)))),
    ]
    errors = {"none": left_out(log, np.ones((len(log), 1)))}
    for at, name in enumerate(NAMES):
        column = table[:, at]
        errors[name] = left_out(log, np.column_stack([np.ones(len(log)), column]))
        slope, sd = regression(log, column)
        lines.append(
            f"{told(f'with {name}', errors[name])}; effect of one unit "
            f"{np.expm1(slope):+.1%} ({np.expm1(slope - 1.96 * sd):+.1%} to "
            f"{np.expm1(slope + 1.96 * sd):+.1%})"
        )
    lines.append(
        told("prior of 0.20 L/day moved by Fv pI", moved(log, table[:, NAMES.index("Fv pI")]))
    )
    share = by_chance(log, table)
    lines.append(f"the best of these {len(NAMES)} gains as much by chance in {share:.1%} of 1,000")
    return {"lines": lines, "errors": errors}


def moved(log, pi):
    """Return the errors of the prior with the slope of the others."""
    errors = []
    for one in range(len(log)):
        rest = np.arange(len(log)) != one
        slope, _ = regression(log[rest], pi[rest])
        errors.append(log[one] - np.log(TYPICAL) - slope * (pi[one] - pi[rest].mean()))
    return np.array(errors)


def by_chance(log, table, runs=1000):
    """Return how often the best covariate of shuffled clearances gains as much."""
    rng, one = np.random.default_rng(1), np.ones((len(log), 1))

    def gain(values):
        own = [left_out(values, np.column_stack([one, column])) for column in table.T]
        return np.mean(left_out(values, one) ** 2) - min(np.mean(error**2) for error in own)

    truth = gain(log)
    return np.mean([gain(rng.permutation(log)) >= truth for _ in range(runs)])


def told(name, error):
    """Return a line: root mean square error of the logarithm as a factor, share within two-fold."""
    spread = np.exp(np.sqrt(np.mean(error**2)))
    inside = (np.abs(error) <= np.log(FOLD)).sum()
    return f"{name}: error {spread:.3f}-fold, within 2-fold {inside} of {len(error)}"


def left_out(values, features):
    """Return the errors of each value as foretold by a line through the others."""
    errors = []
    for one in range(len(values)):
        rest = np.arange(len(values)) != one
        own = features.copy()
        own[:, 1:] -= features[rest, 1:].mean(axis=0)
        weights = np.linalg.lstsq(own[rest], values[rest], rcond=None)[0]
        errors.append(values[one] - own[one] @ weights)
    return np.array(errors)


def regression(values, column):
    """Return slope and standard error."""
    centred = column - column.mean()
    slope = centred @ values / (centred @ centred)
    rest = values - values.mean() - slope * centred
    return slope, np.sqrt(rest @ rest / (len(values) - 2) / (centred @ centred))


def counts(vh, vl):
    """Return the covariates of an Fv, in the order of `NAMES` (distance filled in by the mean)."""
    domains = [domain for sequence in (vh, vl) for domain in number(sequence)[:1]]
    whole = "".join(domain.residues for domain in domains)
    loops = "".join(loop for domain in domains for loop in domain.cdrs)
    acid = net_charge(whole, 5.5)
    return (
        acid, abs(acid - CENTRE), net_charge(whole), properties(whole).pi,
        sum(map(loops.count, "KR")) - sum(map(loops.count, "DE")),
    )  # fmt: skip


CENTRE = 3.1
"""Middle of the usual range of Fv charge at pH 5.5, 0 to 6.2 (Sharma 2014)."""


def read_clearances():
    """Return L/day by name; the middle of a range."""
    truth = tomllib.loads((ROOT / "tests/anchors/antibody_clearance.toml").read_text("utf-8"))
    found = {name: row["value"] for name, row in truth["single"].items()}
    for name, span in truth["review"].items():
        if isinstance(span, list):
            found[name] = sum(span) / 2
    return found


def read_sequences(folder):
    """Return (VH, VL) by lower-case name, from every table that has both."""
    found = {}
    for path, delimiter, column in (
        ("therapeutics/autoimmune_therapeutics.csv", ",", "Therapeutic"),
        ("developability/jain_sd02.csv", ",", "Name"),
        ("humanisation/mabs_all_scores.tsv", "\t", "Antibody"),
    ):
        with (folder / path).open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file, delimiter=delimiter):
                if row.get("VH") and row.get("VL"):
                    found.setdefault(row[column].lower(), (row["VH"], row["VL"]))
    chains: dict[str, dict[str, str]] = {}
    lines = (folder / "numbering" / "thera_chains.fa").read_text("utf-8").split(">")[1:]
    for entry in lines:
        header, *rest = entry.splitlines()
        name, kind = header.split("|")[:2]
        chains.setdefault(name.lower(), {})[kind] = "".join(rest)
    for name, both in chains.items():
        if {"HC", "LC"} <= set(both):
            found.setdefault(name, (both["HC"], both["LC"]))
    return found


if __name__ == "__main__":
    main()
