"""Boxes on the pages: over the picture, beside it, on cards and in the history."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from images.models import Image
from tests.annotations.boxes import FORKLIFT, PERSON, draw
from tests.factories import make_image


@pytest.fixture
def image(workspace: Workspace) -> Image:
    image = make_image(workspace, "frame.jpg")
    draw(image, FORKLIFT, PERSON, FORKLIFT)
    return image


def page(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_boxes_lie_over_the_picture_in_its_own_pixels(as_viewer: Client, image: Image) -> None:
    shown = page(as_viewer, f"/acme/images/{image.public_id}")

    assert 'viewBox="0 0 640 480"' in shown
    assert '<rect x="100.5" y="200.25" width="50.0" height="60.125"' in shown
    assert shown.count(">forklift</text>") == 2
    assert "style=" not in shown


def test_a_class_has_one_colour_in_every_image(as_viewer: Client, image: Image) -> None:
    other = make_image(image.workspace)
    draw(other, PERSON, FORKLIFT)

    first, second = (
        as_viewer.get(f"/acme/images/{each.public_id}/boxes").context["outlines"]
        for each in (image, other)
    )
    colours = {outline.name: outline.colour for outline in first}

    assert {outline.name: outline.colour for outline in second} == colours
    assert len({*colours.values()}) == 2


def test_the_list_says_class_size_and_where_to_find_more(as_viewer: Client, image: Image) -> None:
    draw(image, Drawn('a "b" c', 1, 1, 100.4, 9), overwrite=True)
    shown = page(as_viewer, f"/acme/images/{image.public_id}/boxes")

    assert "100 × 9" in shown
    link = as_viewer.get(f"/acme/images/{image.public_id}/boxes").context["outlines"][0].search_url
    assert "1 image" in page(as_viewer, link)


def test_a_page_that_listens_gets_the_drawing_too(as_viewer: Client, image: Image) -> None:
    part = as_viewer.get(
        f"/acme/images/{image.public_id}/boxes", headers={"HX-Request": "true"}
    ).content.decode()

    assert 'id="drawn" hx-swap-oob="innerHTML"' in part
    assert part.count("<rect") == 3


def test_without_boxes_there_is_no_panel(as_viewer: Client, workspace: Workspace) -> None:
    image = make_image(workspace)

    shown = page(as_viewer, f"/acme/images/{image.public_id}")

    assert "<rect" not in shown
    assert "Nothing is drawn" in page(as_viewer, f"/acme/images/{image.public_id}/boxes")


def test_a_card_says_how_many_there_are(as_viewer: Client, image: Image) -> None:
    make_image(image.workspace, "other.jpg")

    shown = page(as_viewer, "/acme/")

    assert shown.count("image-card__boxes") == 1
    assert 'title="3 boxes"' in shown
    draw(image, PERSON, overwrite=True)
    assert 'title="1 box"' in page(as_viewer, "/acme/")


def test_the_history_counts_them_by_class(as_viewer: Client, image: Image) -> None:
    draw(image, PERSON, overwrite=True)

    shown = page(as_viewer, f"/acme/images/{image.public_id}/history")

    assert "<del>2 forklift, 1 person</del>" in shown
    assert "<ins>1 person</ins>" in shown


def test_the_facet_of_classes_narrows_and_says_what_it_left_out(
    as_viewer: Client, image: Image
) -> None:
    make_image(image.workspace)
    draw(make_image(image.workspace), Drawn("Hard Hat", 1, 1, 9, 9))

    def choices(query: str) -> dict[str, tuple[str, str]]:
        answer = as_viewer.get("/acme/facets/one", {"name": "class", "q": query})
        section = answer.context["section"]
        return {each["label"]: (each["counted"], each["state"]) for each in section.choices}

    assert choices("") == {
        "forklift": ("1", ""),
        "Hard Hat": ("1", ""),
        "person": ("1", ""),
        "missing": ("1", ""),
    }
    assert choices('class:"hard hat"')["missing"] == ("0", "")
    assert choices('-class:"hard hat"') == {
        "forklift": ("1", ""),
        "person": ("1", ""),
        "missing": ("1", ""),
        '"hard hat"': ("0", "out"),
    }
    assert choices("-min-annotations:1") == {"missing": ("1", "in")}
