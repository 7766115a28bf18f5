"""What can go wrong, as a tree.

AssetlibError
├── ConfigurationError           no address, no API key, or an extra that is not installed
├── UnreachableError             no answer, after all retries
├── DownloadError                what was downloaded is not what was asked for
├── JobError                     `.job`
│   ├── JobFailedError
│   ├── JobCancelledError
│   └── JobWaitError             it still runs; waiting has ended
└── RefusedError                 the server said no: `.status .title .detail .errors .type`
    ├── BadRequestError          400
    ├── AuthenticationError      401
    ├── NotPermittedError        403
    ├── NotFoundError            404
    ├── ConflictError            409, 412
    ├── TooLargeError            413
    ├── UnsupportedFileError     415
    ├── InvalidError             422
    ├── TooManyRequestsError     429
    └── ServerError              5xx
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from assetlib.sdk._jobs import Job

LOWEST_SERVER_ERROR = 500
# Of an answer that is no problem+json, as a proxy gives.
LONGEST_TEXT = 500


class AssetlibError(Exception):
    """The root of all that this package raises on its own account."""


class ConfigurationError(AssetlibError):
    """Something is missing before anything can be asked; the text says what."""


class UnreachableError(AssetlibError):
    """No answer came, after all retries; the cause is httpx's own error."""


class DownloadError(AssetlibError):
    """What was downloaded is not what was asked for."""


class JobError(AssetlibError):
    """Long work did not come to its end."""

    def __init__(self, message: str, job: Job) -> None:
        super().__init__(message)
        self.job = job


class JobFailedError(JobError):
    """The work could not be done; the text is the server's reason."""


class JobCancelledError(JobError):
    """Somebody called the work off."""


class JobWaitError(JobError):
    """The work goes on, but whoever waited for it has waited long enough."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `span` is where in a query, as (start, end).

    `hint` says what would work, and `suggestion` is it, where the server knows.
    """

    field: str
    message: str
    span: tuple[int, int] | None = None
    hint: str = ""
    suggestion: str = ""


class RefusedError(AssetlibError):
    """The server refused, and said why: the fields of its problem+json."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        errors: tuple[FieldError, ...] = (),
        type: str = "about:blank",  # noqa: A002 -- the server's word
    ) -> None:
        super().__init__(status, title, detail, errors, type)
        self.status, self.title, self.detail = status, title, detail
        self.errors, self.type = errors, type

    def __str__(self) -> str:
        said = self.detail or self.title
        for each in self.errors:
            if each.message not in said:
                said += f" {each.field}: {each.message}" if each.field else f" {each.message}"
            if each.hint and each.hint not in said:
                said += f" {each.hint}"
        return said


class BadRequestError(RefusedError):
    """400: the request cannot be read."""


class AuthenticationError(RefusedError):
    """401: no API key, or one that the server does not know."""


class NotPermittedError(RefusedError):
    """403: the API key's scopes do not allow it."""


class NotFoundError(RefusedError):
    """404: there is no such thing in this workspace."""


class ConflictError(RefusedError):
    """409 or 412: somebody was faster, or the name is taken."""


class TooLargeError(RefusedError):
    """413: beyond one of the server's limits."""


class UnsupportedFileError(RefusedError):
    """415: no image that the library can keep."""


class InvalidError(RefusedError):
    """422: understood, but a field is wrong; `errors` says which and why."""


class TooManyRequestsError(RefusedError):
    """429: too much at once, after all retries."""


class ServerError(RefusedError):
    """5xx: the server could not, after all retries."""


BY_STATUS: dict[int, type[RefusedError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: NotPermittedError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    413: TooLargeError,
    415: UnsupportedFileError,
    422: InvalidError,
    429: TooManyRequestsError,
}


def refusal(response: httpx.Response) -> RefusedError:
    """Return the error that a read response of 4xx or 5xx is; also of a proxy's, which is HTML."""
    other = ServerError if response.status_code >= LOWEST_SERVER_ERROR else RefusedError
    kind = BY_STATUS.get(response.status_code, other)
    problem = _problem(response)
    if response.has_redirect_location:
        # Followed by nobody: the API key is for this address alone.
        problem = {"detail": f"The server sends one on to {response.headers['Location']}."}
    return kind(
        status=response.status_code,
        title=str(problem.get("title") or response.reason_phrase or response.status_code),
        detail=str(problem.get("detail") or ""),
        errors=tuple(field_error(each) for each in problem.get("errors") or ()),
        type=str(problem.get("type") or "about:blank"),
    )


def _problem(response: httpx.Response) -> dict[str, Any]:
    if response.headers.get("Content-Type", "").startswith("text/plain"):
        return {"detail": response.text.strip()[:LONGEST_TEXT]}
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def field_error(said: dict[str, Any]) -> FieldError:
    span = said.get("span")
    return FieldError(
        field=str(said.get("field") or ""),
        message=str(said.get("message") or ""),
        span=(int(span[0]), int(span[1])) if span else None,
        hint=str(said.get("hint") or ""),
        suggestion=str(said.get("suggestion") or ""),
    )
