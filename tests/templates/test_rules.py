"""Rules that hold for every template: nothing inline, components that say what they take."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
EVERY = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
SPRITE = Path(settings.BASE_DIR) / "static" / "icons" / "sprite.svg"

INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an event handler": re.compile(r"\son[a-z]+\s*=", re.I),
    "an htmx handler, which needs eval": re.compile(r"\shx-on\b|\shx-(vals|headers)=.?js:", re.I),
    "a script without src": re.compile(r"<script\b(?![^>]*\ssrc=)", re.I),
    "a javascript: link": re.compile(r"javascript:", re.I),
    "a file of another host": re.compile(
        r"<(script|link|img)\b[^>]*\s(src|href)=['\"](https?:)?//", re.I
    ),
    "the filter safe": re.compile(r"\|\s*safe\b"),
    "a morph that needs eval": re.compile(r"morph:\{"),
}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text()

    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_component_begins_with_its_inputs(path: Path) -> None:
    assert path.read_text().startswith("{# inputs:")


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_every_icon_named_is_in_the_sprite(path: Path) -> None:
    named = set(re.findall(r'components/icon\.html" with name="([a-z-]+)"(?!\|)', path.read_text()))
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text()))

    assert named <= drawn


def test_htmx_is_told_to_do_without_eval_and_to_show_refused_forms() -> None:
    base = (TEMPLATES / "base.html").read_text()
    meta = re.search(r"name=\"htmx-config\"\s+content='([^']+)'", base)
    assert meta is not None

    config = json.loads(meta[1])

    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert _swaps(config, "200")
    assert _swaps(config, "422")
    assert _swaps(config, "409")
    assert not _swaps(config, "404")
    assert not _swaps(config, "500")


def _swaps(config: dict[str, list[dict[str, object]]], status: str) -> bool:
    rules = config["responseHandling"]
    rule = next(each for each in rules if re.search(str(each["code"]), status))
    return bool(rule["swap"])
