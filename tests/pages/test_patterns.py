from __future__ import annotations

from django.test import RequestFactory
from django.utils.html import strip_tags

from assetlib.pages.patterns import patterns


def test_every_component_stands_there_in_both_themes(rf: RequestFactory) -> None:
    page = patterns(rf.get("/patterns")).content.decode()

    assert page.count('data-theme="light"') == 1
    assert page.count('data-theme="dark"') == 1
    for block in ("button", "field", "chip", "badge", "image-card", "menu", "toast", "empty"):
        assert page.count(f'class="{block}') >= 2, block


def test_the_sample_form_says_its_error_beside_the_field(rf: RequestFactory) -> None:
    page = patterns(rf.get("/patterns")).content.decode()

    assert 'aria-describedby="id_light-name_helptext id_light-name_error"' in page
    assert 'id="id_light-name_error"' in page
    assert 'id="id_light-name_helptext"' in page


def test_suggestions_are_options_and_nothing_else(rf: RequestFactory) -> None:
    answer = patterns(rf.get("/patterns", {"text": "capture"})).content.decode()

    assert answer.count('role="option"') == 2
    assert "capture.temperature" in strip_tags(answer)
    assert "<main" not in answer


def test_it_is_read_only(rf: RequestFactory) -> None:
    assert patterns(rf.post("/patterns")).status_code == 405
