"""The catalogue of keys, discovered from what images hold."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Query, Router

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found
from metadata.models import Key

router = Router(tags=["keys"])


@operation(router, "GET", "/keys", scope=Scope.READ, answers={200: schemas.KeyPage})
def keys(
    call: Call,
    prefix: Annotated[str, Query(pattern=r"^[A-Za-z0-9_.]*$", max_length=255)] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> HttpResponse:
    """List the keys in use, by name."""
    rows = call.workspace.keys.in_use()
    if prefix:
        rows = rows.filter(name__startswith=prefix)
    page = page_of(rows, "name", limit=limit, cursor=cursor)
    return JsonResponse({"items": [key_object(key) for key in page.items], "next": page.next})


@operation(router, "GET", "/keys/{name}", scope=Scope.READ, answers={200: schemas.Key})
def key(call: Call, name: str) -> HttpResponse:
    return JsonResponse(key_object(key_named(call, name)))


def key_named(call: Call, name: str) -> Key:
    found = call.workspace.keys.in_use().filter(name=name).first()
    if found is None:
        raise not_found("key", name)
    return found


def key_object(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "count": key.image_count,
        "types": key.type_counts,
        "created_at": key.created_at,
    }
