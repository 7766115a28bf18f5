"""Boxes over the picture: they go with it, are hidden by a key, and are told from one another."""

from __future__ import annotations

import pytest

from assetlib.annotations.drawn import Drawn
from assetlib.changes.undo import undo
from tests.annotations.boxes import draw
from tests.factories import make_picture

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import Workspace
from tests.browser.accessibility import assert_accessible

# On a picture of 64 × 48.
LEFT_HALF, CORNER = Drawn("forklift", 0, 0, 32, 48), Drawn("Hard Hat", 40, 30, 10, 10)


def sides(page: Page, selector: str) -> tuple[float, float, float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def test_boxes_go_with_the_picture_and_are_hidden_by_a_key(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    images = [make_picture(workspace) for _ in range(2)]
    for image in images:
        draw(image, LEFT_HALF, CORNER)
    logged_in.goto(f"{live_server.url}/acme/images/{images[0].public_id}")
    expect(logged_in.get_by_role("heading", name="Boxes 2")).to_be_visible()
    assert_accessible(logged_in)

    for press in ("+", "+", "+"):
        logged_in.keyboard.press(press)
        x, y, width, height = sides(logged_in, "image-stage > img")
        drawn = sides(logged_in, "#drawn rect")
        # The line is as thick on both of its sides.
        assert drawn == pytest.approx((x, y, width / 2, height), abs=3)

    logged_in.keyboard.press("b")
    expect(logged_in.locator("#drawn")).to_be_hidden()
    expect(logged_in.get_by_role("button", name="Shown")).to_have_attribute("aria-pressed", "false")
    logged_in.goto(f"{live_server.url}/acme/images/{images[1].public_id}")
    expect(logged_in.locator("#drawn")).to_be_hidden()
    logged_in.get_by_role("button", name="Shown").click()
    expect(logged_in.locator("#drawn")).to_be_visible()


def test_the_line_under_the_pointer_lights_its_box(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace)
    draw(image, LEFT_HALF, CORNER)
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")

    logged_in.get_by_role("link", name="Hard Hat").hover()

    expect(logged_in.locator("#drawn [data-lit]")).to_have_text("Hard Hat")
    logged_in.get_by_role("link", name="Hard Hat").click()
    expect(logged_in.get_by_role("heading", name="1 image")).to_be_visible()
    expect(logged_in.get_by_title("2 boxes")).to_be_visible()
    assert_accessible(logged_in)


def test_undo_on_the_page_draws_again_what_there_was(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace)
    change_set = draw(image, CORNER)
    assert change_set is not None
    undo(change_set, by=None)
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")
    expect(logged_in.locator("#boxes")).to_be_hidden()

    history = logged_in.get_by_role("region", name="History")
    history.get_by_role("button", name="Redo").first.click()

    expect(logged_in.get_by_role("heading", name="Boxes 1")).to_be_visible()
    x, _, width, _ = sides(logged_in, "image-stage > img")
    assert sides(logged_in, "#drawn rect")[0] == pytest.approx(x + width * 40 / 64, abs=3)
    assert_accessible(logged_in)


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_on_a_phone_nothing_is_cut_off(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace)
    draw(image, Drawn("x" * 100, 1, 1, 30, 30), CORNER)
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")
    expect(logged_in.get_by_role("heading", name="Boxes 2")).to_be_visible()

    assert logged_in.evaluate("document.documentElement.scrollWidth") == 360
    assert_accessible(logged_in)
