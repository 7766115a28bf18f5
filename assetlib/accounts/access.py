"""The one place that answers “may this person do this here”."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from assetlib.accounts.api_keys import find_api_key
from assetlib.accounts.models import ApiKey, Member, Role, Scope, User, Workspace


@dataclass(frozen=True, slots=True)
class Access:
    """A member at work in a workspace."""

    workspace: Workspace
    user: User
    role: Role

    @property
    def may_edit(self) -> bool:
        return self.role >= Role.EDITOR

    @property
    def may_manage(self) -> bool:
        return self.role >= Role.ADMIN


def enter(request: HttpRequest, slug: str, role: Role = Role.VIEWER) -> Access:
    """Return the access of the request's user to the workspace, and leave it on the request.

    Raises Http404 for a stranger, who must not learn that the workspace exists, and
    PermissionDenied for a member whose role is lower than `role`.
    """
    user = request.user
    if not isinstance(user, User):
        raise Http404
    member = (
        Member.objects.select_related("workspace").filter(user=user, workspace__slug=slug).first()
    )
    if member is None:
        raise Http404("There is no such workspace.")
    access = Access(member.workspace, user, Role(member.role))
    request.access = access  # type: ignore[attr-defined] # read by the context processor
    if access.role < role:
        raise PermissionDenied(
            f"This needs the role {role.label}; yours in {access.workspace} is {access.role.label}."
        )
    # Pages tell the time as the workspace's clocks do, as its queries understand it.
    timezone.activate(access.workspace.zone)
    return access


@dataclass(frozen=True, slots=True)
class Program:
    """A program at work in the workspace of its API key."""

    workspace: Workspace
    api_key: ApiKey


class UnknownApiKeyError(Exception):
    """There is no such API key, or it is revoked; nothing is told of what is there."""


class ScopeError(Exception):
    """The API key may do less than what is asked."""

    def __init__(self, scope: Scope, api_key: ApiKey) -> None:
        super().__init__(
            f"This needs the scope {scope}; this API key has {', '.join(api_key.scopes)}."
        )


def enter_with_key(secret: str, scope: Scope | None, slug: str | None = None) -> Program:
    """Return the program that shows this secret, at work in its workspace, named by `slug` or not.

    Without a scope any will do.

    Raises UnknownApiKeyError, Http404 for a workspace that is not the API key's, and ScopeError.
    """
    api_key = find_api_key(secret) if secret else None
    if api_key is None:
        raise UnknownApiKeyError
    if slug is not None and slug != api_key.workspace.slug:
        raise Http404("There is no such workspace, or this API key is not for it.")
    if scope is not None and scope not in api_key.scopes:
        raise ScopeError(scope, api_key)
    timezone.activate(api_key.workspace.zone)
    return Program(api_key.workspace, api_key)
