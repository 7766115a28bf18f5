"""Changes of the same thing in one act of many transactions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, act
from assetlib.changes.fold import fold
from assetlib.changes.models import ActKind, ChangeKind, ChangeSet, Origin
from assetlib.changes.record import Recorded
from assetlib.changes.undo import CHANGED_SINCE, undo
from images.memberships import join, leave
from images.models import Image
from images.rename import rename
from images.trash import restore, trash
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.values import from_json
from tests.factories import make_image, make_project
from tests.metadata.writes import edit, held, tags_of


def changed(
    old: str, new: str, origins: str = "bu", *, image_id: int = 1, key_id: int = 1
) -> Recorded:
    """Return a change of an entry; without a text there is none. The origins are letters."""
    said = Recorded(image_id, ChangeKind.ENTRY, "k", key_id)
    if old:
        said = said._replace(old_type="number", old=old, old_origin=origins[0])
    if new:
        said = said._replace(new_type="number", new=new, new_origin=origins[1])
    return said


@pytest.mark.parametrize(
    ("newest_first", "then", "parted"),
    [
        ([], [], []),
        ([changed("1", "2")], [changed("1", "2")], []),
        ([changed("2", "3"), changed("1", "2")], [changed("1", "3")], []),
        ([changed("2", ""), changed("1", "2"), changed("", "1")], [], []),
        ([changed("2", "1", "bb"), changed("1", "2", "bb")], [], []),
        # The value is back, and not its origin.
        ([changed("2", "1"), changed("1", "2")], [changed("1", "1")], []),
        # Between the two somebody else made 5 of it; what is before that stays apart.
        (
            [changed("5", "3"), changed("1", "2"), changed("4", "5")],
            [changed("5", "3")],
            [changed("1", "2"), changed("4", "5")],
        ),
        (
            [changed("2", "3"), changed("7", "8", key_id=2), changed("1", "2", image_id=2)],
            [changed("2", "3"), changed("7", "8", key_id=2), changed("1", "2", image_id=2)],
            [],
        ),
    ],
)
def test_one_change_a_thing(
    newest_first: list[Recorded], then: list[Recorded], parted: list[Recorded]
) -> None:
    assert fold(ChangeKind.ENTRY, newest_first) == (then, parted)


def test_what_is_applied_each_mirror_knows_for_itself() -> None:
    said = Recorded(1, ChangeKind.BASE, "m", old_type="base", new_type="base")
    first = said._replace(old="a", new="b", old_mirror_id=1)
    other = said._replace(old="b", new="c", old_mirror_id=2)

    assert fold(ChangeKind.BASE, [other, first]).changes == [other, first]
    then = first._replace(new="c")
    assert fold(ChangeKind.BASE, [other._replace(old_mirror_id=1), first]).changes == [then]


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace, filename="a.png")


def in_steps(image: Image, *steps: Callable[[Acting], object]) -> ChangeSet:
    """Take each step in a transaction of its own, all as one change set."""
    into = None
    for step in steps:
        with act(
            image.workspace, by=None, origin=Origin.BUCKET, kind=ActKind.MIRROR, into=into
        ) as acting:
            step(acting)
        into = acting.change_set
    assert into is not None
    return into


def test_memberships_names_and_tags_are_as_they_were_at_first(image: Image) -> None:
    stays, comes = make_project(image.workspace, "One"), make_project(image.workspace, "Two")
    edit(image, {"a": 1}, add_tags=["was"])
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [image], stays, split="train")
    change_set = in_steps(
        image,
        lambda acting: rename(acting, image, "b.png"),
        lambda acting: rename(acting, image, "c.png"),
        lambda acting: join(acting, [image], comes),
        lambda acting: leave(acting, [image], comes),
        lambda acting: join(acting, [image], stays, split="test"),
        lambda acting: join(acting, [image], stays, split="valid"),
        lambda acting: annotate(acting, [Edit(image, remove_tags=["was"], add_tags=["new"])]),
        lambda acting: annotate(acting, [Edit(image, remove_tags=["new"], add_tags=["was"])]),
    )

    undone = undo(change_set, by=None)

    image.refresh_from_db()
    assert undone.conflicts == ()
    assert (image.filename, tags_of(image)) == ("a.png", ["was"])
    assert [*image.memberships.values_list("project", "split")] == [(stays.pk, "train")]
    # Of what ended where it began nothing was to be undone.
    assert undone.restored == 2


def test_an_image_that_left_and_came_back_has_its_entries_undone(image: Image) -> None:
    edit(image, {"a": 1}, origin=Origin.BUCKET)
    change_set = in_steps(
        image,
        lambda acting: trash(acting, [image]),
        lambda acting: restore(acting, [image]),
        lambda acting: annotate(acting, [Edit(image, set={"a": from_json(2)})]),
    )

    undone = undo(change_set, by=None)

    image.refresh_from_db()
    assert (image.deleted_at, undone.conflicts) == (None, ())
    assert held(image) == {"a": 1}


def test_an_image_that_came_and_left_stays_away(workspace: Workspace) -> None:
    with act(workspace, by=None, origin=Origin.BUCKET, kind=ActKind.MIRROR) as acting:
        said = "presence", "a.png"
        image = make_image(workspace, filename="a.png")
        acting.arrive([Recorded(image.pk, *said, new_type="live", new_origin=Origin.BUCKET)])
    into = acting.change_set
    assert into is not None
    with act(workspace, by=None, origin=Origin.BUCKET, kind=ActKind.MIRROR, into=into) as acting:
        trash(acting, [image])

    undone = undo(into, by=None)

    image.refresh_from_db()
    assert image.deleted_at is not None
    assert (undone.restored, undone.conflicts) == (0, ())


def test_what_somebody_set_between_two_steps_is_put_back(image: Image) -> None:
    edit(image, {"a": 1})
    change_set = in_steps(
        image,
        lambda acting: annotate(acting, [Edit(image, set={"a": from_json(2)})]),
    )
    edit(image, {"a": 5})
    with act(
        image.workspace, by=None, origin=Origin.BUCKET, kind=ActKind.MIRROR, into=change_set
    ) as acting:
        annotate(acting, [Edit(image, set={"a": from_json(3)})])

    undone = undo(change_set, by=None)

    assert held(image) == {"a": 5}
    assert [(each.change.new, each.reason) for each in undone.conflicts] == [("2", CHANGED_SINCE)]
