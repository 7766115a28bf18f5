"""A bucket as tests fill it, and runs as they ask for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.worker import work_off
from assetlib.mirror.models import LedgerRow, Mirror, Run
from assetlib.mirror.runs import enqueue_run
from assetlib.search.find import find
from images.models import Image
from images.trash import trash
from metadata.values import Scalar
from tests.factories import picture_bytes
from tests.metadata.writes import held

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def picture(number: int, kind: str = "PNG") -> bytes:
    """Return a picture of its own for each number."""
    return picture_bytes(kind, (8, 6), (number % 256, number // 256 % 256, 40))


@dataclass(frozen=True)
class Shelf:
    client: S3Client
    bucket: str

    def put(self, path: str, data: bytes | int) -> None:
        """Put bytes, or the picture of a number."""
        body = picture(data) if isinstance(data, int) else data
        self.client.put_object(Bucket=self.bucket, Key=path, Body=body)

    def say(self, path: str, said: dict[str, Any] | bytes) -> None:
        """Put a sidecar."""
        self.put(path, said if isinstance(said, bytes) else json.dumps(said).encode())

    def lock(self, path: str, data: bytes) -> None:
        """Put bytes that are listed, and cannot be read."""
        self.client.put_object(Bucket=self.bucket, Key=path, Body=data, StorageClass="GLACIER")

    def drop(self, path: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=path)


def make_shelf() -> Shelf:
    """Return a new bucket called “line3”, of the AWS that moto plays."""
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="line3")
    return Shelf(client, "line3")


def ran(mirror: Mirror, **asked: Any) -> Run:
    """Carry out a run, and return it when it has ended."""
    run = enqueue_run(Mirror.objects.get(pk=mirror.pk), by=None, **asked)
    return done(run)


def done(run: Run) -> Run:
    work_off()
    run.refresh_from_db()
    assert not run.under_way
    return run


def row_at(mirror: Mirror, path: str) -> LedgerRow:
    return mirror.ledger.select_related("image").get(path=path)


def image_at(mirror: Mirror, path: str) -> Image:
    image = row_at(mirror, path).image
    assert image is not None
    return image


def entries_at(mirror: Mirror, path: str) -> dict[str, Scalar]:
    return held(image_at(mirror, path))


def outcomes(mirror: Mirror) -> dict[str, str]:
    return dict(mirror.ledger.values_list("path", "outcome"))


def found(mirror: Mirror, query: str) -> list[str]:
    """Return the ids of the images that a query finds."""
    return [image.public_id for image in find(mirror.workspace, query).images]


def to_trash(image: Image) -> None:
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])
