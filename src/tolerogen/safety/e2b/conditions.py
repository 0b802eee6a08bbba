"""Rules that tie elements together: those of ICH, under the numbers FDA gave them.

Rules R0004 to R0007 and R0011 to R0015 hold only for messages to FDA (N.1.4 begins with ZZFDA).
"""

from __future__ import annotations

from collections.abc import Iterator

from tolerogen.safety.e2b.batch import Batch, Element
from tolerogen.safety.e2b.finding import Finding

PAIRS = {
    "R0029": ("D.2.2a", "D.2.2b"),
    "R0030": ("D.2.2b", "D.2.2a"),
    "R0031": ("D.2.2.1a", "D.2.2.1b"),
    "R0032": ("D.2.2.1b", "D.2.2.1a"),
    "pair.D.7.1.r.1a": ("D.7.1.r.1a", "D.7.1.r.1b"),
    "pair.D.7.1.r.1b": ("D.7.1.r.1b", "D.7.1.r.1a"),
    "pair.D.8.r.6a": ("D.8.r.6a", "D.8.r.6b"),
    "pair.D.8.r.6b": ("D.8.r.6b", "D.8.r.6a"),
    "pair.D.8.r.7a": ("D.8.r.7a", "D.8.r.7b"),
    "pair.D.8.r.7b": ("D.8.r.7b", "D.8.r.7a"),
    "pair.D.9.2.r.1a": ("D.9.2.r.1a", "D.9.2.r.1b"),
    "pair.D.9.2.r.1b": ("D.9.2.r.1b", "D.9.2.r.1a"),
    "pair.E.i.6a": ("E.i.6a", "E.i.6b"),
    "pair.E.i.6b": ("E.i.6b", "E.i.6a"),
    "pair.G.k.4.r.1b": ("G.k.4.r.1b", "G.k.4.r.1a"),
    "pair.G.k.4.r.3": ("G.k.4.r.3", "G.k.4.r.2"),
    "pair.G.k.5a": ("G.k.5a", "G.k.5b"),
    "pair.G.k.5b": ("G.k.5b", "G.k.5a"),
    "pair.G.k.6a": ("G.k.6a", "G.k.6b"),
    "pair.G.k.6b": ("G.k.6b", "G.k.6a"),
    "pair.G.k.7.r.2a": ("G.k.7.r.2a", "G.k.7.r.2b"),
    "pair.G.k.7.r.2b": ("G.k.7.r.2b", "G.k.7.r.2a"),
    "pair.E.i.1.1b": ("E.i.1.1b", "E.i.1.1a"),
    "R0018": ("C.1.9.1.r.2", "C.1.9.1.r.1"),
}
"""Rule: the first element must be there when the second is, in the same place."""

PREMARKET = ("CDER_IND", "CBER_IND", "CDER_IND_EXEMPT_BA_BE")


def conditions(batch: Batch) -> Iterator[Finding]:
    """Check what elements ask of each other."""
    yield from _pairs(batch)
    for message in range(1, batch.messages + 1):
        yield from _case(batch, message)
        yield from _fda(batch, message)


def _pairs(batch: Batch) -> Iterator[Finding]:
    places: dict[str, dict[tuple[int, ...], Element]] = {}
    for element in batch.elements:
        if element.text is not None:
            places.setdefault(element.number, {})[element.place] = element
    for rule, (wanted, given) in PAIRS.items():
        for place, element in places.get(given, {}).items():
            if place not in places.get(wanted, {}):
                words = f"{wanted} must be provided when {given} is"
                yield Finding(rule, wanted, place, element.line, words)


