"""The tags in use: listed, renamed, merged, and taken off every image."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Query, Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.bodies import Json, Strict
from assetlib.api.v1.bulk import answered
from assetlib.api.v1.entrance import Call, DryRun, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found
from assetlib.bulk.keys import remove_tag, rename_tag
from metadata.models import Tag

router = Router(tags=["tags"])


@operation(router, "GET", "/tags", scope=Scope.READ, answers={200: schemas.TagPage})
def tags(
    call: Call,
    prefix: Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]*$", max_length=64)] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> HttpResponse:
    """List the tags in use, by name."""
    rows = call.workspace.tags.filter(image_count__gt=0, folded__startswith=prefix.lower())
    page = page_of(rows, "folded", limit=limit, cursor=cursor)
    return JsonResponse({"items": [tag_object(tag) for tag in page.items], "next": page.next})


@operation(router, "GET", "/tags/{name}", scope=Scope.READ, answers={200: schemas.Tag})
def tag(call: Call, name: str) -> HttpResponse:
    """Return one tag, in whatever case it is named."""
    return JsonResponse(tag_object(_tag(call, name)))


class TagPatch(Strict):
    name: schemas.TagName


@operation(
    router,
    "PATCH",
    "/tags/{name}",
    scope=Scope.WRITE,
    answers={200: schemas.Plan, 202: schemas.Job},
)
def change(call: Call, name: str, body: Json[TagPatch], dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- a parameter of the address
    """Ask for another name; with that of another tag the two are merged."""
    edit = rename_tag(call.workspace, _tag(call, name), body.name)
    return answered(call, edit, dry_run=dry_run)


@operation(
    router,
    "DELETE",
    "/tags/{name}",
    scope=Scope.WRITE,
    answers={200: schemas.Plan, 202: schemas.Job},
)
def delete(call: Call, name: str, dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- as above
    """Ask for the tag to be taken off every image; with `dry_run` be told off how many."""
    return answered(call, remove_tag(call.workspace, _tag(call, name)), dry_run=dry_run)


def _tag(call: Call, name: str) -> Tag:
    found = call.workspace.tags.filter(image_count__gt=0, folded=name.lower()).first()
    if found is None:
        raise not_found("tag", name)
    return found


def tag_object(tag: Tag) -> dict[str, Any]:
    return {"name": tag.name, "count": tag.image_count, "created_at": tag.created_at}
