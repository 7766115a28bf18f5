"""A zip on the upload page: it goes up, and its job's page tells what becomes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assetlib.jobs.worker import work_off
from images.models import Image
from tests.metadata.writes import held
from tests.transfer.zips import png, zip_bytes

pytest.importorskip("playwright")
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.accessibility import assert_accessible


def test_a_zip_leads_to_the_page_of_its_job(
    logged_in: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    packed = {"a.png": png(1), "a.json": {"n": 95}, "b.png": b"no image"}
    zipped = tmp_path / "all.zip"
    zipped.write_bytes(zip_bytes(packed))
    logged_in.goto(f"{live_server.url}/acme/upload")

    logged_in.get_by_label("Drop images, folders or a zip here").set_input_files(zipped)

    expect(logged_in).to_have_url(re.compile("/acme/jobs/"))
    expect(logged_in.get_by_role("heading", name="Upload of a zip")).to_be_visible()
    expect(logged_in.get_by_label("Waits for a worker")).to_be_visible()
    work_off()
    expect(logged_in.get_by_text("1 uploaded, 1 refused.")).to_be_visible()
    logged_in.get_by_text("1 problem").click()
    expect(logged_in.get_by_text("This is no image that can be kept")).to_be_visible()
    assert_accessible(logged_in)
    assert held(Image.objects.get()) == {"n": 95}
