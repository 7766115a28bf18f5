"""Export as a person does it: from the query, through the job's page, to the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import make_picture
from tests.metadata.writes import edit
from tests.transfer.exports import unzipped

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import Workspace
from assetlib.jobs.worker import work_off
from tests.browser.accessibility import assert_accessible


def test_what_a_query_finds_is_exported_and_downloaded(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, tmp_path: Path
) -> None:
    for number in range(3):
        edit(make_picture(workspace, f"frame-{number}.png"), {"line": number})
    logged_in.goto(f"{live_server.url}/acme/?q=line:1..2")

    logged_in.get_by_role("link", name="Export").click()
    dialog = logged_in.get_by_role("dialog", name="Export")
    expect(dialog.get_by_text("2 images")).to_be_visible()
    assert_accessible(logged_in)
    dialog.get_by_role("radio", name="ZIP with sidecars").check()
    dialog.get_by_role("button", name="Export").click()

    expect(logged_in.get_by_text("Waits for a worker")).to_be_visible()
    work_off()
    # The page asks again by itself.
    download = logged_in.get_by_role("link", name="Download")
    expect(download).to_be_visible()
    assert_accessible(logged_in)
    with logged_in.expect_download() as downloading:
        download.click()
    downloading.value.save_as(tmp_path / "export.zip")
    files = unzipped((tmp_path / "export.zip").read_bytes())
    assert files.keys() == {
        *("frame-1.png", "frame-1.json", "frame-2.png", "frame-2.json", ".library.jsonl")
    }


def test_the_page_works_without_scripts_and_keeps_what_was_typed(
    logged_in: Page, live_server: LiveServer, workspace: Workspace, complaints: list[str]
) -> None:
    make_picture(workspace)
    logged_in.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    logged_in.goto(f"{live_server.url}/acme/")
    logged_in.get_by_role("link", name="Export").click()
    expect(logged_in.get_by_role("heading", name="Exports")).to_be_visible()
    assert_accessible(logged_in)

    logged_in.goto(f"{live_server.url}/acme/exports?q=-lien:1")
    logged_in.get_by_label("File name").fill("night")
    logged_in.get_by_role("button", name="Export").click()
    expect(logged_in.get_by_label("File name")).to_have_value("night")
    logged_in.get_by_label("Export it all the same").check()
    logged_in.get_by_role("button", name="Export").click()

    expect(logged_in.get_by_text("Waits for a worker")).to_be_visible()
    # The browser tells of the 422, in which the box was offered.
    assert len(complaints) == 1
    complaints.clear()
