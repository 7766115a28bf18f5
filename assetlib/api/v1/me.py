"""Who am I, and what may I do where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from assetlib.accounts.models import Member, Scope, User, Workspace
from assetlib.api.v1 import account_schemas
from assetlib.api.v1.entrance import ROLES, ApiKeyBearer, SessionCookie
from assetlib.api.v1.problems import Problem

router = Router(tags=["me"])


@router.get(
    "/me",
    auth=[ApiKeyBearer(), SessionCookie()],
    response={200: account_schemas.Me, 401: Problem},
    operation_id="get_me",
)
def me(request: HttpRequest) -> HttpResponse:
    """Return whose API key this is, or who is logged in, and the workspaces they work in."""
    who = request.auth  # type: ignore[attr-defined]
    if isinstance(who, User):
        members = Member.objects.filter(user=who).select_related("workspace")
        workspaces = [
            _workspace(each.workspace, [scope for scope in Scope if each.role >= ROLES[scope]])
            for each in members.order_by("workspace__slug")
        ]
    else:
        workspaces = [_workspace(who.workspace, who.by.scopes)]
    only = workspaces[0] if len(workspaces) == 1 else None
    return JsonResponse(
        {
            "api_key": None if isinstance(who, User) else who.by.name,
            "user": who.get_username() if isinstance(who, User) else None,
            "workspace": only["slug"] if only else None,
            "scopes": only["scopes"] if only else [],
            "workspaces": workspaces,
        }
    )


def _workspace(workspace: Workspace, scopes: list[Any]) -> dict[str, Any]:
    names = [str(scope) for scope in scopes]
    return {"slug": workspace.slug, "name": workspace.name, "scopes": names}
