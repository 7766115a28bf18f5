"""A real browser against a live server; script errors, CSP refusals and foreign requests fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from assetlib.accounts.models import User

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip where there is no browser, unless one is required."""
    here = Path(__file__).parent
    required = bool(os.environ.get("ASSETLIB_REQUIRE_BROWSER"))
    missing = not shutil.which(CHROMIUM)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if missing and not required:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    # Django refuses its database where an event loop runs, and Playwright's sync API keeps one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of; a test that expects a complaint clears it."""
    said: list[str] = []
    yield said
    assert said == [], said


@pytest.fixture
def watched(page: Page, live_server: LiveServer, complaints: list[str]) -> Page:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:", "blob:"))
            else complaints.append(f"foreign: {request.url}")
        ),
    )
    page.set_default_timeout(8_000)
    return page


@pytest.fixture
def logged_in(watched: Page, live_server: LiveServer, editor: User) -> Page:
    """A page whose person is the editor of the workspace."""
    client = Client()
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"]
    watched.context.add_cookies(
        [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
    )
    return watched
