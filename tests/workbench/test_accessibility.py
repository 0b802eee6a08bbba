"""Every page by the rules of axe-core (WCAG 2.1 A and AA), where its script is at hand.

axe-core is MPL-2.0 and for tests only, so it is not in the repository: the environment variable
`TOLEROGEN_AXE` names its file ``axe.min.js`` (``npm pack axe-core`` fetches it; `.ci/run` does).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tolerogen.workbench.pages import pages

AXE = os.environ.get("TOLEROGEN_AXE")
RULES = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).then(
  found => found.violations.map(one => [one.id, one.help,
    ...one.nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`)].join("; ")))"""
MORE = [
    "trials/new",
    "therapies/s95011",
    "safety/report/patient",
    "safety/follow-up",
    "safety/cases",
    "disease/sjogren?therapy=s95011&state=IgG",
    "jobs/nothing",
]


@pytest.mark.skipif(AXE is None, reason="TOLEROGEN_AXE names no axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule(visit, scheme):
    script = Path(AXE).read_text(encoding="utf-8")
    visit.page.emulate_media(color_scheme=scheme)
    broken = {}
    for address in ["", *(page.name for page in pages()), *MORE]:
        visit.go(f"/{address}")
        visit.page.wait_for_load_state("networkidle")
        visit.page.evaluate(script)
        found = visit.page.evaluate(RULES)
        if found:
            broken[address] = found
    visit.wrong = [text for text in visit.wrong if "404" not in text]  # a page that is not there
    assert broken == {}


@pytest.mark.skipif(AXE is None, reason="TOLEROGEN_AXE names no axe.min.js")
def test_a_broken_page_would_be_found(visit):
    visit.go("/trials/new")
    visit.page.evaluate("document.querySelector('label[for=weeks]').remove()")
    visit.page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert any(told.startswith("label") for told in visit.page.evaluate(RULES))
