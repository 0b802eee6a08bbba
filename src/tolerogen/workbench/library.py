"""What the browser names, looked up: a disease, a therapy, a regimen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tolerogen.errors import SpecError, choices
from tolerogen.workbench.unknown import UnknownError

if TYPE_CHECKING:
    from tolerogen.diseases import Disease
    from tolerogen.therapies import Regimen, Therapy


def disease_of(name: str) -> Disease:
    """Return a disease of the library; a path is none.

    Raises
    ------
    UnknownError
        When there is none of that name.
    """
    from tolerogen.diseases import list_diseases, load_disease

    if name not in list_diseases():
        raise UnknownError(f"There is no such disease; {choices(name[:40], list_diseases())}")
    return load_disease(name)


def therapy_of(name: str) -> Therapy:
    """Return a therapy of the library by its id; a path is none.

    Raises
    ------
    UnknownError
        When there is none of that id.
    """
    from tolerogen.therapies import list_therapies

    known = {drug.id: drug for drug in list_therapies()}
    if name not in known:
        raise UnknownError(f"There is no such therapy; {choices(name[:40], known)}")
    return known[name]


def regimen_of(therapy: Therapy, name: str) -> Regimen:
    """Return a regimen by its name, the first one when none is named.

    Raises
    ------
    SpecError
        When there is none.
    """
    if name:
        return therapy.regimen(name[:80])
    if not therapy.regimens:
        raise SpecError(f"therapy '{therapy.id}' has no regimen; write the doses out.")
    return therapy.regimens[0]
