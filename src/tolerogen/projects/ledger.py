"""Decisions, only ever added to: each line holds the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tolerogen.errors import OutputError, SpecError

FILE = "decisions.jsonl"
HEAD = "decisions.head"
"""Number and hash of the last decision: without it, a last line that is gone would not be seen."""
START = "0" * 64
KINDS = ("advance", "hold", "resume", "stop", "note")


@dataclass(frozen=True)
class Decision:
    """A decision.

    Attributes
    ----------
    number, at, who
        Counted from 1; when (UTC) and by whom.
    candidate, kind
        Which one; ``advance``, ``hold``, ``resume``, ``stop`` or ``note``.
    before, after
        Stage before and after.
    reason
        Why.
    override
        Whether entry criteria were not met, and it was done all the same.
    evidence
        What it rests on: file of the evidence and its hash.
    previous, hash
        Hash of the line before, and of this one.
    """

    number: int
    at: str
    who: str
    candidate: str
    kind: str
    before: str
    after: str
    reason: str
    override: bool
    evidence: dict[str, str]
    previous: str
    hash: str


@dataclass(frozen=True)
class Broken:
    """A line that is not as it was written."""

    line: int
    reason: str


def read_ledger(folder: str | Path) -> tuple[Decision, ...]:
    """Read the decisions of a project.

    Raises
    ------
    SpecError
        When a line was changed, dropped or moved: names it.
    """
    path = Path(folder) / FILE
    if not path.exists() and not path.with_name(HEAD).exists():
        return ()
    found, broken = _read(path)
    if broken:
        raise SpecError(
            f"{path}, line {broken[0].line}: {broken[0].reason}. Decisions are only ever added to; "
            "take the file back from version control."
        )
    return found


def verify(folder: str | Path) -> tuple[Broken, ...]:
    """Recompute the chain; empty when every line is as it was written, in its place."""
    path = Path(folder) / FILE
    return _read(path)[1] if path.exists() or path.with_name(HEAD).exists() else ()


def append(
    folder: str | Path,
    *,
    who: str,
    candidate: str,
    kind: str,
    before: str,
    after: str,
    reason: str,
    override: bool = False,
    evidence: dict[str, str] | None = None,
    at: datetime | None = None,
) -> Decision:
    """Add a decision; it is on disk when this returns, whole.

    Raises
    ------
    SpecError
        Without a reason or a name, or when the chain is broken already.
    OutputError
        When it cannot be written.
    """
    if not reason.strip() or not who.strip():
        raise SpecError("A decision needs a reason, and somebody who takes it.")
    held = read_ledger(folder)
    made = {
        "number": len(held) + 1,
        "at": (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        "who": who.strip(),
        "candidate": candidate,
        "kind": kind,
        "before": before,
        "after": after,
        "reason": reason.strip(),
        "override": override,
        "evidence": evidence or {},
        "previous": held[-1].hash if held else START,
    }
    made["hash"] = _hash(made)
    path = Path(folder) / FILE
    # the old lines and the new one are written beside and renamed: a crash leaves one or the other
    text = "".join(_line(asdict(one)) for one in held) + _line(made)
    part = path.with_name(f".{FILE}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        head = path.with_name(HEAD)
        part = head.with_name(f".{HEAD}.part")
        part.write_text(f"{made['number']} {made['hash']}\n", encoding="utf-8")
        part.replace(head)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror}).") from None
    return Decision(**made)  # type: ignore[arg-type]  # the keys are its fields


def stage_of(decisions: Sequence[Decision], candidate: str, first: str) -> tuple[str, str]:
    """Return the stage of a candidate, and whether it is ``active``, on ``hold`` or ``stopped``."""
    stage, state = first, "active"
    for one in decisions:
        if one.candidate == candidate:
            stage = one.after
            state = {"hold": "hold", "stop": "stopped", "note": state}.get(one.kind, "active")
    return stage, state


def _read(path: Path) -> tuple[tuple[Decision, ...], tuple[Broken, ...]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        return (), (Broken(1, f"cannot be read ({type(error).__name__})"),)
    found, broken, previous = [], [], START
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line)
            decision = Decision(**data)
        except (ValueError, TypeError):
            broken.append(Broken(number, "is no decision"))
            continue
        if decision.hash != _hash({k: v for k, v in data.items() if k != "hash"}):
            broken.append(Broken(number, "was changed after it was written"))
        elif decision.previous != previous or decision.number != number:
            broken.append(Broken(number, "does not follow the line before: one was dropped, moved "
                                 "or put in"))  # fmt: skip
        previous = decision.hash
        found.append(decision)
    if not broken and not _ends_as_noted(path, found):
        broken.append(Broken(len(lines) + 1, "is gone: the last decision was another"))
    return tuple(found), tuple(broken)


def _ends_as_noted(path: Path, found: Sequence[Decision]) -> bool:
    """Say whether the last decision is the one that was noted, or one more (after a crash)."""
    head = path.with_name(HEAD)
    try:
        number, _, digest = head.read_text(encoding="utf-8").strip().partition(" ")
    except OSError:
        return not found
    last = [(str(one.number), one.hash) for one in found[-2:]]
    return (number, digest) in last


def _hash(data: dict[str, object]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _line(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
