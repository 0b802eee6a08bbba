"""Texts that are not valid, and models that are but cannot be taken."""

from __future__ import annotations

import pytest
from tests.engine.reader import writing as w

from tolerogen.engine.reader import Refusal, read_system
from tolerogen.errors import ModelError

OPEN = """<?xml version="1.0"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
<model>
<listOfParameters>
<parameter id="x" constant="{constant}"{end}
</listOfParameters>
</model>
</sbml>"""


@pytest.mark.parametrize("declared", [True, False])
def test_malformed_text_names_the_line(declared):
    text = OPEN.format(constant="true", end=">")
    line = 6 if declared else 5
    with pytest.raises(ModelError, match=f"line {line}: Element tag mismatch"):
        read_system(text if declared else text.partition("\n")[2])


def test_a_bad_value_names_the_line_and_the_attribute():
    with pytest.raises(ModelError, match=r"line 5: .*constant attribute"):
        read_system(OPEN.format(constant="maybe", end="/>"))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (w.rule("rate", "x", "nobody"), "uses 'nobody' without defining it"),
        (w.rule("rate", "nobody", "x"), "rate rule of the model changes 'nobody'"),
        (w.rule("rate", "x", "f(x)"), "function 'f' that it does not define"),
        (w.rule("assignment", "x", "y") + w.rule("assignment", "y", "x"), "defined by itself"),
        (w.rule("assignment", "x", "1") + w.rule("rate", "x", "1"), "both set 'x'"),
    ],
)
def test_models_that_contradict_themselves(rules, message):
    with pytest.raises(ModelError, match=message):
        read_system(w.document(Parameters=w.parameters(x=1, y=2), Rules=rules))


def test_a_function_that_calls_itself():
    functions = w.function("f", "a", "g(a)") + w.function("g", "a", "f(a)")
    text = w.document(
        FunctionDefinitions=functions,
        Parameters=w.parameters(x=1),
        Rules=w.rule("rate", "x", "f(x)"),
    )
    with pytest.raises(ModelError, match="calls itself: f -> g -> f"):
        read_system(text)


@pytest.mark.parametrize("package", ["qual", "distrib", "arrays"])
def test_packages_that_change_the_meaning(package):
    uri = f"http://www.sbml.org/sbml/level3/version1/{package}/version1"
    needs = f'xmlns:q="{uri}" q:required="true" level="3"'
    with pytest.raises(Refusal, match=f"package '{package}'.* use backend=\"reference\"") as caught:
        read_system(w.document().replace('level="3"', needs))
    assert caught.value.feature == f"package {package}"


def test_a_package_that_only_draws_is_no_matter():
    uri = "http://www.sbml.org/sbml/level3/version1/layout/version1"
    text = w.document(Parameters=w.parameters(x=1), Rules=w.rule("rate", "x", "1"))
    harmless = f'xmlns:layout="{uri}" layout:required="false" level="3"'
    assert read_system(text.replace('level="3"', harmless)).states == ("x",)


def test_delays_are_refused_by_name():
    rule = w.rule("rate", "x", "delay(x, 1)")
    with pytest.raises(Refusal, match="delay") as caught:
        read_system(w.document(Parameters=w.parameters(x=1), Rules=rule))
    assert caught.value.feature == "delay"


def test_level_1_is_refused():
    with pytest.raises(ModelError):
        read_system('<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"/>')
