"""The client on the real API: in process, where no network is needed, and over a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.db import connections

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from assetlib.jobs.worker import work_until
from assetlib.sdk import Library
from assetlib.wsgi import application
from tests.factories import picture_bytes
from tests.sdk.servers import pauses

__all__ = ["pauses"]

Opener = Callable[..., Library]


def tidy_application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as the server does, and leave no connection to a database in a thread of ours."""
    answer = application(environ, start_response)
    body = [*answer]
    answer.close()
    if threading.current_thread() is not threading.main_thread():
        connections.close_all()
    return body


@pytest.fixture
def api_key(workspace: Workspace) -> str:
    return create_api_key(workspace, "scripts", [*Scope])[1]


@dataclass(frozen=True)
class Served:
    """Where the server is, and how one comes there."""

    url: str
    transport: httpx.BaseTransport | None


@pytest.fixture(params=["in process", "live"])
def served(request: pytest.FixtureRequest, transactional_db: None) -> Served:
    if request.param == "live":
        return Served(request.getfixturevalue("live_server").url, None)
    return Served("http://testserver", httpx.WSGITransport(tidy_application))


@pytest.fixture
def opener(served: Served, workspace: Workspace, api_key: str) -> Opener:
    """How to come to a library: as one's own program does, with an API key that may do all."""

    def open_library(url: str = served.url, api_key: str = api_key, **options: Any) -> Library:
        return Library(url, api_key, transport=served.transport, **options)

    return open_library


@pytest.fixture
def library(opener: Opener) -> Iterator[Library]:
    with opener() as library:
        yield library


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A worker beside the test, for what is done by jobs."""
    stopping = threading.Event()
    thread = threading.Thread(target=work_until, args=(stopping,))
    thread.start()
    yield
    stopping.set()
    thread.join()


@pytest.fixture
def colours() -> Iterator[bytes]:
    """Pictures, no two of which are the same."""
    return (picture_bytes("PNG", size=(2, 2), colour=(n % 256, n // 256, 7)) for n in range(65_536))
