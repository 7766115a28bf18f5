from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from assetlib.jobs.kinds import kinds
from tests.jobs import work


@pytest.fixture(autouse=True)
def kinds_of_work(settings: Settings) -> Iterator[None]:
    settings.JOB_KINDS = settings.JOB_KINDS | work.KINDS
    kinds.cache_clear()
    work.ENDED.clear()
    yield
    kinds.cache_clear()
