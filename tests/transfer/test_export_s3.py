"""Exports where files lie in S3: moto plays the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from moto import mock_aws
from pytest_django import Settings

from assetlib.accounts.models import Workspace
from assetlib.environment import storage
from assetlib.jobs.models import Job
from assetlib.transfer.expiry import remove_old_exports
from assetlib.transfer.links import link_to
from images.files import names_of, original_url
from tests.factories import make_picture
from tests.metadata.writes import edit
from tests.transfer.exports import export, file_of, unzipped


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("ASSETLIB_STORAGE", "s3://assets/library?region=us-east-1")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="assets")
        settings.STORAGES = settings.STORAGES | {"default": storage("ASSETLIB_STORAGE", tmp_path)}
        yield client


def read(client: Client, url: str, **headers: str) -> tuple[int, bytes]:
    answer = client.get(url, headers=headers)
    return answer.status_code, b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_export_is_stored_in_the_bucket_and_read_by_parts(
    bucket: Any, client: Client, workspace: Workspace, settings: Settings
) -> None:
    image = make_picture(workspace, "frame.png")
    edit(image, {"line": 3})

    job = export(workspace, "zip")

    held = bucket.list_objects_v2(Bucket="assets", Prefix="library/exports/")["Contents"]
    assert [each["Size"] for each in held] == [job.result["size"]]
    whole = file_of(job)
    assert unzipped(whole).keys() == {"frame.png", "frame.json", ".library.jsonl"}
    assert read(client, link_to(job)) == (200, whole)
    assert read(client, link_to(job), Range="bytes=10-") == (206, whole[10:])
    assert read(client, link_to(job), Range="bytes=-7") == (206, whole[-7:])
    assert client.head(link_to(job))["Content-Length"] == str(len(whole))
    settings.EXPORT_DAYS = 0
    remove_old_exports()
    assert bucket.list_objects_v2(Bucket="assets", Prefix="library/exports/")["KeyCount"] == 0
    assert Job.objects.get().result["expired"]


def test_an_original_in_the_bucket_is_served_by_parts_or_missed(
    bucket: Any, client: Client, workspace: Workspace
) -> None:
    image = make_picture(workspace, "frame.png")
    with default_storage.open(next(names_of(image))) as file:
        whole = file.read()

    assert read(client, original_url(image)) == (200, whole)
    assert read(client, original_url(image), Range="bytes=2-5") == (206, whole[2:6])
    default_storage.delete(next(names_of(image)))
    assert client.get(original_url(image)).status_code == 404
    assert (
        "1 image left out: the file is missing in storage."
        in export(workspace, "zip").result["said"]
    )
