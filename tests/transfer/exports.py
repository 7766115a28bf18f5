"""Short ways to export in tests, and to look into what came out."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZipFile

import pyarrow
from django.core.files.storage import default_storage

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from assetlib.transfer.export import enqueue_export

# At its first array it imports pandas, if that is there; not while a job holds the test's lock.
pyarrow.array([0])

SAID: dict[str, Any] = {
    "camera_id": "cam001",
    "serial": "007",
    "lens": "35",
    "temperature": 72.5,
    "line": 3,
    "below": -2.5,
    "reviewed": True,
    "note": '=HYPERLINK("http://x")',
    "label": "true",
    "multi": "one\ntwo, “three”\u2028",
    "odd": "a\x01\rb \ufffe",
    "spaces": "  x ",
    "capture.iso": 100,
}

# Within a picture of 64 × 48 pixels.
CAR = Drawn("car", 4, 8, 16, 12)
MAN = Drawn("man & dog", 10.5, 0, 20.25, 47.125)


def export(workspace: Workspace, format_name: str, query: str = "", **asked: Any) -> Job:
    """Return the done job of an export."""
    job = enqueue_export(workspace, query, format_name, by=None, **asked)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.error) == (Status.DONE, "")
    return job


def file_of(job: Job) -> bytes:
    with default_storage.open(job.result["file"]) as file:
        return bytes(file.read())


def exported(workspace: Workspace, format_name: str, query: str = "", **asked: Any) -> bytes:
    return file_of(export(workspace, format_name, query, **asked))


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive, each of them checked, no name twice."""
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


def lines_of(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]
