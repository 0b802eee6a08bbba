"""The pages of therapies."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import PlainTextResponse, Response

from tolerogen.errors import SpecError
from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.forms import Form, Sent
from tolerogen.workbench.library import disease_of, therapy_of
from tolerogen.workbench.pages.therapies.api import changed_file
from tolerogen.workbench.pages.therapies.preview import Preview

router = APIRouter()
DISEASE = "sjogren"


@router.get("")
def every(request: Request, bench: OfBench) -> Response:
    """List the library."""
    from tolerogen.therapies import list_therapies

    return bench.show(request, "therapies/list.html", drugs=list_therapies())


@router.get("/{name}")
def one(request: Request, name: str, bench: OfBench) -> Response:
    """Show a drug with every number and source, and the editor."""
    drug = therapy_of(name)
    disease = disease_of(DISEASE)
    return bench.show(
        request, "therapies/one.html", drug=drug, disease=disease,
        readouts=[(item.id, item.label) for item in disease.readouts],
    )  # fmt: skip


@router.post("/{name}/file")
def fetch(name: str, form: Form) -> Response:
    """Return the changed therapy as a file of one's own."""
    text = changed_file(name, _preview(form))
    head = {"Content-Disposition": f'attachment; filename="{therapy_of(name).id}.toml"'}
    return PlainTextResponse(text, media_type="application/toml", headers=head)


def _preview(form: Sent) -> Preview:
    """Read the editor's form: the same names as in the JSON of the API."""
    asked: dict[str, Any] = {}
    for name in form.fields:
        value = form.text(name)
        if name == "secret" or not value:
            continue
        group, _, key = name.partition(".")
        if key:
            asked.setdefault(group, {})[key] = value
        else:
            asked[group] = value
    if not asked.get("doses", {}).get("amount"):
        asked.pop("doses", None)
    try:
        return Preview.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise SpecError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
