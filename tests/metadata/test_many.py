from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.changes.models import ChangeSet, Origin, State
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from images.models import Image
from metadata import many
from metadata.errors import InvalidEditError
from metadata.many import Update, enqueue_updates, update_now
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
    assert (change_set.pk, change_set.image_count) == (job.checkpoint["change_set"], 2)
    assert (change_set.by, change_set.origin) == (editor, Origin.API)


def test_what_is_not_there_fails_alone(workspace: Workspace) -> None:
    image, gone = make_image(workspace), make_image(workspace)
    trash(workspace, [gone])
    stranger = make_image(make_workspace("other"))
    named = [image.public_id, "nobody", gone.public_id, stranger.public_id]
    job = enqueue(workspace, *(Update(each, set=values(a=1)) for each in named))

    work_off()

    job.refresh_from_db()
    assert job.result["failed"] == [[each, f"There is no image “{each}”."] for each in named[1:]]
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

    work_off(SetLater(4))
    job.refresh_from_db()
    assert (job.status, job.done) == (Status.CREATED, 2)
    assert ChangeSet.objects.get().state == State.RUNNING
    assert [held(image) for image in images] == [{"a": 1}, {}, {}, {}, {}]

    work_off()

    job.refresh_from_db()
    assert (job.status, job.done, len(job.result["failed"])) == (Status.DONE, 6, 1)
    assert all(held(image) == {"a": 1} for image in images)
    change_set = ChangeSet.objects.get()
    assert (change_set.image_count, change_set.state) == (5, State.DONE)


def test_what_changes_nothing_leaves_no_trace(workspace: Workspace) -> None:
    job = enqueue(workspace, Update(make_image(workspace).public_id, remove=["never"]))

    work_off()

    job.refresh_from_db()
    assert job.result["said"] == "1 of 1 images updated."
    assert not ChangeSet.objects.exists()


class BrokenOff(list[Update]):
    """Updates of which the last cannot be got at: what carries them out ends there."""

    def __iter__(self) -> Iterator[Update]:
        yield from self[:-1]
        raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_what_is_carried_out_at_once_is_kept_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BATCH", 2)
    workspace = make_workspace("acme")
    images = [make_image(workspace) for _ in range(5)]
    updates = [Update(image.public_id, set=values(a=1)) for image in images]

    with pytest.raises(KeyboardInterrupt):
        update_now(workspace, BrokenOff(updates), by=None, origin=Origin.API)

    assert [held(image) for image in images] == [{"a": 1}] * 4 + [{}]
    assert ChangeSet.objects.get().image_count == 4
    results, change_set = update_now(workspace, updates, by=None, origin=Origin.API)
    assert [each.changed for each in results] == [False] * 4 + [True]
    assert change_set is not None
    assert change_set.image_count == 1


def test_what_is_only_tried_tells_the_same_of_every_step(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 2)
    images = [make_image(workspace) for _ in range(5)]
    updates = [Update(image.public_id, set=values(a=1)) for image in images]

    tried, none = update_now(workspace, updates, by=None, origin=Origin.API, dry_run=True)

    assert (none, [held(image) for image in images]) == (None, [{}] * 5)
    assert not ChangeSet.objects.exists()
    done, change_set = update_now(workspace, updates, by=None, origin=Origin.API)
    assert done == tried
    assert change_set == ChangeSet.objects.get()
    assert change_set.image_count == 5
