"""From three sequences to a virtual Sjögren's trial: the anti-IL-7R field.

Variable domains of lusvertikimab, bempikibart and crebankitug (Thera-SAbDab, CC BY 4.0) are
numbered, judged and ranked. The first goes on with constants from sensorgrams, is given whole
chains, a predicted exposure and a therapy file, and enters the design of the S95011 phase 2a trial.
The sensorgrams are simulated, so the affinity is nobody's; the rank is by sequence alone, so it is
a prior. Run ``python examples/il7r_lead.py [FOLDER] [REPLICATES]``; the folder (``results/il7r``)
gets the annotated sequences, the panel, the therapy, the trial's design and its result.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tolerogen import trials
from tolerogen.antibodies import number_many, read_sequences
from tolerogen.antibodies.annotation import draw, liabilities
from tolerogen.antibodies.candidate import AntibodyCandidate
from tolerogen.antibodies.exposure import Course, ReceptorLoad
from tolerogen.antibodies.humanness import humanness
from tolerogen.antibodies.immunogenicity import epitope_content
from tolerogen.antibodies.kinetics import fit_kinetics, read_sensorgrams
from tolerogen.antibodies.records import molecule_name
from tolerogen.antibodies.selection import Goal, rank_panel, read_panel
from tolerogen.therapies import load_therapy, therapy_from_antibody, therapy_toml

HERE = Path(__file__).resolve().parent
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("results") / "il7r"
REPLICATES = int(sys.argv[2]) if len(sys.argv) > 2 else 20
FOLDER.mkdir(parents=True, exist_ok=True)

# 1. Sequences: number, pair by name, judge each Fv.
pairs: dict[str, list] = {}
for found in number_many(read_sequences(HERE / "il7r-antibodies.fasta"), "kabat"):
    pairs.setdefault(molecule_name(found.id), []).extend(found.domains)
every = [domain for domains in pairs.values() for domain in domains]
(FOLDER / "annotated.svg").write_text(draw(every), encoding="utf-8")
lines = ["id,humanness,epitopes,liabilities"]
for name, domains in pairs.items():
    human = sum(humanness(domain).score for domain in domains) / len(domains)
    foreign = epitope_content(name, domains)
    severe = sum(one.severity == "high" for domain in domains for one in liabilities(domain))
    lines.append(f"{name},{human:.4f},{foreign.content},{severe}")
    print(f"{name}: humanness {human:.3f}, foreign epitopes {foreign.content} ({foreign.band})")

# 2. Selection, with stated weights.
panel = FOLDER / "panel.csv"
panel.write_text("\n".join(lines) + "\n", encoding="utf-8")
goals = [Goal("humanness", "max"), Goal("epitopes", "min"), Goal("liabilities", "min")]
ranked = rank_panel(read_panel(panel, goals))
for one in ranked:
    print(f"rank {one.rank}: {one.id}, score {one.score:.2f}, front {one.front}")

# 3. Kinetics and format: a candidate with its receptor load.
heavy, light = sorted(pairs[ranked[0].id], key=lambda domain: domain.chain)
(grams,) = read_sensorgrams(HERE / "sensorgrams.csv")
fit = fit_kinetics(grams, "1:1")
candidate = AntibodyCandidate(
    name=f"{ranked[0].id} lead",
    target="IL7R",
    action="block",
    vh=heavy.residues,
    vl=light.residues,
    isotype="IgG4",
    changes=("S228P",),
    load=ReceptorLoad(7e11, 2000.0, 8.6, "assumed: as in il7r-candidate.toml"),
    sources=("doi:10.1093/nar/gkz827",),
).bound(fit, "assumed: simulated sensorgrams")
print(f"KD {candidate.kd:.2g} M, {candidate.mass_kda:.0f} kDa, {candidate.clearance.method}")

# 4. Exposure, before there is a disease model.
course = candidate.exposure(Course(750.0, 21.0, 4))
print(f"750 mg every three weeks: {course.trough:.0%} of receptor held before the next dose")

# 5. Therapy, and a virtual trial.
therapy = therapy_from_antibody(candidate, load_therapy("s95011"))
file = FOLDER / "lead.toml"
file.write_text(therapy_toml(therapy), encoding="utf-8")
design = (HERE / "s95011-sjogren.toml").read_text("utf-8")
design = design.replace('therapy = "s95011" ', f"therapy = {str(file.resolve())!r} ")
trial = FOLDER / "trial.toml"
trial.write_text(design, encoding="utf-8")
result = trials.run_trial(trials.load_trial(trial), replicates=REPLICATES)
trials.write_result(result, FOLDER / "trial")
print(result.explain())
