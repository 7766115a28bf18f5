"""The door of the compatible face: the API key, the method, the body, and every error as an object.

The official client compares status codes exactly, and reads `error.message`, `type` and `hint`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from assetlib.accounts.access import Program, ScopeError, UnknownApiKeyError, enter_with_key
from assetlib.accounts.models import ApiKey, Scope, Workspace
from assetlib.annotations.errors import AlreadyAnnotatedError, BoxError
from assetlib.annotations.reading import AnnotationFileError
from assetlib.search.cursor import CursorError
from assetlib.search.language.errors import QueryError
from images.errors import RefusedFileError
from images.models import Project
from metadata.errors import AnnotationError
from metadata.json_rules import JsonProblem, MetadataProblem, read_json

# Of JSON; a thousand updates of a thousand entries are far less.
MOST_BYTES = 64_000_000


class RfError(Exception):
    """An answer that says what is wrong."""

    def __init__(
        self, status: int, message: str, *, hint: str = "", kind: str = "InvalidRequest"
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.kind = status, message, hint, kind

    def response(self) -> HttpResponse:
        said = {"message": self.message, "type": self.kind, "hint": self.hint}
        return JsonResponse({"error": said}, status=self.status)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in."""

    request: HttpRequest
    program: Program

    @property
    def workspace(self) -> Workspace:
        return self.program.workspace

    @property
    def by(self) -> ApiKey:
        return self.program.api_key

    def project(self, slug: str) -> Project:
        project = self.workspace.projects.filter(slug=slug).first()
        if project is None:
            raise RfError(404, f"There is no project “{slug}”.", kind="NotFound")
        return project

    def body(self) -> bytes:
        data = self.request.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise RfError(413, f"The body is larger than {MOST_BYTES / 1e6:,.0f} MB.")
        return data

    def json(self) -> dict[str, Any]:
        """Return the JSON object that is the body."""
        try:
            body = read_json(self.body() or b"{}")
        except JsonProblem as problem:
            raise RfError(400, f"The body cannot be read as JSON: {problem.message}.") from problem
        if not isinstance(body, dict):
            raise RfError(400, "The body is no JSON object.")
        return body


def text_of(body: dict[str, Any], name: str) -> str:
    """Return the text the body has under the name; nothing, null and false are none."""
    value = body.get(name)
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        raise RfError(400, f"“{name}” is a text.")
    return value


View = Callable[..., "dict[str, Any] | HttpResponse"]


def entrance(scope: Scope, *methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let programs in whose API key has the scope; what the view returns becomes JSON."""

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @signed_entrance(*methods)
        @functools.wraps(view)
        def entered(
            request: HttpRequest, *, workspace: str | None = None, **names: str
        ) -> dict[str, Any] | HttpResponse:
            program = enter_with_key(_secret(request), scope, workspace)
            return view(Call(request, program), **names)

        return entered

    return wrap


def signed_entrance(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let in whoever comes, with a request of these methods: the view asks for a signature."""

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @login_not_required
        @csrf_exempt
        @functools.wraps(view)
        def entered(request: HttpRequest, **names: str) -> HttpResponse:
            try:
                _check_method(request, methods)
                answer = view(request, **names)
            except tuple(PROBLEMS) as problem:
                told = next(PROBLEMS[kind] for kind in PROBLEMS if isinstance(problem, kind))
                return told(problem).response()
            return answer if isinstance(answer, HttpResponse) else JsonResponse(answer)

        return entered

    return wrap


def _check_method(request: HttpRequest, methods: Sequence[str]) -> None:
    if request.method not in methods:
        raise not_here(request)


def not_here(request: HttpRequest) -> RfError:
    """Return the answer to what this server does not do, a method here being one of many."""
    asked = f"{request.method} {request.path_info.removeprefix('/rf')}"
    return RfError(
        404,
        f"{asked} is not part of this server.",
        hint="It keeps and finds images and their metadata; it trains and runs no models.",
        kind="NotFound",
    )


def _secret(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    if secret := request.GET.get("api_key", ""):
        return secret
    raise RfError(
        401,
        "Send an API key: “?api_key=al_…” or “Authorization: Bearer al_…”.",
        hint=NEW_API_KEY,
        kind="Unauthorized",
    )


NEW_API_KEY = "“manage.py create_api_key WORKSPACE --name N” makes one."
Told = Callable[[Any], RfError]

# What the client is told of each problem that is a fault of the request's.
PROBLEMS: dict[type[Exception], Told] = {
    RfError: lambda problem: problem,
    UnknownApiKeyError: lambda _: RfError(
        401,
        "This API key is not valid.",
        hint=NEW_API_KEY,
        kind="Unauthorized",
    ),
    ScopeError: lambda problem: RfError(403, str(problem), kind="Forbidden"),
    Http404: lambda _: RfError(
        404, "There is no such workspace, or this API key is not for it.", kind="NotFound"
    ),
    QueryError: lambda problem: RfError(
        400, problem.message, hint=problem.hint, kind="InvalidQuery"
    ),
    CursorError: lambda _: RfError(400, "The continuationToken is none of ours; begin without."),
    RefusedFileError: lambda problem: RfError(
        problem.status, problem.message, hint=problem.hint, kind="RefusedFile"
    ),
    MetadataProblem: lambda problem: RfError(400, str(problem), kind="InvalidMetadata"),
    AnnotationError: lambda problem: RfError(400, str(problem), kind="InvalidMetadata"),
    AlreadyAnnotatedError: lambda problem: RfError(
        409, str(problem), hint="overwrite=true puts others in their place.", kind="Conflict"
    ),
    AnnotationFileError: lambda problem: RfError(400, str(problem), kind="InvalidAnnotation"),
    BoxError: lambda problem: RfError(400, str(problem), kind="InvalidAnnotation"),
}


@login_not_required
@csrf_exempt
def elsewhere(request: HttpRequest, **_: str) -> HttpResponse:
    """Say of what the official client can ask besides that this server does not have it."""
    return not_here(request).response()
