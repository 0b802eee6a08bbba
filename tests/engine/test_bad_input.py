"""What cannot be asked is refused with one clear error that names the culprit, before any work.

Both backends share the checks; here nothing may even be compiled before they are through.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tolerogen.engine import Dose, ensemble, load_model, simulate
from tolerogen.engine.native import machine
from tolerogen.errors import ModelError, SpecError

MODEL = load_model("""model rest
  compartment V = 3; species R in V, D in V = 0, shown in V
  R_0 = 5; kout = 0.3; kin = kout*R_0; R = R_0; shown := R/R_0
  make: -> R; V*kin
  lose: R -> ; V*kout*R
end""")
TWO = pd.DataFrame({"R_0": [4.0, 8.0]}, index=["ann", "bob"])


@pytest.fixture
def no_work(monkeypatch):
    """Fail when anything is compiled or solved."""

    def begun(*given, **named):
        raise AssertionError("the work began")

    monkeypatch.setattr(ensemble, "solve", begun)
    monkeypatch.setattr(ensemble, "differentiate", begun)
    monkeypatch.setattr(machine, "code", begun)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"patients": pd.DataFrame({"R0": [1.0]})}, "no parameter 'R0'; did you mean 'R_0'"),
        ({"patients": pd.DataFrame({"kin": [1.0]})}, "'kin' is computed"),
        ({"patients": pd.DataFrame({"R": [1.0]})}, "'R' is a species"),
        ({"patients": pd.DataFrame({"R_0": [1.0, np.nan]})}, "'R_0' of patient '1' is nan"),
        ({"patients": pd.DataFrame({"R_0": [np.inf]}, index=["eve"])}, "of patient 'eve' is inf"),
        ({"patients": pd.DataFrame({"R_0": [None, 1.0]})}, "'R_0' of patient '0' is nan"),
        ({"patients": pd.DataFrame({"R_0": ["five"]})}, "not a number.*five"),
        ({"patients": pd.DataFrame({"R_0": [1, 2]}, index=["a", "a"])}, "id 'a' stands twice"),
        (
            {"patients": pd.DataFrame([[1, 2]], columns=["R_0", "R_0"])},
            "column 'R_0' stands twice",
        ),
        ({"doses": [Dose(0, 1, "drug")]}, "'drug' is not a species of model 'rest'"),
        ({"doses": [Dose(0, 1, "kout")]}, "'kout' is not a species"),
        ({"doses": [Dose(0, 1, "shown")]}, "'shown' is not a species .* that can be dosed"),
        ({"doses": [[Dose(0, 1, "D")]]}, "1 lists for 2 patients"),
        ({"doses": [Dose(0, 1, "D"), []]}, "not both"),
        ({"doses": [[1.0], []]}, "1.0 is a float; give a Dose"),
        ({"times": [0, 5, 3]}, "day 3 follows day 5"),
        ({"times": [0, 5, 5]}, "day 5 follows day 5"),
        ({"times": [-1, 5]}, "0 or later"),
        ({"times": [0, np.nan]}, "finite"),
        ({"times": [0, np.inf]}, "finite"),
        ({"times": []}, "at least one time"),
        ({"times": [[0, 1], [2, 3]]}, "one list of days"),
        ({"times": ["soon"]}, "not numbers"),
        ({"observables": ["Rr"]}, "no 'Rr'; did you mean 'R'"),
        ({"observables": []}, "none were asked"),
        ({"sensitivities": ["koot"]}, "sensitivities: .* no parameter 'koot'; did you mean 'kout'"),
        ({"rtol": 0}, "rtol is 0"),
        ({"rtol": float("nan")}, "rtol is nan"),
        ({"atol": -1}, "atol is -1"),
        ({"atol": np.inf}, "atol is inf"),
        ({"threads": 0}, "threads is 0"),
        ({"backend": "nativ"}, "backend 'nativ' is unknown; did you mean 'native'"),
        ({"start": "rested"}, "start 'rested' is unknown; did you mean 'rest'"),
        ({"method": "rodas5"}, "method 'rodas5' is unknown; did you mean 'Rodas5P'"),
    ],
)
def test_one_error_names_the_culprit(no_work, change, said):
    asked = {"patients": TWO, "doses": [], "times": [0, 10]} | change
    with pytest.raises(SpecError, match=said) as caught:
        simulate(MODEL, **asked)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((-1, 1, "D"), "into 'D': time is -1"),
        ((0, -1, "D"), "into 'D': amount is -1"),
        ((0, 1, "D", -2), "into 'D': duration is -2"),
        ((float("nan"), 1, "D"), "time is nan"),
        ((0, float("inf"), "D"), "amount is inf"),
        ((3, 1, "D", 1e-8), "on day 3: duration is 1e-08"),
    ],
)
def test_a_dose_cannot_even_be_made(given, said):
    with pytest.raises(SpecError, match=said):
        Dose(*given)


SBML = MODEL.sbml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SBML[: len(SBML) // 2], "line"),
        (SBML.replace("<listOfReactions>", "<listOfReactons>"), "line"),
        ("<html><body>Not found</body></html>", "SBML"),
        ("<sbml", "line 1"),
        ("", "empty"),
        ("model m; S = 1; S -> ; k**S; end", "Line|line"),
        ("missing-file.xml", "missing-file.xml"),
        ('<!DOCTYPE s [<!ENTITY a "b">]><sbml/>', "document type declaration"),
    ],
    ids=["half", "misspelt", "html", "tag", "empty", "antimony", "no file", "entity"],
)
def test_a_malformed_model_is_refused_when_it_is_loaded(text, said):
    with pytest.raises(ModelError, match=said):
        load_model(text)


def test_a_rate_that_names_nothing_is_refused_by_name():
    text = SBML.replace("<ci> kin </ci>", "<ci> kim </ci>")
    assert text != SBML
    with pytest.raises(ModelError, match="kim"):
        simulate(load_model(text), pd.DataFrame(index=[0]), [], [1])


def test_a_long_model_on_one_line_is_no_file_name():
    size = 12
    text = "model m; " + "".join(f"S{i} = 1; S{i} -> ; 0.1*S{i}; " for i in range(size)) + "end"
    assert 300 < len(text) < 1024
    assert len(load_model(text).species) == size
