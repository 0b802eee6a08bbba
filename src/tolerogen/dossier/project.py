"""What a project says: its candidates, doses, chances, safety plan and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tolerogen.dossier.drawing import forest
from tolerogen.dossier.page import Figure, Piece, Row, table
from tolerogen.dossier.source import Source

CANDIDATES = (
    ("name", "Candidate"), ("modality", "Modality"), ("stage", "Stage"), ("state", "State"),
    ("launch_prior", "Launch, base rate"), ("launch", "Launch, with simulation"), ("low", "5 %"),
    ("high", "95 %"), ("value", "Expected value"), ("value_low", "5 % of it"),
    ("value_high", "95 % of it"), ("ready", "Ready for the next stage"),
)  # fmt: skip
STEPS = (
    ("name", "Candidate"), ("stage", "Leaving"), ("prior", "Base rate"), ("prior_low", "5 %"),
    ("prior_high", "95 %"), ("simulated", "Simulated trials that succeeded"),
    ("posterior", "With simulation"), ("posterior_low", "5 % with simulation"),
    ("posterior_high", "95 % with simulation"), ("status", "Status"), ("source", "Source"),
)  # fmt: skip
CRITERIA = (("name", "Candidate"), ("criterion", "Criterion"), ("met", "Met"), ("said", "Found"))
DECISIONS = (
    ("number", "Number"), ("at", "When"), ("who", "Who"), ("candidate", "Candidate"),
    ("kind", "What"), ("before", "From"), ("after", "To"), ("reason", "Why"),
    ("override", "Criteria not met"), ("hash", "Hash"),
)  # fmt: skip
FIGURES = (
    ("name", "Candidate"), ("kind", "Evidence"), ("figure", "Figure"), ("value", "Value"),
    ("file", "File"),
)  # fmt: skip
RATIOS = (("arm", "Arm"), ("ratio", "Ratio"), ("low", "Low"), ("high", "High"))
GRADES = (
    ("arm", "Arm"), ("readout", "Read-out"), ("grade", "Grade"), ("n", "n"),
    ("patients", "Patients"), ("percent", "Percent"), ("days_below", "Days below, mean"),
)  # fmt: skip
DOSES = (
    ("modality", "Modality"), ("regimen", "Chosen"), ("held", "Held, least, median"),
    ("reached", "Patients in whom it is held as wanted"), ("why", "Why"),
)  # fmt: skip


def pieces(source: Source) -> Iterator[Piece]:
    """Give the sections that a project fills."""
    data, key = source.data, f"project-{source.name}"
    project = data["project"]
    yield Piece(
        "question", (f"Project '{project['name']}', target {project['target']}.",
                     *([project["question"]] if project["question"] else [])),
    )  # fmt: skip
    rows = [_candidate(one) for one in data["candidates"]]
    caption = f"Candidates side by side (values in {project['currency']})"
    figures = [
        {"name": one["name"], "kind": e["kind"], "figure": name, "value": value, "file": e["file"]}
        for one in data["candidates"]
        for e in one["evidence"]
        for name, value in e["figures"].items()
    ]
    notes = [
        f"{one['name']}, {e['kind']}: {e['note']}."
        for one in data["candidates"]
        for e in one["evidence"]
        if e.get("note")
    ]
    yield Piece(
        "molecule", tuple(dict.fromkeys(notes)),
        (*table(f"{key}-candidates", caption, rows, CANDIDATES),
         *table(f"{key}-figures", "What is known of each candidate", figures, FIGURES, 3)),
    )  # fmt: skip
    yield from _chances(data, key)
    doses = [
        {"modality": name, **{k: one[k] for k in ("regimen", "held", "reached", "why")}}
        for name, one in (data.get("dose") or {}).items()
    ]
    if doses:
        yield Piece("dose", (), table(f"{key}-dose", "Doses that were chosen", doses, DOSES))
    yield from _safety(data.get("safety"), key)
    if data["decisions"]:
        yield Piece(
            "decisions", ("Each line holds the hash of the one before; the chain holds.",)
            if not data["broken"]
            else ("THE CHAIN OF DECISIONS IS BROKEN: see 'tolerogen project status'.",),
            table(f"{key}-decisions", "Decisions", data["decisions"], DECISIONS),
        )  # fmt: skip
    yield Piece("limits", tuple(f"To do next: {action}" for action in data["next"]))


def _chances(data: Row, key: str) -> Iterator[Piece]:
    rows: list[dict[str, Any]] = []
    lines = []
    for one in data["candidates"]:
        rows += [_step(one["name"], step) for step in one["chances"]["steps"]]
        prior, posterior = one["chances"]["launch_prior"], one["chances"]["launch_posterior"]
        lines.append((one["name"], prior, posterior))
    criteria = [{"name": one["name"], **c} for one in data["candidates"] for c in one["criteria"]]
    weight = data["project"]["weight"]
    text = (
        f"Public base rates, moved by simulated trials with weight {weight:g} (assumed), pooled in "
        "log odds (doi:10.1214/ss/1177013825). Costs, times and values are the project's input."
    )
    figures: tuple[Figure, ...] = ()
    if lines:
        drawn = forest(
            [name for name, _, _ in lines],
            [("base rate", [(p[1], p[0], p[2]) for _, p, _ in lines]),
             ("with simulation", [(q[1], q[0], q[2]) for _, _, q in lines])],
            "probability of launch, 90 %", f"{key}-launch-",
        )  # fmt: skip
        figures = (Figure("Probability of launch, before and after the simulation", drawn),)
    yield Piece(
        "chances", (text,),
        (*table(f"{key}-steps", "Transitions, prior and posterior", rows, STEPS, 2),
         *table(f"{key}-criteria", "Entry criteria of the next stage", criteria, CRITERIA, 2)),
        figures,
    )  # fmt: skip


def _safety(found: Row | None, key: str) -> Iterator[Piece]:
    if not found:
        return
    text = ["Ratios of serious infection come from cohorts, where a low margin need not be the "
            "cause."]  # fmt: skip
    text += [f"To be watched: {'; '.join(found['watch'])}."] if found["watch"] else []
    yield Piece(
        "safety", tuple(text),
        (*table(f"{key}-infection", "Serious infections against placebo, predicted",
                found["prediction"], RATIOS),
         *table(f"{key}-grades", "Low IgG and lymphocytes", found["grades"], GRADES, 3)),
    )  # fmt: skip


def _candidate(one: Row) -> dict[str, Any]:
    prior, posterior = one["chances"]["launch_prior"], one["chances"]["launch_posterior"]
    value = one["worth"]["value"]
    return {
        **one, "launch_prior": prior[0], "launch": posterior[0], "low": posterior[1],
        "high": posterior[2], "value": value[0], "value_low": value[1], "value_high": value[2],
    }  # fmt: skip


def _step(name: str, step: Row) -> dict[str, Any]:
    seen = step["simulated"]
    return {
        "name": name, "stage": step["stage"],
        "prior": step["prior"][0], "prior_low": step["prior"][1], "prior_high": step["prior"][2],
        "simulated": f"{seen[0]:.0f} of {seen[1]:.0f}" if seen else None,
        "posterior": step["posterior"][0], "posterior_low": step["posterior"][1],
        "posterior_high": step["posterior"][2],
        "status": step["status"], "source": step["source"],
    }  # fmt: skip
