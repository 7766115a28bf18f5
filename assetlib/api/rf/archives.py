"""A zip of images: an address to send it to, the sending, and how far it has come.

Nothing is written down before the zip is there: what was asked for travels in the address, signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import signing
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from assetlib.accounts.models import ApiKey, Scope
from assetlib.api.rf.entrance import Call, RfError, entrance, signed_entrance, text_of
from assetlib.api.rf.tasks import STATUSES, error_of
from assetlib.api.rf.uploads import checked_batch, checked_split, checked_tags
from assetlib.changes.models import Origin
from assetlib.jobs.models import Job, Status, new_public_id
from assetlib.transfer.upload import About
from assetlib.transfer.zip_upload import KIND, take_archive

BLOCK = 1 << 20
# Seconds in which the zip may be sent.
PATIENCE = 24 * 3_600
MOST_TAGS = 50
ADDRESS = "assetlib.api.rf.archives"
TASKS = signing.TimestampSigner(salt="assetlib.api.rf.archives.task")


@entrance(Scope.WRITE, "POST")
def prepare(call: Call, project: str) -> HttpResponse:
    """Return an address to send a zip for the project to, and a task to ask for."""
    body = call.json()
    public_id = new_public_id()
    asked = {
        "id": public_id,
        "api_key": call.by.pk,
        "project": call.project(project).pk,
        "split": checked_split(text_of(body, "split")),
        "batch": checked_batch(text_of(body, "batchName")),
        "tags": _tags(body),
        "overwrite": body.get("annotationOverwrite") is True,
    }
    token = signing.dumps(asked, salt=ADDRESS, compress=True)
    # In the query, which no log has a line of.
    address = call.request.build_absolute_uri(f"{reverse('rf:archive')}?token={token}")
    return JsonResponse({"taskId": TASKS.sign(public_id), "signedUrl": address}, status=201)


@signed_entrance("PUT")
def receive(request: HttpRequest) -> dict[str, Any]:
    """Take the zip that is the body, as large as it may be, and have a worker open it."""
    asked = _asked(request.GET.get("token", ""))
    api_key = ApiKey.objects.select_related("workspace").filter(pk=asked["api_key"]).first()
    if api_key is None or api_key.revoked_at is not None:
        raise RfError(403, "The API key this address was made with is revoked.", kind="Forbidden")
    project = api_key.workspace.projects.filter(pk=asked["project"]).first()
    if project is None:
        raise RfError(404, "The project of this address is gone.", kind="NotFound")
    twice = RfError(409, "A zip was sent to this address already.", kind="Conflict")
    if Job.objects.filter(public_id=asked["id"]).exists():
        raise twice
    try:
        take_archive(
            api_key.workspace,
            _blocks(request),
            About(project, asked["split"], asked["batch"], asked["tags"]),
            by=api_key,
            origin=Origin.API,
            overwrite=asked["overwrite"],
            public_id=asked["id"],
        )
    except IntegrityError as problem:
        # The other one arrived while this one was read.
        raise twice from problem
    return {"success": True}


@entrance(Scope.READ, "GET")
def status(call: Call, task: str) -> dict[str, Any]:
    """Say how far a zip has come; before it is sent, that it is waited for."""
    public_id, late = _read(task)
    job = call.workspace.jobs.filter(public_id=public_id, kind=KIND).first()
    if job is not None:
        return _told(task, job)
    errors = [{"message": "No zip was sent to the address in time."}] if late else []
    said = "failed" if late else STATUSES[Status.CREATED]
    return {"taskId": task, "status": said, "progress": _progress(0, 0), "uploadErrors": errors}


def _read(task: str) -> tuple[str, bool]:
    """Return the public id of the job, and whether its zip should have been sent by now."""
    try:
        return TASKS.unsign(task, max_age=PATIENCE), False
    except signing.SignatureExpired:
        return TASKS.unsign(task), True
    except signing.BadSignature as problem:
        raise RfError(404, f"There is no task “{task}”.", kind="NotFound") from problem


def _told(task: str, job: Job) -> dict[str, Any]:
    problems = job.result.get("problems", [])
    errors: list[dict[str, str]] = [{"file": path, "message": why} for path, why in problems]
    if error := error_of(job):
        errors.append({"message": error})
    return {
        "taskId": task,
        "status": STATUSES[Status(job.status)],
        "progress": _progress(job.done, job.total),
        "uploadErrors": errors,
        "counts": job.result.get("counts", {}),
    }


def _progress(current: int, total: int) -> dict[str, int]:
    return {"current": current, "total": total}


def _asked(token: str) -> dict[str, Any]:
    try:
        asked: dict[str, Any] = signing.loads(token, salt=ADDRESS, max_age=PATIENCE)
    except signing.SignatureExpired as problem:
        raise RfError(
            403, "This address has expired; ask for another.", kind="Forbidden"
        ) from problem
    except signing.BadSignature as problem:
        raise RfError(403, "This address is damaged.", kind="Forbidden") from problem
    return asked


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _tags(body: dict[str, Any]) -> list[str]:
    tags = body.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(name, str) for name in tags):
        raise RfError(400, "“tags” is a list of texts.")
    if len(tags) > MOST_TAGS:
        raise RfError(400, f"“tags” has at most {MOST_TAGS} names.")
    return checked_tags(tags)
