"""An order: oligos on plates, as a vendor writes them, with what to check before paying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tolerogen.errors import SpecError, choices
from tolerogen.oligos.chemistry import Oligo
from tolerogen.oligos.helm import to_helm
from tolerogen.oligos.molar_mass import mass
from tolerogen.oligos.risk import risks
from tolerogen.oligos.self_structure import dimer_energy, hairpin_energy
from tolerogen.oligos.vendor import Vendor, order_string

Filling = Literal["row", "column"]
PLATES = {24: (4, 6), 96: (8, 12), 384: (16, 24)}  # rows, columns (ANSI SLAS formats)
STICKY = -9.0  # kcal/mol of a dimer from which it is told; -9 is what vendors advise (unsourced)
FOLDED = -3.0  # of a hairpin (assumed)


@dataclass(frozen=True)
class OrderLine:
    """One well.

    Attributes
    ----------
    plate, well
        Number of the plate from 1, and the well.
    name
        Unique in the order.
    order
        As the vendor writes it.
    oligo
        What it is.
    helm
        The same in HELM, to compare with what comes back.
    mass, salt_mass
        g/mol, free acid and sodium salt, without conjugate; None for a morpholino.
    dimer, hairpin
        kcal/mol, see `dimer_energy`.
    notes
        What to look at before ordering.
    """

    plate: int
    well: str
    name: str
    order: str
    oligo: Oligo
    helm: str
    mass: float | None
    salt_mass: float | None
    dimer: float
    hairpin: float
    notes: tuple[str, ...]


def make_order(
    oligos: Sequence[Oligo],
    *,
    vendor: Vendor = "idt",
    plate: int = 96,
    filling: Filling = "row",
    first: str = "A1",
) -> tuple[OrderLine, ...]:
    """Lay oligos on plates in the order given, and go on to the next plate when one is full.

    Parameters
    ----------
    oligos
        Named or not; those without a name are numbered.
    plate
        Wells: 24, 96 or 384.
    filling
        ``row``: A1, A2, ...; ``column``: A1, B1, ...
    first
        The first well that is used, on the first plate.

    Raises
    ------
    SpecError
        For no oligo, a plate or well that is not there, a name that is used twice, a sequence
        with the same chemistry twice, or what the vendor does not write.
    """
    if not oligos:
        raise SpecError("there is no oligo to order.")
    wells = _wells(plate, filling)
    if first.upper() not in wells:
        raise SpecError(f"well '{first}' is not on a plate of {plate}: A1 to {wells[-1]}.")
    _no_repeats(oligos)
    begin = wells.index(first.upper())
    names = _names(oligos)
    return tuple(
        _line(oligo, name, vendor, *divmod(begin + at, plate), wells)
        for at, (oligo, name) in enumerate(zip(oligos, names, strict=True))
    )


def _wells(plate: int, filling: Filling) -> list[str]:
    if plate not in PLATES:
        raise SpecError(f"a plate of {plate} wells is not known; 24, 96 or 384.")
    if filling not in get_args(Filling):
        raise SpecError(f"filling '{filling}': {choices(filling, get_args(Filling))}")
    rows, columns = PLATES[plate]
    letters = "ABCDEFGHIJKLMNOP"[:rows]
    if filling == "row":
        return [f"{letter}{column}" for letter in letters for column in range(1, columns + 1)]
    return [f"{letter}{column}" for column in range(1, columns + 1) for letter in letters]


def _no_repeats(oligos: Sequence[Oligo]) -> None:
    seen: dict[tuple[str, str, bool, str], int] = {}
    for number, oligo in enumerate(oligos, start=1):
        key = (oligo.sequence, oligo.chemistry, oligo.methyl_c, oligo.conjugate)
        if key in seen:
            raise SpecError(
                f"oligo {number}, '{oligo.sequence}' ({oligo.chemistry}), is the same as oligo "
                f"{seen[key]}: leave one out, or pay twice by making two orders."
            )
        seen[key] = number


def _names(oligos: Sequence[Oligo]) -> list[str]:
    width = max(3, len(str(len(oligos))))
    names = [o.name or f"ASO-{n:0{width}d}" for n, o in enumerate(oligos, start=1)]
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"the name '{name}' is used twice; wells are told apart by name.")
    return names


def _line(
    oligo: Oligo, name: str, vendor: Vendor, plate: int, at: int, wells: Sequence[str]
) -> OrderLine:
    weighed = "p" not in oligo.sugars
    dimer, hairpin = dimer_energy(oligo), hairpin_energy(oligo)
    return OrderLine(
        plate + 1,
        wells[at],
        name,
        order_string(oligo, vendor),
        oligo,
        to_helm(oligo),
        mass(oligo) if weighed else None,
        mass(oligo, sodium_salt=True) if weighed else None,
        dimer,
        hairpin,
        _notes(oligo, vendor, dimer, hairpin),
    )


def _notes(oligo: Oligo, vendor: Vendor, dimer: float, hairpin: float) -> tuple[str, ...]:
    notes = []
    if oligo.conjugate != "none":
        notes.append(f"the {oligo.conjugate} conjugate is not in the order: ask the maker for it")
    if dimer <= STICKY:
        notes.append(f"sticks to itself, {dimer:.1f} kcal/mol")
    if hairpin <= FOLDED:
        notes.append(f"folds, {hairpin:.1f} kcal/mol")
    if vendor == "idt" and "e" in oligo.sugars and not oligo.methyl_c:
        notes.append("IDT makes MOE-C with 5-methyl-C: about 14 g/mol more for each (unsourced)")
    notes += [f"{f.risk}: {f.reason}" for f in risks(oligo) if f.level == "high"]
    return tuple(notes)


COLUMNS = (
    "Plate", "Well Position", "Name", "Sequence", "Bases", "Length", "Chemistry", "HELM",
    "Molar mass (g/mol)", "Sodium salt (g/mol)", "Dimer (kcal/mol)", "Hairpin (kcal/mol)", "Notes",
)  # fmt: skip


def order_rows(lines: Sequence[OrderLine]) -> list[tuple[object, ...]]:
    """Return the rows of an order sheet, columns `COLUMNS`."""
    return [
        (
            line.plate, line.well, line.name, line.order, line.oligo.sequence, len(line.oligo),
            line.oligo.chemistry, line.helm, _round(line.mass), _round(line.salt_mass),
            round(line.dimer, 2), round(line.hairpin, 2), "; ".join(line.notes),
        )
        for line in lines
    ]  # fmt: skip


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
