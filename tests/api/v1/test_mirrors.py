"""Credentials and mirrors by the native API, on a bucket that moto plays."""

from __future__ import annotations

import json
import logging
from itertools import chain
from typing import Any

import pytest
from pytest_django import Settings

from assetlib.accounts.models import Workspace
from assetlib.api.models import Kept
from assetlib.api.v1 import mirrors as served
from assetlib.jobs.worker import work_off
from assetlib.mirror import runs
from assetlib.mirror.models import Credential, LedgerRow, Mirror
from images.models import Image
from tests.api.v1.conftest import Program, problem
from tests.factories import NOON, make_mirror, make_project
from tests.mirror.conftest import aws, shelf
from tests.mirror.shelf import Shelf, image_at, outcomes, ran, row_at

__all__ = ["aws", "shelf"]

SECRET, TOKEN = "wJalrXUtnFEMI-not-to-be-told", "FwoGZXIvYXdz-nor-this"
KEYS = {"name": "plant", "access_key_id": "AKIA1", "secret_access_key": SECRET}


@pytest.fixture
def mirror(workspace: Workspace, shelf: Shelf) -> Mirror:
    """A mirror of a bucket with two pictures, one of them with a bad sidecar, and a text."""
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    shelf.put("b.png", 2)
    shelf.say("b.json", b'{"n": }')
    shelf.put("c.png", b"no picture")
    return make_mirror(workspace)


def test_a_credential_is_made_read_changed_and_forgotten(admin: Program) -> None:
    made = admin("POST", "/credentials", KEYS)

    assert made.status_code == 201
    assert made["Location"] == "/api/v1/acme/credentials/plant"
    assert made.json() == admin("GET", "/credentials/plant").json()
    assert made.json()["secrets"] == ["secret_access_key"]
    changed = admin("PATCH", "/credentials/plant", {"name": "works", "region": "eu-central-1"})
    assert (changed.json()["name"], changed.json()["region"]) == ("works", "eu-central-1")
    assert Credential.objects.get().secrets == {"secret_access_key": SECRET}
    assert [each["name"] for each in admin("GET", "/credentials").json()["items"]] == ["works"]
    assert admin("DELETE", "/credentials/works").status_code == 204
    problem(admin("GET", "/credentials/works"), 404)


def test_one_secret_is_changed_and_the_other_stays(admin: Program) -> None:
    admin("POST", "/credentials", KEYS | {"kind": "session", "session_token": TOKEN})

    changed = admin("PATCH", "/credentials/plant", {"session_token": "new", "region": None})

    assert changed.json()["secrets"] == ["secret_access_key", "session_token"]
    kept = Credential.objects.get().secrets
    assert kept == {"secret_access_key": SECRET, "session_token": "new"}


