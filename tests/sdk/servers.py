"""Servers made of a function, in the place of the network: for what a real one does rarely."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from assetlib.sdk import Library, Retry

ME = {"api_key": "scripts", "workspace": "acme", "scopes": ["read", "write"]}
WHEN = "2026-05-01T12:00:00Z"


def image_object(**fields: Any) -> dict[str, Any]:
    return {
        "id": "i1",
        "filename": "a.jpg",
        "width": 64,
        "height": 48,
        "size": 6,
        "format": "jpeg",
        "sha256": "0" * 64,
        "tags": [],
        "metadata": {},
        "projects": {},
        "split": "",
        "uploaded_at": WHEN,
        "taken_at": None,
        "origin": "api",
        "url": "http://files.example/a",
        "thumbnail_url": "http://files.example/t",
        "duplicate": False,
        "problems": [],
    } | fields


class Scripted:
    """Answers one request after the other, and remembers them; `me` is answered beside."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers: Iterator[httpx.Response | Exception] = iter(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.path == "/api/v1/me":
            return httpx.Response(200, json=ME)
        self.requests.append(request)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def library_of(server: Callable[[httpx.Request], httpx.Response], **options: Any) -> Library:
    transport = httpx.MockTransport(server)
    return Library("http://library.example", "al_key", transport=transport, **options)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no time pass, and note how much would have."""
    passed: list[float] = []
    monkeypatch.setattr("time.sleep", passed.append)
    return passed


ONCE = Retry(attempts=1)
