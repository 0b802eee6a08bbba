"""Doses as flat arrays: what the driver reads, worked out by hand."""

from __future__ import annotations

import numpy as np

from tolerogen.engine import Dose
from tolerogen.engine.native.plans import flatten
from tolerogen.engine.schedule import schedule

PLACES = {"A": 3, "B": 0}
INFUSED = ("A", "B")


def flat(*lists, times=(0, 30), of=None):
    plans = [schedule(doses, times, INFUSED) for doses in lists]
    who = np.arange(len(plans)) if of is None else np.array(of)
    return flatten(plans, who, PLACES, INFUSED, None)


def test_boluses_and_infusions():
    found = flat([Dose(0, 5, "A"), Dose(7, 12, "B", 2), Dose(7, 3, "A"), Dose(8, 4, "A", 4)]).shared
    assert found["plan_first"].tolist() == [0, 5]
    assert found["stop_time"].tolist() == [0, 7, 8, 9, 12]
    assert found["bolus_first"].tolist() == [0, 1, 2, 2, 2, 2]
    assert found["bolus_what"].tolist() == [0, 0]
    assert found["bolus_amount"].tolist() == [5, 3]
    assert found["flow"].tolist() == [[0, 0], [0, 6], [1, 6], [1, 0], [0, 0]]
    assert found["largest"].tolist() == [[5, 12]]
    assert found["dose_state"].tolist() == [3, 0]


def test_several_plans_lie_one_after_another():
    plans = flat([Dose(1, 5, "A")], [], [Dose(2, 6, "B"), Dose(3, 7, "B")], of=[2, 0, 2, 1])
    found = plans.shared
    assert found["plan_first"].tolist() == [0, 2, 3, 6]
    assert found["stop_time"].tolist() == [0, 1, 0, 0, 2, 3]
    assert found["largest"].tolist() == [[5, 0], [0, 0], [0, 7]]
    assert plans.take(slice(1, 3)).of.tolist() == [0, 2]
    assert plans.take(np.array([3, 0])).of.tolist() == [1, 2]
    assert plans.take(slice(0, 1)).shared is found


def test_moments_after_which_the_same_happens_are_of_one_kind():
    found = flat([Dose(7.0 * week, 5, "A", 0.1) for week in range(4)] + [Dose(10, 1, "B")]).shared
    kind = found["stop_kind"].tolist()
    starts = [k for t, k in zip(found["stop_time"], kind, strict=True) if t % 7 == 0]
    ends = [k for t, k in zip(found["stop_time"], kind, strict=True) if round(t % 7, 6) == 0.1]
    assert len(set(starts)) == len(set(ends)) == 1
    assert starts[0] != ends[0]
    assert found["stop_kind"].max() < 10


def test_more_kinds_than_there_is_room_for_share_the_last():
    doses = [Dose(float(d), 1, "AB"[d % 2], 0.3 * (d % 5) + 0.1) for d in range(29)]
    doses += [Dose(float(d), 1, "AB"[d % 3 == 0]) for d in range(0, 29, 2)]
    assert flat(doses).shared["stop_kind"].max() <= 9


def test_no_plans():
    found = flatten([], np.array([], np.int64), PLACES, (), 1e-6).shared
    assert found["plan_first"].tolist() == [0]
    assert found["flow"].shape == (0, 0)
    assert found["atol"] == 1e-6
