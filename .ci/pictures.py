"""Draw the pictures of the documentation from real runs: ``python .ci/pictures.py``.

Run it again after a change that moves the numbers. Takes about a minute on two cores.
"""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from tolerogen.diseases import Disease, load_disease
from tolerogen.oligos import design_for, read_transcripts
from tolerogen.oligos.sheet import picture
from tolerogen.patients import Criterion, observe, sample_population, screen
from tolerogen.patients.comparison import compare_population
from tolerogen.patients.endotypes import find_endotypes
from tolerogen.safety.signals import PairCounts, Prior
from tolerogen.safety.signals.ebgm import ebgm
from tolerogen.targets import Setup, draw_neighbourhood, neighbourhood, rank_targets
from tolerogen.targets.figures import ranking_figure
from tolerogen.trials import load_trial, run_trial
from tolerogen.trials.benefit import Costs, who_benefits
from tolerogen.trials.figures import draw, save
from tolerogen.trials.figures.style import PALETTE, REFERENCE, panel, styled
from tolerogen.trials.validation.posterior import disease_posterior

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
ANCHORS = ROOT / "tests" / "anchors"
COSTS = Costs(screening=2000, test=500, patient=40_000, budget=8e6, currency="EUR")  # an example
TRIALS, PATIENTS, WEEK = 200, 64, 24


def main() -> None:
    """Draw every picture."""
    IMAGES.mkdir(exist_ok=True)
    result = run_trial(load_trial(ROOT / "examples" / "s95011-sjogren.toml"))
    for kind, name in [
        ("endpoint", "essdai"),
        ("spaghetti", "spaghetti"),
        ("exposure", "exposure"),
        ("replicates", "replicates"),
    ]:
        keep(draw(result, kind), name)
    disease = load_disease("sjogren")
    with styled():
        keep(clinic(disease), "clinic")
        keep(placebo(disease), "placebo")
        ranking = rank_targets(disease, draws=20, setup=Setup(patients=200))
        keep(ranking_figure(ranking, 20), "targets")
        keep(signals(), "signals")
    draw_neighbourhood(neighbourhood(disease, "IL7R"), IMAGES / "il7r-neighbourhood.svg")
    population(disease)
    oligo_on_target()
    endotypes(disease)


def population(disease: Disease) -> None:
    """Write the comparison of virtual patients with published cohorts: figure and table."""
    comparison = compare_population(disease)
    with tempfile.TemporaryDirectory() as folder:
        written = comparison.write(Path(folder) / "population")
        shutil.copy(written / "comparison.svg", IMAGES / "population.svg")
        text = (written / "comparison.md").read_text(encoding="utf-8")
    page = f"# Population against reality: all rows\n\n{text}"
    (ROOT / "docs" / "population-table.md").write_text(page, encoding="utf-8")


def oligo_on_target() -> None:
    """Draw the most selective gapmer against one allele of the made-up patient."""
    transcripts = read_transcripts(
        ROOT / "examples" / "synthetic-gene.fa",
        gtf=ROOT / "examples" / "synthetic-gene.gtf",
        vcf=ROOT / "examples" / "synthetic-patient.vcf",
    )
    best = design_for(transcripts, allele="2", chemistries=["lna 3-10-3"], top=1)[0]
    (IMAGES / "oligo-on-target.svg").write_text(picture(best, transcripts), encoding="utf-8")


def endotypes(disease: Disease) -> None:
    """Write the endotypes and who is helped: figures and tables; as the command by default."""
    sets = tuple(disease_posterior(disease).thinned(5).diseases(disease))
    found = find_endotypes(sets)
    result = who_benefits(sets, found, found.plan.therapies, costs=COSTS)
    with tempfile.TemporaryDirectory() as folder:
        written = result.write(Path(folder) / "endotypes")
        for name in ("classes", "helped", "deciles"):
            shutil.copy(written / f"{name}.svg", IMAGES / f"endotypes-{name}.svg")
        text = (written / "endotypes.md").read_text(encoding="utf-8")
    page = f"# Endotypes: all tables\n\n{text}"
    (ROOT / "docs" / "endotypes-table.md").write_text(page, encoding="utf-8")


def keep(figure: Figure, name: str) -> None:
    """Write a picture with few colours, which makes it a third of the size."""
    with tempfile.TemporaryDirectory() as folder:
        png = next(p for p in save(figure, Path(folder) / name) if p.suffix == ".png")
        with Image.open(png) as image:
            image.convert("RGB").quantize(64).save(IMAGES / f"{name}.png", optimize=True)


