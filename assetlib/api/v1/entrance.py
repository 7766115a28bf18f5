"""The door of the native face: who is let in, to what, and how an operation is declared.

    @operation(router, "GET", "/tags", scope=Scope.READ, answers={200: TagPage})
    def tags(call: Call, limit: Limit = 50) -> HttpResponse: …

A program shows its API key; a person who is logged in has the session's cookie, and CSRF is
checked. Either way a workspace that is not theirs is not there.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_type_hints

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from ninja import Path, Query, Router
from ninja.params.models import Query as QueryNote
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf
from pydantic import StringConstraints, WithJsonSchema

from assetlib.accounts.access import enter, enter_with_key
from assetlib.accounts.models import ApiKey, Role, Scope, User, Workspace
from assetlib.api.v1.bodies import check_length
from assetlib.api.v1.problems import FieldProblem, Problem, ProblemError, not_found
from images.models import Image, Project

# What a member needs to be for what a program needs a scope for.
ROLES = {
    Scope.READ: Role.VIEWER,
    Scope.WRITE: Role.EDITOR,
    Scope.MIRROR: Role.EDITOR,
    Scope.ADMIN: Role.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in."""

    request: HttpRequest
    workspace: Workspace
    by: User | ApiKey

    def image(self, public_id: str) -> Image:
        found = self.workspace.images.alive().filter(public_id=public_id).first()
        if found is None:
            raise not_found("image", public_id)
        # Known already: its addresses ask for the workspace.
        found.workspace = self.workspace
        return found

    def project(self, slug: str) -> Project:
        found = self.workspace.projects.with_image_counts().filter(slug=slug).first()
        if found is None:
            raise not_found("project", slug)
        return found


class ApiKeyBearer(HttpBearer):
    """An API key with the scope, or any scope, of the workspace in the address if one is there."""

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Call:
        program = enter_with_key(token.strip(), self.scope, _slug(request))
        return Call(request, program.workspace, program.api_key)


class SessionCookie(APIKeyCookie):
    """A member who is logged in, with the role; what changes something needs the CSRF token.

    Where the address names no workspace, whoever is logged in.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, scope: Scope = Scope.READ) -> None:
        self.role = ROLES[scope]
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Call | User | None:  # noqa: ARG002 -- the session has read it
        if not isinstance(request.user, User):
            return None
        slug = _slug(request)
        if slug is None:
            return request.user
        access = enter(request, slug, self.role)
        return Call(request, access.workspace, access.user)

    def _get_key(self, request: HttpRequest) -> str | None:
        key = request.COOKIES.get(self.param_name)
        if key and check_csrf(request):
            raise ProblemError(403, "The CSRF token is missing: send it as “X-CSRFToken”.")
        return key


def _slug(request: HttpRequest) -> str | None:
    return request.resolver_match.kwargs.get("workspace") if request.resolver_match else None


MOST_QUERY = 10_000
# The description says that it is no text like any other.
QueryText = Annotated[
    str,
    StringConstraints(max_length=MOST_QUERY),
    WithJsonSchema({"type": "string", "format": "query", "maxLength": MOST_QUERY}),
]
QueryParameter = Annotated[
    str, Query(description="In the query language; empty for everything.", max_length=MOST_QUERY)
]
DryRun = Annotated[bool, Query(description="Only tell what would be done.")]
V = TypeVar("V", bound=Callable[..., HttpResponse])
WorkspaceSlug = Annotated[str, Path(description="The slug of the workspace.")]
# What any request may be answered with, and what one with a body may besides.
ALWAYS, WITH_BODY = (401, 403, 404, 422), (400, 413, 415)


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    scope: Scope,
    answers: Mapping[int, Any],
    problems: tuple[int, ...] = (),
    **declared: Any,
) -> Callable[[V], V]:
    """Have a view answer `method` below /{workspace}, for those who have the scope.

    `answers` and `problems` are what the description declares; the view is given the Call, and
    its other arguments as Ninja reads them.
    """

    def wrap(view: V) -> V:
        known = _parameters(view)

        @functools.wraps(view)
        def entered(request: HttpRequest, workspace: str, **values: Any) -> HttpResponse:  # noqa: ARG001 -- its name in the address; the call has it
            _check_parameters(request, known)
            return view(request.auth, **values)  # type: ignore[attr-defined]

        entered.__signature__ = _signature(view)  # type: ignore[attr-defined]
        told = ALWAYS + (WITH_BODY if method != "GET" and _has_body(view) else ()) + problems
        router.api_operation(
            [method],
            f"/{{workspace}}{path}",
            auth=[ApiKeyBearer(scope), SessionCookie(scope)],
            response={**answers, **dict.fromkeys(sorted({*told}), Problem)},
            operation_id=f"{method.lower()}_{view.__module__.rpartition('.')[2]}_{view.__name__}",
            **declared,
        )(entered)
        return view

    return wrap


def _parameters(view: Callable[..., Any]) -> list[str]:
    """Return what may be asked after the “?” of the view's address."""
    hints = get_type_hints(view, include_extras=True)
    noted = {
        name: note
        for name, hint in hints.items()
        for note in getattr(hint, "__metadata__", ())
        if isinstance(note, QueryNote)
    }
    return [note.alias or name for name, note in noted.items()]


def _check_parameters(request: HttpRequest, known: Collection[str]) -> None:
    """Refuse what is asked and is no parameter: a misspelt `query` would find everything."""
    if unknown := sorted({*request.GET} - {*known}):
        would = f"{', '.join(known)} would work." if known else "It has none."
        said = f"This address has no parameter “{unknown[0]}”. {would}"
        errors = [FieldProblem(field=name, message=said) for name in unknown]
        raise ProblemError(422, said, errors, kind="invalid-input")


def _signature(view: Callable[..., Any]) -> inspect.Signature:
    """Return what Ninja is to see: the request and the workspace in the place of the call."""
    hints = get_type_hints(view, include_extras=True)
    _, *others = inspect.signature(view).parameters.values()
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [
            inspect.Parameter("request", either),
            inspect.Parameter("workspace", either, annotation=WorkspaceSlug),
            *(
                each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY)
                for each in others
            ),
        ]
    )


def _has_body(view: Callable[..., Any]) -> bool:
    return bool({"body", "file"} & inspect.signature(view).parameters.keys())


def nothing() -> HttpResponse:
    """Answer that it is done, and that there is nothing to say."""
    answer = HttpResponse(status=204)
    del answer.headers["Content-Type"]
    return answer


def door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open an address to programs, and say in our words what Ninja refuses by itself."""

    @login_not_required
    @csrf_exempt
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        try:
            check_length(request)
            answer = view(request, *args, **names)
        except ProblemError as problem:
            return problem.response()
        except Http404:
            return nowhere(request)
        if answer.status_code != 405:  # noqa: PLR2004 -- Method Not Allowed
            return answer
        allowed = answer.headers["Allow"]
        return ProblemError(
            405,
            f"{request.method} is not for this address; {allowed} would work.",
            headers={"Allow": allowed},
        ).response()

    return opened


@login_not_required
@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Say of any other address that nothing is there."""
    return ProblemError(404, "There is nothing at this address; see /api/v1/docs.").response()
