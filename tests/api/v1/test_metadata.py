"""Entries and tags over the native face: of one image, and of many."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.accounts.models import User, Workspace
from assetlib.changes.models import ChangeSet
from images.models import Image
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image
from tests.metadata.writes import edit, held, tags_of


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace, "a.jpg")


def path(image: Image, what: str = "metadata") -> str:
    return f"/images/{image.public_id}/{what}"


def test_entries_are_read_with_and_without_what_is_known_of_them(
    program: Program, image: Image, editor: User
) -> None:
    edit(image, {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": False}, by=editor)

    plain = program("GET", path(image))
    detail = program("GET", path(image) + "?detail=1").json()

    assert plain.json() == {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": False}
    assert plain.content.count(b"95.0") == 0
    assert plain["ETag"] == '"1"'
    assert {*detail} == {*plain.json()}
    assert detail["line"].items() >= {
        ("value", 95),
        ("type", "number"),
        ("origin", "user"),
        ("changed_by", str(editor)),
    }


def test_a_merge_sets_removes_by_null_and_leaves_the_rest(program: Program, image: Image) -> None:
    edit(image, {"old": 1, "stays": True, "at.x": 1})
    body = {"old": None, "line": 95, "at": {"x": None, "y": "95"}, "never": None}

    answer = program("PATCH", path(image), body)

    assert answer.json() == held(image) == {"stays": True, "line": 95, "at.y": "95"}
    assert answer["ETag"] == '"2"'
    assert program("PATCH", path(image), {"line": 95})["ETag"] == '"2"'


def test_a_replacement_leaves_these_alone_and_the_tags(program: Program, image: Image) -> None:
    edit(image, {"old": 1, "line": 1}, add_tags=["night"])

    answer = program("PUT", path(image), {"line": 2, "none": None})

    assert answer.json() == held(image) == {"line": 2}
    assert tags_of(image) == ["night"]
    assert program("PUT", path(image), {}).json() == {}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, ""),
        (b'{"a": 1, "a": 2}', 400, ""),
        (b'{"a": NaN}', 400, ""),
        (b"\xff", 400, ""),
        (b"[" * 100_000, 400, ""),
        (b'{"a": 9007199254740993}', 422, "a"),
        (b'{"a": 1e400}', 422, "a"),
        (b'{"a": ' + b"9" * 5_000 + b"}", 422, "a"),
        (b'{"bad key": 1}', 422, "bad key"),
        (b'{"a": [1]}', 422, "a"),
        (b'{"a": ""}', 422, "a"),
        (b'{"a": "\\u0000"}', 422, "a"),
        (b'{"a": "\\ud800"}', 422, "a"),
        (b'{"a.b": 1, "a": {"b": 2}}', 422, "a.b"),
        (b"[]", 422, "body"),
    ],
)
def test_what_is_wrong_with_metadata_is_said_and_nothing_changed(
    program: Program, image: Image, method: str, body: bytes, status: int, field: str
) -> None:
    said = problem(program(method, path(image), body), status)

    assert [each["field"] for each in said["errors"]] == ([field] if field else [])
    assert held(image) == {}


def test_a_null_removes_no_key_that_there_cannot_be(program: Program, image: Image) -> None:
    for body in ({"bad key": None}, {"a": {"b": None}, "a.b": 1}):
        problem(program("PATCH", path(image), body), 422)


def test_who_read_an_older_version_changes_nothing(program: Program, image: Image) -> None:
    seen = program("GET", path(image))["ETag"]
    edit(image, {"a": 1})

    for method, what, body in (
        ("PATCH", "metadata", {"a": 2}),
        ("PUT", "metadata", {"a": 2}),
        ("POST", "tags", {"tags": ["night"]}),
        ("DELETE", "tags", {"tags": ["night"]}),
    ):
        problem(program(method, path(image, what), body, If_Match=seen), 412)
        for wrong in ('W/"1"', "1", "nonsense"):
            problem(program(method, path(image, what), body, If_Match=wrong), 412)
    assert held(image) == {"a": 1}
    assert tags_of(image) == []
    now = program("GET", path(image))["ETag"]
    assert program("PATCH", path(image), {"a": 2}, If_Match=f'"0", {now}').status_code == 200
    assert program("PATCH", path(image), {"a": 3}, If_Match="*").status_code == 200


def test_the_version_of_a_write_is_good_for_the_next(program: Program, image: Image) -> None:
    tag = program("PATCH", path(image), {"a": 1})["ETag"]
    tag = program("POST", path(image, "tags"), {"tags": ["night"]}, If_Match=tag)["ETag"]
    tag = program("PUT", path(image), {"b": 1}, If_Match=tag)["ETag"]

    assert program("GET", path(image))["ETag"] == tag


def test_tags_are_read_added_and_removed(program: Program, image: Image) -> None:
    assert program("GET", path(image, "tags")).json() == {"tags": []}
    added = program("POST", path(image, "tags"), {"tags": ["Night", "rain", "NIGHT"]}).json()
    removed = program("DELETE", path(image, "tags"), {"tags": ["RAIN", "never"]}).json()

    assert {tag.lower() for tag in added["tags"]} == {"night", "rain"}
    assert len(removed["tags"]) == 1
    for wrong in ({"tags": ["no tag!"]}, {"tags": "night"}, {}, {"tags": [], "more": 1}):
        problem(program("POST", path(image, "tags"), wrong), 422)


def test_many_images_are_changed_at_once_each_for_itself(
    program: Program, workspace: Workspace
) -> None:
    images = [make_image(workspace) for _ in range(5)]
    edit(images[1], {"a": 1}, add_tags=["dawn"])
    ids = [image.public_id for image in images]
    updates: list[dict[str, Any]] = [
        {"id": ids[0], "set": {"a": 1, "at": {"x": 2}}, "add_tags": ["night"]},
        {"id": ids[1], "set": {"a": None}, "remove_tags": ["dawn"]},
        {"id": ids[2], "set": {"bad key": 1, "b": 1}},
        {"id": ids[3], "remove": ["never"]},
        {"id": "nowhere", "set": {"a": 1}},
        {"id": ids[4], "set": {"a": 1}, "remove": ["a"]},
        {"id": make_image(workspace).public_id, "set": {"": 1}},
    ]

    said = program("POST", "/metadata", {"updates": updates}).json()

    statuses = [each["status"] for each in said["results"]]
    assert statuses == ["changed", "changed", "failed", "unchanged", *["failed"] * 3]
    assert [each["id"] for each in said["results"]] == [each["id"] for each in updates]
    assert (said["changed"], said["unchanged"], said["failed"]) == (2, 1, 4)
    fields = [each["errors"][0]["field"] for each in said["results"] if each["errors"]]
    assert fields == ["bad key", "id", "a", "set"]
    assert held(images[0]) == {"a": 1, "at.x": 2}
    assert held(images[1]) == held(images[2]) == held(images[4]) == {}
    change_set = ChangeSet.objects.latest("pk")
    assert said["change_set"] == change_set.pk
    assert change_set.image_count == 2


def test_a_batch_that_is_only_tried_tells_the_same_and_changes_nothing(
    program: Program, image: Image
) -> None:
    body = {"updates": [{"id": image.public_id, "set": {"a": 1}, "add_tags": ["new"]}]}

    tried = program("POST", "/metadata?dry_run=1", body).json()

    assert tried["change_set"] is None
    assert held(image) == {}
    assert not ChangeSet.objects.exists()
    assert program("GET", "/tags").json()["items"] == []
    done = program("POST", "/metadata", body).json()
    assert done == tried | {"change_set": ChangeSet.objects.get().pk}
    assert program("GET", "/images?query=a:1").json()["total"] == 1


def test_an_image_that_would_hold_too_much_fails_alone(
    program: Program, image: Image, settings: Any
) -> None:
    settings.MAX_ENTRIES = 1
    other = make_image(image.workspace)
    updates = [
        {"id": image.public_id, "set": {"a": 1, "b": 1}},
        {"id": other.public_id, "set": {"a": 1}},
    ]

    said = program("POST", "/metadata", {"updates": updates}).json()

    assert [each["status"] for each in said["results"]] == ["failed", "changed"]
    assert "would hold 2 entries" in said["results"][0]["errors"][0]["message"]
    assert (held(image), held(other)) == ({}, {"a": 1})


@pytest.mark.parametrize(
    ("updates", "field"),
    [
        ([], "updates"),
        ([{"id": "a"}, {"id": "a"}], "updates"),
        ([{"set": {}}], "updates.0.id"),
        ([{"id": "a", "sets": {}}], "updates.0.sets"),
        ([{"id": "a", "set": []}], "updates.0.set"),
        ([{"id": "a", "remove": "b"}], "updates.0.remove"),
        ([{"id": "a\0"}], "updates.0.id"),
        ([{"id": "\ud800"}], "updates.0.id"),
        ([{"id": str(n)} for n in range(10_001)], "updates"),
    ],
)
def test_a_batch_of_another_shape_is_refused_as_a_whole(
    program: Program, updates: Any, field: str
) -> None:
    (error,) = problem(program("POST", "/metadata", {"updates": updates}), 422)["errors"]

    assert error["field"] == field


def test_a_body_too_large_or_of_another_type_is_refused(program: Program, image: Image) -> None:
    address = f"/api/v1/acme{path(image)}"
    for length in ("64000001", "x"):
        answer = program.http.patch(
            address, b"{}", "application/json", headers=program.key, CONTENT_LENGTH=length
        )
        assert "64 MB" in problem(answer, 413)["detail"]
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        problem(program.http.patch(address, b"{}", kind, headers=program.key), 415)
