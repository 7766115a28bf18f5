"""Bulk edits, whole keys and tags, and undo over the native face: jobs, and plans of them."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.accounts.models import Workspace
from assetlib.changes.models import ChangeSet, State
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from images.models import Image
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image
from tests.metadata.writes import edit, held, tags_of


@pytest.fixture
def three(workspace: Workspace) -> list[Image]:
    images = [make_image(workspace) for _ in range(3)]
    edit(images[0], {"camera_id": "cam001", "line": "3"}, add_tags=["night"])
    edit(images[1], {"camera_id": "cam002", "line": 4}, add_tags=["night"])
    edit(images[2], {"camera_id": "cam001"})
    return images


def finished(program: Program, answer: Any) -> dict[str, Any]:
    """Return the job of the answer once a worker has done it."""
    assert answer.status_code == 202, answer.content
    assert answer["Location"] == answer.json()["address"]
    assert answer.json()["status"] == "created"
    work_off()
    done: dict[str, Any] = program("GET", f"/jobs/{answer.json()['id']}").json()
    assert done["status"] == "done", done
    return done


def test_a_bulk_edit_is_planned_done_and_undone(program: Program, three: list[Image]) -> None:
    body = {
        "query": "tag:night",
        "set": {"site": "A"},
        "set_missing": {"line": 9},
        "remove": ["camera_id"],
        "add_tags": ["seen"],
        "remove_tags": ["Night"],
    }

    plan = program("POST", "/bulk?dry_run=1", body).json()
    assert plan == program("POST", "/bulk", body | {"dry_run": True}).json()
    assert (plan["images"], plan["changing"], plan["missing"]) == (2, 2, [])
    assert plan["entries"] == {"site": {"added": 2}, "camera_id": {"removed": 2}}
    assert not Job.objects.exists()

    done = finished(program, program("POST", "/bulk", body))
    assert (done["kind"], done["by"], done["result"]["changed"]) == ("bulk", "program", 2)
    assert held(three[0]) == {"line": "3", "site": "A"}
    assert tags_of(three[1]) == ["seen"]
    assert held(three[2]) == {"camera_id": "cam001"}

    change_set = program("GET", "/changes?limit=1").json()["items"][0]
    finished(program, program("POST", f"/changes/{change_set['id']}/undo"))
    assert held(three[0]) == {"camera_id": "cam001", "line": "3"}
    assert ChangeSet.objects.get(pk=change_set["id"]).state == State.UNDONE
    problem(program("POST", f"/changes/{change_set['id']}/undo"), 409)


def test_a_bulk_edit_of_ids_tells_which_are_none(program: Program, three: list[Image]) -> None:
    ids = [three[2].public_id, "nowhere"]
    body = {"ids": ids, "rename": {"camera_id": "camera"}}

    assert program("POST", "/bulk?dry_run=true", body).json()["missing"] == ["nowhere"]
    finished(program, program("POST", "/bulk", body))

    assert held(three[2]) == {"camera": "cam001"}


def test_what_the_library_lacks_refuses_a_bulk_edit_unless_it_is_meant(
    program: Program, three: list[Image]
) -> None:
    body = {"query": "-camra_id:cam001", "add_tags": ["all"]}

    said = problem(program("POST", "/bulk", body), 422)

    assert said["type"] == "urn:assetlib:problem:notices"
    assert said["errors"][0]["suggestion"] == "-camera_id:cam001"
    assert said["errors"][0]["span"] == [1, 16]
    finished(program, program("POST", "/bulk", body | {"force": True}))
    assert tags_of(three[2]) == ["all"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": ""}, "change"),
        ({"add_tags": ["a"]}, "query"),
        ({"query": "", "ids": ["a"], "add_tags": ["a"]}, "query"),
        ({"query": "(", "add_tags": ["a"]}, "query"),
        ({"query": "", "set": {"bad key": 1}}, "bad key"),
        ({"query": "", "set": {"a": 1}, "remove": ["a"]}, "a"),
        ({"query": "", "remove": ["bad key"]}, "remove.0"),
        ({"query": "", "convert": {"a": "date"}}, "convert.a"),
        ({"query": "", "add_tags": ["no tag!"]}, "add_tags.0"),
        ({"query": "", "ids": []}, "ids"),
        ({"query": "", "more": 1}, "more"),
    ],
)
def test_what_is_wrong_with_a_bulk_edit_names_its_field(
    program: Program, three: list[Image], body: dict[str, Any], field: str
) -> None:
    said = problem(program("POST", "/bulk", body), 422)

    assert field in {each["field"] for each in said["errors"]}
    assert not Job.objects.exists()


def test_keys_are_renamed_merged_converted_and_removed(
    program: Program, three: list[Image]
) -> None:
    finished(program, program("PATCH", "/keys/camera_id", {"name": "camera"}))
    assert held(three[2]) == {"camera": "cam001"}
    problem(program("GET", "/keys/camera_id"), 404)

    done = finished(program, program("PATCH", "/keys/line", {"type": "number"}))
    assert done["result"]["changed"] == 1
    assert held(three[0])["line"] == 3

    finished(program, program("DELETE", "/keys/line"))
    assert held(three[1]) == {"camera": "cam002"}


@pytest.mark.parametrize(
    "body", [{}, {"name": "a", "type": "string"}, {"name": "bad key"}, {"type": "date"}]
)
def test_a_key_is_changed_in_one_way(program: Program, three: list[Image], body: object) -> None:
    problem(program("PATCH", "/keys/line", body), 422)


@pytest.mark.parametrize(
    ("method", "path", "body", "entries", "tags"),
    [
        ("PATCH", "/keys/line", {"type": "number"}, {"line": {"replaced": 1}}, {}),
        ("DELETE", "/keys/line", None, {"line": {"removed": 2}}, {}),
        (
            "PATCH",
            "/tags/night",
            {"name": "dark"},
            {},
            {"night": {"removed": 2}, "dark": {"added": 2}},
        ),
        ("DELETE", "/tags/night", None, {}, {"night": {"removed": 2}}),
    ],
)
def test_what_is_done_to_a_key_or_tag_can_be_told_before(
    program: Program,
    three: list[Image],
    method: str,
    path: str,
    body: object,
    entries: object,
    tags: object,
) -> None:
    told = program(method, f"{path}?dry_run=1", body)

    assert told.status_code == 200
    said = told.json()
    assert (said["entries"], said["tags"]) == (entries, tags)
    assert not Job.objects.exists()
    done = finished(program, program(method, path, body))
    assert done["result"]["changed"] == said["changing"]


def test_tags_are_renamed_and_removed(program: Program, three: list[Image]) -> None:
    finished(program, program("PATCH", "/tags/night", {"name": "dark"}))
    assert tags_of(three[0]) == ["dark"]
    finished(program, program("DELETE", "/tags/DARK"))
    assert tags_of(three[0]) == []
    for wrong in ({}, {"name": "no tag!"}):
        edit(three[0], add_tags=["night"])
        problem(program("PATCH", "/tags/night", wrong), 422)
