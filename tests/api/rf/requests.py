"""Requests to the compatible face, as the official client makes them."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.factories import picture_bytes


class Rf:
    """The client's requests: the API key in the address, JSON in the body."""

    def __init__(self, secret: str) -> None:
        self.secret, self.http = secret, Client(raise_request_exception=True)

    def __call__(self, method: str, address: str, body: object = None, **query: Any) -> Any:
        said = urlencode({"api_key": self.secret, **query}, doseq=True)
        data = json.dumps(body) if body is not None else ""
        kind = "application/json"
        return self.http.generic(method, f"/rf{address}?{said}", data, content_type=kind)

    def upload(self, project: str, form: dict[str, Any], **query: Any) -> Any:
        said = urlencode({"api_key": self.secret, **query}, doseq=True)
        return self.http.post(f"/rf/dataset/{project}/upload?{said}", form)


def picture(name: str = "frame.png", colour: tuple[int, int, int] = (9, 90, 200)) -> io.BytesIO:
    file = io.BytesIO(picture_bytes("PNG", colour=colour))
    file.name = name
    return file


def error(answer: Any) -> dict[str, str]:
    said: dict[str, str] = answer.json()["error"]
    assert {*said} == {"message", "type", "hint"}
    return said
