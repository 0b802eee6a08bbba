"""Pairing against the search's own counts, and the shape of what is drawn."""

from __future__ import annotations

import random

from tests.oligos.brute import COMPLEMENT, best

from tolerogen.oligos import read_oligo
from tolerogen.oligos.pairing import pair_up, perfect


def test_agrees_with_trying_every_place() -> None:
    rnd = random.Random(3)
    for _ in range(300):
        oligo = "".join(rnd.choice("ACGT") for _ in range(rnd.randint(14, 20)))
        site = list("".join(COMPLEMENT[b] for b in reversed(oligo)))
        for _ in range(rnd.randint(0, 3)):
            site[rnd.randrange(len(site))] = rnd.choice("ACGT")
        kind = rnd.randrange(3)
        if kind == 1:
            site.insert(rnd.randrange(1, len(site)), rnd.choice("ACGT"))
        elif kind == 2:
            site.pop(rnd.randrange(1, len(site) - 1))
        text = "".join(site)
        target = "".join(COMPLEMENT[b] for b in reversed(oligo))
        wrong, mismatches, wobbles = best(target, text)
        found = pair_up(oligo, text)
        assert found.marks.count(":") == wobbles
        assert found.marks.count("x") == mismatches
        assert found.distance == wrong + (kind != 0)
        assert found.target.replace("-", "") == text
        assert found.oligo.replace("-", "")[::-1] == oligo


def test_positions_count_from_the_five_prime_end_of_the_oligo() -> None:
    oligo = read_oligo("TGGCAAGCATCCTGTA", "lna 3-10-3")
    assert perfect(oligo.sequence).where(oligo) == "none"
    last = pair_up(oligo.sequence, "AACAGGATGCTTGCCA")  # first base of the site: 3' end
    assert (last.changed, last.where(oligo)) == ((16,), "wing")
    middle = pair_up(oligo.sequence, "TACAGGATCCTTGCCA")
    assert (middle.changed, middle.where(oligo)) == ((8,), "gap")
    both = pair_up(oligo.sequence, "AACAGGATCCTTGCCA")
    assert both.where(oligo) == "gap and wing"
    assert middle.where(read_oligo("TGGCAAGCATCCTGTA", "moe/ps")) == "site"
