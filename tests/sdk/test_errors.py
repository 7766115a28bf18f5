"""What the server's refusals become."""

from __future__ import annotations

import httpx
import pytest

from assetlib.sdk import (
    AssetlibError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    FieldError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    TooLargeError,
    UnreachableError,
    UnsupportedFileError,
)
from tests.sdk.servers import ONCE, Scripted, library_of

PROBLEM = {
    "type": "urn:assetlib:problem:invalid-query",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "A “)” is missing.",
    "errors": [
        {
            "field": "query",
            "message": "A “)” is missing.",
            "span": [0, 4],
            "hint": "Close it.",
            "suggestion": "(a b)",
        }
    ],
}


def refused(answer: httpx.Response) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        library_of(Scripted(answer), retry=ONCE).search("(a b").count()
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, NotPermittedError),
        (404, NotFoundError),
        (405, RefusedError),
        (409, ConflictError),
        (412, ConflictError),
        (413, TooLargeError),
        (415, UnsupportedFileError),
        (422, InvalidError),
    ],
)
def test_a_status_is_a_class(status: int, kind: type[RefusedError]) -> None:
    error = refused(httpx.Response(status, json=PROBLEM | {"status": status}))

    assert type(error) is kind
    assert error.status == status


def test_an_error_has_the_fields_of_the_problem() -> None:
    error = refused(httpx.Response(422, json=PROBLEM))

    assert str(error) == "A “)” is missing. Close it."
    assert (error.title, error.detail) == ("Unprocessable Entity", "A “)” is missing.")
    assert error.type == "urn:assetlib:problem:invalid-query"
    assert error.errors == (FieldError("query", "A “)” is missing.", (0, 4), "Close it.", "(a b)"),)


def test_the_text_names_the_fields_that_the_sentence_does_not() -> None:
    problem = {"title": "Wrong", "errors": [{"field": "tags", "message": "Not a list."}]}

    assert str(refused(httpx.Response(422, json=problem))) == "Wrong tags: Not a list."


@pytest.mark.parametrize(
    "body",
    [b"<html>Bad gateway</html>", b"[]", b"\xff", b""],
    ids=["html", "list", "bytes", "none"],
)
def test_what_a_proxy_answers_is_an_error_as_well(body: bytes) -> None:
    assert str(refused(httpx.Response(413, content=body))) == "Request Entity Too Large"


def test_a_plain_text_is_the_sentence() -> None:
    assert str(refused(httpx.Response(410, text="Export it again.\n"))) == "Export it again."


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, html="<h1>Welcome</h1>"), httpx.Response(200, json={"ok": 1})]
)
def test_an_address_of_something_else_is_said(answer: httpx.Response) -> None:
    library = library_of(lambda _: answer)

    with pytest.raises(UnreachableError, match=r"http://library\.example/ is no assetlib server"):
        library.search("").count()


def test_a_redirect_is_not_followed_with_the_api_key() -> None:
    asked: list[httpx.URL] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(301, headers={"Location": "https://library.example/api/v1/me"})

    with pytest.raises(AssetlibError, match=r"sends one on to https://library\.example/api"):
        library_of(server).search("").count()

    assert len(asked) == 1
