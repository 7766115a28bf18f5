"""Mirrors: which there are, what they follow, whether one gets in, and what a run would do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from assetlib.accounts.models import Scope, Workspace
from assetlib.api.v1 import idempotency, mirror_schemas, schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.jobs import accepted
from assetlib.api.v1.pagination import MOST, Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found, wrong_field
from assetlib.mirror.bucket import try_connection
from assetlib.mirror.configure import keep_mirror
from assetlib.mirror.deletion import delete_mirror
from assetlib.mirror.listing import read_globs
from assetlib.mirror.models import Mirror
from assetlib.mirror.preview import Plan, enqueue_plan, plan_run

M = TypeVar("M", bound=Model)

router = Router(tags=["mirrors"])
# More objects are planned by a worker: that many are listed by 100 requests.
MOST_PLANNED = 100_000
MOST_GLOBS = 1_000
MOST_MINUTES = 10_000 * 24 * 60
BucketName = Annotated[Text, StringConstraints(min_length=1, max_length=255)]
ObjectPath = Annotated[Text, StringConstraints(max_length=1_024)]
# One line, that neither begins nor ends with a space.
Glob = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^\s\x00-\x1f](?:[^\x00-\x1f\x85\u2028\u2029]*[^\s\x00-\x1f])?$",
        max_length=1_024,
    ),
]
GlobList = Annotated[list[Glob], Field(max_length=MOST_GLOBS)]
Minutes = Annotated[int, Field(ge=0, le=MOST_MINUTES)]


@operation(router, "GET", "/mirrors", scope=Scope.READ, answers={200: mirror_schemas.MirrorPage})
def mirrors(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the mirrors, by name."""
    rows = call.workspace.mirrors.select_related("project", "credential")
    page = page_of(rows, "name", limit=limit, cursor=cursor)
    return JsonResponse({"items": [mirror_object(each) for each in page.items], "next": page.next})


class NewMirror(Strict):
    """`credential` and `project` are named. `include`, `exclude` are globs over paths.

    `manifest` is an object with one path a line, instead of a list; `every_minutes` 0 is never.
    """

    name: mirror_schemas.Name
    credential: mirror_schemas.Name
    bucket: BucketName
    prefix: ObjectPath = ""
    include: GlobList = []
    exclude: GlobList = []
    manifest: ObjectPath = ""
    project: Text | None = None
    strategy: mirror_schemas.StrategyName = "mergeBucketWins"
    update_images: bool = True
    update_metadata: bool = True
    orphans: mirror_schemas.OrphansName = "keep"
    naming: mirror_schemas.NamingName = "path"
    every_minutes: Minutes = 0


@operation(
    router,
    "POST",
    "/mirrors",
    scope=Scope.ADMIN,
    answers={201: mirror_schemas.Mirror},
    problems=(409,),
)
def create(call: Call, body: Json[NewMirror]) -> HttpResponse:
    """Make a mirror. It runs when it is asked to, or by its schedule."""
    made = _put(call, Mirror(workspace=call.workspace), body)
    names = {"workspace": call.workspace.slug, "mirror": made.name}
    address = reverse("api-v1:mirror", kwargs=names)
    return JsonResponse(mirror_object(made), status=201, headers={"Location": address})


@operation(
    router,
    "GET",
    "/mirrors/{mirror}",
    scope=Scope.READ,
    answers={200: mirror_schemas.Mirror},
    url_name="mirror",
)
def mirror(call: Call, mirror: str) -> HttpResponse:
    return JsonResponse(mirror_object(mirror_of(call, mirror)))


class MirrorPatch(Strict):
    """What is not sent stays as it is, and so does what is null; null takes the project away."""

    name: mirror_schemas.Name | None = None
    credential: mirror_schemas.Name | None = None
    bucket: BucketName | None = None
    prefix: ObjectPath | None = None
    include: GlobList | None = None
    exclude: GlobList | None = None
    manifest: ObjectPath | None = None
    project: Text | None = None
    strategy: mirror_schemas.StrategyName | None = None
    update_images: bool | None = None
    update_metadata: bool | None = None
    orphans: mirror_schemas.OrphansName | None = None
    naming: mirror_schemas.NamingName | None = None
    every_minutes: Minutes | None = None


@operation(
    router,
    "PATCH",
    "/mirrors/{mirror}",
    scope=Scope.ADMIN,
    answers={200: mirror_schemas.Mirror},
    problems=(409,),
)
def change(call: Call, mirror: str, body: Json[MirrorPatch]) -> HttpResponse:
    """Change what it follows and how; the next run goes by it."""
    return JsonResponse(mirror_object(_put(call, mirror_of(call, mirror), body)))


