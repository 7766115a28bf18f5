"""The demo's mirror: configured, and run where the environment names an S3 server for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from assetlib.accounts.models import User, Workspace
from assetlib.demo.scenes import scenes
from assetlib.jobs.worker import work_off
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.configure import keep_credential, keep_mirror
from assetlib.mirror.models import Addressing, Credential, Mirror, Run
from assetlib.mirror.runs import enqueue_run
from assetlib.mirror.work import said_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NAME, BUCKET, PREFIX = "plant-store", "assetlib-demo", "plant/"
# Pictures that the library does not have otherwise; the last has a sidecar that breaks off.
COUNT, SEED = 12, 2
BROKEN = b'{"camera_id": "cam003", "line": }'
# A name that never leads anywhere.
NOWHERE = "https://store.plant.example"


def configure(workspace: Workspace) -> Mirror:
    """Return the demo's mirror; made once, then it is the user's."""
    credential = workspace.credentials.filter(name=NAME).first()
    if credential is None or settings.DEMO_S3:
        credential = _credential(workspace, credential)
    mirror = workspace.mirrors.filter(name=NAME).first()
    if mirror is None:
        mirror = Mirror(workspace=workspace, name=NAME, credential=credential)
        mirror.bucket, mirror.prefix, mirror.exclude = BUCKET, PREFIX, "**/drafts/**"
        mirror.project = workspace.projects.filter(slug="conveyor-line-3").first()
        keep_mirror(mirror)
    return mirror


def _credential(workspace: Workspace, known: Credential | None) -> Credential:
    credential = known or Credential(workspace=workspace, name=NAME)
    credential.access_key_id = settings.DEMO_S3_KEY or "demo"
    credential.endpoint_url = settings.DEMO_S3 or NOWHERE
    credential.addressing = Addressing.PATH
    keep_credential(credential, secret_access_key=settings.DEMO_S3_SECRET or "demo")
    return credential


def follow(mirror: Mirror, by: User) -> str:
    """Fill the bucket and run the mirror; return what came of it. Raises BucketError."""
    try:
        _fill()
    except (BotoCoreError, ClientError) as error:
        raise BucketError(f"{settings.DEMO_S3}: {error}") from error
    run = enqueue_run(mirror, by=by)
    work_off(only=run.job)
    run = Run.objects.get(pk=run.pk)
    return run.message or said_of(run.counters)


def _fill() -> None:
    """Put the pictures there, each with its sidecar; the bucket is made if it is missing."""
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=settings.DEMO_S3,
        region_name="us-east-1",
        aws_access_key_id=settings.DEMO_S3_KEY,
        aws_secret_access_key=settings.DEMO_S3_SECRET,
        config=Config(
            s3={"addressing_style": "path"},
            # Not every store knows the checksums that boto3 would send by default.
            request_checksum_calculation="when_required",
            # Somebody waits for the demo.
            connect_timeout=5,
            retries={"total_max_attempts": 2},
        ),
    )
    known = {each.get("Name") for each in client.list_buckets()["Buckets"]}
    if BUCKET not in known:
        client.create_bucket(Bucket=BUCKET)
    for path, data in _objects():
        client.put_object(Bucket=BUCKET, Key=path, Body=data)


def _objects() -> Iterator[tuple[str, bytes]]:
    for index, scene in enumerate(scenes(COUNT, seed=SEED), start=1):
        stem = scene.filename.rpartition(".")[0]
        yield PREFIX + scene.filename, scene.data
        said = BROKEN if index == COUNT else json.dumps(scene.metadata).encode()
        yield f"{PREFIX}{stem}.json", said
