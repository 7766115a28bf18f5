"""The catalogue of keys, discovered from what images hold."""

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
from assetlib.api.v1.problems import not_found, wrong_field
from assetlib.bulk.keys import convert_key, remove_key, rename_key
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
    return JsonResponse(key_object(_key(call, name)))


class KeyPatch(Strict):
    """A new name, or the type its values are to have; one of them."""

    name: schemas.KeyName | None = None
    type: schemas.TypeName | None = None


@operation(
    router,
    "PATCH",
    "/keys/{name}",
    scope=Scope.WRITE,
    answers={200: schemas.Plan, 202: schemas.Job},
)
def change(call: Call, name: str, body: Json[KeyPatch], dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- a parameter of the address
    """Ask for another name, that of another key to merge the two, or for values of a type.

    An image that has both keys, with different values, keeps both; values that cannot be read as
    the type stay. Both are told in the job's result, and before it with `dry_run`.
    """
    key = _key(call, name)
    if (body.name is None) == (body.type is None):
        raise wrong_field("name", "Say one of “name” and “type”.")
    if body.name is not None:
        edit = rename_key(call.workspace, key, body.name)
    else:
        edit = convert_key(call.workspace, key, body.type or "")
    return answered(call, edit, dry_run=dry_run)


@operation(
    router,
    "DELETE",
    "/keys/{name}",
    scope=Scope.WRITE,
    answers={200: schemas.Plan, 202: schemas.Job},
)
def delete(call: Call, name: str, dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- as above
    """Ask for the key to be taken off every image; with `dry_run` be told off how many."""
    return answered(call, remove_key(call.workspace, _key(call, name)), dry_run=dry_run)


def _key(call: Call, name: str) -> Key:
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
