from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.changes.models import ChangeSet, Origin
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from images.models import Image
from metadata import many
from metadata.errors import InvalidEditError
from metadata.many import Update, enqueue_updates
from metadata.values import from_json
from tests.factories import make_image, make_workspace
from tests.jobs.stopping import SetLater
from tests.metadata.writes import held, tags_of
from tests.search.libraries import trash


def values(**said: Any) -> dict[str, Any]:
    return {key: from_json(value) for key, value in said.items()}


def enqueue(workspace: Workspace, *updates: Update, by: User | None = None) -> Job:
    return enqueue_updates(workspace, updates, by=by, origin=Origin.API)


def test_each_image_is_changed_in_its_own_way_in_one_change(
    workspace: Workspace, editor: User
) -> None:
    first, second = make_image(workspace), make_image(workspace)
    job = enqueue(
        workspace,
        Update(first.public_id, set=values(line=95, heat=72.5, ok=True, name="95")),
        Update(second.public_id, add_tags=["night"]),
        by=editor,
    )
    assert (held(first), job.total) == ({}, 2)

    work_off()

    job.refresh_from_db()
    assert (job.status, job.done) == (Status.DONE, 2)
    assert held(first) == {"line": 95, "heat": 72.5, "ok": True, "name": "95"}
    assert tags_of(second) == ["night"]
    change_set = ChangeSet.objects.get()
    assert (change_set.pk, change_set.image_count) == (job.result["change_set"], 2)
    assert (change_set.by, change_set.origin) == (editor, Origin.API)


def test_what_is_not_there_fails_alone(workspace: Workspace) -> None:
    image, gone = make_image(workspace), make_image(workspace)
    trash(workspace, [gone])
    stranger = make_image(make_workspace("other"))
    named = [image.public_id, "nobody", gone.public_id, stranger.public_id]
    job = enqueue(workspace, *(Update(each, set=values(a=1)) for each in named))

    work_off()

    job.refresh_from_db()
    assert job.result["failed"] == [[each, "There is no such image."] for each in named[1:]]
    assert job.result["said"] == "1 of 4 images updated."
    assert (held(image), held(stranger)) == ({"a": 1}, {})


def test_what_has_no_room_fails_alone(workspace: Workspace, settings: Settings) -> None:
    settings.MAX_ENTRIES = 1
    first, second, third = (make_image(workspace) for _ in range(3))
    job = enqueue(
        workspace,
        Update(first.public_id, set=values(a=1)),
        Update(second.public_id, set=values(a=1, b=2)),
        Update(third.public_id, set=values(a=1)),
    )

    work_off()

    job.refresh_from_db()
    ((failed, why),) = job.result["failed"]
    assert failed == second.public_id
    assert "would hold 2 entries" in why
    assert (held(first), held(second), held(third)) == ({"a": 1}, {}, {"a": 1})
    assert ChangeSet.objects.get().image_count == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Update("b", set=values(**{"bad key": 1})), "bad_key"),
        (Update("b", set=values(a=1), remove=["a"]), "both set and removed"),
        (Update("b", add_tags=["no tag!"]), "Invalid tag"),
        (Update("b", add_tags=["x"], remove_tags=["X"]), "both added and removed"),
        (Update("a", add_tags=["x"]), "in the batch twice"),
    ],
)
def test_one_wrong_update_refuses_all(workspace: Workspace, wrong: Update, message: str) -> None:
    with pytest.raises(InvalidEditError, match=message):
        enqueue(workspace, Update("a", set=values(a=1)), wrong)

    assert not Job.objects.exists()


def test_it_goes_on_where_a_worker_stopped(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 2)
    images: list[Image] = [make_image(workspace) for _ in range(5)]
    named = ["nobody", *(image.public_id for image in images)]
    job = enqueue(workspace, *(Update(each, set=values(a=1)) for each in named))

    work_off(SetLater(3))
    job.refresh_from_db()
    assert (job.status, job.done) == (Status.CREATED, 2)
    assert [held(image) for image in images] == [{"a": 1}, {}, {}, {}, {}]

    work_off()

    job.refresh_from_db()
    assert (job.status, job.done, len(job.result["failed"])) == (Status.DONE, 6, 1)
    assert all(held(image) == {"a": 1} for image in images)
    assert ChangeSet.objects.get().image_count == 5