@operation(
    router,
    "DELETE",
    "/mirrors/{mirror}",
    scope=Scope.ADMIN,
    answers={202: schemas.Job},
    problems=(409,),
)
def delete(call: Call, mirror: str) -> HttpResponse:
    """Have a worker stop following the bucket, and forget its ledger; images and entries stay.

    Until that has ended the mirror is listed as being deleted, and takes no run.
    """
    return accepted(call, delete_mirror(mirror_of(call, mirror), by=call.by))


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/test",
    scope=Scope.MIRROR,
    answers={200: mirror_schemas.Trial},
)
def test(call: Call, mirror: str) -> HttpResponse:
    """Try the connection: list, look at and read one object, and say of each how it went."""
    found = mirror_of(call, mirror)
    steps = try_connection(found.credential, found.bucket, found.prefix)
    ok = all(step.ok is not False for step in steps)
    return JsonResponse({"ok": ok, "steps": [asdict(step) for step in steps]})


@operation(
    router,
    "GET",
    "/mirrors/{mirror}/plan",
    scope=Scope.MIRROR,
    answers={200: mirror_schemas.MirrorPlan},
    problems=(409,),
)
def plan_now(
    call: Call,
    mirror: str,
    limit: Annotated[int, Query(ge=0, le=MOST, description="Actions to list at most.")] = 100,
) -> HttpResponse:
    """Return what a run would do now, while you wait; nothing is written.

    409 where the bucket does not answer or refuses, and where there is too much to wait for.
    """
    planned = plan_run(mirror_of(call, mirror), limit, within=MOST_PLANNED)
    return JsonResponse(plan_object(planned))


@operation(
    router,
    "POST",
    "/mirrors/{mirror}/plan",
    scope=Scope.MIRROR,
    answers={202: schemas.Job},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def plan(call: Call, mirror: str) -> HttpResponse:
    """Have a worker find out what a run would do now: for buckets of any size.

    The job's result has `counts` by what would be done, the `first` of it (what, path and why), and
    by `strategies` what each would change of the entries known.
    """
    return accepted(call, enqueue_plan(mirror_of(call, mirror), by=call.by))


def mirror_of(call: Call, name: str) -> Mirror:
    rows = call.workspace.mirrors.select_related("project", "credential")
    found = rows.filter(name=name).first()
    if found is None:
        raise not_found("mirror", name)
    # Known already: what is asked for in its name asks for the workspace.
    found.workspace = call.workspace
    return found


def _put(call: Call, mirror: Mirror, body: Strict) -> Mirror:
    said = body.model_dump(exclude_unset=mirror.pk is not None)
    with transaction.atomic():
        # Nobody else takes the name, or deletes the credential, meanwhile.
        Workspace.objects.lock(call.workspace.pk)
        others = call.workspace.mirrors.exclude(pk=mirror.pk)
        if said.get("name") and others.filter(name=said["name"]).exists():
            raise wrong_field("name", f"There is a mirror “{said['name']}” already.", status=409)
        for name, value in said.items():
            if value is not None or name == "project":
                setattr(mirror, name, _read(call, name, value))
        keep_mirror(mirror)
    return mirror


def _read(call: Call, name: str, value: Any) -> Any:
    """Return what the model has for the value of a field."""
    match name:
        case "include" | "exclude":
            return "\n".join(value)
        case "credential":
            return _named(call.workspace.credentials.filter(name=value), name, value)
        case "project" if value is not None:
            return _named(call.workspace.projects.filter(slug=value), name, value)
        case _:
            return value


def _named(rows: QuerySet[M], field: str, name: str) -> M:
    found = rows.first()
    if found is None:
        raise wrong_field(field, f"There is no {field} “{name}”.")
    return found


def mirror_object(mirror: Mirror) -> dict[str, Any]:
    return {
        "name": mirror.name,
        "credential": mirror.credential.name,
        "bucket": mirror.bucket,
        "prefix": mirror.prefix,
        "include": read_globs(mirror.include),
        "exclude": read_globs(mirror.exclude),
        "manifest": mirror.manifest,
        "project": mirror.project.slug if mirror.project else None,
        "strategy": mirror.strategy,
        "update_images": mirror.update_images,
        "update_metadata": mirror.update_metadata,
        "orphans": mirror.orphans,
        "naming": mirror.naming,
        "every_minutes": mirror.every_minutes,
        "due_at": mirror.due_at,
        "being_deleted": mirror.being_deleted,
        "created_at": mirror.created_at,
    }


def plan_object(planned: Plan) -> dict[str, Any]:
    return {
        "counts": dict(planned.counts),
        "unchanged": planned.seen.unchanged,
        "held": planned.seen.held,
        "actions": [{"what": what, "path": path, "why": why} for what, path, why in planned.first],
        "said": planned.said,
    }
