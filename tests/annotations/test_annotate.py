from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from assetlib.accounts.models import User, Workspace
from assetlib.annotations.annotate import Boxed, put_all, put_boxes
from assetlib.annotations.counts import mend_counts, wrong_counts
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.errors import AlreadyAnnotatedError, InvalidBoxError, TrashedImageError
from assetlib.annotations.models import Box, ClassName
from assetlib.annotations.shown import boxes_of
from assetlib.annotations.templatetags.boxes import boxes_said
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Change, ChangeKind, ChangeSet, Origin, State
from assetlib.changes.undo import undo
from assetlib.search.index import verify
from images.models import Image
from images.trash import restore, trash
from tests.annotations.boxes import FORKLIFT, PERSON, draw, drawn_on
from tests.factories import make_image, make_workspace


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace)


def done(change_set: ChangeSet | None) -> ChangeSet:
    assert change_set is not None
    return change_set


def class_counts() -> dict[str, int]:
    return dict(ClassName.objects.values_list("name", "image_count"))


def test_boxes_are_kept_in_the_order_they_came_with_who_put_them(
    image: Image, editor: User
) -> None:
    draw(image, PERSON, FORKLIFT, PERSON, by=editor, origin=Origin.USER)

    assert drawn_on(image) == [PERSON, FORKLIFT, PERSON]
    assert set(Box.objects.values_list("origin", "changed_by")) == {("user", editor.pk)}
    assert class_counts() == {"forklift": 1, "person": 1}


def test_a_change_says_what_there_was_and_what_there_is(image: Image) -> None:
    draw(image, FORKLIFT, origin=Origin.IMPORT)
    change_set = done(draw(image, PERSON, overwrite=True))

    change = Change.objects.get(change_set=change_set)
    assert (change.kind, change.old_origin, change.new_origin) == (
        ChangeKind.BOXES,
        Origin.IMPORT,
        Origin.API,
    )
    assert change.old == '[["forklift",10,20,30,40]]'
    assert boxes_said(change.new) == "1 person"


def test_the_image_is_updated_and_found_so(image: Image) -> None:
    change_set = done(draw(image, FORKLIFT))

    image.refresh_from_db()
    assert image.updated_at == change_set.at
    assert image.metadata_version == 0
    assert not list(verify(image.workspace))


def test_what_an_image_arrives_with_is_no_change(image: Image) -> None:
    with act(image.workspace, by=None, origin=Origin.API, kind=ActKind.UPLOAD) as acting:
        acting.arrived.add(image.pk)
        assert put_boxes(acting, image, [FORKLIFT])

    assert acting.change_set is None
    assert drawn_on(image) == [FORKLIFT]


def test_classes_match_without_case_and_keep_the_first_spelling(workspace: Workspace) -> None:
    first, second = make_image(workspace), make_image(workspace)
    draw(first, Drawn("Hard Hat", 0, 0, 5, 5))
    draw(second, Drawn(" hard hat ", 0, 0, 5, 5), Drawn("HARD HAT", 1, 1, 5, 5))

    assert {box.class_name for box in drawn_on(second)} == {"Hard Hat"}
    assert class_counts() == {"Hard Hat": 2}


def test_an_annotated_image_is_left_alone_unless_told(image: Image) -> None:
    draw(image, FORKLIFT)

    with pytest.raises(AlreadyAnnotatedError, match="already annotated"):
        draw(image, PERSON)

    assert drawn_on(image) == [FORKLIFT]
    draw(image, PERSON, overwrite=True)
    assert drawn_on(image) == [PERSON]
    assert class_counts() == {"forklift": 0, "person": 1}


def test_the_same_boxes_again_are_no_change(image: Image) -> None:
    draw(image, FORKLIFT)

    assert draw(image, Drawn("FORKLIFT", 10.0001, 20, 30, 40), overwrite=True) is None


def test_no_boxes_take_those_away_that_are_there(image: Image) -> None:
    draw(image, FORKLIFT)
    draw(image, overwrite=True)

    assert drawn_on(image) == []
    assert class_counts() == {"forklift": 0}
    assert not list(verify(image.workspace))


