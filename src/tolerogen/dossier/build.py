"""Put what the results say into the order of the outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tolerogen.dossier import choices, fits, model, project, trial
from tolerogen.dossier.outline import OUTLINE
from tolerogen.dossier.page import Dossier, Piece, Reproduction, Section, table
from tolerogen.dossier.source import Source
from tolerogen.errors import SpecError

if TYPE_CHECKING:
    from tolerogen.diseases import Disease

COMMANDS = {
    "trial": "tolerogen trial run {name}.toml --patients {patients} --replicates {replicates} "
    "--seed {seed} --out {name}",
    "validation": "tolerogen trial validate --disease {disease} --trials {name}.json "
    "--replicates {replicates} --seed {seed} --out {name}",
    "calibration": "tolerogen population calibrate {disease} --sets {sets} --seed {seed} "
    "--out {name}",
    "design": "tolerogen trial design {name}.toml --replicates {replicates} --seed {seed} "
    "--out {name}",
    "recruitment": "tolerogen trial recruit {name}.toml --replicates {replicates} --seed {seed} "
    "--out {name}",
    "population": "tolerogen population compare --seed {seed} --out {name}",
    "target": "tolerogen target rank --disease {disease} --json > {name}.json",
    "antibody": "tolerogen antibody therapy {name}.toml",
    "oligo": "tolerogen oligo therapy TRANSCRIPTS SEQUENCE --json > {name}.json",
    "project": "tolerogen dossier build {name} --out {name}.html",
}
SPEAKERS = {
    "trial": trial.pieces,
    "calibration": fits.calibrated,
    "population": fits.compared,
    "design": choices.designed,
    "recruitment": choices.recruited,
    "target": choices.ranked,
    "antibody": choices.antibody,
    "oligo": choices.oligo,
    "project": project.pieces,
}
ADA = ("anti-drug", "antidrug", "ada_")


def build_dossier(sources: Sequence[Source], *, title: str = "") -> Dossier:
    """Build a dossier.

    Parameters
    ----------
    sources
        Results, from `read_source`; all of one disease, as far as they name one.
    title
        Of the page; made from the results when left out.

    Raises
    ------
    SpecError
        No source, sources of several diseases, or a result whose keys are not those of its format.
    """
    from tolerogen import __version__

    if not sources:
        raise SpecError("a dossier needs at least one result.")
    sources = _unlike(sources)
    disease = _disease(sources)
    held: list[Piece] = list(model.pieces(disease)) if disease else []
    fitted = _fitted(disease)
    for source in sources:
        try:
            held += _said(source, fitted)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise SpecError(
                f"{source.name}: the result of kind '{source.kind}' lacks or garbles "
                f"{error}. It was changed by hand, or by another version: run it again."
            ) from None
    held += [_immunogenic(sources), _sources(sources, disease)]
    held.append(_credible(held))
    return Dossier(
        title or f"Dossier: {', '.join(source.name for source in sources)}",
        _warnings(sources, disease),
        tuple(_sections(held)),
        tuple(_again(source) for source in sources),
        __version__,
    )


def _said(source: Source, fitted: frozenset[str]) -> list[Piece]:
    if source.kind == "validation":
        return list(fits.validated(source, fitted))
    return list(SPEAKERS[source.kind](source))


def _sections(held: Sequence[Piece]) -> Iterator[Section]:
    for key, title, needs in OUTLINE:
        pieces = tuple(piece for piece in held if piece.section == key)
        if pieces or needs:
            missing = "" if pieces else f"No result was given for this section. It needs: {needs}."
            yield Section(key, title, pieces, missing)


def _unlike(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Give results of the same name a number, so that their tables can be told apart."""
    seen: dict[str, int] = {}
    found = []
    for source in sources:
        seen[source.name] = seen.get(source.name, 0) + 1
        turn = seen[source.name]
        found.append(source if turn == 1 else replace(source, name=f"{source.name}-{turn}"))
    return tuple(found)


def _disease(sources: Sequence[Source]) -> Disease | None:
    from tolerogen.diseases import load_disease

    names = sorted({source.disease for source in sources if source.disease})
    if len(names) > 1:
        raise SpecError(
            f"the results are of several diseases ({', '.join(names)}): build a dossier for each."
        )
    return load_disease(names[0]) if names else None


def _fitted(disease: Disease | None) -> frozenset[str]:
    """Return the trials that the disease was calibrated on."""
    import csv

    if disease is None:
        return frozenset()
    path = disease.folder / "calibration" / "data.csv"
    if not path.is_file():
        return frozenset()
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    return frozenset(row["trial_id"] for row in csv.DictReader(lines))


