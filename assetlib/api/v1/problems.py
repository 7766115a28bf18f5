"""What went wrong, as RFC 9457 tells it: the one place that builds an error of this face.

Operations of other rooms raise what they always raise; `TOLD` says what a program hears of each.
400 is a request that cannot be read, 422 one that can, and asks for something that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError
from ninja.errors import ValidationError as WrongInputError
from pydantic import BaseModel, Field

from assetlib.accounts.access import ScopeError, UnknownApiKeyError
from assetlib.changes.undo import NotUndoableError
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.configure import InUseError
from assetlib.mirror.preview import LongPlanError
from assetlib.mirror.runs import MirrorBusyError
from assetlib.mirror.secrets import SealedError
from assetlib.search.cursor import CursorError
from assetlib.search.frozen import NoticesError
from assetlib.search.language.errors import QueryError
from images.errors import RefusedFileError
from metadata.errors import InvalidEditError, StaleVersionError, TrashedImageError
from metadata.json_rules import JsonProblem, MetadataProblem
from metadata.keynames import TAG, TAG_RULE

CONTENT_TYPE = "application/problem+json"
NO_FIELD = "This is no field of this request."


class FieldProblem(BaseModel):
    """What is wrong with one field; `span` is its place in a query, in characters."""

    field: str
    message: str
    span: list[int] | None = Field(default=None, min_length=2, max_length=2)
    hint: str | None = None
    suggestion: str | None = None


class Problem(BaseModel):
    """An error as RFC 9457 has it. `type` names its kind, `detail` says it in a sentence."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]


