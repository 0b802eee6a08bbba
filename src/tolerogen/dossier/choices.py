"""What designs, rankings and candidates say: what was chosen, and from what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tolerogen.dossier.drawing import forest, from_folder
from tolerogen.dossier.page import Figure, Piece, Row, Table, table
from tolerogen.dossier.source import Source

OPTIONS = (
    ("entry", "Entry"), ("endpoint", "Endpoint"), ("day", "Day"), ("patients", "Patients"),
    ("arm", "Arm"), ("trials", "Trials"), ("effect", "Effect"), ("effect_se", "SE"),
    ("power", "Power"), ("power_low", "Low"), ("power_high", "High"), ("bias", "Bias"),
    ("bias_se", "SE of bias"), ("coverage", "Coverage"), ("coverage_low", "Low of coverage"),
    ("coverage_high", "High of coverage"), ("type_one", "Type I error"),
    ("type_one_low", "Low of type I"), ("type_one_high", "High of type I"), ("needed", "Needed"),
    ("assurance", "Assurance"),
)  # fmt: skip
LOOKS = (
    ("share", "Share"), ("patients", "With endpoint"), ("day", "Day"), ("day_low", "10 %"),
    ("day_high", "90 %"), ("randomised", "Randomised by then"), ("randomised_low", "10 % of those"),
    ("randomised_high", "90 % of those"),
)  # fmt: skip
MONTHS = (
    ("month", "Month"), ("mean", "Randomised, mean"), ("low", "10 %"), ("high", "90 %"),
    ("full", "Probability to be full"),
)  # fmt: skip
TARGETS = (
    ("rank", "Rank"), ("target", "Target"), ("name", "Name"), ("composite", "Composite"),
    ("genetics", "Genetics"), ("expression", "Expression"), ("mechanism", "Mechanism"),
    ("modality_fit", "Fit"), ("safety", "Safety"), ("precedence", "Precedence"),
    ("p_top3", "In top 3"),
    ("rank_low", "Rank, 5 %"), ("rank_high", "Rank, 95 %"), ("essdai", "ESSDAI, mean"),
    ("low", "5 %"), ("high", "95 %"),
)  # fmt: skip
PARAMETERS = (
    ("id", "Parameter"), ("value", "Value"), ("unit", "Unit"), ("cv", "CV"), ("status", "Status"),
    ("source", "Source"), ("note", "Note"),
)  # fmt: skip
PAIRS = (("name", "What"), ("value", "Value"), ("unit", "Unit"), ("source", "Source"))


def designed(source: Source) -> Iterator[Piece]:
    """Give the sections that a rating of designs fills."""
    data, key = source.data, f"design-{source.name}"
    figures = from_folder(source.folder, {"power.svg": f"Power by option ({data['name']})"}, "des-")
    yield Piece(
        "operating",
        (
            f"{data['name']}: {len(data['options'])} options, {data['replicates']} simulated "
            f"trials each, one-sided level {data['alpha']:g}. Intervals are of the simulation.",
        ),
        table(f"{key}-options", f"Power, type I error, bias and coverage ({data['name']})",
              data["options"], OPTIONS, 5),
        figures,
    )  # fmt: skip
    best = data["best"]
    if best is None:
        text = f"{data['name']}: no option shows an effect to size a trial by."
    else:
        text = (
            f"{data['name']}: for a power of {data['power']:g}, the option that needs fewest is "
            f"{best['arm']}, {best['endpoint']} at day {best['day']:g}, entry {best['entry']}: "
            f"{best['needed']:g} patients."
        )
    yield Piece("size", (text,))


def recruited(source: Source) -> Iterator[Piece]:
    """Give the section that a forecast of recruitment fills."""
    data = source.data
    name = data["name"]
    drawn = {"recruitment.svg": f"Patients against months ({name})"}
    yield Piece(
        "recruitment",
        (f"{name}, {data['patients']} patients. {data['told']}",),
        (
            *table(f"recruitment-{source.name}", f"Patients by the end of each month ({name})",
                   data["months"], MONTHS),
            *table(f"looks-{source.name}", f"Interim looks ({name})", data["looks"], LOOKS, 2),
        ),
        from_folder(source.folder, drawn, "rec-"),
    )  # fmt: skip


def ranked(source: Source) -> Iterator[Piece]:
    """Give the section that a ranking of targets fills."""
    data = source.data
    rows: list[dict[str, Any]] = [dict(_target(item)) for item in data["targets"]]
    shown = [row for row in rows if row.get("low") is not None][:25]
    figures: tuple[Figure, ...] = ()
    if shown:
        drawn = forest(
            [row["target"] for row in shown],
            [("mean, 90 % of parameter sets",
              [(row["low"], row["essdai"], row["high"]) for row in shown])],
            "change of ESSDAI against no drug, points", "rank-",
        )  # fmt: skip
        figures = (Figure("Simulated effect of hitting each target", drawn),)
    weights = ", ".join(f"{name} {value:g}" for name, value in data["weights"].items())
    text = f"{len(rows)} targets in {data['patients']} patients. Weights (assumed): {weights}."
    caption = "Targets by evidence and by simulated mechanism"
    yield Piece(
        "target", (text, *data["notes"]),
        table(f"target-{source.name}", caption, [_places(r) for r in rows], TARGETS, 2), figures,
    )  # fmt: skip


def antibody(source: Source) -> Iterator[Piece]:
    """Give the section of an antibody candidate."""
    data = source.data
    candidate = data.get("candidate", {})
    name = candidate.get("name") or data.get("therapy", {}).get("name") or source.name
    clearance = data["clearance"]
    rows = [
        {"name": "target", "value": candidate.get("target")},
        {"name": "format", "value": candidate.get("isotype")},
        {"name": "Fc changes", "value": ", ".join(candidate.get("changes", []))},
        {"name": "kon", "value": candidate.get("kon"), "unit": "1/(M s)",
         "source": candidate.get("binding_source")},
        {"name": "koff", "value": candidate.get("koff"), "unit": "1/s",
         "source": candidate.get("binding_source")},
        {"name": "KD", "value": candidate.get("kd"), "unit": "M",
         "source": candidate.get("binding_source")},
        {"name": "mass", "value": data.get("mass_kda"), "unit": "kDa"},
        {"name": "humanness", "value": data.get("humanness")},
        {"name": "clearance, predicted", "value": clearance["value"], "unit": "L/day",
         "source": clearance["source"]},
        {"name": "clearance, low", "value": clearance["low"], "unit": "L/day",
         "source": clearance["method"]},
        {"name": "clearance, high", "value": clearance["high"], "unit": "L/day",
         "source": clearance["method"]},
        {"name": "heavy chain", "value": data["heavy"]},
        {"name": "light chain", "value": data["light"]},
    ]  # fmt: skip
    held = [row for row in rows if row["value"] not in (None, "")]
    key = f"antibody-{source.name}"
    tables = table(key, f"Antibody candidate: {name}", held, PAIRS)
    yield Piece("molecule", (f"Antibody '{name}'.",), (*tables, *_handed(data, key, name)))


def oligo(source: Source) -> Iterator[Piece]:
    """Give the section of an oligo candidate."""
    found = source.data["candidate"]
    rank = found.get("rank") or {}
    rows = [
        {"name": "gene", "value": found["gene"]},
        {"name": "transcript", "value": found["transcript"]},
        {"name": "first base of the site", "value": found["start"]},
        {"name": "mechanism", "value": found["mechanism"]},
        {"name": "sequence", "value": found["oligo"]["sequence"]},
        {"name": "melting temperature", "value": found["duplex"]["tm"], "unit": "°C"},
        {"name": "its standard error", "value": found["duplex"]["uncertainty"], "unit": "°C"},
        {"name": "duplex energy", "value": found["duplex"]["energy"], "unit": "kcal/mol"},
        {"name": "opening the site", "value": found["opening"], "unit": "kcal/mol"},
        *({"name": f"rank: {n}", "value": v}
          for n, v in rank.items() if isinstance(v, int | float)),
        *({"name": f"genes at distance {n}", "value": v}
          for n, v in enumerate(found.get("offtargets") or [])),
    ]  # fmt: skip
    held = [row for row in rows if row["value"] is not None]
    key, name = f"oligo-{source.name}", f"{found['gene']} oligo"
    yield Piece("molecule", (f"Oligonucleotide against {found['gene']}.",), (
        *table(key, f"Oligo candidate: {name}", held, PAIRS),
        *_handed(source.data, key, name)))  # fmt: skip


def _handed(data: Row, key: str, name: str) -> tuple[Table, ...]:
    therapy = data.get("therapy") or {}
    rows = therapy.get("parameters") or (therapy.get("pk") or {}).get("parameters") or []
    return table(
        f"{key}-therapy", f"Parameters it goes to the clinic with: {name}", rows, PARAMETERS
    )


def _target(item: Row) -> dict[str, Any]:
    effect = (item.get("mechanism") or {}).get("essdai") or {}
    return {
        **item,
        "essdai": effect.get("mean"),
        "low": effect.get("low"),
        "high": effect.get("high"),
    }


def _places(item: dict[str, Any]) -> dict[str, Any]:
    """Put the evidence columns over the details that go by the same names."""
    return {**item, "mechanism": None, "safety": None, **item["columns"]}
