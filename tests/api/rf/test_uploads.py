"""Images are sent as files, as base64 or by their address."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest

from assetlib.changes.models import ChangeSet, Origin
from images.models import Image, Project
from tests.api.rf.requests import Rf, error, picture
from tests.factories import picture_bytes
from tests.metadata.writes import held, tags_of


def test_a_file_is_taken_in_with_what_is_said_of_it(rf: Rf, project: Project) -> None:
    said = {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": True, "at": {"x": 1}}
    form = {"name": "a.png", "split": "valid", "file": picture(), "metadata": json.dumps(said)}

    answer = rf.upload("line-3", form, batch="May", tag=["night", "Rain"])

    assert answer.status_code == 200
    image = Image.objects.get(public_id=answer.json()["id"])
    assert answer.json() == {"success": True, "id": image.public_id}
    assert image.filename == "a.png"
    assert held(image) == {
        "camera_id": "cam001",
        "temperature": 72.5,
        "line": 95,
        "ok": True,
        "at.x": 1,
    }
    assert tags_of(image) == ["Rain", "night"]
    membership = image.memberships.get()
    assert (membership.split, membership.batch) == ("valid", "May")
    change_set = ChangeSet.objects.get()
    assert (change_set.origin, str(change_set.who)) == (Origin.API, "uploader")


def test_the_same_bytes_again_are_a_duplicate_and_what_is_said_is_added(
    rf: Rf, project: Project
) -> None:
    first = rf.upload("line-3", {"file": picture(), "metadata": '{"a": 1, "b": 2}'}).json()
    again = rf.upload("line-3", {"file": picture(), "metadata": '{"b": 3}'}, tag="seen").json()

    assert again == {"duplicate": True, "id": first["id"]}
    image = Image.objects.get()
    assert held(image) == {"a": 1, "b": 3}
    assert tags_of(image) == ["seen"]


def test_base64_is_taken_in_too(rf: Rf, project: Project) -> None:
    said = urlencode({"api_key": rf.secret, "name": "b.png", "split": "train"})
    data = base64.b64encode(picture_bytes("PNG"))
    kind = "application/x-www-form-urlencoded"

    answer = rf.http.post(f"/rf/dataset/line-3/upload?{said}", data, content_type=kind)

    assert answer.json()["success"] is True
    assert Image.objects.get().filename == "b.png"


@pytest.mark.parametrize(
    ("form", "query", "status", "message"),
    [
        ({}, {}, 400, "no “file”"),
        ({"file": "text"}, {}, 400, "no “file”"),
        ({"metadata": "{"}, {}, 400, "cannot be read as JSON"),
        ({"metadata": '{"bad key": 1}'}, {}, 400, "bad_key"),
        ({"metadata": "[1]"}, {}, 400, "JSON object"),
        ({"split": "half"}, {}, 400, "train, valid, test"),
        ({}, {"tag": "no tag!"}, 400, "Invalid tag"),
        ({}, {"batch": "x" * 121}, 400, "batch"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_and_nothing_kept(
    rf: Rf, project: Project, form: dict[str, str], query: dict[str, str], status: int, message: str
) -> None:
    given = form if message == "no “file”" else {"file": picture(), **form}

    answer = rf.upload("line-3", given, **query)

    assert answer.status_code == status
    assert message in error(answer)["message"]
    assert not Image.objects.exists()


def test_what_is_no_image_is_refused_with_an_object(rf: Rf, project: Project) -> None:
    file = io.BytesIO(b"no image")
    file.name = "a.png"

    answer = rf.upload("line-3", {"file": file})

    assert answer.status_code == 415
    assert error(answer)["type"] == "RefusedFile"


@pytest.fixture
def host(settings: Any) -> Iterator[str]:
    """A host inside this network that serves a picture, and leads on and on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.startswith("/picture")
            self.send_response(200 if found else 302 if self.path == "/loop" else 404)
            if self.path == "/loop":
                self.send_header("Location", "/loop")
            self.end_headers()
            self.wfile.write(picture_bytes("PNG") if found else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_image_is_fetched_by_its_address(
    rf: Rf, project: Project, host: str, settings: Any
) -> None:
    settings.FETCH_PRIVATE = True

    answer = rf("POST", "/dataset/line-3/upload", image=f"{host}/picture.png?x=1", name="c.png")

    assert answer.json()["success"] is True
    assert Image.objects.get().filename == "c.png"
    for address, status in ((f"{host}/nowhere", 502), (f"{host}/loop", 502)):
        wrong = rf("POST", "/dataset/line-3/upload", image=address)
        assert (wrong.status_code, "Could not fetch image URL" in error(wrong)["message"]) == (
            status,
            True,
        )


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.org/a", "http://[::1", "http://", "a.png"]
)
def test_only_the_web_is_fetched_from(rf: Rf, project: Project, address: str) -> None:
    answer = rf("POST", "/dataset/line-3/upload", image=address)

    assert answer.status_code == 400
    assert "Could not fetch image URL" in error(answer)["message"]


def test_the_network_inside_is_out_of_reach(rf: Rf, project: Project, host: str) -> None:
    for address in (f"{host}/picture", "http://localhost/", "http://169.254.169.254/latest"):
        answer = rf("POST", "/dataset/line-3/upload", image=address)

        assert answer.status_code == 400
        assert "inside a network" in error(answer)["message"]
