"""Runs of mirrors, and the ledger: what is known of each object, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from assetlib.accounts.models import Scope
from assetlib.api.v1 import idempotency, mirror_schemas
from assetlib.api.v1.bodies import Json, JsonBody, Strict, Text
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.mirrors import mirror_of
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import ProblemError, not_found, wrong_field
from assetlib.jobs import queue
from assetlib.mirror import runs as doing
from assetlib.mirror.models import LedgerRow, Mirror, Run
from images.models import Image

router = Router(tags=["mirrors"])
MOST_ID = 2**63 - 1
PROBLEMS = 50
MOST_PATHS, MOST_IMAGES = doing.MOST_PATHS, 1_000
ObjectPath = Annotated[Text, StringConstraints(min_length=1, max_length=1_024)]
Paths = Annotated[list[ObjectPath], Field(min_length=1, max_length=MOST_PATHS)]


class Wanted(Strict):
    """A run of the whole bucket; or of `paths`; or, with `reapply`, of what is known already."""

    paths: Paths | None = None
    reapply: bool = False


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/runs",
    scope=Scope.MIRROR,
    answers={202: mirror_schemas.Run},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def start(
    call: Call,
    mirror: str,
    body: Annotated[Wanted, JsonBody(...)] = Wanted(),  # noqa: B008 -- never changed
) -> HttpResponse:
    """Ask for a run; `job` says how far it is. One at a time."""
    found = mirror_of(call, mirror)
    _check_prefix(found, body.paths or ())
    if not body.reapply:
        return _accepted(call, found, doing.enqueue_run(found, by=call.by, paths=body.paths))
    if body.paths is not None:
        raise wrong_field("paths", "“reapply” is of all that is known; leave out “paths”.")
    return _accepted(call, found, doing.reapply(found, by=call.by))


def _check_prefix(mirror: Mirror, paths: Iterable[str]) -> None:
    for path in paths:
        if not path.startswith(mirror.prefix):
            said = f"“{path}” is not below “{mirror.prefix}”, the prefix of {mirror.name}."
            raise wrong_field("paths", said)


@operation(
    router, "GET", "/mirrors/{mirror}/runs", scope=Scope.READ, answers={200: mirror_schemas.RunPage}
)
def runs(call: Call, mirror: str, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the runs, newest first."""
    rows = mirror_of(call, mirror).runs.select_related("job")
    page = page_of(rows, "-id", limit=limit, cursor=cursor)
    return JsonResponse({"items": [run_object(each) for each in page.items], "next": page.next})


@operation(
    router,
    "GET",
    "/mirrors/{mirror}/runs/{run}",
    scope=Scope.READ,
    answers={200: mirror_schemas.RunWithProblems},
    url_name="mirror-run",
)
def run(call: Call, mirror: str, run: int) -> HttpResponse:
    """Return one run, and of the objects that it had problems with the first."""
    found = _run(mirror_of(call, mirror), run)
    wrong = LedgerRow.objects.wrong_in(found).order_by("outcome", "path")[:PROBLEMS]
    problems = [*wrong.values("path", "outcome", "reason")]
    return JsonResponse({**run_object(found), "problems": problems})


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/runs/{run}/cancel",
    scope=Scope.MIRROR,
    answers={200: mirror_schemas.Run},
    problems=(409,),
)
def cancel(call: Call, mirror: str, run: int) -> HttpResponse:
    """Call the run off. What it has committed stays, and can be undone."""
    found = mirror_of(call, mirror)
    asked = _run(found, run)
    if asked.job is None or not queue.cancel(asked.job):
        raise ProblemError(409, "This run has ended already.")
    return JsonResponse(run_object(_run(found, run)))


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
    rows = mirror_of(call, mirror).ledger.asked(outcome, path).select_related("image")
    page = page_of(rows, "path", limit=limit, cursor=cursor)
    return JsonResponse({"items": [_object(each) for each in page.items], "next": page.next})


class Retried(Strict):
    """Which objects: those at `paths`, or those that the ledger's filter shows."""

    paths: Paths | None = None
    outcome: mirror_schemas.OutcomeName | None = None
    path: ObjectPath | None = None


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/objects/retry",
    scope=Scope.MIRROR,
    answers={202: mirror_schemas.Run},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def retry(call: Call, mirror: str, body: Json[Retried]) -> HttpResponse:
    """Have objects read again whether they have changed or not; `job` says how far the run is."""
    found = mirror_of(call, mirror)
    by_filter = body.outcome is not None or body.path is not None
    if (body.paths is None) != by_filter:
        raise wrong_field("paths", "Say which by “paths”, or by “outcome” and “path”.")
    if body.paths is not None:
        return _accepted(call, found, doing.retry(found, body.paths, by=call.by))
    try:
        asked = doing.retry_shown(found, body.outcome, body.path or "", by=call.by)
    except doing.NotRetriedError as error:
        raise wrong_field("outcome", str(error)) from error
    return _accepted(call, found, asked)


class Follow(Strict):
    """Which images, by their ids; objects whose images are no more, by their `paths`."""

    images: list[Text] = Field([], max_length=MOST_IMAGES)
    paths: list[ObjectPath] = Field([], max_length=MOST_PATHS)


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/objects/follow",
    scope=Scope.MIRROR,
    answers={200: mirror_schemas.Followed},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def follow(call: Call, mirror: str, body: Json[Follow]) -> HttpResponse:
    """Have images follow the bucket again, at once, by what is known of their sidecars.

    Those in the trash come back. What a person deleted for good the next run reads again.
    """
    found = mirror_of(call, mirror)
    images = _followed(call, found, body.images)
    change_set = doing.follow_again(found, images, by=call.by) if images else None
    said = {
        "images": len(images),
        "change_set": change_set.pk if change_set else None,
        "to_be_read": doing.read_held(found, body.paths) if body.paths else 0,
    }
    return JsonResponse(said)


def _followed(call: Call, mirror: Mirror, ids: list[str]) -> list[Image]:
    known = call.workspace.images.filter(public_id__in=ids, ledger__mirror=mirror).distinct()
    images = list(known)
    missing = {*ids} - {image.public_id for image in images}
    if missing:
        raise wrong_field("images", f"The mirror knows no image “{min(missing)}”.")
    return images


def _run(mirror: Mirror, run: int) -> Run:
    found = mirror.runs.select_related("job").filter(pk=run).first() if run <= MOST_ID else None
    if found is None:
        raise not_found("run", str(run))
    return found


def _accepted(call: Call, mirror: Mirror, asked: Run) -> HttpResponse:
    names = {"workspace": call.workspace.slug, "mirror": mirror.name, "run": asked.pk}
    address = reverse("api-v1:mirror-run", kwargs=names)
    return JsonResponse(run_object(asked), status=202, headers={"Location": address})


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