@pytest.mark.parametrize(
    ("box", "message"),
    [
        (Drawn("", 1, 1, 1, 1), "empty"),
        (Drawn("  ", 1, 1, 1, 1), "empty"),
        (Drawn("x" * 101, 1, 1, 1, 1), "at most 100 characters; this one has 101"),
        (Drawn("a\0b", 1, 1, 1, 1), "not printed"),
        (Drawn("a\ud800", 1, 1, 1, 1), "not printed"),
        (Drawn("a", float("nan"), 1, 1, 1), "not made of numbers"),
        (Drawn("a", 1, 1, float("inf"), 1), "not made of numbers"),
        (Drawn("a", 1, 1, 0, 5), "0 × 5 pixels"),
        (Drawn("a", 1, 1, 5, -2), "5 × -2 pixels"),
        (Drawn("a", -1, 1, 5, 5), "reaches out of the image of 640 × 480"),
        (Drawn("a", 600, 1, 41, 5), "600, 1 to 641, 6, reaches out"),
        (Drawn("a", 1, 479, 5, 5), "reaches out"),
    ],
)
def test_what_is_no_box_is_refused_and_nothing_written(
    image: Image, box: Drawn, message: str
) -> None:
    with pytest.raises(InvalidBoxError, match=message):
        draw(image, FORKLIFT, box)

    assert not Box.objects.exists()
    assert not ClassName.objects.exists()


@override_settings(MAX_BOXES=2)
def test_an_image_has_so_many_boxes_and_no_more(image: Image) -> None:
    with pytest.raises(InvalidBoxError, match="3 boxes; 2 are allowed"):
        draw(image, FORKLIFT, FORKLIFT, PERSON)


def test_an_image_in_the_trash_is_refused(image: Image) -> None:
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])

    with pytest.raises(TrashedImageError, match="in the trash"):
        draw(image, FORKLIFT)


def test_an_image_of_another_workspace_is_a_mistake_of_ours(image: Image) -> None:
    with (
        pytest.raises(ValueError, match="another workspace"),
        act(make_workspace("other"), by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting,
    ):
        put_boxes(acting, image, [FORKLIFT])


def test_many_images_take_as_many_questions_as_two(workspace: Workspace) -> None:
    def questions(count: int) -> int:
        images = [make_image(workspace) for _ in range(count)]
        with (
            act(workspace, by=None, origin=Origin.API, kind=ActKind.IMPORT) as acting,
            CaptureQueriesContext(connection) as captured,
        ):
            assert put_all(acting, [Boxed(each, [FORKLIFT, PERSON]) for each in images]) == count
        return len(captured)

    questions(1)

    assert questions(2) == questions(20)
    assert class_counts() == {"forklift": 23, "person": 23}


def test_counts_leave_and_come_back_with_the_image(image: Image) -> None:
    draw(image, FORKLIFT, FORKLIFT)
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])
    assert class_counts() == {"forklift": 0}
    assert drawn_on(image) == [FORKLIFT, FORKLIFT]

    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.RESTORE) as acting:
        restore(acting, [image])

    assert class_counts() == {"forklift": 1}


def test_a_wrong_counter_is_found_and_mended(image: Image) -> None:
    draw(image, FORKLIFT)
    ClassName.objects.update(image_count=7)

    assert [str(wrong) for wrong in wrong_counts(image.workspace)] == [
        "class forklift: 7 noted, 1 there"
    ]
    mend_counts(image.workspace)
    assert class_counts() == {"forklift": 1}


def test_undo_gives_back_the_boxes_that_were_there_with_their_origin(image: Image) -> None:
    draw(image, FORKLIFT, PERSON, origin=Origin.IMPORT)
    change_set = done(draw(image, PERSON, overwrite=True))

    undone = undo(change_set, by=None)

    assert drawn_on(image) == [FORKLIFT, PERSON]
    assert set(Box.objects.values_list("origin", flat=True)) == {Origin.IMPORT}
    assert class_counts() == {"forklift": 1, "person": 1}
    again = undo(done(undone.change_set), by=None)
    assert drawn_on(image) == [PERSON]
    assert again.restored == 1
    change_set.refresh_from_db()
    assert change_set.state == State.DONE


def test_undo_of_the_first_boxes_leaves_none(image: Image) -> None:
    undo(done(draw(image, FORKLIFT)), by=None)

    assert boxes_of([image.pk]) == {image.pk: []}
    assert not list(verify(image.workspace))


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        ({"boxes": (FORKLIFT,)}, "it has been changed again since"),
        ({"to_trash": True}, "the image is in the trash"),
    ],
    ids=["changed", "trashed"],
)
def test_what_has_changed_since_stays_and_is_told(
    image: Image, meanwhile: dict[str, Any], reason: str
) -> None:
    change_set = done(draw(image, PERSON))
    if meanwhile.get("to_trash"):
        with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
            trash(acting, [image])
    else:
        draw(image, *meanwhile["boxes"], overwrite=True)
    there = drawn_on(image)

    undone = undo(change_set, by=None)

    assert [conflict.reason for conflict in undone.conflicts] == [reason]
    assert drawn_on(image) == there
