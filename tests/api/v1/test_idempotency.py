"""A request that is sent again is answered again, and done once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from assetlib.accounts.models import Scope, Workspace
from assetlib.api.models import Kept
from assetlib.api.v1.idempotency import forget_old
from assetlib.changes.models import ChangeSet
from assetlib.jobs.models import Job
from images.models import Image
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image, make_workspace
from tests.metadata.writes import edit, held


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace)


def batch(image: Image, number: int = 1) -> dict[str, Any]:
    return {"updates": [{"id": image.public_id, "set": {"n": number}}]}


def test_what_is_sent_again_is_answered_as_it_was_and_done_once(
    program: Program, image: Image
) -> None:
    first = program("POST", "/metadata", batch(image), Idempotency_Key="a-1")
    edit(image, {"n": 2})
    again = program("POST", "/metadata", batch(image), Idempotency_Key="a-1")

    assert again.json() == first.json()
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert "Idempotency-Replayed" not in first
    assert held(image) == {"n": 2}
    assert program("POST", "/metadata", batch(image), Idempotency_Key="a-2").json() != first.json()


def test_a_job_is_asked_for_once(program: Program, image: Image) -> None:
    body = {"query": "", "add_tags": ["all"]}

    first = program("POST", "/bulk", body, Idempotency_Key="b")
    again = program("POST", "/bulk", body, Idempotency_Key="b")

    assert (again.status_code, again["Location"]) == (202, first["Location"])
    assert again.json() == first.json()
    assert Job.objects.count() == 1


def test_a_key_is_of_one_request(program: Program, image: Image) -> None:
    program("POST", "/metadata", batch(image), Idempotency_Key="a")

    for path, body in (
        ("/metadata", batch(image, 2)),
        ("/metadata?dry_run=1", batch(image)),
        ("/bulk", {"query": "", "add_tags": ["all"]}),
    ):
        (error,) = problem(program("POST", path, body, Idempotency_Key="a"), 422)["errors"]
        assert error["field"] == "Idempotency-Key"


def test_others_have_keys_of_their_own(program: Program, image: Image) -> None:
    other = make_image(make_workspace("other"))
    program("POST", "/metadata", batch(image), Idempotency_Key="a")

    for another in (
        Program(image.workspace, [Scope.WRITE]),
        Program(other.workspace, [Scope.WRITE]),
    ):
        answer = another("POST", "/metadata", batch(other), Idempotency_Key="a")
        assert answer.status_code == 200
        assert "Idempotency-Replayed" not in answer


def test_what_was_refused_may_be_put_right(program: Program, image: Image) -> None:
    problem(program("POST", "/metadata", {"updates": []}, Idempotency_Key="a"), 422)
    twice = {"updates": [{"id": "a"}, {"id": "a"}]}
    problem(program("POST", "/metadata", twice, Idempotency_Key="a"), 422)

    assert program("POST", "/metadata", batch(image), Idempotency_Key="a").status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü"])
def test_a_key_is_short_and_plain(program: Program, image: Image, key: str) -> None:
    problem(program("POST", "/metadata", batch(image), Idempotency_Key=key), 422)

    assert held(image) == {}


def claimed(program: Program, image: Image, ago: timedelta) -> None:
    """Leave the claim of a request that was killed."""
    program("POST", "/metadata", batch(image), Idempotency_Key="a")
    Kept.objects.update(status=None, body="", claimed_at=timezone.now() - ago)
    edit(image, {"n": 9})


def test_who_comes_while_the_first_is_at_it_is_told_so(program: Program, image: Image) -> None:
    claimed(program, image, timedelta(minutes=4))

    answer = program("POST", "/metadata", batch(image), Idempotency_Key="a")

    assert "under way" in problem(answer, 409)["detail"]
    assert answer["Retry-After"] == "1"
    assert held(image) == {"n": 9}


def test_a_claim_whose_process_was_killed_is_taken_over(program: Program, image: Image) -> None:
    claimed(program, image, timedelta(minutes=6))

    answer = program("POST", "/metadata", batch(image), Idempotency_Key="a")

    assert answer.json()["changed"] == 1
    assert held(image) == {"n": 1}


def test_after_a_day_nothing_is_promised(program: Program, image: Image) -> None:
    program("POST", "/metadata", batch(image), Idempotency_Key="a")
    program("POST", "/metadata", batch(image), Idempotency_Key="b")
    Kept.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert program("POST", "/metadata", batch(image, 2), Idempotency_Key="a").json()["changed"] == 1
    assert forget_old() == 1
    assert Kept.objects.get().key == "a"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(program: Program, image: Image) -> None:
    answers: list[int] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        answer = program("POST", "/metadata", batch(image), Idempotency_Key="a")
        answers.append(answer.status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {*answers} <= {200, 409}
    assert answers.count(200) >= 1
    assert ChangeSet.objects.count() == 1
