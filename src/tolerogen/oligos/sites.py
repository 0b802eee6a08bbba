"""Sites found in a transcriptome: arrays side by side, told as records, genes or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tolerogen.oligos.index import TranscriptIndex


@dataclass(frozen=True)
class Sites:
    """All sites of some oligos, ordered by oligo, transcript, start and length.

    Attributes
    ----------
    index
        Where they were looked for.
    oligos
        What the oligos are called.
    oligo, transcript
        Number of the oligo and of the transcript; int64.
    start, length
        First base on the transcript's sense strand, counted from 0, and bases of the site. With
        a bulge the site is a base longer (the target bulges) or shorter (the oligo does).
    mismatches, gu
        Positions that pair neither as Watson-Crick nor as G:U, and those that pair as G:U.
    bulge
        0 or 1.
    """

    index: TranscriptIndex
    oligos: tuple[str, ...]
    oligo: NDArray[np.int64]
    transcript: NDArray[np.int64]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    mismatches: NDArray[np.int64]
    gu: NDArray[np.int64]
    bulge: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.oligo.size)

    def only(self, number: int) -> Sites:
        """Return the sites of one oligo, as if it had been looked for alone."""
        low, high = np.searchsorted(self.oligo, [number, number + 1])
        here = slice(int(low), int(high))
        return Sites(
            self.index,
            (self.oligos[number],),
            np.zeros(here.stop - here.start, np.int64),
            self.transcript[here],
            self.start[here],
            self.length[here],
            self.mismatches[here],
            self.gu[here],
            self.bulge[here],
        )

    def sequences(self) -> list[str]:
        """Return the bases of each site, sense strand, 5' to 3'."""
        return self.index.bases_at(self.index.starts[self.transcript] + self.start, self.length)

    def crossed(self, number: int) -> int | None:
        """Return how many exon junctions a site spans; None where its header names none."""
        borders = self.index.junctions[int(self.transcript[number])]
        if borders is None:
            return None
        start = int(self.start[number])
        # a border is the first base of an exon: both sides are held when it is inside
        low, high = np.searchsorted(borders, [start + 1, start + int(self.length[number])])
        return int(high - low)

    def records(self) -> list[dict[str, Any]]:
        """Return one dictionary a site: the JSON of ``tolerogen oligo offtarget``.

        Of an index that knows exon junctions, each has ``junctions`` and ``rna`` as well.
        """
        made = self._plain()
        if self.index.tells_junctions:
            kinds = self.index.kinds
            for number, (row, transcript) in enumerate(
                zip(made, self.transcript.tolist(), strict=True)
            ):
                row |= {"junctions": self.crossed(number), "rna": kinds[transcript]}
        return made

    def _plain(self) -> list[dict[str, Any]]:
        names = self.index.names
        columns = zip(
            [self.oligos[i] for i in self.oligo.tolist()],
            [names[i] for i in self.transcript.tolist()],
            self.start.tolist(),
            self.mismatches.tolist(),
            self.gu.tolist(),
            self.bulge.tolist(),
            self.sequences(),
            strict=True,
        )
        keys = ("oligo", "transcript", "start", "mismatches", "gu", "bulge", "site")
        return [dict(zip(keys, row, strict=True)) for row in columns]

    def json(self) -> str:
        """Return the records as one JSON document, a line each."""
        import json

        if self.index.tells_junctions:
            lines = [json.dumps(row) for row in self.records()]
            return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
        quoted = [json.dumps(name) for name in self.oligos]
        names = [json.dumps(name) for name in self.index.names]
        rows = [
            f'{{"oligo": {quoted[o]}, "transcript": {names[t]}, "start": {s}, "mismatches": {m}, '
            f'"gu": {g}, "bulge": {b}, "site": "{q}"}}'
            for o, t, s, m, g, b, q in zip(
                self.oligo.tolist(),
                self.transcript.tolist(),
                self.start.tolist(),
                self.mismatches.tolist(),
                self.gu.tolist(),
                self.bulge.tolist(),
                self.sequences(),
                strict=True,
            )
        ]
        return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"

    def genes(self) -> pd.DataFrame:
        """Collapse isoforms: per oligo and gene the best distance and how many sites have it.

        Returns
        -------
        DataFrame
            Columns oligo, gene, distance (mismatches + G:U + bulge), mismatches, gu, bulge,
            transcripts (that carry such a site), sites (at that distance, over all isoforms).
        """
        import pandas as pd

        genes = self.index.genes
        frame = pd.DataFrame(
            {
                "oligo": [self.oligos[i] for i in self.oligo.tolist()],
                "gene": [genes[i] for i in self.transcript.tolist()],
                "distance": self.mismatches + self.gu + self.bulge,
                "mismatches": self.mismatches,
                "gu": self.gu,
                "bulge": self.bulge,
                "transcript": self.transcript,
            }
        )
        keys = ["oligo", "gene"]
        best = frame[frame["distance"] == frame.groupby(keys)["distance"].transform("min")]
        return (
            best.sort_values(["distance", "mismatches"], kind="stable")
            .groupby(keys, sort=False)
            .agg(
                distance=("distance", "first"),
                mismatches=("mismatches", "first"),
                gu=("gu", "first"),
                bulge=("bulge", "first"),
                transcripts=("transcript", "nunique"),
                sites=("transcript", "size"),
            )
            .reset_index()
        )
