"""What is asked again, when, and what never is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from assetlib.sdk import (
    ConflictError,
    InvalidError,
    Retry,
    ServerError,
    TooManyRequestsError,
    UnreachableError,
)
from tests.sdk.servers import ME, ONCE, Scripted, image_object, library_of, pauses

__all__ = ["pauses"]

FOUND = httpx.Response(200, json={"total": 3, "items": [], "next": None, "notices": []})
GONE = httpx.ConnectError("refused")


@pytest.mark.parametrize(
    "trouble",
    [
        GONE,
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("ended in the middle"),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(504),
    ],
    ids=lambda trouble: getattr(trouble, "status_code", None) or type(trouble).__name__,
)
def test_a_read_is_asked_again(trouble: httpx.Response | Exception, pauses: list[float]) -> None:
    server = Scripted(trouble, trouble, FOUND)

    assert library_of(server).search("tag:night").count() == 3

    assert len(server.requests) == 3
    assert len(pauses) == 2


def test_pauses_double_and_have_chance_in_them(pauses: list[float]) -> None:
    server = Scripted(*[GONE] * 6, FOUND)

    library_of(server, retry=Retry(attempts=7, first_pause=1, longest_pause=8)).search("").count()

    for pause, full in zip(pauses, [1, 2, 4, 8, 8, 8], strict=True):
        assert full / 2 <= pause <= full
    assert len({pause / full for pause, full in zip(pauses, [1, 2, 4, 8, 8, 8], strict=True)}) > 1


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("7", 7),
        ("0", 0),
        ("9999", 120),
    ],
)
def test_retry_after_is_kept_to(said: str, pause: float, pauses: list[float]) -> None:
    server = Scripted(httpx.Response(429, headers={"Retry-After": said}), FOUND)

    library_of(server).search("").count()

    assert pauses == [pause]


@pytest.mark.parametrize(("ahead", "pause"), [(60, 60), (-60, 0)])
def test_retry_after_may_be_a_date(ahead: int, pause: float, pauses: list[float]) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=ahead)
    said = {"Retry-After": format_datetime(moment, usegmt=True)}

    library_of(Scripted(httpx.Response(503, headers=said), FOUND)).search("").count()

    assert pauses == [pytest.approx(pause, abs=5)]


def test_a_retry_after_that_is_neither_counts_for_nothing(pauses: list[float]) -> None:
    server = Scripted(httpx.Response(503, headers={"Retry-After": "soon"}), FOUND)

    library_of(server).search("").count()

    assert 0 < pauses[0] <= 0.25


def test_in_the_end_the_last_answer_is_the_error(pauses: list[float]) -> None:
    with pytest.raises(TooManyRequestsError):
        library_of(Scripted(*[httpx.Response(429)] * 4)).search("").count()
    with pytest.raises(ServerError):
        library_of(Scripted(*[httpx.Response(503)] * 4)).search("").count()
    with pytest.raises(UnreachableError, match=r"No answer from http://library.example/") as caught:
        library_of(Scripted(*[GONE] * 4)).search("").count()

    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert len(pauses) == 9


def test_a_refusal_is_not_asked_again(pauses: list[float]) -> None:
    server = Scripted(httpx.Response(422))

    with pytest.raises(InvalidError):
        library_of(server).search("(").count()

    assert len(server.requests) == 1


def test_what_would_be_done_twice_is_asked_once(pauses: list[float]) -> None:
    server = Scripted(GONE, httpx.Response(200))

    with pytest.raises(UnreachableError):
        library_of(server).projects.create("Line 3")

    assert len(server.requests) == 1
    assert pauses == []


def test_a_batch_is_asked_again_under_one_idempotency_key(pauses: list[float]) -> None:
    done = {"results": [{"id": "i1", "status": "changed", "errors": []}], "change_set": 7}
    server = Scripted(GONE, httpx.Response(200, json=done))

    report = library_of(server).update_many([{"id": "i1", "set": {"site": "A"}}])

    first, second = (request.headers["Idempotency-Key"] for request in server.requests)
    assert first == second
    assert report.change_sets == ("7",)
    assert report.failed == ()


def test_a_batch_is_cut_in_pieces_the_server_takes() -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json=ME)
        updates = json.loads(request.read())["updates"]
        sizes.append(len(updates))
        done = [{"id": each["id"], "status": "changed", "errors": []} for each in updates]
        return httpx.Response(200, json={"results": done, "change_set": len(sizes)})

    sizes: list[int] = []
    library = library_of(server)

    report = library.update_many({"id": str(n), "set": {"n": n}} for n in range(20_001))
    assert sizes == [10_000, 10_000, 1]
    assert report.change_sets == ("1", "2", "3")
    assert [each.id for each in report.results] == [str(n) for n in range(20_001)]

    sizes.clear()
    library.update_many({"id": str(n), "set": {"text": "x" * 4_000}} for n in range(9_000))
    assert len(sizes) == 2


def test_what_is_still_under_way_is_asked_for_again(pauses: list[float]) -> None:
    done = httpx.Response(200, json={"results": [], "change_set": None})
    under_way = httpx.Response(409, headers={"Retry-After": "1"})
    edit = {"id": "i1", "remove": ["site"]}

    library_of(Scripted(httpx.ReadTimeout("slow"), under_way, done)).update_many([edit])
    with pytest.raises(ConflictError):
        library_of(Scripted(httpx.Response(409))).update_many([edit])

    assert pauses[1:] == [1]


def test_an_upload_is_sent_again_with_all_of_its_bytes(pauses: list[float]) -> None:
    server = Scripted(GONE, httpx.Response(503), httpx.Response(201, json=image_object()))

    library_of(server).upload(b"pretend", filename="a.jpg")

    bodies = [request.content for request in server.requests]
    assert len(bodies) == 3
    assert all(b"pretend" in body for body in bodies)


def test_an_open_file_is_sent_again_from_its_beginning(tmp_path: Path, pauses: list[float]) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"pretend")
    server = Scripted(GONE, httpx.Response(201, json=image_object()))

    with path.open("rb") as file:
        library_of(server).upload(file)

    assert all(b"pretend" in request.content for request in server.requests)
    assert all(b'filename="a.jpg"' in request.content for request in server.requests)


def test_one_may_choose_not_to_try_again(pauses: list[float]) -> None:
    with pytest.raises(UnreachableError):
        library_of(Scripted(GONE), retry=ONCE).search("").count()

    assert pauses == []


def test_the_workspace_is_asked_for_once() -> None:
    asked = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=ME) if request.url.path.endswith("/me") else FOUND

    library = library_of(server)
    library.search("").count()
    library.search("").count()

    assert asked == ["/api/v1/me", "/api/v1/acme/images", "/api/v1/acme/images"]
