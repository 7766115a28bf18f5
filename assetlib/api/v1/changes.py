"""The history: what was changed in the workspace, and of one image."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from ninja import Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import idempotency, schemas
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.jobs import accepted
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found
from assetlib.api.v1.shapes import change_object, change_set_object
from assetlib.changes.models import Change, ChangeSet, Origin
from assetlib.changes.undo import enqueue_undo

router = Router(tags=["history"])
MOST_ID = 2**63 - 1


@operation(router, "GET", "/changes", scope=Scope.READ, answers={200: schemas.ChangeSetPage})
def changes(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the change sets, newest first."""
    page = page_of(call.workspace.change_sets.listed(), "-id", limit=limit, cursor=cursor)
    return JsonResponse(
        {"items": [change_set_object(each) for each in page.items], "next": page.next}
    )


@operation(
    router, "GET", "/changes/{change_set}", scope=Scope.READ, answers={200: schemas.ChangePage}
)
def change_set(
    call: Call, change_set: int, limit: Limit = 200, cursor: Cursor = ""
) -> HttpResponse:
    """Return one change set with a page of its changes."""
    found = _change_set(call, change_set)
    rows = Change.objects.filter(change_set=found).select_related("image")
    page = page_of(rows, "id", limit=limit, cursor=cursor)
    items = [change_object(each) for each in page.items]
    return JsonResponse({"change_set": change_set_object(found), "items": items, "next": page.next})


@operation(
    router,
    "POST",
    "/changes/{change_set}/undo",
    scope=Scope.WRITE,
    answers={202: schemas.Job},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def undo(call: Call, change_set: int) -> HttpResponse:
    """Ask for all of it to be put back. What was changed again since is left alone, and told."""
    found = _change_set(call, change_set)
    return accepted(call, enqueue_undo(found, by=call.by, origin=Origin.API))


@operation(
    router,
    "GET",
    "/images/{image}/history",
    scope=Scope.READ,
    answers={200: schemas.HistoryPage},
)
def history(call: Call, image: str, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the change sets that touched the image, newest first, with what they changed of it."""
    found = call.image(image)
    touching = Change.objects.filter(image=found).values("change_set_id")
    rows = call.workspace.change_sets.listed().filter(pk__in=touching)
    page = page_of(rows, "-id", limit=limit, cursor=cursor)
    of_image: dict[int, list[Change]] = {each.pk: [] for each in page.items}
    changes = Change.objects.filter(image=found, change_set_id__among=list(of_image))
    for change in changes.order_by("id"):
        change.image = found
        of_image[change.change_set_id].append(change)
    items = [
        change_set_object(each) | {"changes": [change_object(c) for c in of_image[each.pk]]}
        for each in page.items
    ]
    return JsonResponse({"items": items, "next": page.next})


def _change_set(call: Call, pk: int) -> ChangeSet:
    found = call.workspace.change_sets.listed().filter(pk=pk).first() if pk <= MOST_ID else None
    if found is None:
        raise not_found("change set", str(pk))
    return found
