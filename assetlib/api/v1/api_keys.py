"""API keys: who else may speak to the workspace, and with what scopes."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from pydantic import Field, StringConstraints

from assetlib.accounts.api_keys import create_api_key, revoke_api_key
from assetlib.accounts.models import ApiKey, Scope, User
from assetlib.api.v1 import account_schemas, schemas
from assetlib.api.v1.bodies import Json, Strict
from assetlib.api.v1.entrance import Call, nothing, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found

router = Router(tags=["API keys"])


@operation(router, "GET", "/api-keys", scope=Scope.ADMIN, answers={200: account_schemas.ApiKeyPage})
def api_keys(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the API keys, newest first, those that are revoked too. Nobody can read a secret."""
    rows = call.workspace.api_keys.select_related("created_by")
    page = page_of(rows, "-id", limit=limit, cursor=cursor)
    return JsonResponse({"items": [api_key_object(each) for each in page.items], "next": page.next})


class NewApiKey(Strict):
    name: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
    scopes: list[schemas.ScopeName] = Field(["read"], min_length=1, max_length=len(Scope))


@operation(
    router, "POST", "/api-keys", scope=Scope.ADMIN, answers={201: account_schemas.ApiKeyWithSecret}
)
def create(call: Call, body: Json[NewApiKey]) -> HttpResponse:
    """Make an API key. Its secret is in this answer, and nowhere else ever again."""
    by = call.by if isinstance(call.by, User) else None
    scopes = [Scope(name) for name in body.scopes]
    made, secret = create_api_key(call.workspace, body.name.strip(), scopes, by)
    said = api_key_object(made) | {"secret": secret}
    return JsonResponse(said, status=201, headers={"Cache-Control": "no-store"})


@operation(router, "DELETE", "/api-keys/{api_key}", scope=Scope.ADMIN, answers={204: None})
def revoke(call: Call, api_key: int) -> HttpResponse:
    """Let nobody in with it any more; revoked already, it stays so."""
    found = None
    if api_key < 2**63:
        found = call.workspace.api_keys.filter(pk=api_key).first()
    if found is None:
        raise not_found("API key", str(api_key))
    revoke_api_key(found)
    return nothing()


def api_key_object(api_key: ApiKey) -> dict[str, Any]:
    return {
        "id": api_key.pk,
        "name": api_key.name,
        "prefix": api_key.prefix,
        "scopes": api_key.scopes,
        "created_at": api_key.created_at,
        "created_by": str(api_key.created_by) if api_key.created_by else None,
        "last_used_at": api_key.last_used_at,
        "revoked_at": api_key.revoked_at,
    }
