"""What a search finds as a zip: asked for, waited for, and fetched without an API key."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from assetlib.accounts.models import Scope
from assetlib.api.rf.entrance import Call, RfError, entrance, text_of
from assetlib.api.rf.tasks import error_of, job_of
from assetlib.jobs.models import Status
from assetlib.transfer.export import ExportError, enqueue_export, signed_link
from assetlib.transfer.formats import FORMATS
from images.models import Project

# The client unpacks whatever it gets.
ENDING = "zip"
# How the names begin that the client's users know formats by: yolov8, coco-segmentation …
FAMILIES = {"coco": "coco", "yolo": "yolo", "darknet": "yolo", "pascal": "voc"}


@entrance(Scope.READ, "POST")
def start(call: Call) -> HttpResponse:
    """Have what the query finds exported; the “link” is what the client asks for next."""
    body = call.json()
    texts = {name: text_of(body, name) for name in ("query", "dataset", "annotationGroup", "name")}
    if texts["dataset"] and texts["annotationGroup"]:
        raise RfError(400, "Say “dataset” or “annotationGroup”, not both.")
    slug = texts["dataset"] or texts["annotationGroup"]
    try:
        job = enqueue_export(
            call.workspace,
            texts["query"],
            _format(text_of(body, "format") or "coco"),
            by=call.by,
            name=texts["name"],
            # The client has no way to say that it means a query all the same.
            force=True,
            scope=_project(call, slug) if slug else None,
        )
    except ExportError as problem:
        raise RfError(400, problem.message) from problem
    return JsonResponse({"success": True, "link": job.public_id}, status=202)


@entrance(Scope.READ, "GET")
def poll(call: Call, export: str) -> dict[str, Any]:
    """Say whether the zip is there, and where; one that will never be is an error."""
    job = job_of(call, export, "export")
    if error := error_of(job):
        # Told that it is not ready the client would wait for half an hour.
        raise RfError(410, error, kind="ExportFailed")
    if job.status != Status.DONE:
        return {"ready": False}
    link = signed_link(job, call.request)
    if not link:
        raise RfError(410, "The file of this export is removed; export it again.", kind="Gone")
    return {"ready": True, "link": link}


def _format(name: str) -> str:
    found = next((own for begin, own in FAMILIES.items() if name.lower().startswith(begin)), name)
    zips = [each.name for each in FORMATS.values() if each.ending == ENDING]
    if found not in zips:
        raise RfError(400, f"There is no format “{name[:100]}”; {', '.join(zips)} would work.")
    return found


def _project(call: Call, slug: str) -> Project:
    return call.project(slug.rpartition("/")[2])
