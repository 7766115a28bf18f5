"""A bucket is followed as a person does it: credential, trial, plan, run, ledger, an image."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.mirror.shelf import Shelf, image_at, make_shelf, ran

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import Member, Role, Workspace
from assetlib.jobs.worker import work_off
from assetlib.mirror.models import Mirror
from tests.browser.accessibility import assert_accessible
from tests.factories import make_mirror
from tests.metadata.writes import held

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with mock_aws():
        yield make_shelf()


@pytest.fixture
def as_admin(logged_in: Page) -> Page:
    Member.objects.update(role=Role.ADMIN)
    return logged_in


def assert_fits_a_phone(page: Page) -> None:
    """Fail where the page itself, and not a table in it, has to be scrolled sideways."""
    before = page.viewport_size
    page.set_viewport_size(PHONE)  # type: ignore[arg-type] # two numbers
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert beyond <= 0, f"{page.url} is {beyond} px wider than a phone"
    assert before is not None
    page.set_viewport_size(before)


def looked_at(page: Page) -> None:
    """Fail where axe finds something, or a phone is too narrow."""
    assert_accessible(page)
    assert_fits_a_phone(page)


def test_a_credential_and_a_mirror_are_made_and_tried(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, shelf: Shelf
) -> None:
    page = as_admin
    shelf.put("raw/a.png", 1)
    page.goto(f"{live_server.url}/acme/mirrors")

    page.get_by_role("link", name="Credentials").click()
    page.get_by_label("Name", exact=True).fill("store")
    page.get_by_label("Access key id").fill("key")
    page.get_by_label("Secret access key").fill("secret")
    looked_at(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="store", exact=True)).to_be_visible()

    page.goto(f"{live_server.url}/acme/mirrors/-/new")
    page.get_by_label("Name", exact=True).fill("line3")
    page.get_by_label("Credential", exact=True).select_option("store")
    page.get_by_label("Bucket").fill("line3")
    page.get_by_label("Prefix").fill("raw/")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("Read raw/a.png.")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("No run yet")).to_be_visible()
    looked_at(page)


def test_a_bucket_is_planned_run_and_looked_up_in_the_ledger(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, shelf: Shelf
) -> None:
    page = as_admin
    make_mirror(workspace)
    shelf.put("raw/a.png", 1)
    shelf.put("raw/b.png", 2)
    shelf.say("raw/b.json", b'{"site": B}')
    page.goto(f"{live_server.url}/acme/mirrors/line3/plan")

    page.get_by_role("button", name="Plan").click()
    expect(page.get_by_label("listing the bucket")).to_be_visible()
    work_off()
    expect(page.get_by_text("2 × new image")).to_be_visible()
    looked_at(page)

    page.goto(f"{live_server.url}/acme/mirrors/line3")
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_label("waits for a worker")).to_be_visible()
    assert_accessible(page)
    work_off()
    expect(page.get_by_text("2 new, 1 with problems.")).to_be_visible()
    looked_at(page)

    page.get_by_role("link", name="synced, with a problem · 1").click()
    expect(page.get_by_text("line 1 column 10")).to_be_visible()
    looked_at(page)


def test_an_image_shows_the_sidecar_beside_what_holds_and_follows_again(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, shelf: Shelf
) -> None:
    page = as_admin
    mirror = make_mirror(workspace, strategy="untilFirstChange")
    shelf.put("a.png", 1)
    shelf.say("a.json", {"site": "A", "a.key_as_long.as_keys_are": "a value that is long, too"})
    page.goto(f"{live_server.url}/acme/mirrors/line3")
    page.get_by_role("button", name="Run now").click()
    work_off()
    image = image_at(mirror, "a.png")

    page.goto(f"{live_server.url}/acme/images/{image.public_id}")
    bucket = page.get_by_role("region", name="In the bucket")
    expect(bucket.get_by_text("a value that is long, too")).to_have_count(2)
    overflow = "element => element.scrollWidth - element.clientWidth"
    assert bucket.locator(".table-scroll").evaluate(overflow) == 0
    page.get_by_title("Edit (e)").filter(has_text="edit site").click()
    page.locator("#change-value").fill("B")
    page.locator("#change-value").press("Enter")

    expect(bucket.get_by_text("differs")).to_be_visible()
    expect(bucket.get_by_text("leaves it alone")).to_be_visible()
    assert_accessible(page)
    bucket.get_by_role("button", name="Follow the bucket again").click()
    expect(bucket.get_by_text("differs")).to_have_count(0)
    assert held(image)["site"] == "A"
    assert Mirror.objects.get().runs.count() == 1


def test_a_run_is_undone_and_its_page_says_so(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, shelf: Shelf
) -> None:
    page = as_admin
    mirror = make_mirror(workspace)
    shelf.put("a.png", 1)
    ran(mirror)
    page.goto(f"{live_server.url}/acme/mirrors/line3")
    page.get_by_role("link", name="Changes, undo").click()
    looked_at(page)

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("main").get_by_text("undone", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="Undo")).to_have_count(0)
    assert not workspace.images.alive().exists()


@pytest.mark.parametrize("path", ["mirrors", "jobs", "api-keys", "upload", "exports", "activity"])
def test_pages_are_accessible_and_fit_a_phone_with_nothing_in_them(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, path: str
) -> None:
    as_admin.goto(f"{live_server.url}/acme/{path}")

    looked_at(as_admin)


LONG = "n" * 200


def test_a_long_name_wraps_or_is_cut_and_leaves_the_other_columns_in_sight(
    as_admin: Page, live_server: LiveServer, workspace: Workspace, shelf: Shelf
) -> None:
    page = as_admin
    mirror = make_mirror(workspace)
    shelf.put(f"raw/{LONG}.png", 1)
    shelf.say(f"raw/{LONG}.json", {"site": LONG})
    ran(mirror)
    shelf.say(f"raw/{LONG}.json", {"site": "A"})
    page.goto(f"{live_server.url}/acme/mirrors/line3/plan")
    page.get_by_role("button", name="Plan").click()
    work_off()
    run = mirror.runs.get()

    for path in (
        "mirrors/line3/objects",
        "mirrors/line3/plan",
        f"changes/{run.change_set_id}",
        "?view=table&keys=site",
    ):
        page.goto(f"{live_server.url}/acme/{path}")
        table = page.locator(".table-scroll").last
        assert table.locator("tbody tr").count()
        assert table.evaluate("element => element.scrollWidth - element.clientWidth") == 0, path
        assert_fits_a_phone(page)
    expect(page.locator("[data-card]")).to_have_attribute("title", re.compile(LONG))
