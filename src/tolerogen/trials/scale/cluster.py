"""Pieces done by the workers of a Dask scheduler.

Dask keeps the recipe of every piece until its result has been fetched, so the pieces of a worker
that is lost are done again elsewhere; a piece that has brought down several workers one after the
other is given up. Only some pieces are with the scheduler at a time: it then holds neither the
patients nor the results of a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tolerogen.errors import SimulationError, SpecError
from tolerogen.trials.course import Engine
from tolerogen.trials.scale.crews import CHUNK, SHARE, Piece
from tolerogen.trials.scale.parcel import Parcel, pack, unpack

if TYPE_CHECKING:
    from distributed import Client, Future

LEAST = 64  # pieces handed out at a time: what an adaptive cluster grows on


@dataclass
class Cluster:
    """The workers of a scheduler.

    Attributes
    ----------
    client
        Of the scheduler; whoever opened it closes it.
    engine
        How the engine runs on a worker: on one thread a piece unless it says otherwise. Its
        `progress` is called here.
    total, done
        Patients of all pieces, and of those that are done.
    """

    client: Client
    engine: Engine
    total: int
    done: int = 0
    _ours: dict[Future, tuple[int, int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if getattr(self.client, "asynchronous", False):
            raise SpecError(
                "the client of the Dask scheduler is asynchronous, and a run waits for its "
                "results; pass one made outside of an event loop, Client(address)."
            )

    def each(self, context: Any, pieces: Iterable[Piece]) -> Iterator[tuple[int, Any]]:
        """Hand out pieces, and yield what comes back; leaving early cancels what is out.

        Raises
        ------
        SimulationError
            The scheduler was lost, or a piece cannot be done by any worker; and what the piece
            itself refuses.
        """
        from distributed import as_completed

        quiet = replace(self.engine, progress=None, threads=self.engine.threads or 1)
        # the result of a task, not scattered data: what is scattered is lost with its worker
        parcel = self.client.submit(
            _same, pack(context, folder_of(context)), key=f"tolerogen-design-{uuid4().hex}"
        )
        run, left = uuid4().hex, enumerate(pieces)

        def hand_out(count: int) -> list[Future]:
            out = []
            for place, piece in islice(left, count):
                key = f"tolerogen-piece-{run}-{place}"
                future = self.client.submit(_do, parcel, piece, quiet, key=key)
                self._ours[future] = (place, piece.patients)
                out.append(future)
            return out

        try:
            first = hand_out(max(LEAST, SHARE * self.slots))
            back = as_completed(first, loop=self.client.loop)  # the client need not be the default
            for future in back:
                place, patients = self._ours.pop(future)
                result = _result(future)
                back.update(hand_out(1))
                self.done += patients
                if self.engine.progress is not None:
                    self.engine.progress(self.done, self.total)
                yield place, result
        finally:
            self.client.cancel(list(self._ours), force=True)
            self._ours.clear()

    def step(self, size: int, count: int) -> int:
        """So few that every worker has several pieces, and that little is lost with a worker."""
        share = count // (SHARE * max(self.slots, 1)) or 1
        return max(1, min(share, CHUNK // size))

    @property
    def slots(self) -> int:
        """Pieces that the workers do at once, as far as there are workers yet."""
        return sum(self.client.nthreads().values())


def folder_of(context: Any) -> Any:
    """Return the folder of the disease that a design, or the options of a design, refers to."""
    return getattr(context, "spec", context).disease.folder


def _same(parcel: Parcel) -> Parcel:
    return parcel


def _do(parcel: Parcel, piece: Piece, engine: Engine) -> Any:
    return piece.do(unpack(parcel), engine)


def _result(future: Future) -> Any:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        return future.result()
    except KilledWorker as error:
        raise SimulationError(
            "part of the run was given up because the workers that tried it were lost, one after "
            f"the other ({str(error).partition('.')[0]}). They may run out of memory: give each "
            "worker more, or look at its log."
        ) from None
    except (CancelledError, FutureCancelledError):
        raise SimulationError(
            "the scheduler of the cluster was lost, or cancelled the run. What was done is gone; "
            "look at the scheduler's log and run again."
        ) from None
    except ModuleNotFoundError as error:
        raise SimulationError(
            f"a worker of the cluster lacks a package: {error}. Install the same version of "
            "Tolerogen, with what it needs, on every worker."
        ) from None
