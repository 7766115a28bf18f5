"""The main job as a person does it: files in, metadata typed, images found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factories import make_picture, picture_bytes
from tests.metadata.writes import edit, held, tags_of

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import User, Workspace
from tests.browser.accessibility import assert_accessible


def test_log_in_and_out(watched: Page, live_server: LiveServer, editor: User) -> None:
    watched.goto(f"{live_server.url}/acme/")
    watched.get_by_label("Username").fill(editor.username)
    watched.get_by_label("Password").fill("correct horse")
    assert_accessible(watched)

    watched.get_by_role("button", name="Log in").click()

    expect(watched.get_by_role("heading", name="No images yet")).to_be_visible()
    assert_accessible(watched)


def test_files_go_up_each_with_its_result(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, tmp_path: Path
) -> None:
    for number in range(3):
        colour = (40 * number, 90, 200)
        (tmp_path / f"frame-{number}.png").write_bytes(picture_bytes("PNG", colour=colour))
    (tmp_path / "frame-1.json").write_text(json.dumps({"camera_id": "cam001", "line": 3}))
    (tmp_path / "notes.txt.jpg").write_bytes(b"no picture at all")
    logged_in.goto(f"{live_server.url}/acme/upload")
    assert_accessible(logged_in)

    logged_in.get_by_label("Drop images, folders or a zip here, or choose files").set_input_files(
        sorted(tmp_path.iterdir())
    )

    expect(logged_in.get_by_role("status")).to_have_text("3 uploaded · 1 refused")
    expect(logged_in.get_by_text("This is no image that can be kept.")).to_be_visible()
    assert held(workspace.images.get(filename="frame-1.png")) == {"camera_id": "cam001", "line": 3}
    assert workspace.change_sets.count() == 1
    assert_accessible(logged_in)


def test_enter_adds_and_the_focus_goes_back_to_the_key(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace, "frame.jpg")
    edit(make_picture(workspace), {"camera_id": "cam001"})
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")
    key, value = (
        logged_in.get_by_label("Key", exact=True),
        logged_in.get_by_label("Value", exact=True),
    )

    key.click()
    for name, text, badge in (
        ("camera_id", "cam001", "string"),
        ("temperature", "72.5", "number"),
        ("reviewed", "TRUE", "boolean"),
    ):
        logged_in.keyboard.type(name)
        logged_in.keyboard.press("Enter")
        expect(value).to_be_focused()
        logged_in.keyboard.type(text)
        expect(logged_in.locator("#entry-badge")).to_contain_text(badge)
        logged_in.keyboard.press("Enter")
        expect(key).to_be_focused()
        expect(key).to_have_value("")

    assert held(image) == {"camera_id": "cam001", "temperature": 72.5, "reviewed": True}
    assert_accessible(logged_in)


def test_a_wrong_key_is_said_beside_the_field_and_the_input_is_kept(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, complaints: list[str]
) -> None:
    image = make_picture(workspace)
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")

    logged_in.get_by_label("Key", exact=True).fill("camera/id")
    logged_in.get_by_label("Value", exact=True).fill("cam001")
    logged_in.keyboard.press("Enter")

    expect(logged_in.get_by_role("alert")).to_contain_text("“/” is not allowed in a key")
    expect(logged_in.get_by_label("Key", exact=True)).to_be_focused()
    expect(logged_in.get_by_label("Value", exact=True)).to_have_value("cam001")
    assert held(image) == {}
    assert all("422" in said for said in complaints)
    complaints.clear()


def test_edit_in_place_remove_and_undo(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace)
    edit(image, {"camera_id": "cam001", "serial": "007"})
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")

    logged_in.get_by_role("link", name="007").click()
    field = logged_in.get_by_label("serial")
    expect(field).to_be_focused()
    field.fill("008")
    logged_in.keyboard.press("Enter")
    expect(logged_in.get_by_role("link", name="008")).to_be_visible()
    assert held(image)["serial"] == "008"

    logged_in.get_by_role("link", name="cam001").focus()
    logged_in.keyboard.press("Delete")
    expect(logged_in.get_by_text("Removed camera_id.")).to_be_visible()
    assert held(image) == {"serial": "008"}
    logged_in.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(logged_in.get_by_role("link", name="cam001")).to_be_visible()
    assert held(image) == {"camera_id": "cam001", "serial": "008"}


def test_tags_are_added_by_enter(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace)
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")

    logged_in.get_by_label("Add a tag").fill("needs-annotation")
    logged_in.keyboard.press("Enter")

    expect(logged_in.get_by_role("link", name="needs-annotation")).to_be_visible()
    expect(logged_in.get_by_label("Add a tag")).to_be_focused()
    assert tags_of(image) == ["needs-annotation"]


def test_the_search_bar_by_keyboard_alone(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    wanted, other = make_picture(workspace, "wanted.jpg"), make_picture(workspace, "other.jpg")
    edit(wanted, {"camera_id": "cam001", "temperature": 72.5}, add_tags=["needs-annotation"])
    edit(other, {"camera_id": "cam002", "temperature": 60})
    logged_in.goto(f"{live_server.url}/acme/")

    logged_in.keyboard.press("/")
    logged_in.keyboard.type("metadata.c")
    option = logged_in.get_by_role("option", name="camera_id")
    expect(option).to_contain_text("2")
    logged_in.keyboard.press("ArrowDown")
    logged_in.keyboard.press("Enter")
    search = logged_in.get_by_role("combobox", name="Search images")
    expect(search).to_have_value("metadata.camera_id")
    logged_in.keyboard.type(":")
    expect(logged_in.get_by_role("option", name="cam001")).to_be_visible()
    logged_in.keyboard.press("ArrowDown")
    logged_in.keyboard.press("Enter")
    expect(search).to_have_value("metadata.camera_id:cam001")
    logged_in.keyboard.press("Escape")
    logged_in.keyboard.press("Enter")

    expect(logged_in.get_by_role("heading", name="1 image")).to_be_visible()
    expect(logged_in.get_by_role("link", name="wanted.jpg")).to_be_visible()
    expect(logged_in.get_by_role("link", name="other.jpg")).to_have_count(0)
    assert_accessible(logged_in)


def test_facets_narrow_the_library_and_stay_as_one_left_them(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    for number in range(4):
        edit(make_picture(workspace), {"site": "Lyon" if number else "Porto", "score": number * 10})
    logged_in.goto(f"{live_server.url}/acme/")
    panel = logged_in.locator("facet-panel")

    panel.get_by_role("link", name="Lyon 3").click()
    expect(logged_in.get_by_role("heading", name="3 images")).to_be_visible()
    expect(panel.get_by_role("link", name="Lyon 3")).to_have_attribute("aria-current", "true")
    panel.get_by_label("score from").fill("15")
    panel.get_by_label("score from").press("Enter")
    expect(logged_in.get_by_role("heading", name="2 images")).to_be_visible()
    expect(logged_in.get_by_role("combobox", name="Search images")).to_have_value(
        "site:Lyon score:15.."
    )
    expect(panel.get_by_label("score from")).to_have_value("15")
    panel.get_by_label("score to").fill("25")
    panel.get_by_label("score to").press("Enter")
    expect(logged_in.get_by_role("heading", name="1 image")).to_be_visible()
    assert_accessible(logged_in)
    panel.get_by_role("link", name="Clear score:15..25").click()
    expect(logged_in.get_by_role("heading", name="3 images")).to_be_visible()
    expect(panel.get_by_label("score from")).to_have_value("")

    panel.locator("summary", has_text="site").click()
    panel.locator("summary", has_text="Format").click()
    expect(panel.get_by_role("link", name="PNG 3")).to_be_visible()
    assert_accessible(logged_in)
    logged_in.reload()
    expect(panel.get_by_role("link", name="PNG 3")).to_be_visible()
    expect(panel.get_by_role("link", name="Lyon")).to_be_hidden()


@pytest.mark.parametrize(
    "query", ["temperature>>70", "camra_id:cam001", "metadata.camera_id:cam001"]
)
def test_every_state_of_the_library_is_accessible(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, query: str
) -> None:
    edit(make_picture(workspace), {"camera_id": "cam001"}, add_tags=["night"])

    logged_in.goto(f"{live_server.url}/acme/?q={query}")

    assert_accessible(logged_in)


@pytest.mark.parametrize("path", ["projects", "activity", "trash"])
def test_the_other_pages_are_accessible(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, path: str
) -> None:
    edit(make_picture(workspace), {"camera_id": "cam001"}, add_tags=["night"])

    logged_in.goto(f"{live_server.url}/acme/{path}")

    assert_accessible(logged_in)


def test_back_from_an_image_one_is_where_one_was(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    for number in range(130):
        make_picture(workspace, f"frame-{number:03}.png")
    logged_in.goto(f"{live_server.url}/acme/")
    # Each is the last of what is loaded; when it is in view, more is.
    for name in ("frame-080.png", "frame-030.png", "frame-000.png"):
        logged_in.get_by_role("link", name=name).scroll_into_view_if_needed()
        logged_in.mouse.wheel(0, 4_000)
    wanted = logged_in.get_by_role("link", name="frame-005.png")
    wanted.scroll_into_view_if_needed()
    top = logged_in.evaluate("scrollY")
    assert top > 1_000

    wanted.click()
    expect(logged_in.get_by_role("heading", name="frame-005.png")).to_be_visible()
    logged_in.go_back()

    expect(wanted).to_be_in_viewport()
    assert abs(logged_in.evaluate("scrollY") - top) < 50


def test_a_value_two_people_edit_shows_both_and_loses_neither(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, complaints: list[str]
) -> None:
    image = make_picture(workspace)
    edit(image, {"line": "1"})
    logged_in.goto(f"{live_server.url}/acme/images/{image.public_id}")
    logged_in.get_by_role("link", name="1 (edit line)").click()
    field = logged_in.get_by_label("line", exact=True)
    field.fill("mine")
    edit(image, {"line": "theirs"})

    field.press("Enter")

    said = logged_in.get_by_role("alert")
    expect(said).to_contain_text("theirs")
    expect(said).to_contain_text("mine")
    assert_accessible(logged_in)
    logged_in.get_by_role("button", name="Use mine").click()
    expect(logged_in.get_by_role("link", name="mine (edit line)")).to_be_visible()
    assert held(image) == {"line": "mine"}
    assert all("409" in each for each in complaints)
    complaints.clear()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_main_job_without_a_script(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    image = make_picture(workspace, "frame.png")
    logged_in.goto(f"{live_server.url}/acme/?q=filename:frame.png")
    logged_in.get_by_role("link", name="frame.png", exact=True).click()

    logged_in.get_by_label("Key", exact=True).fill("camera_id")
    logged_in.get_by_label("Value", exact=True).fill("cam001")
    logged_in.get_by_label("Value", exact=True).press("Enter")
    logged_in.get_by_role("link", name="cam001").click()
    logged_in.get_by_label("camera_id", exact=True).fill("cam002")
    logged_in.get_by_role("button", name="Save").click()

    expect(logged_in.get_by_role("link", name="cam002")).to_be_visible()
    assert held(image) == {"camera_id": "cam002"}
