"""The page that draws the API's description: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import Workspace
from tests.factories import make_project

# A script of 1.5 MB, in milliseconds.
SLOW = 30_000


def test_the_description_is_drawn_and_can_be_tried(
    logged_in: Page, live_server: LiveServer, workspace: Workspace
) -> None:
    make_project(workspace, "Line 3")
    logged_in.set_default_timeout(SLOW)
    logged_in.goto(f"{live_server.url}/api/v1/docs")

    expect(logged_in.get_by_role("heading", name="assetlib")).to_be_visible(timeout=SLOW)
    operation = logged_in.locator("#operations-projects-get_projects_projects")
    operation.get_by_role("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("workspace").fill("acme")
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text("line-3", timeout=SLOW)
