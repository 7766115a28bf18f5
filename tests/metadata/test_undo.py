from __future__ import annotations

import pytest

from assetlib.accounts.models import User, Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin, State
from assetlib.changes.undo import NotUndoableError, undo
from images.models import Image
from images.trash import restore, trash
from metadata.keys import delete_key
from metadata.models import Entry, Key, Tag, Value
from tests.factories import make_image
from tests.metadata.writes import edit, held, tags_of


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace)


def done(change_set: ChangeSet | None) -> ChangeSet:
    assert change_set is not None
    return change_set


def test_undo_gives_back_values_tags_and_origins(image: Image, editor: User) -> None:
    edit(image, {"a": "bucket's", "b": 2}, origin=Origin.BUCKET, add_tags=["kept"])
    change_set = done(
        edit(
            image,
            {"a": "mine", "new": True},
            remove=["b"],
            add_tags=["added"],
            remove_tags=["kept"],
        )
    )

    undone = undo(change_set, by=editor)

    assert held(image) == {"a": "bucket's", "b": 2}
    assert tags_of(image) == ["kept"]
    assert set(Entry.objects.values_list("origin", flat=True)) == {Origin.BUCKET}
    assert not undone.conflicts
    change_set.refresh_from_db()
    assert change_set.state == State.UNDONE


def test_counters_are_exact_after_undo(image: Image) -> None:
    change_set = done(edit(image, {"a": "x", "b": True}, add_tags=["t"]))

    undo(change_set, by=None)

    assert set(Key.objects.values_list("image_count", "string_count", "boolean_count")) == {
        (0, 0, 0)
    }
    assert set(Value.objects.values_list("image_count", flat=True)) == {0}
    assert Tag.objects.get().image_count == 0


def test_undo_of_an_undo_does_it_again(image: Image) -> None:
    change_set = done(edit(image, {"a": 1}, add_tags=["t"]))
    undone = undo(change_set, by=None)

    again = undo(done(undone.change_set), by=None)

    assert held(image) == {"a": 1}
    assert tags_of(image) == ["t"]
    change_set.refresh_from_db()
    assert change_set.state == State.DONE
    assert undo(done(again.change_set), by=None).restored == 2


def test_what_was_changed_again_since_stays_and_is_told(image: Image) -> None:
    change_set = done(edit(image, {"a": 1, "b": 1}))
    edit(image, {"a": 2})

    undone = undo(change_set, by=None)

    assert held(image) == {"a": 2}
    assert [(c.change.subject, c.reason) for c in undone.conflicts] == [
        ("a", "it has been changed again since")
    ]


def test_an_undo_that_can_restore_nothing_leaves_the_change_set_as_it_was(image: Image) -> None:
    change_set = done(edit(image, {"a": 1}))
    edit(image, {"a": 2})

    undone = undo(change_set, by=None)

    assert undone.change_set is None
    change_set.refresh_from_db()
    assert change_set.state == State.DONE


def test_a_change_set_is_undone_once(image: Image) -> None:
    change_set = done(edit(image, {"a": 1}))
    undo(change_set, by=None)

    with pytest.raises(NotUndoableError):
        undo(change_set, by=None)


def test_undo_of_the_first_change_by_a_person_leaves_the_image_untouched(image: Image) -> None:
    change_set = done(edit(image, {"a": 1}))

    undone = undo(change_set, by=None)

    image.refresh_from_db()
    assert image.touched_at is None
    undo(done(undone.change_set), by=None)
    image.refresh_from_db()
    assert image.touched_at == change_set.at


def test_an_image_in_the_trash_is_left_alone(image: Image) -> None:
    change_set = done(edit(image, {"a": 1}, add_tags=["t"]))
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])

    undone = undo(change_set, by=None)

    assert undone.restored == 0
    assert {conflict.reason for conflict in undone.conflicts} == {"the image is in the trash"}


def test_counts_leave_and_come_back_with_the_image(image: Image) -> None:
    edit(image, {"a": "x", "n": 1}, add_tags=["t"])
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])
    assert set(Key.objects.values_list("image_count", flat=True)) == {0}
    assert Tag.objects.get().image_count == 0

    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.RESTORE) as acting:
        restore(acting, [image])

    assert set(Key.objects.values_list("name", "image_count")) == {("a", 1), ("n", 1)}
    assert Value.objects.get().image_count == 1
    assert Tag.objects.get().image_count == 1


def test_a_deleted_key_is_in_use_no_more_and_comes_back(workspace: Workspace) -> None:
    images = [make_image(workspace) for _ in range(3)]
    for number, each in enumerate(images):
        edit(each, {"k": number, "other": 1})
    key = Key.objects.get(name="k")

    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.KEY_DELETE) as acting:
        count = delete_key(acting, key)

    assert count == 3
    assert not Key.objects.in_use().filter(name="k").exists()
    undo(done(acting.change_set), by=None)
    assert [held(each)["k"] for each in images] == [0, 1, 2]
