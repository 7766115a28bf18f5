"""Mirrors: which there are, what a run would do, runs, and what is known of each object."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Query, Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import mirror_schemas, schemas
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.jobs import accepted
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import ProblemError, not_found
from assetlib.mirror.models import LedgerRow, Mirror, Run
from assetlib.mirror.preview import enqueue_plan
from assetlib.mirror.runs import MirrorBusyError, enqueue_run

router = Router(tags=["mirrors"])
MOST_ID = 2**63 - 1


@operation(router, "GET", "/mirrors", scope=Scope.READ, answers={200: mirror_schemas.MirrorPage})
def mirrors(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the mirrors, by name."""
    rows = call.workspace.mirrors.select_related("project")
    page = page_of(rows, "name", limit=limit, cursor=cursor)
    return JsonResponse({"items": [mirror_object(each) for each in page.items], "next": page.next})


@operation(
    router, "GET", "/mirrors/{mirror}", scope=Scope.READ, answers={200: mirror_schemas.Mirror}
)
def mirror(call: Call, mirror: str) -> HttpResponse:
    return JsonResponse(mirror_object(_mirror(call, mirror)))


@operation(router, "POST", "/mirrors/{mirror}/plan", scope=Scope.MIRROR, answers={202: schemas.Job})
def plan(call: Call, mirror: str) -> HttpResponse:
    """Ask what a run would do now: the bucket is listed, and nothing written.

    The job's result has `counts` by what would be done, and the `first` of it: what, path and why.
    """
    return accepted(call, enqueue_plan(_mirror(call, mirror), by=call.by))


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/runs",
    scope=Scope.MIRROR,
    answers={202: mirror_schemas.Run},
    problems=(409,),
)
def start(call: Call, mirror: str) -> HttpResponse:
    """Ask for a run of the whole bucket; `job` says how far it is. One at a time."""
    try:
        asked = enqueue_run(_mirror(call, mirror), by=call.by)
    except MirrorBusyError as busy:
        raise ProblemError(409, str(busy)) from busy
    names = {"workspace": call.workspace.slug, "mirror": mirror, "run": asked.pk}
    address = reverse("api-v1:mirror-run", kwargs=names)
    return JsonResponse(run_object(asked), status=202, headers={"Location": address})


@operation(
    router, "GET", "/mirrors/{mirror}/runs", scope=Scope.READ, answers={200: mirror_schemas.RunPage}
)
def runs(call: Call, mirror: str, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the runs, newest first."""
    rows = _mirror(call, mirror).runs.select_related("job")
    page = page_of(rows, "-id", limit=limit, cursor=cursor)
    return JsonResponse({"items": [run_object(each) for each in page.items], "next": page.next})


@operation(
    router,
    "GET",
    "/mirrors/{mirror}/runs/{run}",
    scope=Scope.READ,
    answers={200: mirror_schemas.Run},
    url_name="mirror-run",
)
def run(call: Call, mirror: str, run: int) -> HttpResponse:
    rows = _mirror(call, mirror).runs.select_related("job")
    found = rows.filter(pk=run).first() if run <= MOST_ID else None
    if found is None:
        raise not_found("run", str(run))
    return JsonResponse(run_object(found))


@operation(
    router,
    "GET",
    "/mirrors/{mirror}/objects",
    scope=Scope.READ,
    answers={200: mirror_schemas.ObjectPage},
)
def objects(
    call: Call,
    mirror: str,
    outcome: Annotated[
        mirror_schemas.OutcomeName | None, Query(description="Those with this outcome alone.")
    ] = None,
    path: Annotated[str, Query(description="Those whose path holds this.", max_length=1_024)] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> HttpResponse:
    """List what is known of each object, by path: the ledger."""
    rows = _mirror(call, mirror).ledger.select_related("image")
    if outcome is not None:
        rows = rows.filter(outcome=outcome)
    if path:
        rows = rows.filter(path__contains=path)
    page = page_of(rows, "path", limit=limit, cursor=cursor)
    return JsonResponse({"items": [_object(each) for each in page.items], "next": page.next})


def _mirror(call: Call, name: str) -> Mirror:
    found = call.workspace.mirrors.select_related("project").filter(name=name).first()
    if found is None:
        raise not_found("mirror", name)
    return found


def mirror_object(mirror: Mirror) -> dict[str, Any]:
    return {
        "name": mirror.name,
        "bucket": mirror.bucket,
        "prefix": mirror.prefix,
        "strategy": mirror.strategy,
        "orphans": mirror.orphans,
        "project": mirror.project.slug if mirror.project else None,
        "every_minutes": mirror.every_minutes,
        "due_at": mirror.due_at,
        "created_at": mirror.created_at,
    }


def run_object(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "scope": run.scope,
        "state": run.state,
        "message": run.message,
        "counters": run.counters,
        "job": run.job.public_id if run.job else None,
        "change_set": run.change_set_id,
        "asked_at": run.asked_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _object(row: LedgerRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "size": row.size,
        "modified_at": row.modified_at,
        "sidecar": row.sidecar_path or None,
        "image": row.image.public_id if row.image else None,
        "outcome": row.outcome,
        "reason": row.reason,
        "at": row.at,
    }
