"""The tags in use."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Query, Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found
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
    found = call.workspace.tags.filter(image_count__gt=0, folded=name.lower()).first()
    if found is None:
        raise not_found("tag", name)
    return JsonResponse(tag_object(found))


def tag_object(tag: Tag) -> dict[str, Any]:
    return {"name": tag.name, "count": tag.image_count, "created_at": tag.created_at}
