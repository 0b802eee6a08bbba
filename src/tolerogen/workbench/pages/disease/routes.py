"""The pages of a disease."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from tolerogen.workbench.bench import OfBench
from tolerogen.workbench.library import disease_of, therapy_of

router = APIRouter()
FIRST = "sjogren"


@router.get("")
def first(request: Request, bench: OfBench, therapy: str = "", state: str = "") -> Response:
    """Show the first disease."""
    return one(request, FIRST, bench, therapy, state)


@router.get("/{name}")
def one(
    request: Request, name: str, bench: OfBench, therapy: str = "", state: str = ""
) -> Response:
    """Show a disease: its network, what a therapy touches, one of its states."""
    from tolerogen.diseases import draw_network, list_diseases, network
    from tolerogen.therapies import list_therapies
    from tolerogen.trials import curves

    disease = disease_of(name)
    net = network(disease)
    drug = therapy_of(therapy) if therapy else None
    touched = net.touched(disease, drug.target) if drug and drug.target in disease.targets else ()
    kept = f"therapy={drug.id}&" if drug else ""
    drawing = draw_network(
        net, f"/disease/{disease.id}?{kept}state=", [link.id for link in touched]
    )
    return bench.show(
        request, "disease/one.html", disease=disease, diseases=list_diseases(), net=net,
        drawing=drawing, drugs=list_therapies(), drug=drug, touched=touched,
        state=net.state(state) if state else None, curves=curves(disease),
        states=tuple(disease.states),
    )  # fmt: skip


@router.get("/{name}/state/{state}")
def state(request: Request, name: str, state: str, bench: OfBench) -> Response:
    """Return the part of the page that tells one state."""
    from tolerogen.diseases import network

    net = network(disease_of(name))
    return bench.show(request, "disease/state.html", net=net, state=net.state(state))


@router.get("/{name}/regimens")
def regimens(request: Request, name: str, bench: OfBench, therapy: str = "") -> Response:
    """Return the choice of the regimens of a therapy."""
    disease_of(name)
    drug = therapy_of(therapy) if therapy else None
    return bench.show(request, "disease/regimens.html", drug=drug)
