"""From text to machine code in this process, and the cache on disk.

LLVM comes with llvmlite: no compiler is needed on the user's machine. What was compiled is kept
as an object file, under a name made of everything that went into it: the model, what varies,
the method, the width, the processor and the versions.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from tolerogen.engine.native.blueprint import KERNELS, Blueprint, EventTable, Program
from tolerogen.engine.native.layout import Layout, Sizes

FORMAT = "21"
"""Raise it whenever the code written for the same model changes."""

_BUILDING = Lock()  # LLVM's global state


@cache
def target() -> tuple[str, str]:
    """Return the processor and its features, as LLVM names them."""
    import llvmlite.binding as llvm

    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


@cache
def width() -> int:
    """Return how many patients go side by side on this machine."""
    features = target()[1].split(",")
    if "+avx512f" in features:
        return 8
    return 4 if "+avx2" in features or "+avx" in features else 2


@dataclass(frozen=True)
class Code:
    """Machine code of a model.

    Attributes
    ----------
    addresses
        Entry of each kernel, in the order of `KERNELS`.
    blueprint
        What it computes, and where its memory lies.
    keep
        What must stay alive as long as the addresses are used.
    """

    addresses: tuple[int, ...]
    blueprint: Blueprint
    keep: Any


def key(*parts: object) -> str:
    """Return the name under which something compiled is kept."""
    import llvmlite

    everything = (FORMAT, version("tolerogen"), llvmlite.__version__, *target(), *parts)
    return hashlib.sha256("\0".join(map(repr, everything)).encode()).hexdigest()


def code(name: str, write: Callable[[], Program]) -> Code:
    """Return machine code, from the cache or anew.

    Parameters
    ----------
    name
        From `key`: the same name always means the same code.
    write
        Writes the program; called only when it is not in the cache.
    """
    folder = cache_folder()
    found = _read(folder / f"{name}.json", folder / f"{name}.o")
    if found is None:
        program = write()
        found = asdict(program.blueprint), _compile(program)
        _keep(folder, name, *found)
    facts, binary = found
    addresses, alive = _link(binary)
    return Code(addresses, _blueprint(facts), alive)


def cache_folder() -> Path:
    """Return where compiled models are kept: ``TOLEROGEN_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("TOLEROGEN_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tolerogen" / "models"


@cache
def driver(thorough: bool = True) -> Any:
    """Return the driver as a function of a structure's address; compiled once per machine.

    Parameters
    ----------
    thorough
        Whether to spend LLVM's passes on it (1 s once, for 10 % of the speed). The numbers are
        the same bits either way.
    """
    import ctypes

    from tolerogen.engine.native import driver as source
    from tolerogen.engine.native.language import expressions, statements
    from tolerogen.engine.native.problem import FIELDS
    from tolerogen.engine.native.translate import translate

    folder = cache_folder()
    own = {inspect.getmodule(f) for f in source.FUNCTIONS}
    texts = sorted(inspect.getsource(m) for m in (*own, expressions, statements) if m is not None)
    name = "driver-" + key(thorough, FIELDS, *texts)
    found = _read(folder / f"{name}.json", folder / f"{name}.o")
    if found is None:
        text = translate(source.FUNCTIONS, FIELDS, {"drive"})
        binary = _object(text, *((2, 2) if thorough else (0, 1)))
        found = {}, binary
        _keep(folder, name, *found)
    binary = found[1]
    addresses, alive = _link(binary, ("drive",))
    # a plain C function: ctypes lets go of Python's lock while it runs
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(addresses[0])
    function.alive = alive  # type: ignore[attr-defined]
    return function


def _read(facts: Path, binary: Path) -> tuple[dict[str, Any], bytes] | None:
    """Read what was kept; None when it is not there, or is not what was written."""
    try:
        kept, code = json.loads(facts.read_text(encoding="utf-8")), binary.read_bytes()
        if kept["seal"] == _seal(kept["facts"], code):
            return kept["facts"], code
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return None


def _seal(facts: dict[str, Any], binary: bytes) -> str:
    """Return a hash of both files: damaged machine code must not be run."""
    text = json.dumps(facts, sort_keys=True).encode()
    return hashlib.sha256(text + b"\0" + binary).hexdigest()


def _blueprint(facts: dict[str, Any]) -> Blueprint:
    return Blueprint(
        layout=Layout(**facts["layout"]),
        sizes=Sizes(**facts["sizes"]),
        states=tuple(facts["states"]),
        held=tuple(facts["held"]),
        doseable=facts["doseable"],
        massless=tuple(facts["massless"]),
        events=EventTable(**{name: tuple(each) for name, each in facts["events"].items()}),
        width=facts["width"],
        entries=facts["entries"],
        odd=tuple(facts["odd"]),
    )


def _keep(folder: Path, name: str, facts: dict[str, Any], binary: bytes) -> None:
    """Write both files whole or not at all; a cache that cannot be written is no failure."""
    kept = json.dumps({"seal": _seal(facts, binary), "facts": facts}).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in (("o", binary), ("json", kept)):
            _place(folder / f"{name}.{suffix}", content)
    except OSError:
        return


def _place(path: Path, content: bytes) -> None:
    """Write a file beside and move it to its place, so that nobody reads half of it."""
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise


def _machine(level: int) -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name, features = target()
    triple = llvm.Target.from_default_triple()
    return triple.create_target_machine(cpu=name, features=features, opt=level, jit=True)


def _compile(program: Program) -> bytes:
    # the code is written without waste, so LLVM's passes gain nothing for their time (measured)
    return _object(program.text, 0, 1)


def _object(text: str, passes: int, level: int) -> bytes:
    """Compile to an object file, after optimisation passes of this level."""
    import llvmlite.binding as llvm

    with _BUILDING:
        machine = _machine(level)
        module = llvm.parse_assembly(text)
        if passes:
            options = llvm.create_pipeline_tuning_options(speed_level=passes)
            options.slp_vectorization = options.loop_vectorization = False
            builder = llvm.create_pass_builder(machine, options)
            builder.getModulePassManager().run(module, builder)
        return bytes(machine.emit_object(module))


def _link(binary: bytes, names: Sequence[str] = KERNELS) -> tuple[tuple[int, ...], Any]:
    import llvmlite.binding as llvm

    with _BUILDING:
        machine = _machine(1)
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        held = llvm.object_file.ObjectFileRef.from_data(binary)
        engine.add_object_file(held)
        engine.finalize_object()
        addresses = tuple(engine.get_function_address(name) for name in names)
    return addresses, (engine, held, machine)
