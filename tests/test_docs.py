"""The pages for people: every link leads somewhere, every page can be found, pictures are small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
LARGEST = 150_000  # bytes of a picture


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *PAGES], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_link_within_the_repository_leads_somewhere(page):
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("place", ["mkdocs.yml", "docs/index.md"])
def test_every_page_can_be_found(place):
    text = (ROOT / place).read_text(encoding="utf-8")
    lost = [p.name for p in PAGES if p.name not in text and p.name != Path(place).name]
    assert lost == []


def test_every_picture_is_small_and_shown():
    shown = {
        Path(target).name
        for page in [*ROOT.glob("*.md"), *PAGES]
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    pictures = sorted((DOCS / "images").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < LARGEST, picture.name
        assert picture.name in shown, picture.name