class ProblemError(Exception):
    """An answer that says what is wrong. `kind` is the last part of the problem's type."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[FieldProblem] = (),
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)
        self.kind = kind or HTTPStatus(status).phrase.lower().replace(" ", "-")
        self.headers = headers or {}

    def response(self) -> JsonResponse:
        said = Problem(
            type=f"urn:assetlib:problem:{self.kind}",
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
        )
        return JsonResponse(
            said.model_dump(exclude_none=True),
            status=self.status,
            content_type=CONTENT_TYPE,
            headers=dict(self.headers),
        )


def wrong_field(
    field: str, message: str, *, status: int = 422, kind: str = "", **rest: Any
) -> ProblemError:
    """Return the error of one field, whose message is the sentence for all."""
    return ProblemError(
        status, message, [FieldProblem(field=field, message=message, **rest)], kind=kind
    )


def not_found(what: str, name: str) -> ProblemError:
    return ProblemError(404, f"There is no {what} “{name}”.")


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _of_query(problem: QueryError) -> ProblemError:
    return wrong_field(
        "query",
        problem.message,
        kind="invalid-query",
        span=list(problem.span),
        hint=problem.hint or None,
    )


def _of_notices(problem: NoticesError) -> ProblemError:
    errors = [
        FieldProblem(
            field="query",
            message=notice.message,
            span=list(notice.span),
            suggestion=notice.suggestion or None,
        )
        for notice in problem.notices
    ]
    detail = f"{problem} Send “force”: true to go on all the same."
    return ProblemError(422, detail, errors, kind="notices")


def _of_input(problem: WrongInputError) -> ProblemError:
    """Tell what the types of parameters and bodies found, with the way to each field."""
    errors = [_field_problem(each) for each in problem.errors]
    detail = "; ".join(f"{each.field}: {each.message}" for each in errors)
    return ProblemError(422, detail, errors, kind="invalid-input")


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    where, *path = error["loc"]
    # The name of the view's own argument says nothing to a program.
    inner = path[1:] if where == "body" else path
    field = ".".join(str(part) for part in inner) or str(where)
    return FieldProblem(field=field, message=_in_words(error))


def _in_words(error: Mapping[str, Any]) -> str:
    """Say what Pydantic found, and what would work, in a sentence; its own where we have none."""
    kind, facts = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch" and TAG.pattern in facts["pattern"]:
        return TAG_RULE
    words = WORDS.get(kind)
    return words.format(**facts) if words else str(error["msg"])


def _of_metadata(problem: MetadataProblem | InvalidEditError) -> ProblemError:
    errors = [
        FieldProblem(field=each.key or "metadata", message=each.message)
        for each in problem.problems
    ]
    return ProblemError(422, str(problem), errors, kind="invalid-metadata")


def _of_model(problem: ValidationError) -> ProblemError:
    """Tell what a model finds wrong with itself."""
    fields = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    errors = [
        FieldProblem(field=field, message=message)
        for field, messages in fields.items()
        for message in messages
    ]
    return ProblemError(422, " ".join(each.message for each in errors), errors)


def _too_large(_: Exception) -> ProblemError:
    return ProblemError(413, "The form has more, or longer, fields than this server takes.")


def _unreadable(_: Exception) -> ProblemError:
    return ProblemError(400, "This request cannot be read.")


# What is told of each kind of fault that Pydantic finds, with what it says of it.
WORDS = {
    "extra_forbidden": NO_FIELD,
    "missing": "This is needed, and is not there.",
    "literal_error": "This is none of those there are; {expected} would work.",
    "dict_type": "This has to be a JSON object, {{…}}.",
    "model_type": "This has to be a JSON object, {{…}}.",
    "model_attributes_type": "This has to be a JSON object, {{…}}.",
    "list_type": "This has to be a JSON list, […].",
    "string_type": "This has to be a text.",
    "bool_type": "This has to be true or false.",
    "bool_parsing": "This has to be true or false.",
    "int_type": "This has to be a whole number.",
    "int_parsing": "This has to be a whole number.",
    "int_from_float": "This has to be a whole number.",
    "greater_than_equal": "This has to be at least {ge}.",
    "less_than_equal": "This has to be at most {le}.",
    "string_too_long": "This is too long: at most {max_length} characters.",
    "too_long": "These are {actual_length}; at most {max_length} are taken at once.",
}

# What a program is told of each exception that is a fault of its request.
TOLD: dict[type[Exception], Callable[[Any], ProblemError]] = {
    ProblemError: lambda problem: problem,
    AuthenticationError: lambda _: _unauthorized(
        "Send an API key: “Authorization: Bearer al_…”. The page “API keys” makes one."
    ),
    UnknownApiKeyError: lambda _: _unauthorized("This API key is not valid."),
    ScopeError: lambda problem: ProblemError(403, str(problem)),
    PermissionDenied: lambda problem: ProblemError(403, str(problem)),
    Http404: lambda problem: ProblemError(404, str(problem)),
    TrashedImageError: lambda problem: ProblemError(404, str(problem)),
    StaleVersionError: lambda problem: ProblemError(412, str(problem)),
    QueryError: _of_query,
    NoticesError: _of_notices,
    NotUndoableError: lambda problem: ProblemError(409, str(problem)),
    MirrorBusyError: lambda problem: ProblemError(409, str(problem)),
    InUseError: lambda problem: ProblemError(409, str(problem)),
    SealedError: lambda problem: ProblemError(409, str(problem)),
    LongPlanError: lambda problem: ProblemError(409, f"{problem} “POST” asks for it."),
    # No fault of this server, and asked again it would be no other.
    BucketError: lambda problem: ProblemError(409, str(problem), kind="bucket"),
    CursorError: lambda problem: wrong_field("cursor", str(problem)),
    WrongInputError: _of_input,
    JsonProblem: lambda problem: ProblemError(
        400, f"The body cannot be read as JSON: {problem.message}."
    ),
    MetadataProblem: _of_metadata,
    InvalidEditError: _of_metadata,
    ValidationError: _of_model,
    RefusedFileError: lambda problem: wrong_field(
        "file", problem.message, status=problem.status, hint=problem.hint or None
    ),
    RequestDataTooBig: _too_large,
    TooManyFieldsSent: _too_large,
    TooManyFilesSent: _too_large,
    MultiPartParserError: _unreadable,
    UnreadablePostError: _unreadable,
    BadRequest: _unreadable,
    SuspiciousOperation: _unreadable,
}


def tell(_request: HttpRequest, exception: Exception | type[Exception]) -> JsonResponse:
    """Answer an exception, or one whose kind is told of."""
    kind = next(kind for kind in type(exception).__mro__ if kind in TOLD)
    return TOLD[kind](exception).response()
