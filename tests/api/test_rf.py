"""The compatible face, request by request, as the official client makes them."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from assetlib.accounts.api_keys import create_api_key, revoke_api_key
from assetlib.accounts.models import ApiKey, Scope, Workspace
from assetlib.accounts.slugs import RESERVED_PROJECTS
from assetlib.changes.models import ChangeSet, Origin
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel
from assetlib.jobs.worker import work_off
from images.models import Image, Project
from tests.factories import (
    make_image,
    make_picture,
    make_project,
    make_workspace,
    picture_bytes,
    put_in,
)
from tests.metadata.writes import edit, held, tags_of
from tests.transfer.zips import png, zip_bytes


@contextmanager
def freeze_signing(seconds: float) -> Iterator[None]:
    """Sign in the block as if it were so many seconds later."""
    with pytest.MonkeyPatch.context() as patched:
        then = time.time() + seconds
        patched.setattr("django.core.signing.time.time", lambda: then)
        yield


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


@pytest.fixture
def secret(workspace: Workspace) -> str:
    return create_api_key(workspace, "uploader", [Scope.READ, Scope.WRITE])[1]


@pytest.fixture
def rf(secret: str) -> Rf:
    return Rf(secret)


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return make_project(workspace, "Line 3")


def picture(name: str = "frame.png", colour: tuple[int, int, int] = (9, 90, 200)) -> io.BytesIO:
    file = io.BytesIO(picture_bytes("PNG", colour=colour))
    file.name = name
    return file


def error(answer: Any) -> dict[str, str]:
    said: dict[str, str] = answer.json()["error"]
    assert {*said} == {"message", "type", "hint"}
    return said


def test_an_api_key_says_whose_it_is(rf: Rf) -> None:
    for method in ("GET", "POST"):
        assert rf(method, "/").json()["workspace"] == "acme"
    bearer = Client().get("/rf/", headers={"Authorization": f"Bearer {rf.secret}"})
    assert bearer.json()["workspace"] == "acme"


@pytest.mark.parametrize("secret", ["", "al_wrong", "\0", "\ud800".encode("utf-8", "replace")])
def test_nobody_gets_in_without_one(workspace: Workspace, secret: Any) -> None:
    answer = Rf(secret)("GET", "/")

    assert answer.status_code == 401
    assert error(answer)["message"] in {
        "This API key is not valid.",
        "Send an API key: “?api_key=al_…” or “Authorization: Bearer al_…”.",
    }
    assert "create_api_key" in error(answer)["hint"]


def test_without_one_it_is_said_where_it_goes(workspace: Workspace) -> None:
    assert error(Rf("")("GET", "/"))["message"].startswith("Send an API key: “?api_key=")


def test_a_revoked_one_is_none(rf: Rf) -> None:
    revoke_api_key(ApiKey.objects.get())

    assert rf("GET", "/").status_code == 401


def test_another_workspace_is_not_there(rf: Rf) -> None:
    make_project(make_workspace("other"), "Secret")

    for address in ("/other", "/other/secret", "/nowhere"):
        assert rf("GET", address).status_code == 404


def test_who_may_only_read_changes_nothing(workspace: Workspace, project: Project) -> None:
    reader = Rf(create_api_key(workspace, "reader", [Scope.READ])[1])
    image = make_image(workspace)

    assert reader("GET", "/acme").status_code == 200
    for answer in (
        reader("POST", f"/acme/images/{image.public_id}/metadata", {"metadata": {"a": 1}}),
        reader.upload("line-3", {"file": picture()}),
        reader("DELETE", "/acme/images", {"images": [image.public_id]}),
    ):
        assert answer.status_code == 403
        assert "scope write" in error(answer)["message"]
    assert held(image) == {}


def test_projects_are_listed_made_and_shown(rf: Rf, project: Project) -> None:
    put_in(project, make_image(project.workspace), "train")
    body = {"name": "Held out", "type": "object-detection", "license": "MIT", "annotation": "x"}

    made = rf("POST", "/acme/projects", body).json()
    listed = rf("GET", "/acme").json()["workspace"]
    shown = rf("GET", "/acme/line-3").json()

    assert made["id"] == "acme/held-out"
    assert [each["name"] for each in listed["projects"]] == ["Held out", "Line 3"]
    assert shown["project"]["splits"] == {"train": 1, "valid": 0, "test": 0}
    assert shown["project"]["images"] == 1
    assert rf("GET", "/acme/nowhere").status_code == 404
    for wrong in ({}, {"name": ""}, {"name": 3}, {"name": "x" * 121}):
        assert rf("POST", "/acme/projects", wrong).status_code == 400


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


def test_a_search_pages_through_all_it_finds(rf: Rf, workspace: Workspace) -> None:
    for number in range(5):
        edit(make_image(workspace), {"n": number}, add_tags=["night"] if number else [])
    fields = ["name", "tags", "user_metadata", "width", "projects", "created", "unknown"]
    found, token = [], None
    while True:
        body = {"query": "tag:night", "pageSize": 3, "fields": fields, "continuationToken": token}
        page = rf("POST", "/acme/search/v1", body).json()
        assert page["total"] == 4
        found += page["results"]
        if not (token := page["continuationToken"]):
            break

    assert [hit["user_metadata"]["n"] for hit in found] == [4, 3, 2, 1]
    assert {*found[0]} == {"id", *fields} - {"unknown"}
    assert (found[0]["width"], found[0]["projects"]) == (640, [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"query": "tag:night AND"}, "nothing to work on"),
        ({"query": 3}, "is a text"),
        ({"query": "", "pageSize": 0}, "from 1 to 1,000"),
        ({"query": "", "pageSize": "5"}, "whole number"),
        ({"query": "", "fields": "name"}, "list of names"),
        ({"query": "", "continuationToken": "forged"}, "continuationToken"),
        ([], "no JSON object"),
    ],
)
def test_what_is_wrong_with_a_search_is_said(
    rf: Rf, workspace: Workspace, body: object, message: str
) -> None:
    answer = rf("POST", "/acme/search/v1", body)

    assert answer.status_code == 400
    assert message in error(answer)["message"]


def test_a_project_is_searched_by_offset(rf: Rf, project: Project) -> None:
    images = [make_image(project.workspace, f"{n}.jpg") for n in range(4)]
    for image in images[1:]:
        put_in(project, image, "train", "May 3")
    edit(images[3], {"camera_id": "cam001"}, add_tags=["night"])
    names = {image.public_id: image.filename for image in images}

    def found(**body: Any) -> list[str]:
        asked = {"offset": 0, "limit": 50, "batch": False, "fields": ["id"], **body}
        return [
            names[hit["id"]] for hit in rf("POST", "/acme/line-3/search", asked).json()["results"]
        ]

    assert found() == ["3.jpg", "2.jpg", "1.jpg"]
    assert found(offset=1, limit=1) == ["2.jpg"]
    assert found(offset=3) == found(offset=99) == []
    assert found(tag="night") == found(prompt="camera_id:cam001") == ["3.jpg"]
    assert found(batch_id="May 3", in_dataset=True) == found(batch=True) == found()
    assert found(mediaTypes=["image", "video"]) == found()
    assert found(mediaTypes=["video"]) == found(annotation_job=True) == []
    assert found(annotation_job_id="j1") == found(class_name="cat") == []
    assert found(prompt="two trucks, (at night") == found()
    assert found(prompt="tag:night OR filename:1.jpg") == ["3.jpg", "1.jpg"]
    assert found(prompt="sort:filename", batch_id="May 3") == ["1.jpg", "2.jpg", "3.jpg"]


def test_pictures_are_not_compared(rf: Rf, project: Project) -> None:
    answer = rf("POST", "/acme/line-3/search", {"like_image": "x"})

    assert answer.status_code == 400
    assert "like_image" in error(answer)["message"]


def test_one_image_is_shown_whole(rf: Rf, project: Project) -> None:
    image = make_picture(project.workspace, "a.png")
    put_in(project, image, "test")
    edit(image, {"line": 3, "ok": True}, add_tags=["night"])

    shown = rf("GET", f"/acme/line-3/images/{image.public_id}").json()["image"]

    assert (shown["name"], shown["split"], shown["tags"]) == ("a.png", "test", ["night"])
    assert shown["user_metadata"] == shown["metadata"] == {"line": 3, "ok": True}
    original = Client().get(shown["urls"]["original"])
    assert original.getvalue().startswith(b"\x89PNG")
    other = make_image(project.workspace)
    assert rf("GET", f"/acme/line-3/images/{other.public_id}").status_code == 404


def test_one_image_is_changed_as_a_whole_or_not_at_all(rf: Rf, workspace: Workspace) -> None:
    image = make_image(workspace)
    edit(image, {"old": 1}, add_tags=["dawn"])
    address = f"/acme/images/{image.public_id}/metadata"
    body = {
        "metadata": {"line": 95, "at": {"x": 72.5}, "ok": True},
        "removeMetadata": ["old"],
        "addTags": ["night"],
        "removeTags": ["dawn"],
    }

    assert rf("POST", address, body).json() == {"success": True}
    assert held(image) == {"line": 95, "at.x": 72.5, "ok": True}
    assert tags_of(image) == ["night"]

    for wrong, message in (
        ({}, "At least one of"),
        ({"metadata": {"bad key": 1, "line": 4}}, "bad_key"),
        ({"metadata": {"a": 1}, "removeMetadata": ["a"]}, "both set and removed"),
        ({"addTags": ["x"], "removeTags": ["X"]}, "both added and removed"),
        ({"addTags": ["no tag!"]}, "Invalid tag"),
        ({"addTags": "night"}, "list of texts"),
    ):
        answer = rf("POST", address, wrong)
        assert (answer.status_code, message in error(answer)["message"]) == (400, True), wrong
    assert held(image)["line"] == 95
    assert rf("POST", "/acme/images/nobody/metadata", body).status_code == 404


def test_many_images_are_changed_by_a_task_that_says_what_failed(
    rf: Rf, workspace: Workspace
) -> None:
    first, second = make_image(workspace), make_image(workspace)
    updates = [
        {"imageId": first.public_id, "metadata": {"line": 95, "at": {"x": 72.5}, "ok": True}},
        {"imageId": "nobody", "addTags": ["night"]},
        {"imageId": second.public_id, "addTags": ["night"]},
    ]

    answer = rf("POST", "/acme/images/metadata", {"updates": updates})
    asked = answer.json()
    address = urlsplit(asked["url"])
    before = rf("GET", f"/acme/asynctasks/{asked['taskId']}").json()
    work_off()
    after = rf("GET", address.path.removeprefix("/rf")).json()

    assert answer.status_code == 202
    assert (address.scheme, address.netloc) == ("http", "testserver")
    assert before == {
        "taskId": asked["taskId"],
        "status": "created",
        "progress": {"current": 0, "total": 3},
        "result": {},
        "error": None,
    }
    assert (after["status"], after["progress"]) == ("completed", {"current": 3, "total": 3})
    assert after["result"] == {
        "totalProcessed": 3,
        "succeeded": 2,
        "failed": 1,
        "failedItems": [{"imageId": "nobody", "error": "There is no image “nobody”."}],
    }
    assert held(first) == {"line": 95, "at.x": 72.5, "ok": True}
    assert tags_of(second) == ["night"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"imageId": "b"}, "updates[1] (b): At least one of"),
        ({"addTags": ["x"]}, "updates[1] has no “imageId”"),
        ({"imageId": "b", "metadata": {"bad key": 1}}, "updates[1] (b): bad key"),
        ({"imageId": "b", "metadata": {"a": [1]}}, "updates[1] (b): a: is an array"),
        ({"imageId": "b", "addTags": ["no tag!"]}, "Invalid tag"),
        ({"imageId": "b", "metadata": {"a": 1}, "removeMetadata": ["a"]}, "both set and removed"),
        ({"imageId": "b", "addTags": ["x"], "removeTags": ["X"]}, "both added and removed"),
        ({"imageId": "a", "addTags": ["x"]}, "in the batch twice"),
        ("b", "list of objects"),
    ],
)
def test_one_wrong_update_refuses_the_batch(
    rf: Rf, workspace: Workspace, wrong: object, message: str
) -> None:
    updates = [{"imageId": "a", "metadata": {"line": 3}}, wrong]

    answer = rf("POST", "/acme/images/metadata", {"updates": updates})

    assert answer.status_code == 400
    assert message in error(answer)["message"]
    assert not Job.objects.exists()


def test_a_batch_has_from_one_to_a_thousand_updates(rf: Rf, workspace: Workspace) -> None:
    def answer(count: int) -> Any:
        updates = [{"imageId": f"i{number}", "addTags": ["x"]} for number in range(count)]
        return rf("POST", "/acme/images/metadata", {"updates": updates})

    assert answer(1_000).status_code == 202
    for count in (0, 1_001):
        assert answer(count).status_code == 400
        assert "from 1 to 1,000" in error(answer(count))["message"]


@pytest.mark.parametrize(
    ("status", "said", "error_"),
    [
        (Status.CREATED, "created", None),
        (Status.RUNNING, "running", None),
        (Status.DONE, "completed", None),
        (Status.FAILED, "failed", "The disk is full."),
        (Status.CANCELLED, "failed", "It was cancelled. What was done until then stays."),
    ],
)
def test_a_task_is_told_in_the_words_of_the_client(
    rf: Rf, workspace: Workspace, status: Status, said: str, error_: str | None
) -> None:
    result = {"total": 1, "failed": []} if status == Status.DONE else {}
    kept = "The disk is full." if status == Status.FAILED else ""
    job = Job.objects.create(
        workspace=workspace, kind="update-many", status=status, error=kept, result=result
    )

    shown = rf("GET", f"/acme/asynctasks/{job.public_id}").json()

    assert (shown["status"], shown["error"]) == (said, error_)
    assert isinstance(shown["result"], dict)
    stranger = Job.objects.create(workspace=make_workspace("other"), kind="update-many")
    for unknown in (stranger.public_id, "nobody"):
        assert rf("GET", f"/acme/asynctasks/{unknown}").status_code == 404


def test_a_zip_is_sent_to_a_signed_address_and_followed(
    rf: Rf, workspace: Workspace, project: Project
) -> None:
    body = {"annotationOverwrite": False, "split": None, "tags": ["night"], "batchName": "May"}
    data = zip_bytes({"valid/a.png": png(1), "valid/a.json": {"n": 95}, "b.png": b"no image"})

    asked = rf("POST", "/acme/line-3/upload/zip", body)
    address = urlsplit(asked.json()["signedUrl"])
    status = f"/acme/upload/zip/{asked.json()['taskId']}"
    before = rf("GET", status).json()
    # The client sends no API key with it, and no cookie.
    signed = f"{address.path}?{address.query}"
    sent = Client(enforce_csrf_checks=True).put(signed, data, content_type="application/zip")
    waiting = rf("GET", status).json()
    work_off()
    after = rf("GET", status).json()

    assert (asked.status_code, sent.status_code) == (201, 200)
    assert (address.scheme, address.netloc) == ("http", "testserver")
    assert (before["status"], before["uploadErrors"]) == ("created", [])
    assert (waiting["status"], waiting["progress"]) == ("created", {"current": 0, "total": 2})
    assert (after["status"], after["progress"]) == ("completed", {"current": 2, "total": 2})
    ((file, message),) = [each.values() for each in after["uploadErrors"]]
    assert (file, "no image that can be kept" in message) == ("b.png", True)
    membership = project.memberships.get()
    assert (membership.split, membership.batch) == ("valid", "May")
    assert (held(membership.image), tags_of(membership.image)) == ({"n": 95}, ["night"])
    again = Client().put(signed, data, content_type="application/zip")
    assert (again.status_code, "already" in error(again)["message"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"split": "half"}, "train, valid, test"),
        ({"split": 3}, "“split” is a text"),
        ({"tags": "night"}, "list of texts"),
        ({"tags": ["no tag!"]}, "Invalid tag"),
        ({"tags": ["x"] * 51}, "at most 50"),
        ({"batchName": "x" * 121}, "at most 120"),
    ],
)
def test_what_is_wrong_with_a_zip_is_said_before_it_is_sent(
    rf: Rf, project: Project, body: object, message: str
) -> None:
    answer = rf("POST", "/acme/line-3/upload/zip", body)

    assert answer.status_code == 400
    assert message in error(answer)["message"]


def test_what_is_sent_badly_is_refused_and_nothing_kept(
    rf: Rf, project: Project, settings: Any
) -> None:
    def address() -> str:
        signed: str = rf("POST", "/acme/line-3/upload/zip", {}).json()["signedUrl"]
        return signed.removeprefix("http://testserver")

    def put(address: str, data: bytes = b"PK") -> Any:
        return Client().put(address, data, content_type="application/zip")

    assert put(address()).status_code == 415
    settings.ZIP_MAX_BYTES = 1_000
    large = put(address(), b"x" * 1_001)
    assert (large.status_code, error(large)["type"]) == (413, "RefusedFile")
    assert put(address()[:-3]).status_code == 403
    with freeze_signing(-25 * 3_600):
        late = address()
        task = rf("POST", "/acme/line-3/upload/zip", {}).json()["taskId"]
    assert (put(late).status_code, "expired" in error(put(late))["message"]) == (403, True)
    waited = rf("GET", f"/acme/upload/zip/{task}").json()
    assert (waited["status"], len(waited["uploadErrors"])) == ("failed", 1)
    good = address()
    revoke_api_key(ApiKey.objects.get())
    assert (put(good).status_code, "revoked" in error(put(good))["message"]) == (403, True)
    assert not Job.objects.exists()


def test_a_zip_of_nobody_is_not_found(rf: Rf, project: Project) -> None:
    make_project(make_workspace("other"), "Secret")

    assert rf("POST", "/acme/secret/upload/zip", {}).status_code == 404
    for task in ("nobody", "a:b:c"):
        assert rf("GET", f"/acme/upload/zip/{task}").status_code == 404


def test_an_export_is_waited_for_and_fetched_without_an_api_key(rf: Rf, project: Project) -> None:
    inside, outside = (make_picture(project.workspace, name) for name in ("a.png", "b.png"))
    put_in(project, inside, "train")
    for image in (inside, outside):
        edit(image, {"line": 3}, add_tags=["night"])

    def export(**body: Any) -> list[str]:
        asked = rf("POST", "/acme/search/export", {"query": "tag:night", "format": "coco", **body})
        assert asked.status_code == 202
        assert asked.json()["success"] is True
        address = f"/acme/search/export/{asked.json()['link']}"
        assert rf("GET", address).json() == {"ready": False}
        work_off()
        ready = rf("GET", address)
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        link = urlsplit(ready.json()["link"])
        fetched = Client().get(link.path + (f"?{link.query}" if link.query else ""))
        assert (link.scheme, link.netloc, fetched.status_code) == ("http", "testserver", 200)
        with zipfile.ZipFile(io.BytesIO(fetched.getvalue())) as archive:
            return [name for name in archive.namelist() if name.endswith(".png")]

    assert len(export()) == len(export(format="coco-segmentation", name="mine")) == 2
    for scope in ({"dataset": "line-3"}, {"annotationGroup": "line-3"}):
        assert [name.rpartition("/")[2] for name in export(**scope)] == ["a.png"]
    assert export(query="has:nothing") == []


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"query": "tag:night AND"}, 400, "nothing to work on"),
        ({"query": 3}, 400, "“query” is a text"),
        ({"query": "", "format": "xls"}, 400, "no format “xls”; coco"),
        ({"query": "", "format": "csv"}, 400, "no format “csv”; coco"),
        ({"query": "", "name": "x" * 101}, 400, "at most 100"),
        ({"query": "", "dataset": "a", "annotationGroup": "b"}, 400, "not both"),
        ({"query": "", "dataset": "nowhere"}, 404, "no project “nowhere”"),
    ],
)
def test_what_is_wrong_with_an_export_is_said(
    rf: Rf, workspace: Workspace, body: object, status: int, message: str
) -> None:
    answer = rf("POST", "/acme/search/export", body)

    assert answer.status_code == status
    assert message in error(answer)["message"]
    assert not Job.objects.exists()


def test_an_export_that_will_never_be_is_an_error(rf: Rf, workspace: Workspace) -> None:
    link = rf("POST", "/acme/search/export", {"query": ""}).json()["link"]
    cancel(Job.objects.get())

    answer = rf("GET", f"/acme/search/export/{link}")

    assert (answer.status_code, "cancelled" in error(answer)["message"]) == (410, True)
    update = rf("POST", "/acme/images/metadata", {"updates": [{"imageId": "a", "addTags": ["x"]}]})
    for unknown in ("nobody", update.json()["taskId"]):
        assert rf("GET", f"/acme/search/export/{unknown}").status_code == 404


@pytest.mark.parametrize(
    ("operation", "tags", "expected"),
    [
        ("add", "night", ["Dawn", "night"]),
        ("remove", ["dawn"], []),
        ("set", ["day", "dawn"], ["Dawn", "day"]),
    ],
)
def test_tags_of_an_image_are_added_removed_and_set(
    rf: Rf, project: Project, operation: str, tags: object, expected: list[str]
) -> None:
    image = make_image(project.workspace)
    put_in(project, image)
    edit(image, add_tags=["Dawn"])
    address = f"/acme/line-3/images/{image.public_id}/tags"

    assert rf("POST", address, {"operation": operation, "tags": tags}).json() == {"success": True}
    assert tags_of(image) == expected
    assert rf("POST", address, {"operation": "twist", "tags": tags}).status_code == 400


def test_images_leave_the_project_and_then_the_workspace(rf: Rf, project: Project) -> None:
    inside, outside = make_image(project.workspace), make_image(project.workspace)
    put_in(project, inside)
    ids = [inside.public_id, outside.public_id, "nobody"]

    first = rf("DELETE", "/acme/images", {"images": ids}).json()
    left = rf("DELETE", "/acme/line-3/images", {"images": ids})
    second = rf("DELETE", "/acme/images", {"images": [inside.public_id]}).json()

    assert first == {
        "deletedSources": 1,
        "skippedSources": 2,
        "deleted": 1,
        "skipped": 2,
        "deletedImages": [outside.public_id],
        "skippedImages": [inside.public_id, "nobody"],
    }
    assert (left.status_code, left.content) == (204, b"")
    assert second["deletedImages"] == [inside.public_id]
    assert rf("DELETE", "/acme/images", {"images": []}).status_code == 400


def test_batches_of_a_project(rf: Rf, project: Project) -> None:
    for name in ("May", "May", "June", ""):
        put_in(project, make_image(project.workspace), batch=name)

    listed = rf("GET", "/acme/line-3/batches").json()["batches"]

    assert [(each["name"], each["images"]) for each in listed] == [("June", 1), ("May", 2)]
    assert rf("GET", "/acme/line-3/batches/May").json()["batch"]["images"] == 2
    assert rf("GET", "/acme/line-3/batches/July").status_code == 404


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/acme/line-3/1/train"),
        ("GET", "/acme/line-3/1"),
        ("GET", "/acme/line-3/models"),
        ("GET", "/models/x/y/z/w"),
        ("GET", "/universe/search"),
        ("GET", "/usage/plan"),
        ("GET", "/batch-processing/v1/external/acme/jobs"),
        ("GET", "/acme/trash"),
        ("POST", "/acme/trash/restore"),
        ("GET", "/acme/groups"),
        ("GET", "/acme/workflows/x"),
        ("GET", "/acme/stats"),
        ("GET", "/acme/api-keys"),
        ("POST", "/acme/billing-usage-report"),
        ("POST", "/acme/line-3/upload/video"),
        ("PUT", "/acme"),
        ("GET", "/acme/search/v1"),
    ],
)
def test_what_this_server_is_not_is_said(
    rf: Rf, project: Project, method: str, address: str
) -> None:
    answer = rf(method, address)

    assert answer.status_code == 404
    assert error(answer)["message"] == f"{method} {address} is not part of this server."


def test_a_project_is_not_deleted_for_good(rf: Rf, project: Project) -> None:
    answer = rf("DELETE", "/acme/line-3")

    assert answer.status_code == 404
    assert "no trash" in error(answer)["message"]
    assert Project.objects.get() == project


@pytest.mark.parametrize("name", sorted(RESERVED_PROJECTS))
def test_no_project_is_called_like_an_address(rf: Rf, workspace: Workspace, name: str) -> None:
    made = rf("POST", "/acme/projects", {"name": name.title()}).json()

    assert made["id"] == f"acme/{name}-2"
    assert rf("GET", f"/acme/{name}-2").json()["project"]["name"] == name.title()
