"""Every page in a real browser: it loads, does its main job, by keyboard too, and asks nobody else.

The fixture `visit` fails a test when the console told an error or a request left this machine.
"""

from __future__ import annotations

import re

import pytest

from tolerogen.workbench.pages import pages

WIDTHS = (360, 800, 1280)
COUNT = "Number(document.querySelector('[data-field=count]').textContent.split(' ')[0])"


def start_trial(visit, replicates: int, patients: int = 24) -> str:
    """Start a trial from the page, and return its address."""
    visit.go("/trials/new")
    visit.page.fill("#replicates", str(replicates))
    visit.page.fill("#patients", str(patients))
    visit.page.get_by_role("button", name="Run", exact=True).click()
    visit.page.wait_for_url(re.compile("/trials/[0-9a-f]{12}$"))
    return visit.page.url.removeprefix(visit.base)


@pytest.mark.parametrize("name", ["", *(page.name for page in pages())])
def test_a_page_fits_three_widths_and_its_links_work_by_keyboard(visit, name):
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 800})
        visit.go(f"/{name}")
        wider = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{width} pixels: {wider} too many"
    visit.shot(name or "home")
    visit.tab_to("a.skip")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "content"
    visit.page.keyboard.press("Shift+Tab")
    outline = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_trials_run_from_the_page_to_figures_and_are_compared(visit):
    first = start_trial(visit, replicates=2)
    visit.follow("text=See the result")
    assert visit.sees("role=heading[name=/Difference from placebo/]", 1)
    drawn = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
    assert visit.sees("img", 5)
    visit.until(drawn)
    assert "S95011 750 mg" in visit.page.inner_text("table")
    visit.shot("trial-result")
    visit.follow("text=Report (dossier)")
    assert "S95011 phase 2a design" in visit.page.inner_text("h1")
    assert visit.sees("svg >> nth=3")
    visit.shot("trial-dossier")
    second = start_trial(visit, replicates=1, patients=30)
    visit.page.wait_for_selector("text=See the result")
    visit.go("/trials")
    for address in (first, second):
        visit.page.check(f"input[value='{address.rsplit('/')[-1]}']")
    visit.shot("trials")
    visit.follow("text=Compare the two")
    assert visit.sees("role=cell[name='patients']", 1)
    visit.until(drawn)
    visit.shot("trial-compare")


def test_progress_survives_a_reload_and_a_second_tab_and_cancel_works(visit):
    address = start_trial(visit, replicates=3000, patients=48)
    visit.until(COUNT + " > 0")
    visit.shot("trial-progress", settled=False)  # its events go on
    before = int(visit.page.inner_text("[data-field=count]").split()[0])
    visit.page.reload()
    visit.until(f"{COUNT} > {before}")
    second = visit.page.context.new_page()
    second.goto(visit.base + address)
    second.locator("button", has_text="Stop").press("Enter")
    second.wait_for_selector("text=Cancelled")
    visit.page.wait_for_selector("text=Cancelled")  # told to the first tab without a reload
    visit.page.click("text=Start it again")
    visit.page.wait_for_url(lambda now: "/trials/" in now and not now.endswith(address))
    visit.page.click("text=Stop")
    visit.page.wait_for_selector("text=Start it again")
    visit.follow("text=Change its file and run")
    assert "S95011 phase 2a design" in visit.page.input_value("#text")


def test_a_trial_is_drafted_from_choices_by_keyboard_and_checked(visit):
    visit.go("/trials/new")
    visit.tab_to("#therapy")
    visit.page.keyboard.type("Rituximab")
    visit.page.wait_for_selector("#regimen option[value=two_grams]", state="attached")
    visit.tab_to("form[hx-post='/trials/draft'] button")
    visit.page.keyboard.press("Enter")
    visit.until("document.querySelector('#text').value.includes('two_grams')")
    visit.tab_to("button[hx-post='/trials/check']")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#checked >> text=This is right")
    visit.shot("trial-new")


def test_the_network_tells_a_state_by_keyboard_and_a_patient_is_played(visit):
    visit.go("/disease/sjogren?therapy=s95011")
    assert visit.sees("path.touched")
    visit.tab_to("a.state[data-state=B_naive]")
    assert visit.sees("svg.network.chosen path.mine")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#state >> text=What changes B_naive")
    visit.page.wait_for_selector("#plots canvas")
    visit.page.check("input[value=B_naive]")
    visit.until(
        "[...document.querySelectorAll('#words li')].some(e => e.textContent.startsWith('B_naive'))"
    )
    visit.shot("disease-patient")


def test_numbers_of_a_therapy_are_changed_and_the_curve_follows(visit):
    visit.go("/therapies/s95011")
    visit.page.wait_for_selector("#plots canvas")
    words = visit.page.locator("#words li").first
    before = words.text_content()
    visit.page.fill("[name='numbers.CL']", "2")
    visit.until("text => document.querySelector('#words li').textContent !== text", before)
    visit.page.fill("[name='doses.amount']", "3000 mg")
    visit.page.wait_for_selector("#every:enabled")
    visit.shot("therapy")
    visit.page.fill("[name='numbers.CL']", "-1")
    visit.page.wait_for_selector("#problem:has-text('above zero')")
    visit.wrong = [text for text in visit.wrong if "422" not in text]  # that refusal was asked for


def test_a_population_is_compared_with_reality(visit):
    visit.go("/population")
    visit.page.fill("#c-patients", "100")
    visit.page.locator("#c-patients").press("Enter")
    visit.follow("text=See the result")
    told = re.search(r"Of (\d+) published values (\d+) agree", visit.page.inner_text("main"))
    assert int(told[1]) > int(told[2]) > 0
    assert visit.sees("details table tbody tr", int(told[1]))
    visit.shot("population-comparison")
