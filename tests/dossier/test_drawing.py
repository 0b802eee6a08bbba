"""A drawing from a folder may come from anybody: only what draws gets into the page."""

from __future__ import annotations

import pytest

from tolerogen.dossier.drawing import inline
from tolerogen.errors import SpecError

HOSTILE = b"""<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  viewBox="0 0 9 9" width="9" onload="alert(1)">
 <script>alert(2)</script><foreignObject><b>x</b></foreignObject>
 <image xlink:href="https://example.org/x.png"/>
 <style>@import "https://example.org/x.css";</style>
 <defs><clipPath id="a"><rect width="3" height="3"/></clipPath><path id="p" d="M0 0"/></defs>
 <g clip-path="url(#a)" style="fill:url(https://example.org/f)"><use xlink:href="#p"/>
 <use xlink:href="https://example.org/s.svg#p"/><text onclick="alert(3)">kept &e;</text></g>
</svg>"""


def test_nothing_runs_and_nothing_is_loaded():
    found = inline(HOSTILE, "one-")
    for word in ("alert", "script", "foreignObject", "example.org", "passwd", "root:", "onload"):
        assert word not in found
    assert "kept" in found
    assert 'viewBox="0 0 9 9"' in found


def test_ids_and_what_refers_to_them_get_the_prefix():
    found = inline(HOSTILE, "one-")
    assert 'id="one-a"' in found
    assert 'clip-path="url(#one-a)"' in found
    assert 'href="#one-p"' in found


@pytest.mark.parametrize("text", [b"<html/>", b"not xml", b""])
def test_what_is_no_svg_is_refused(text):
    with pytest.raises(SpecError, match="no SVG"):
        inline(text, "a-")