def _warnings(sources: Sequence[Source], disease: Disease | None) -> tuple[str, ...]:
    said = [str(source.data.get("warning") or "") for source in sources]
    said.append(disease.warning if disease else "")
    return tuple(dict.fromkeys(text for text in said if text))


def _immunogenic(sources: Sequence[Source]) -> Piece:
    rows = [
        row
        for source in sources
        if source.kind == "trial"
        for row in source.data["mechanism"]
        if any(word in f"{row['readout']} {row['label']}".lower() for word in ADA)
    ]
    predicted = [s for s in sources if s.kind == "antibody" and "immunogenicity" in s.data]
    formed = [
        {**row, "trial": source.name}
        for source in sources
        if source.kind == "trial"
        for row in source.data.get("antidrug", [])
    ]
    text = (
        []
        if rows or formed
        else ["No result here simulates anti-drug antibodies: exposure is without."]
    )
    pairs = [
        {"name": source.name, "key": key.replace("_", " "), "value": value}
        for source in predicted
        for key, value in source.data["immunogenicity"].items()
        if isinstance(value, int | float | str)
    ]
    columns = (("name", "Candidate"), ("key", "What"), ("value", "Value"))
    tables = (
        *table("ada", "Anti-drug antibodies by arm", rows, trial.MECHANISM, 3),
        *table("ada-formed", "Who formed antibodies, first replicate", formed, trial.ANTIDRUG, 3),
        *table("epitopes", "Predicted immunogenicity of the sequences", pairs, columns, 2),
    )
    return Piece("ada", tuple(text), tables)


def _sources(sources: Sequence[Source], disease: Disease | None) -> Piece:
    """List what was used, each with the results that used it."""
    users: dict[str, list[str]] = {}
    for source in sources:
        for cited in source.data.get("provenance", {}).get("sources", ()):
            users.setdefault(str(cited), []).append(source.name)
    for cited in disease.sources if disease else ():
        users.setdefault(cited, []).append("the disease")
    rows = [{"cited": cited, "by": ", ".join(dict.fromkeys(who))} for cited, who in users.items()]
    text = () if rows else ("The results name no source.",)
    columns = (("cited", "Source"), ("by", "Used by"))
    return Piece("sources", text, table("sources", "Methods and data used", rows, columns))


def _credible(held: Sequence[Piece]) -> Piece:
    """Say, in the words of ICH M15 and ASME V&V 40, what is shown here and what is not."""
    there = {piece.section for piece in held}
    titles = {key: title for key, title, _ in OUTLINE}

    def shown(*keys: str) -> str:
        named = [titles[key] for key in keys if key in there]
        return f"see: {', '.join(named)}" if named else "not shown: no result was given"

    rows = [
        {"aspect": "Question of interest, context of use", "answer": shown("question")},
        {"aspect": "Model influence", "answer": "low to moderate: one line of evidence"},
        {"aspect": "Decision consequence", "answer": "which trial to run; nobody is treated"},
        {"aspect": "Calibration", "answer": shown("fit")},
        {"aspect": "Validation: trials not fitted", "answer": shown("blind")},
        {"aspect": "Representativeness of the patients", "answer": shown("population", "placebo")},
        {"aspect": "Uncertainty of parameters", "answer": shown("identifiability")},
        {"aspect": "Verification of code", "answer": "tests against libRoadRunner, the SBML Test "
         "Suite, closed solutions, SAS and R: pages Engine and Statistics of the documentation"},
        {"aspect": "Applicability", "answer": shown("limits")},
    ]  # fmt: skip
    columns = (("aspect", "Aspect"), ("answer", "Where"))
    caption = "Credibility, after ICH M15 and ASME V&V 40"
    return Piece("credibility", (), table("credibility", caption, rows, columns))


def _again(source: Source) -> Reproduction:
    data = source.data
    provenance = data.get("provenance", {})
    places = (provenance, data, data.get("spec", {}), data.get("summary", {}))
    known = {
        key: next((p[key] for p in places if key in p), "?")
        for key in ("seed", "replicates", "patients", "sets")
    }
    command = COMMANDS[source.kind].format(
        name=source.name, disease=source.disease or "DISEASE", **known
    )
    if data.get("on"):  # the counts of centres went in
        command += f" --centres {source.name}.csv --on {data['on']}"
    versions = ", ".join(f"{k} {v}" for k, v in provenance.get("versions", {}).items())
    return Reproduction(
        source.name, command, source.content, str(known["seed"]), source.sha256, versions
    )
