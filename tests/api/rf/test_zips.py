"""A zip is sent to a signed address and followed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from assetlib.accounts.api_keys import revoke_api_key
from assetlib.accounts.models import ApiKey, Workspace
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from images.models import Project
from tests.api.rf.requests import Rf, error
from tests.factories import make_project, make_workspace
from tests.metadata.writes import held, tags_of
from tests.transfer.zips import png, zip_bytes


@contextmanager
def freeze_signing(seconds: float) -> Iterator[None]:
    """Sign in the block as if it were so many seconds later."""
    with pytest.MonkeyPatch.context() as patched:
        then = time.time() + seconds
        patched.setattr("django.core.signing.time.time", lambda: then)
        yield


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