def test_a_token_goes_with_the_kind_that_needs_it(admin: Program) -> None:
    admin("POST", "/credentials", KEYS | {"kind": "session", "session_token": TOKEN})

    changed = admin("PATCH", "/credentials/plant", {"kind": "keys"})

    assert changed.json()["secrets"] == ["secret_access_key"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"secret_access_key": None}, "secret_access_key"),
        ({"access_key_id": ""}, "access_key_id"),
        ({"kind": "session"}, "session_token"),
        ({"kind": "role"}, "role_arn"),
        ({"kind": "machine"}, "kind"),
        ({"kind": "magic"}, "kind"),
        ({"name": "Plant 3"}, "name"),
        ({"endpoint_url": "ftp://store"}, "endpoint_url"),
        ({"secret_access_key": SECRET * 100}, "secret_access_key"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_credential_is_told_by_field(
    admin: Program, said: dict[str, Any], field: str
) -> None:
    answer = admin("POST", "/credentials", KEYS | said)

    assert [each["field"] for each in problem(answer, 422)["errors"]] == [field]
    assert SECRET not in answer.content.decode()
    assert not Credential.objects.exists()


def test_names_are_taken_once(admin: Program, mirror: Mirror) -> None:
    admin("POST", "/credentials", KEYS)
    admin("POST", "/mirrors", {"name": "other", "credential": "plant", "bucket": "line3"})

    again = admin("POST", "/credentials", KEYS)
    assert "There is a credential “plant” already" in problem(again, 409)["detail"]
    renamed = admin("PATCH", "/mirrors/other", {"name": "line3"})
    assert "There is a mirror “line3” already" in problem(renamed, 409)["detail"]
    in_use = admin("DELETE", "/credentials/plant")
    assert "used by other" in problem(in_use, 409)["detail"]


def test_secrets_are_in_no_answer_no_log_and_no_table(
    admin: Program, aws: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = KEYS | {"kind": "session", "session_token": TOKEN}
    mirror = {"name": "plant", "credential": "plant", "bucket": "nowhere"}
    answers = [
        admin("POST", "/credentials", body),
        admin("POST", "/credentials", body),
        admin("POST", "/credentials", body | {"name": "NO"}),
        admin("POST", "/credentials", body | {"kind": SECRET}),
        admin("POST", "/credentials", json.dumps(body)[:-1].encode()),
        admin("PATCH", "/credentials/plant", {"secret_access_key": SECRET}, Idempotency_Key="x"),
        admin("GET", "/credentials"),
        admin("GET", "/credentials/plant"),
        admin("POST", "/mirrors", mirror),
        admin("POST", "/mirrors/plant/test"),
        admin("GET", "/mirrors/plant/plan"),
        admin("POST", "/mirrors/plant/runs", Idempotency_Key="y"),
        admin("GET", "/mirrors/plant"),
    ]

    told = "".join([answer.content.decode() for answer in answers] + [caplog.text])
    assert SECRET not in told
    assert TOKEN not in told
    assert SECRET not in Credential.objects.get().sealed
    assert not Kept.objects.filter(body__contains=SECRET).exists()


def test_secrets_of_another_key_are_to_be_sent_again(admin: Program, settings: Settings) -> None:
    admin("POST", "/credentials", KEYS)
    settings.MIRROR_KEYS = ["another"]

    assert not admin("GET", "/credentials/plant").json()["is_readable"]
    changed = admin("PATCH", "/credentials/plant", {"region": "eu-central-1"})
    assert "Enter them again" in problem(changed, 409)["detail"]
    assert admin("PATCH", "/credentials/plant", {"secret_access_key": "new"}).json()["is_readable"]


def test_a_mirror_is_made_read_changed_and_deleted(admin: Program, workspace: Workspace) -> None:
    admin("POST", "/credentials", KEYS)
    make_project(workspace, "Line 3")
    said = {
        "name": "line3",
        "credential": "plant",
        "bucket": "frames",
        "prefix": "2026/",
        "include": ["**/*.jpg", "*.png"],
        "project": "line-3",
        "strategy": "append",
        "every_minutes": 60,
    }

    made = admin("POST", "/mirrors", said)

    assert made.status_code == 201
    assert made["Location"] == "/api/v1/acme/mirrors/line3"
    assert said.items() <= made.json().items()
    assert made.json()["due_at"] is not None
    patch = {"project": None, "prefix": None, "exclude": ["old/**"], "every_minutes": 0}
    changed = admin("PATCH", "/mirrors/line3", patch).json()
    assert (changed["project"], changed["prefix"], changed["due_at"]) == (None, "2026/", None)
    assert (changed["include"], changed["exclude"]) == (said["include"], ["old/**"])
    assert changed == admin("GET", "/mirrors/line3").json()
    assert admin("GET", "/mirrors").json()["items"] == [changed]
    assert admin("GET", "/credentials/plant").json()["mirrors"] == ["line3"]
    deletion = admin("DELETE", "/mirrors/line3")
    assert (deletion.status_code, deletion.json()["kind"]) == (202, "mirror-deletion")
    assert admin("GET", "/mirrors/line3").json()["being_deleted"]
    for refused in (
        admin("POST", "/mirrors/line3/runs"),
        admin("PATCH", "/mirrors/line3", {"prefix": ""}),
        admin("DELETE", "/mirrors/line3"),
    ):
        assert problem(refused, 409)["detail"] == "line3 is being deleted."
    work_off()
    assert admin.http.get(deletion["Location"], headers=admin.key).json()["status"] == "done"
    assert not Mirror.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"credential": "other"}, "credential"),
        ({"project": "nowhere"}, "project"),
        ({"bucket": ""}, "bucket"),
        ({"bucket": "s3://frames/raw"}, "bucket"),
        ({"strategy": "mine"}, "strategy"),
        ({"include": ["a\nb"]}, "include.0"),
        ({"every_minutes": -1}, "every_minutes"),
        ({"update_images": "yes"}, "update_images"),
    ],
)
def test_a_wrong_mirror_is_told_by_field(
    admin: Program, outsider: Program, said: dict[str, Any], field: str
) -> None:
    admin("POST", "/credentials", KEYS)
    outsider("POST", "/credentials", KEYS | {"name": "other"})

    answer = admin(
        "POST", "/mirrors", {"name": "a", "credential": "plant", "bucket": "line3"} | said
    )

    assert [each["field"] for each in problem(answer, 422)["errors"]] == [field]
    assert not Mirror.objects.exists()


