from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_accessible(page: Page) -> None:
    """Fail with axe's report when it finds anything, in light or in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # Half-way through a transition no colour is what it is meant to be.
        page.wait_for_timeout(300)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
