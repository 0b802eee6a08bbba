"""What a trial says: its design, placebo arm, exposure and response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tolerogen.dossier.drawing import from_folder
from tolerogen.dossier.page import Piece, Row, Table, table
from tolerogen.dossier.source import Source

ARMS = (
    ("measure", "Measure"), ("day", "Day"), ("arm", "Arm"), ("randomised", "Randomised"),
    ("n", "Analysed"), ("missing", "Missing"), ("baseline_mean", "Baseline, mean"),
    ("baseline_sd", "SD"), ("change_mean", "Change, mean"), ("change_sd", "Change, SD"),
    ("adjusted", "Adjusted"), ("low", "Low"), ("high", "High"),
)  # fmt: skip
DIFFERENCES = (
    ("measure", "Measure"), ("rule", "Rule"), ("day", "Day"), ("arm", "Arm"),
    ("reference", "Against"), ("estimate", "Difference"), ("se", "SE"), ("low", "Low"),
    ("high", "High"), ("p", "p"), ("level", "Level"),
)  # fmt: skip
RESPONDERS = (
    ("rule", "Rule"), ("day", "Day"), ("arm", "Arm"), ("n", "n"), ("responders", "Responders"),
    ("share", "Share"), ("low", "Low"), ("high", "High"),
)  # fmt: skip
MECHANISM = (
    ("arm", "Arm"), ("label", "Read-out"), ("when", "When"), ("unit", "Unit"), ("n", "n"),
    ("median", "Median"), ("p5", "5 %"), ("p95", "95 %"),
)  # fmt: skip
REPLICATES = (
    ("arm", "Arm"), ("n", "Trials"), ("mean", "Mean"), ("sd", "SD"), ("p5", "5 %"), ("p95", "95 %"),
    ("share", "Share in favour"), ("share_low", "Low"), ("share_high", "High"),
)  # fmt: skip
EVENTS = (
    ("arm", "Arm"), ("event", "Event"), ("strategy", "Strategy"), ("n", "n"), ("share", "Share"),
)  # fmt: skip
ANTIDRUG = (
    ("trial", "Trial"), ("arm", "Arm"), ("therapy", "Drug"), ("patients", "Patients"),
    ("formed", "Formed antibodies"), ("with_antibodies", "Mean mg/L with"),
    ("without_antibodies", "Mean mg/L without"),
)  # fmt: skip
FIGURES = {
    "figures/exposure.svg": "Concentration of the drug over time",
    "figures/occupancy.svg": "Receptor occupancy over time",
    "figures/endpoint.svg": "Primary endpoint by arm, with interval",
    "figures/spaghetti.svg": "Primary endpoint of single patients",
    "figures/replicates.svg": "Difference over the replicates of the trial",
}


def pieces(source: Source) -> Iterator[Piece]:
    """Give the sections that a trial fills."""
    data, key = source.data, f"trial-{source.name}"
    spec = data["spec"]
    yield Piece("question", (_design(spec, source.name),), _arms(spec, key))
    references = {row["reference"] for row in data["differences"]}
    control = [row for row in data["arms"] if row["arm"] in references]
    caption = _of("Reference arm as simulated: baseline, change, missing", spec)
    yield Piece("placebo", _placebo(control), table(f"{key}-placebo", caption, control, ARMS, 3))
    yield Piece(
        "response", (_replicated(data),), _response(data, spec, key),
        from_folder(source.folder, FIGURES, f"{_slug(key)}-"),
    )  # fmt: skip
    failed = len(data["failures"])
    yield Piece(
        "limits",
        (
            f"Trial '{spec['name']}': {failed} patients could not be simulated over all "
            f"replicates; {data['screened']} were screened for the first.",
        ),
    )


def _response(data: Row, spec: Row, key: str) -> tuple[Table, ...]:
    replicates = data["replicates"]
    differences = [_flat(row) for row in replicates["difference"]]
    return (
        *table(f"{key}-mechanism", _of("Exposure, occupancy and mechanism by arm", spec),
               data["mechanism"], MECHANISM, 3),
        *table(f"{key}-arms", _of("Endpoints by arm, first replicate", spec), data["arms"],
               ARMS, 3),
        *table(f"{key}-differences", _of("Differences, first replicate", spec),
               data["differences"], DIFFERENCES, 4),
        *table(f"{key}-responders", _of("Responders, first replicate", spec),
               data["responders"], RESPONDERS, 3),
        *table(f"{key}-responder-differences", _of("Differences of responders", spec),
               data["responder_differences"], DIFFERENCES, 4),
        *table(f"{key}-replicates", _of("Difference of the primary endpoint over replicates", spec),
               differences, REPLICATES),
        *table(f"{key}-events", _of("Intercurrent events", spec), data.get("events", []),
               EVENTS, 2),
    )  # fmt: skip


def _flat(row: Row) -> dict[str, Any]:
    share = row.get("favourable") or {}
    return {
        **row,
        "share": share.get("estimate"),
        "share_low": share.get("low"),
        "share_high": share.get("high"),
    }


def _design(spec: Row, name: str) -> str:
    end = spec["endpoint"]
    return (
        f"Trial '{spec['name']}' ({name}): {spec['patients']} patients, "
        f"{len(spec['arms'])} arms, {spec['replicates']} replicates, primary endpoint "
        f"{end['kind']} of {end['measure']['label']} at day {end['day']:g} by {end['analysis']}."
    )


def _arms(spec: Row, key: str) -> tuple[Table, ...]:
    rows = [
        {
            "arm": arm["name"],
            "role": arm["role"],
            "share": arm["share"],
            "therapies": ", ".join(t["therapy"] for t in arm["treatments"]) or "none",
            "doses": "; ".join(_rule(r) for t in arm["treatments"] for r in t["regimen"]["rules"]),
        }
        for arm in spec["arms"]
    ]
    columns = (("arm", "Arm"), ("role", "Role"), ("share", "Share"), ("therapies", "Therapies"),
               ("doses", "Doses"))  # fmt: skip
    return table(f"{key}-design", _of("Arms", spec), rows, columns)


def _rule(rule: Row) -> str:
    unit = "mg/kg" if rule["per_kg"] else "mg"
    days = ", ".join(f"{day:g}" for day in rule["days"])
    return f"{rule['amount']:g} {unit} {rule['route']} on days {days}"


def _placebo(rows: list[Row]) -> tuple[str, ...]:
    return tuple(
        f"{row['arm']}, {row['measure']}: {row['change_mean']:.2f} from {row['baseline_mean']:.2f}"
        f"; {row['missing']} of {row['randomised']} missing at day {row['day']:g}. The change "
        "holds expectation, drift and regression to the mean together, as in a clinic."
        for row in rows[:1]
        if row.get("change_mean") is not None
    )


def _replicated(data: Row) -> str:
    return (
        f"Tables of the first replicate show one trial as it could come out; the spread of "
        f"{data['replicates']['n']} replicates shows by how much another could differ."
    )


def _of(what: str, spec: Row) -> str:
    return f"{what} ({spec['name']})"


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text)
