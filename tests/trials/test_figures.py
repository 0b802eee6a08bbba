"""Figures exist where there is something to show, and are the same bytes for the same result."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import matplotlib as mpl
import pytest

from tolerogen.errors import SpecError
from tolerogen.trials.figures import KINDS, draw, kinds, save
from tolerogen.trials.figures.style import look


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_result_gives_the_same_svg_whatever_the_callers_settings(
    toy_result, kind, tmp_path
):
    first = save(draw(toy_result, kind), tmp_path / "first")[0].read_bytes()
    with mpl.rc_context({"font.size": 20, "svg.fonttype": "path"}):
        second = save(draw(toy_result, kind), tmp_path / "second")[0].read_bytes()
    assert first == second
    texts = [e.text or "" for e in ET.fromstring(first).iter() if e.tag.endswith("text")]  # noqa: S314
    assert any("Toy trial" in text for text in texts)  # text stays text
    assert any("(" in text for text in texts)  # a unit on an axis


@pytest.mark.parametrize("kind", KINDS)
def test_axes_say_what_they_show(toy_result, kind):
    figure = toy_result.plot(kind)
    (axes,) = figure.axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    (legend,) = figure.legends
    assert all(text.get_text().startswith(("drug", "placebo")) for text in legend.texts)


def test_the_endpoint_figure_shows_the_means_of_the_table(toy_result):
    (axes,) = toy_result.plot("endpoint").axes
    shown = {tuple(round(y, 6) for y in line.get_ydata()) for line in axes.lines}
    for _, rows in toy_result.observations.groupby("arm"):
        means = rows.groupby("day")["activity"].mean()
        assert tuple(round(float(y), 6) for y in means) in shown


def test_a_patient_seen_once_is_a_point_of_the_spaghetti(toy_result):
    seen = toy_result.observations
    patient = toy_result.patients.index[0]
    gone = (seen["patient"] == patient) & (seen["day"] > 0)
    left = replace(toy_result, observations=seen[~gone])
    (axes,) = left.plot("spaghetti").axes
    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    assert points
    assert {line.get_marker() for line in points} == {"."}
    assert all(line.get_marker() == "" for line in axes.lines if line not in points)


def test_without_drug_or_replicates_those_figures_are_refused(toy_result):
    spec = toy_result.spec
    only = replace(spec, arms=spec.arms[1:])
    one = toy_result.replicates.query("replicate == 0")
    bare = replace(toy_result, spec=only, replicates=one)
    assert kinds(bare) == ("endpoint", "spaghetti")
    with pytest.raises(SpecError, match="no figure 'exposure'"):
        draw(bare, "exposure")


def test_arms_differ_in_colour_and_placebo_is_grey():
    styles = look([("a", "active"), ("b", "active"), ("placebo", "placebo"), ("c", "active")])
    assert len({colour for colour, _ in styles.values()}) == 4
    assert styles["placebo"][0] == "#555555"