def _case(batch: Batch, message: int) -> Iterator[Finding]:  # noqa: C901 one rule a line
    def get(number: str) -> list[str]:
        return batch.get(number, message)

    def found(rule: str, number: str, words: str) -> Finding:
        line = next((e.line for e in batch.find(number, message)), 0)
        return Finding(rule, number, (message,), line, f"{number} {words}")

    if get("C.1.6.1") == ["true"] and not get("C.1.6.1.r.1"):
        yield found("R0009", "C.1.6.1.r.1", "must be provided when C.1.6.1 is true")
    if get("C.1.9.1") == ["true"] and not get("C.1.9.1.r.1"):
        yield found("R0017", "C.1.9.1.r.1", "must be provided when C.1.9.1 is true")
    if get("C.1.11.1") and not get("C.1.11.2"):
        yield found("pair.C.1.11.2", "C.1.11.2", "must be provided when C.1.11.1 is")
    primary = {e.place for e in batch.find("C.2.r.5", message) if e.text == "1"}
    if not primary:
        yield found("R0021", "C.2.r.5", "must be 1 for one reporter")
    for rule, number in (("R0019", "C.2.r.3"), ("R0020", "C.2.r.4")):
        given = {e.place for e in batch.find(number, message)}
        if primary - given:
            yield found(rule, number, "must be provided when C.2.r.5 is 1")
    if get("C.3.1") and get("C.3.1") != ["7"] and not get("C.3.2"):
        yield found("R0022", "C.3.2", "must be provided unless the sender is a patient")
    if get("C.1.3") == ["2"] and not get("C.5.4"):
        yield found("R0023", "C.5.4", "must be provided for a report from a study")
    if get("N.1.3") and get("N.2.r.2") and get("N.1.3") != get("N.2.r.2"):
        yield found("R0100", "N.2.r.2", "does not match N.1.3")
    if not {"1", "3", "4"} & set(get("G.k.1")):
        yield found("suspect.G.k.1", "G.k.1", "names no suspect, interacting or missed drug")


def _fda(batch: Batch, message: int) -> Iterator[Finding]:  # noqa: C901 one rule a line
    def get(number: str) -> str | None:
        return next(iter(batch.get(number, message)), None)

    def found(rule: str, number: str, words: str) -> Finding:
        line = next((e.line for e in batch.find(number, message)), 0)
        return Finding(rule, number, (message,), line, f"{number} {words}")

    route, receiver = get("N.1.4"), get("N.2.r.3")
    if route is None or not route.startswith("ZZFDA"):
        return
    if route == "ZZFDA" and receiver not in ("CDER", "CBER"):
        yield found("R0006", "N.2.r.3", "must be CDER when N.1.4 is ZZFDA")
    if route == "ZZFDA_PREMKT" and receiver not in PREMARKET:
        yield found("R0007", "N.2.r.3", f"must be one of {', '.join(PREMARKET)}")
    if route not in ("ZZFDA", "ZZFDA_PREMKT"):
        yield found("R0004", "N.1.4", "must be ZZFDA or ZZFDA_PREMKT")
    if route == "ZZFDA_PREMKT" and receiver in PREMARKET[:2] and get("C.1.3") in ("3", "4"):
        yield found("R0112", "C.1.3", "must not be 3 or 4 before marketing")
    if receiver == "CDER_IND_EXEMPT_BA_BE" and get("C.1.3") not in (None, "2"):
        yield found("R0111", "C.1.3", "must be 2 for a study exempt from IND")
    if route != "ZZFDA":
        return
    if receiver == "CDER" and get("C.1.3") == "1" and get("C.5.4") is not None:
        yield found("R0103", "C.5.4", "must not be provided for a spontaneous report")
    for rule, number in (("R0107", "FDA.C.5.5a"), ("R0108", "FDA.C.5.5b")):
        if get(number) is not None:
            yield found(rule, number, "must not be provided after marketing")
    combination, expedited = get("FDA.C.1.12") == "true", get("C.1.7") == "true"
    allowed = {"1" if expedited else "2", *(["4" if expedited else "5"] if combination else [])}
    if get("FDA.C.1.7.1") not in (None, *allowed):
        rules = {(True, True): "R0012", (True, False): "R0013"}
        rules |= {(False, True): "R0014", (False, False): "R0015"}
        words = f"must be {' or '.join(sorted(allowed))}"
        yield found(rules[combination, expedited], "FDA.C.1.7.1", words)
