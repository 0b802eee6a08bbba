"""Write a model for mrgsolve, and the R script that times it: the same equations, the same doses.

mrgsolve (Baron, CRAN) is the simulator many pharmacometricians use; it is an R package and cannot
be installed beside us from a Python index. `write` exports what our reader made of the model to
mrgsolve's own format (``$PARAM``, ``$CMT``, ``$MAIN``, ``$ODE``), with the patients and doses as
data sets, so that a user who has it can run ``Rscript time.R`` in that folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tolerogen.engine.expression.graph import SYMBOLS, Graph, Node
from tolerogen.engine.reader.system import System

_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "and": "&&"}
_CALL = {"ln": "log", "pow": "pow", "abs": "fabs", "gamma": "tgamma", "ceil": "ceil"}


def _code(graph: Graph, node: Node, places: dict[Node, str]) -> str:
    op, x = graph.op(node), [places[n] for n in graph.operands(node)]
    if op in _INFIX:
        return f"{x[0]} {_INFIX[op]} {x[1]}"
    if op == "eq":
        return f"{x[0]} == {x[1]}"
    if op == "choose":
        return f"{x[0]} ? {x[1]} : {x[2]}"
    if op in ("neg", "not"):
        return f"{'-' if op == 'neg' else '!'}{x[0]}"
    return f"{_CALL.get(op, op)}({', '.join(x)})"


def _block(graph: Graph, roots: Sequence[Node], prefix: str) -> tuple[list[str], dict[Node, str]]:
    """Write what the roots need as C++ statements; return the names of all nodes."""
    lines: list[str] = []
    places: dict[Node, str] = {}
    for node in graph.reach(roots):
        key = graph.keys[node]
        if key[0] == "const":
            places[node] = repr(float(key[1]))
        elif key[0] in ("true", "false"):
            places[node] = str(key[0])
        elif key[0] in SYMBOLS:
            places[node] = "SOLVERTIME" if key[0] == "time" else str(key[1])
            if key[0] == "input":
                places[node] = "0.0"  # mrgsolve adds infusions itself
        else:
            kind = "bool" if graph.is_condition(node) else "double"
            places[node] = f"{prefix}{node}"
            lines.append(f"{kind} {places[node]} = {_code(graph, node, places)};")
    return lines, places


def model_text(system: System, values: dict[str, float], observables: Sequence[str]) -> str:
    """Return the model in mrgsolve's format.

    Parameters
    ----------
    system
        From `read_system`.
    values
        Default value of each parameter the patients bring.
    observables
        Ids to capture.
    """
    g = system.graph
    starts = [system.initial[s] for s in system.states]
    main, names = _block(g, starts, "m")
    main += [f"{s}_0 = {names[n]};" for s, n in zip(system.states, starts, strict=True)]
    ode, names = _block(g, system.rates, "d")
    ode += [f"dxdt_{s} = {names[n]};" for s, n in zip(system.states, system.rates, strict=True)]
    shown = [system.observables[o] for o in observables]
    table, names = _block(g, shown, "o")
    table += [f"capture o_{o} = {names[n]};" for o, n in zip(observables, shown, strict=True)]
    parts = {
        "PARAM": [f"{name} = {value!r}" for name, value in values.items()],
        "CMT": list(system.states),
        "MAIN": main,
        "ODE": ode,
        "TABLE": table,
    }
    return "\n\n".join(f"${name}\n" + "\n".join(lines) for name, lines in parts.items()) + "\n"


SCRIPT = """# Speed of mrgsolve; run in the folder that holds model.cpp and patients.csv.
library(mrgsolve)
model <- mread("model", project = ".", rtol = {rtol}, atol = {rtol} * 1e-3, maxsteps = 1e6)
patients <- read.csv("patients.csv")
doses <- ev(amt = 750, rate = 750 * 24, cmt = "s95011_central", ii = 28, addl = 12)
run <- function() mrgsim(model, idata = patients, events = doses, end = 365, delta = 1)
run()
used <- system.time(run())
cat(sprintf("mrgsolve, rtol {rtol}: %.0f patients/s\\n", nrow(patients) / used[["user.self"]]))
"""


def write(folder: Path, system: System, table, observables: Sequence[str]) -> None:
    """Write ``model.cpp``, ``patients.csv`` and ``time.R`` to a folder."""
    first = {name: float(value) for name, value in table.iloc[0].items()}
    text = model_text(system, first, observables)
    (folder / "model.cpp").write_text(text, encoding="utf-8")
    people = table.assign(ID=range(1, len(table) + 1))
    people.to_csv(folder / "patients.csv", index=False)
    (folder / "time.R").write_text(SCRIPT.format(rtol="1e-6"), encoding="utf-8")
