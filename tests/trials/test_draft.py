"""A drafted trial says what was chosen; a text from elsewhere may name the libraries only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tolerogen.errors import SpecError
from tolerogen.trials import Draft, draft_trial, list_examples, load_trial, read_trial


@settings(max_examples=25, deadline=None)
@given(
    st.text(max_size=30),
    st.integers(13, 104),
    st.integers(1, 8),
    st.integers(8, 5000),
    st.integers(1, 3),
    st.none() | st.floats(0, 40, allow_nan=False),
)
def test_what_was_chosen_is_what_the_text_says(name, weeks, every, patients, share, least):
    draft = Draft(
        name, "sjogren", "s95011", "phase2a",
        weeks=weeks, every=every, patients=patients, share=share, least=least,
    )  # fmt: skip
    spec = read_trial(draft_trial(draft))
    assert (spec.name, spec.horizon, spec.patients) == (name, 7.0 * weeks, patients)
    assert [arm.share for arm in spec.arms] == [share, 1]
    assert spec.arms[0].treatments[0].regimen.name == "phase2a"
    assert spec.endpoint.day == spec.visits[-1] == spec.horizon
    assert [c.minimum for c in spec.criteria] == ([] if least is None else [least])


def test_choices_that_make_no_trial_are_refused():
    for more, told in (
        ({"weeks": 4}, "falls on or after the end"),
        ({"patients": 0}, "at least 1"),
        ({"regimen": "none"}, "has no regimen"),
        ({"measure": "mood"}, "no measure"),
    ):
        with pytest.raises(SpecError, match=told):
            draft_trial(Draft(**{"name": "x", "disease": "sjogren", "therapy": "s95011",
                                 "regimen": "phase2a", "weeks": 24, **more}))  # fmt: skip


def test_a_text_reads_as_its_file_does(tmp_path):
    for example in list_examples():
        path = tmp_path / "trial.toml"
        path.write_text(example.text, encoding="utf-8")
        assert read_trial(example.text).content() == load_trial(path).content()


def test_a_text_may_not_name_a_file(tmp_path):
    text = next(example.text for example in list_examples() if example.name == "placebo-only")
    folder = load_trial_folder(tmp_path)
    with pytest.raises(SpecError, match="Known: sjogren"):
        read_trial(text.replace('"sjogren"', f'"{folder}"'))
    drug = 'role = "active"\ntherapy = "mine.toml"\nregimen = "x"'
    with pytest.raises(SpecError, match="not a file"):
        read_trial(text.replace('role = "placebo"', drug))


def load_trial_folder(tmp_path):
    """Return a folder that is a disease, which a file of the user's own may name."""
    import shutil

    from tolerogen.diseases import load_disease

    return shutil.copytree(load_disease("sjogren").folder, tmp_path / "mine")
