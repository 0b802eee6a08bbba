"""What a person reads: complete, no wider than 100 columns, honest about its limits."""

from __future__ import annotations

import pytest

from tolerogen.trials.summary import _number, _significant, _tenths


def test_the_summary_fits_and_says_what_it_must(toy_result):
    text = toy_result.summary()
    assert max(map(len, text.splitlines())) <= 100
    for words in (
        "Toy trial",
        "model not yet calibrated: signs and orders of magnitude only",
        "drug",
        "placebo",
        "Baseline",
        "95 % interval",
        "Fall of 3 points",
        "target occupancy",
        "T cells in blood",
        "IgG",
        "3 replicate trials",
        "in favour of the arm",
        toy_result.provenance.content,
    ):
        assert words in text


def test_the_numbers_of_the_summary_are_those_of_the_tables(toy_result):
    (row,) = toy_result.frame("differences").query("measure == 'activity'").to_dict("records")
    interval = f"{row['low']:.2f} to {row['high']:.2f}"
    assert interval in toy_result.summary()
    assert interval in toy_result.explain()


def test_the_explanation_says_what_the_result_is_not_for(toy_result):
    text = toy_result.explain()
    assert "no prediction of a real trial" in text
    assert str(toy_result.screened) in text


@pytest.mark.parametrize(
    ("value", "shown"), [(0.9997, "99.9"), (1.0, "100"), (0.5, "50.0"), (float("nan"), "-")]
)
def test_a_share_is_never_rounded_up_to_a_whole(value, shown):
    assert _tenths(value) == shown


def test_numbers_are_short_and_zero_has_no_sign():
    assert _number(-0.001) == "0.00"
    assert [_significant(v) for v in (0.0, 1234.5, 3.14159, 2e-5)] == [
        "0",
        "1234",
        "3.14",
        "2.0e-05",
    ]