def test_a_connection_is_tried_step_by_step(
    admin: Program, workspace: Workspace, mirror: Mirror
) -> None:
    make_mirror(workspace, "nowhere")

    good = admin("POST", "/mirrors/line3/test").json()
    bad = admin("POST", "/mirrors/nowhere/test").json()

    assert [(step["name"], step["ok"]) for step in good["steps"]] == [
        ("list", True),
        ("head", True),
        ("read", True),
    ]
    assert good["ok"]
    assert not bad["ok"]
    assert bad["steps"][0]["said"] == "There is no bucket “nowhere” at AWS."
    assert bad["steps"][1]["ok"] is None


def test_a_plan_is_told_at_once_and_writes_nothing(admin: Program, mirror: Mirror) -> None:
    told = admin("GET", "/mirrors/line3/plan?limit=2").json()

    assert told["counts"] == {"new image": 3}
    assert [each["path"] for each in told["actions"]] == ["a.png", "b.png"]
    assert told["unchanged"] == 0
    assert not LedgerRow.objects.exists()
    assert not Image.objects.exists()


def test_a_plan_that_cannot_be_made_says_why(
    admin: Program, workspace: Workspace, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mirror(workspace, "nowhere")

    assert "no bucket" in problem(admin("GET", "/mirrors/nowhere/plan"), 409)["detail"]
    monkeypatch.setattr(served, "MOST_PLANNED", 4)
    long = problem(admin("GET", "/mirrors/line3/plan"), 409)["detail"]
    assert long == "There are more than 4 objects: have a worker make the plan. “POST” asks for it."


def test_a_host_that_does_not_answer_is_told_soon(
    admin: Program, workspace: Workspace, settings: Settings
) -> None:
    settings.MIRROR_PRIVATE = True
    # Nobody listens there.
    make_mirror(workspace, endpoint_url="http://127.0.0.1:9")

    assert "does not answer" in problem(admin("GET", "/mirrors/line3/plan"), 409)["detail"]
    assert not admin("POST", "/mirrors/line3/test").json()["ok"]


def test_a_run_is_asked_for_followed_and_read(admin: Program, mirror: Mirror) -> None:
    asked = admin("POST", "/mirrors/line3/runs")
    again = admin("POST", "/mirrors/line3/runs")
    work_off()

    assert asked.status_code == 202
    assert "under way" in problem(again, 409)["detail"]
    run = admin.http.get(asked["Location"], headers=admin.key).json()
    assert (run["id"], run["scope"], run["state"]) == (asked.json()["id"], "all", "problems")
    assert run["counters"]["new"] == 2
    assert [(each["path"], each["outcome"]) for each in run["problems"]] == [("b.png", "problem")]
    assert "line 1 column 7" in run["problems"][0]["reason"]
    listed = admin("GET", "/mirrors/line3/runs").json()["items"]
    assert listed == [{name: run[name] for name in run if name != "problems"}]


def test_a_run_is_of_some_paths_or_of_what_is_known(admin: Program, mirror: Mirror) -> None:
    of_paths = admin("POST", "/mirrors/line3/runs", {"paths": ["b.png"]})
    work_off()
    assert outcomes(mirror) == {"b.png": "problem"}
    again = admin("POST", "/mirrors/line3/runs", {"reapply": True})

    assert (of_paths.json()["scope"], again.json()["scope"]) == ("paths", "reapply")
    both = admin("POST", "/mirrors/line3/runs", {"reapply": True, "paths": ["b.png"]})
    assert "leave out" in problem(both, 422)["detail"]


def test_a_run_of_paths_that_are_not_below_the_prefix_is_refused(
    admin: Program, mirror: Mirror
) -> None:
    Mirror.objects.update(prefix="in/")

    refused = admin("POST", "/mirrors/line3/runs", {"paths": ["in/a.png", "b.png"]})

    said = problem(refused, 422)
    assert said["detail"] == "“b.png” is not below “in/”, the prefix of line3."
    assert said["errors"][0]["field"] == "paths"
    assert not mirror.runs.exists()


def test_what_is_sent_twice_runs_once(admin: Program, mirror: Mirror) -> None:
    first, second = (
        admin("POST", "/mirrors/line3/runs", {}, Idempotency_Key="once") for _ in range(2)
    )

    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert mirror.runs.count() == 1


def test_a_run_is_called_off_once(admin: Program, mirror: Mirror) -> None:
    run = admin("POST", "/mirrors/line3/runs").json()["id"]

    assert admin("POST", f"/mirrors/line3/runs/{run}/cancel").json()["state"] == "cancelled"
    problem(admin("POST", f"/mirrors/line3/runs/{run}/cancel"), 409)


def test_the_ledger_comes_in_pages_and_is_asked_by_outcome_and_path(
    admin: Program, mirror: Mirror
) -> None:
    ran(mirror)

    def paths(query: str) -> list[str]:
        answer = admin("GET", f"/mirrors/line3/objects?{query}")
        return [each["path"] for each in answer.json()["items"]]

    assert paths("") == ["a.png", "b.png", "c.png"]
    assert paths("outcome=problem") == ["b.png"]
    assert paths("outcome=synced") == ["a.png"]
    assert paths("path=c.p") == ["c.png"]
    first = admin("GET", "/mirrors/line3/objects?limit=2").json()
    assert paths(f"limit=2&cursor={first['next']}") == ["c.png"]
    problem(admin("GET", "/mirrors/line3/objects?outcome=lost"), 422)


def test_a_page_of_the_ledger_costs_the_same_wherever_it_is(
    admin: Program, mirror: Mirror, django_assert_max_num_queries: Any
) -> None:
    LedgerRow.objects.bulk_create(
        LedgerRow(mirror=mirror, path=f"{n:05}.png", outcome="synced", at=NOON)
        for n in range(3_000)
    )
    pages: list[list[str]] = []
    cursor: Any = ""
    for _ in range(3):
        with django_assert_max_num_queries(4):
            said = admin("GET", f"/mirrors/line3/objects?limit=1000&cursor={cursor}").json()
        pages.append([each["path"] for each in said["items"]])
        cursor = said["next"]

    assert cursor is None
    assert [*chain(*pages)] == [f"{n:05}.png" for n in range(3_000)]


def test_objects_are_read_again_by_path_or_by_outcome(
    admin: Program, mirror: Mirror, shelf: Shelf
) -> None:
    ran(mirror)
    shelf.say("b.json", {"n": 2})

    asked = admin("POST", "/mirrors/line3/objects/retry", {"outcome": "problem"})
    work_off()

    assert (asked.status_code, asked.json()["scope"]) == (202, "paths")
    assert outcomes(mirror)["b.png"] == "synced"
    assert admin("POST", "/mirrors/line3/objects/retry", {"paths": ["a.png"]}).status_code == 202
    busy = admin("POST", "/mirrors/line3/objects/retry", {"paths": ["b.png"]})
    problem(busy, 409)
    assert row_at(mirror, "b.png").outcome == "synced"
    for wrong in ({}, {"paths": ["a.png"], "outcome": "failed"}, {"outcome": "gone"}):
        problem(admin("POST", "/mirrors/line3/objects/retry", wrong), 422)


def test_more_objects_than_one_run_reads_again_are_refused(
    admin: Program, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_RETRIED", 1)
    ran(mirror)

    said = problem(admin("POST", "/mirrors/line3/objects/retry", {"path": "png"}), 422)

    assert "more than 1 objects, the most that are read again at once" in str(said)
    assert mirror.runs.count() == 1


def test_what_was_deleted_follows_again(admin: Program, program: Program, mirror: Mirror) -> None:
    ran(mirror)
    image = image_at(mirror, "a.png")
    program("DELETE", f"/images/{image.public_id}")
    assert outcomes(mirror)["a.png"] == "held"

    said = admin("POST", "/mirrors/line3/objects/follow", {"images": [image.public_id]}).json()

    assert (said["images"], said["to_be_read"]) == (1, 0)
    assert outcomes(mirror)["a.png"] == "synced"
    assert program("GET", f"/images/{image.public_id}").status_code == 200
    other = problem(admin("POST", "/mirrors/line3/objects/follow", {"images": ["x" * 20]}), 422)
    assert other["detail"] == f"The mirror knows no image “{'x' * 20}”."


def test_what_is_gone_for_good_is_read_by_the_next_run(admin: Program, mirror: Mirror) -> None:
    ran(mirror)
    mirror.ledger.filter(path="a.png").update(image=None, outcome="held")

    said = admin("POST", "/mirrors/line3/objects/follow", {"paths": ["a.png", "b.png"]}).json()

    assert said == {"images": 0, "change_set": None, "to_be_read": 1}
    assert outcomes(mirror)["a.png"] == "failed"