def clinic(disease: Disease) -> Figure:
    """Draw the ESSDAI of an unselected clinic beside the published one."""
    truth = tomllib.loads((ANCHORS / "essdai.toml").read_text(encoding="utf-8"))["clinic"]
    population = sample_population(disease, 10_000, seed=1)
    essdai = observe(disease, population, None, [0.0], seed=1, treated=False)["essdai"]
    least = np.arange(0, 31)
    share = [100 * (essdai >= k).mean() for k in least]
    published = {1: 1 - truth["share_zero"]}
    published |= {int(k): v for k, v in truth["share_at_least"].items()}
    figure, axes = panel()
    axes.step(least, share, where="mid", color=PALETTE[0], label="10,000 virtual patients")
    axes.plot(
        list(published), [100 * v for v in published.values()], "o", color=REFERENCE,
        label="UKPSSR registry (PMC5854028)",
    )  # fmt: skip
    axes.set_xlabel("ESSDAI (points)")
    axes.set_ylabel("Patients at or above (%)")
    axes.set_title("An unselected clinic: simulated and published", loc="left", fontsize=11)
    axes.legend()
    return figure


def placebo(disease: Disease) -> Figure:
    """Draw the mean change of many placebo arms beside published ones."""
    arms = tomllib.loads((ANCHORS / "placebo_arms.toml").read_text(encoding="utf-8"))["arm"]
    means = [mean_change(disease, number) for number in range(TRIALS)]
    figure, axes = panel()
    axes.hist(means, bins=16, color=PALETTE[0], alpha=0.4, label=f"{TRIALS} simulated arms")
    axes.set_ylim(top=axes.get_ylim()[1] * 1.25)  # room for the published arms
    top = axes.get_ylim()[1]
    shown = [arm for arm in arms if arm["measure"] == "essdai"]
    for place, arm in enumerate(shown):
        height = top * (0.96 - 0.07 * place)
        axes.errorbar(arm["change"], height, xerr=arm["se"], fmt="o", color=REFERENCE, capsize=3)
        axes.annotate(arm["name"], (arm["change"] + arm["se"], height), xytext=(6, -3),
                      textcoords="offset points", fontsize=8)  # fmt: skip
    axes.axvline(0, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_xlabel(f"Mean change of ESSDAI at week {WEEK} (points); published arms: mean ± SE")
    axes.set_ylabel("Placebo arms")
    axes.set_title(
        f"Placebo arms of {PATIENTS}, ESSDAI of at least 5 at entry", loc="left", fontsize=11
    )
    return figure


def signals() -> Figure:
    """Draw what EBGM makes of the same ratio from few and from many reports."""
    anchor = tomllib.loads((ANCHORS / "disproportionality.toml").read_text(encoding="utf-8"))
    prior = Prior(*anchor["openebgm"]["prior"])
    ratio = np.geomspace(0.2, 50, 200)
    name, code = np.array(["x"], dtype=object), np.zeros(len(ratio), np.int32)
    figure, axes = panel()
    axes.plot(ratio, ratio, ":", color=REFERENCE, label="no shrinkage")
    for reports, colour in zip((1, 3, 10, 100), PALETTE, strict=False):
        n = np.full(len(ratio), reports)
        counts = PairCounts(name, name, code, code, n, n / ratio, None, "given")
        found = ebgm(counts, prior)
        axes.plot(
            ratio, found.estimate, color=colour, label=f"{reports} report{'s' * (reports > 1)}"
        )
        axes.fill_between(ratio, found.low, found.high, color=colour, alpha=0.12, lw=0)
    ticks = [0.2, 0.5, 1, 2, 5, 10, 20, 50]
    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("log")
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.set_xlabel("observed / expected")
    axes.set_ylabel("EBGM, with EB05 and EB95")
    axes.legend(loc="upper left")
    return figure


def mean_change(disease: Disease, number: int) -> float:
    """Return the mean change of one placebo arm."""
    patients = screen(
        disease, PATIENTS, seed=1, replicate=number, criteria=[Criterion("essdai", minimum=5)]
    )
    seen = observe(disease, patients, None, [0.0, 7.0 * WEEK], seed=1, replicate=number)
    wide: pd.DataFrame = seen.pivot_table(index="patient", columns="day", values="essdai")
    return float((wide[7.0 * WEEK] - wide[0.0]).mean())


if __name__ == "__main__":
    main()
