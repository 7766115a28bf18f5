"""Searches outside a transaction, as requests make them: the other tests run inside one."""

from __future__ import annotations

import pytest
from django.db import connection

from assetlib.search.explain import explain
from assetlib.search.find import find, neighbours
from tests.factories import make_project, make_workspace
from tests.search.conftest import NOW, picture
from tests.search.libraries import store

QUERY = 'k:x OR tag:t OR project:p split:train OR "1" OR uploaded:today OR has:metadata sort:k'


@pytest.mark.django_db(transaction=True)
def test_every_search_ends_the_snapshot_it_began() -> None:
    workspace = make_workspace()
    make_project(workspace, "Other")
    images = store(
        workspace,
        [
            picture(0, "a-1.jpg", "2026-05-20T10:00", entries={"k": "x"}, tags={"t"}),
            picture(1, "b.jpg", "2026-05-01T10:00", projects={"p": ("train", "")}),
            picture(2, "c.jpg", "2026-05-01T10:00"),
        ],
    )

    assert find(workspace, QUERY, now=NOW).total == 2
    assert neighbours(workspace, QUERY, images[0], now=NOW).total == 2
    assert len(explain(workspace, QUERY, now=NOW).parts) == 1
    assert not connection.in_atomic_block
    workspace.name = "Still writable"
    workspace.save()
