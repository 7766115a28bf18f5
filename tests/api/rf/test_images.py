"""One image and many: shown, changed, tagged."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from images.models import Project
from tests.api.rf.requests import Rf, error
from tests.factories import make_image, make_picture, make_workspace, put_in
from tests.metadata.writes import edit, held, tags_of


def test_one_image_is_shown_whole(rf: Rf, project: Project) -> None:
    image = make_picture(project.workspace, "a.png")
    put_in(project, image, "test")
    edit(image, {"line": 3, "ok": True}, add_tags=["night"])

    shown = rf("GET", f"/acme/line-3/images/{image.public_id}").json()["image"]

    assert (shown["name"], shown["split"], shown["tags"]) == ("a.png", "test", ["night"])
    assert shown["user_metadata"] == shown["metadata"] == {"line": 3, "ok": True}
    original = Client().get(shown["urls"]["original"])
    assert original.getvalue().startswith(b"\x89PNG")
    other = make_image(project.workspace)
    assert rf("GET", f"/acme/line-3/images/{other.public_id}").status_code == 404


def test_one_image_is_changed_as_a_whole_or_not_at_all(rf: Rf, workspace: Workspace) -> None:
    image = make_image(workspace)
    edit(image, {"old": 1}, add_tags=["dawn"])
    address = f"/acme/images/{image.public_id}/metadata"
    body = {
        "metadata": {"line": 95, "at": {"x": 72.5}, "ok": True},
        "removeMetadata": ["old"],
        "addTags": ["night"],
        "removeTags": ["dawn"],
    }

    assert rf("POST", address, body).json() == {"success": True}
    assert held(image) == {"line": 95, "at.x": 72.5, "ok": True}
    assert tags_of(image) == ["night"]

    for wrong, message in (
        ({}, "At least one of"),
        ({"metadata": {"bad key": 1, "line": 4}}, "bad_key"),
        ({"metadata": {"a": 1}, "removeMetadata": ["a"]}, "both set and removed"),
        ({"addTags": ["x"], "removeTags": ["X"]}, "both added and removed"),
        ({"addTags": ["no tag!"]}, "Invalid tag"),
        ({"addTags": "night"}, "list of texts"),
    ):
        answer = rf("POST", address, wrong)
        assert (answer.status_code, message in error(answer)["message"]) == (400, True), wrong
    assert held(image)["line"] == 95
    assert rf("POST", "/acme/images/nobody/metadata", body).status_code == 404


def test_many_images_are_changed_by_a_task_that_says_what_failed(
    rf: Rf, workspace: Workspace
) -> None:
    first, second = make_image(workspace), make_image(workspace)
    updates = [
        {"imageId": first.public_id, "metadata": {"line": 95, "at": {"x": 72.5}, "ok": True}},
        {"imageId": "nobody", "addTags": ["night"]},
        {"imageId": second.public_id, "addTags": ["night"]},
    ]

    answer = rf("POST", "/acme/images/metadata", {"updates": updates})
    asked = answer.json()
    address = urlsplit(asked["url"])
    before = rf("GET", f"/acme/asynctasks/{asked['taskId']}").json()
    work_off()
    after = rf("GET", address.path.removeprefix("/rf")).json()

    assert answer.status_code == 202
    assert (address.scheme, address.netloc) == ("http", "testserver")
    assert before == {
        "taskId": asked["taskId"],
        "status": "created",
        "progress": {"current": 0, "total": 3},
        "result": {},
        "error": None,
    }
    assert (after["status"], after["progress"]) == ("completed", {"current": 3, "total": 3})
    assert after["result"] == {
        "totalProcessed": 3,
        "succeeded": 2,
        "failed": 1,
        "failedItems": [{"imageId": "nobody", "error": "There is no image “nobody”."}],
    }
    assert held(first) == {"line": 95, "at.x": 72.5, "ok": True}
    assert tags_of(second) == ["night"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"imageId": "b"}, "updates[1] (b): At least one of"),
        ({"addTags": ["x"]}, "updates[1] has no “imageId”"),
        ({"imageId": "b", "metadata": {"bad key": 1}}, "updates[1] (b): bad key"),
        ({"imageId": "b", "metadata": {"a": [1]}}, "updates[1] (b): a: is an array"),
        ({"imageId": "b", "addTags": ["no tag!"]}, "Invalid tag"),
        ({"imageId": "b", "metadata": {"a": 1}, "removeMetadata": ["a"]}, "both set and removed"),
        ({"imageId": "b", "addTags": ["x"], "removeTags": ["X"]}, "both added and removed"),
        ({"imageId": "a", "addTags": ["x"]}, "in the batch twice"),
        ("b", "list of objects"),
    ],
)
def test_one_wrong_update_refuses_the_batch(
    rf: Rf, workspace: Workspace, wrong: object, message: str
) -> None:
    updates = [{"imageId": "a", "metadata": {"line": 3}}, wrong]

    answer = rf("POST", "/acme/images/metadata", {"updates": updates})

    assert answer.status_code == 400
    assert message in error(answer)["message"]
    assert not Job.objects.exists()


def test_a_batch_has_from_one_to_a_thousand_updates(rf: Rf, workspace: Workspace) -> None:
    def answer(count: int) -> Any:
        updates = [{"imageId": f"i{number}", "addTags": ["x"]} for number in range(count)]
        return rf("POST", "/acme/images/metadata", {"updates": updates})

    assert answer(1_000).status_code == 202
    for count in (0, 1_001):
        assert answer(count).status_code == 400
        assert "from 1 to 1,000" in error(answer(count))["message"]


@pytest.mark.parametrize(
    ("status", "said", "error_"),
    [
        (Status.CREATED, "created", None),
        (Status.RUNNING, "running", None),
        (Status.DONE, "completed", None),
        (Status.FAILED, "failed", "The disk is full."),
        (Status.CANCELLED, "failed", "It was cancelled. What was done until then stays."),
    ],
)
def test_a_task_is_told_in_the_words_of_the_client(
    rf: Rf, workspace: Workspace, status: Status, said: str, error_: str | None
) -> None:
    result = {"total": 1, "failed": []} if status == Status.DONE else {}
    kept = "The disk is full." if status == Status.FAILED else ""
    job = Job.objects.create(
        workspace=workspace, kind="update-many", status=status, error=kept, result=result
    )

    shown = rf("GET", f"/acme/asynctasks/{job.public_id}").json()

    assert (shown["status"], shown["error"]) == (said, error_)
    assert isinstance(shown["result"], dict)
    stranger = Job.objects.create(workspace=make_workspace("other"), kind="update-many")
    for unknown in (stranger.public_id, "nobody"):
        assert rf("GET", f"/acme/asynctasks/{unknown}").status_code == 404


@pytest.mark.parametrize(
    ("operation", "tags", "expected"),
    [
        ("add", "night", ["Dawn", "night"]),
        ("remove", ["dawn"], []),
        ("set", ["day", "dawn"], ["Dawn", "day"]),
    ],
)
def test_tags_of_an_image_are_added_removed_and_set(
    rf: Rf, project: Project, operation: str, tags: object, expected: list[str]
) -> None:
    image = make_image(project.workspace)
    put_in(project, image)
    edit(image, add_tags=["Dawn"])
    address = f"/acme/line-3/images/{image.public_id}/tags"

    assert rf("POST", address, {"operation": operation, "tags": tags}).json() == {"success": True}
    assert tags_of(image) == expected
    assert rf("POST", address, {"operation": "twist", "tags": tags}).status_code == 400
