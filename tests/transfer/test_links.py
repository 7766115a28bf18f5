"""The signed addresses of exports: who may, for how long, and how a broken download goes on."""

from __future__ import annotations

import time
from contextlib import closing

import pytest
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job
from assetlib.transfer.export import enqueue_export, signed_link
from assetlib.transfer.links import SIGNER, link_to
from images.storage import read_part
from tests.factories import make_image
from tests.transfer.exports import export, file_of


@pytest.fixture
def job(workspace: Workspace) -> Job:
    for number in range(30):
        make_image(workspace, f"frame {number}.jpg")
    return export(workspace, "jsonl", name="Nachtschicht ü “1”")


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_who_has_the_address_has_the_file_and_its_name(client: Client, job: Job) -> None:
    answer = client.get(link_to(job))

    assert answer.status_code == 200
    assert body(answer) == file_of(job)
    assert answer["Content-Length"] == str(job.result["size"])
    assert answer["Content-Type"] == "application/x-ndjson"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Nachtschicht%20%C3%BC%20%E2%80%9C1%E2%80%9D.jsonl"
    )


def test_a_head_says_all_and_sends_nothing(client: Client, job: Job) -> None:
    answer = client.head(link_to(job), headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer["Content-Length"]) == (200, str(job.result["size"]))
    assert body(answer) == b""


def test_the_link_names_the_server(workspace: Workspace, job: Job) -> None:
    request = RequestFactory().get("/", headers={"Host": "localhost:8300"})

    assert signed_link(job, request).startswith("http://localhost:8300/exports/")
    assert signed_link(enqueue_export(workspace, "", "csv", by=None), request) == ""


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=-99999999", 206, slice(None)),
        ("bytes=5-99999999", 206, slice(5, None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=0-1,4-5", 200, slice(None)),
        ("bytes=٣-", 200, slice(None)),
    ],
)
def test_ranges(client: Client, job: Job, asked: str, status: int, part: slice) -> None:
    whole = file_of(job)

    answer = client.get(link_to(job), headers={"Range": asked.encode().decode("latin-1")})

    assert answer.status_code == status
    assert body(answer) == whole[part]
    if status == 206:
        start, stop, _ = part.indices(len(whole))
        assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
def test_a_range_behind_the_end_says_where_the_end_is(client: Client, job: Job, asked: str) -> None:
    answer = client.get(link_to(job), headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{job.result['size']}")


def test_one_goes_on_with_the_same_file_alone(client: Client, job: Job) -> None:
    etag = client.head(link_to(job))["ETag"]

    for said, status in [(etag, 206), ('"another"', 200), (f"W/{etag}", 200)]:
        headers = {"Range": "bytes=5-", "If-Range": said}
        answer = client.get(link_to(job), headers=headers)
        assert (answer.status_code, len(body(answer)) < job.result["size"]) == (
            status,
            status == 206,
        )
    assert client.get(link_to(job), headers={"If-None-Match": etag}).status_code == 304


def test_a_forged_address_is_none(client: Client, job: Job) -> None:
    for forged in (link_to(job)[:-1], link_to(job) + "x", "/exports/x", "/exports/a:b:c"):
        answer = client.get(forged)
        assert answer.status_code == 404
        assert "no link to an export" in answer.content.decode()
    assert client.post(link_to(job)).status_code == 405


def test_an_old_address_has_expired(
    client: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("django.core.signing.time.time", lambda: time.time_ns() / 1e9 - 90_000)
        link = link_to(job)

    answer = client.get(link)

    assert answer.status_code == 410
    assert answer.content.decode() == (
        "This link has expired; the page of the export has a new one.\n"
    )


def test_what_is_removed_is_said_to_be(client: Client, job: Job) -> None:
    link = link_to(job)
    default_storage.delete(job.result["file"])
    assert (client.get(link).status_code, b"missing" in client.get(link).content) == (410, True)
    Job.objects.update(result={"said": "Expired"})
    assert (client.get(link).status_code, b"expired" in client.get(link).content) == (410, True)


def test_a_link_to_another_job_is_none(client: Client, workspace: Workspace) -> None:
    job = Job.objects.create(workspace=workspace, kind="undo", result={"file": "secret"})

    assert client.get(f"/exports/{SIGNER.sign(job.public_id)}").status_code == 410


def test_a_part_is_read_without_the_rest(job: Job) -> None:
    with closing(read_part(job.result["file"], 10, 20)) as part:
        assert b"".join(part) == file_of(job)[10:20]
