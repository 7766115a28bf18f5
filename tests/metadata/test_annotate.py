from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.models import User, Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Change, ChangeSet, Origin
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.errors import EntryConflictError, InvalidEditError, TrashedImageError
from metadata.models import Entry, Key, Tag, Value
from metadata.values import Scalar, from_json
from tests.factories import NOON, make_image, make_workspace
from tests.metadata.writes import edit, held, tags_of


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace)


@pytest.mark.parametrize(
    "raw",
    ["cam001", 95, 72.5, True, False, "95", "true", "a\nb", "Ä" * 4_096, 0, -2.5, 1e300, 2**53],
    ids=repr,
)
def test_a_value_comes_back_as_it_was_set(image: Image, raw: Scalar) -> None:
    edit(image, {"key": raw})

    back = held(image)["key"]
    assert back == raw
    assert type(back) is type(raw) or raw == 1e300


def test_a_key_set_again_is_replaced_and_counted_once(image: Image) -> None:
    edit(image, {"k": "old"})

    edit(image, {"k": 5})

    assert held(image) == {"k": 5}
    key = Key.objects.get(name="k")
    assert (key.image_count, key.string_count, key.number_count) == (1, 0, 1)
    assert Value.objects.get(text="old").image_count == 0


def test_keys_are_case_sensitive(image: Image) -> None:
    edit(image, {"Camera": 1, "camera": 2})

    assert held(image) == {"Camera": 1, "camera": 2}


@pytest.mark.parametrize(
    ("before", "after"), [(95, 95.0), ("x", "x"), (True, True)], ids=["number", "string", "boolean"]
)
def test_an_equal_value_changes_nothing_and_keeps_its_origin(
    image: Image, before: Scalar, after: Scalar
) -> None:
    edit(image, {"k": before}, origin=Origin.BUCKET)

    change_set = edit(image, {"k": after}, origin=Origin.USER)

    assert change_set is None
    assert Entry.objects.get().origin == Origin.BUCKET


@pytest.mark.parametrize(("before", "after"), [(True, 1), ("95", 95), (1, True)], ids=repr)
def test_values_of_other_types_are_never_equal(image: Image, before: Scalar, after: Scalar) -> None:
    edit(image, {"k": before})

    edit(image, {"k": after})

    assert held(image)["k"] is after or held(image)["k"] == after
    assert ChangeSet.objects.count() == 2


def test_removing_what_is_not_there_changes_nothing(image: Image) -> None:
    assert edit(image, remove=["nothing"], remove_tags=["none"]) is None


@pytest.mark.parametrize("name", ["a\0", "\ud800", "no key", "x" * 60_000], ids=ascii)
def test_what_no_key_or_tag_is_called_can_be_removed_and_was_never_there(
    image: Image, name: str
) -> None:
    assert edit(image, {"k": 1}, remove=[name], remove_tags=[name]) is not None

    assert held(image) == {"k": 1}


def test_history_tells_who_when_origin_old_and_new(image: Image, editor: User) -> None:
    edit(image, {"k": "old"}, origin=Origin.API)

    change_set = edit(image, {"k": 7}, by=editor)

    assert change_set is not None
    assert (change_set.by, change_set.origin, change_set.image_count) == (editor, Origin.USER, 1)
    change = Change.objects.get(change_set=change_set)
    assert (change.subject, change.old_type, change.old, change.old_origin) == (
        "k",
        "string",
        "old",
        Origin.API,
    )
    assert (change.new_type, change.new, change.new_origin) == ("number", "7", Origin.USER)


def test_version_and_sequence_rise_with_each_change_only(image: Image) -> None:
    before = image.workspace.seq
    edit(image, {"k": 1})
    edit(image, {"k": 1})
    edit(image, add_tags=["t"])

    image.refresh_from_db()
    image.workspace.refresh_from_db()
    assert image.metadata_version == 2
    assert image.workspace.seq == before + 2


def test_tags_keep_their_case_and_match_without(image: Image) -> None:
    edit(image, add_tags=["Night"])

    again = edit(image, add_tags=["NIGHT"])

    assert again is None
    assert tags_of(image) == ["Night"]
    edit(image, remove_tags=["night"])
    assert tags_of(image) == []
    assert Tag.objects.get().image_count == 0


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"set": {"camera/id": from_json(1)}}, "/"),
        ({"set": {"k": from_json(1)}, "remove": ["k"]}, "both set and removed"),
        ({"add_tags": ["a b"]}, "Invalid tag"),
        ({"add_tags": ["a"], "remove_tags": ["A"]}, "both added and removed"),
    ],
    ids=["key", "set and removed", "tag", "added and removed"],
)
def test_a_bad_edit_is_refused_and_nothing_of_it_is_written(
    image: Image, fields: dict[str, object], problem: str
) -> None:
    fields = {"set": {}, **fields}
    good = Edit(make_image(image.workspace), set={"fine": from_json(1)})

    with (
        pytest.raises(InvalidEditError, match=problem),
        act(image.workspace, by=None, origin=Origin.API, kind=ActKind.EDIT) as acting,
    ):
        annotate(acting, [good, Edit(image, **fields)])  # type: ignore[arg-type]

    assert not Entry.objects.exists()
    assert not ChangeSet.objects.exists()


def test_an_image_twice_in_a_batch_is_refused(image: Image) -> None:
    with (
        pytest.raises(InvalidEditError, match="twice"),
        act(image.workspace, by=None, origin=Origin.API, kind=ActKind.EDIT) as acting,
    ):
        annotate(acting, [Edit(image), Edit(image)])


def test_another_workspace_s_image_is_never_written(image: Image) -> None:
    other = make_image(make_workspace("other"))

    with (
        pytest.raises(ValueError, match="another workspace"),
        act(image.workspace, by=None, origin=Origin.API, kind=ActKind.EDIT) as acting,
    ):
        annotate(acting, [Edit(other, set={"k": from_json(1)})])


def test_an_image_in_the_trash_is_not_edited(image: Image) -> None:
    image.deleted_at = NOON
    image.save()

    with pytest.raises(TrashedImageError):
        edit(image, {"k": 1})


@override_settings(MAX_ENTRIES=2)
def test_the_guard_rail_on_entries_holds(image: Image) -> None:
    edit(image, {"a": 1, "b": 2})

    with pytest.raises(InvalidEditError, match="3 entries; 2 are allowed"):
        edit(image, {"c": 3})

    assert held(image) == {"a": 1, "b": 2}


def test_a_value_changed_since_it_was_seen_is_a_conflict(image: Image) -> None:
    edit(image, {"k": "theirs"})

    with pytest.raises(EntryConflictError) as caught:
        edit(image, {"k": "mine"}, expected={"k": from_json("seen")})

    assert caught.value.current == from_json("theirs")
    assert held(image) == {"k": "theirs"}


def test_someone_else_wrote_the_same_is_no_conflict(image: Image) -> None:
    edit(image, {"k": "same"})

    assert edit(image, {"k": "same"}, expected={"k": from_json("seen")}) is None


def test_long_strings_that_begin_alike_are_told_apart(workspace: Workspace) -> None:
    first, second = make_image(workspace), make_image(workspace)

    edit(first, {"k": "x" * 300 + "a"})
    edit(second, {"k": "x" * 300 + "b"})

    assert held(first) != held(second)
    assert [value.code for value in Value.objects.order_by("code")] == [0, 1]


def touched_at(image: Image) -> datetime | None:
    image.refresh_from_db()
    return image.touched_at


def test_first_change_by_a_person_is_noted_and_kept(image: Image) -> None:
    edit(image, {"k": 1}, origin=Origin.BUCKET)
    edit(image, add_tags=["t"])
    assert touched_at(image) is None

    edit(image, {"k": 2}, origin=Origin.API)

    first = touched_at(image)
    assert first is not None
    edit(image, {"k": 3})
    assert touched_at(image) == first


def test_a_batch_asks_as_many_questions_for_two_images_as_for_ten(workspace: Workspace) -> None:
    def questions(count: int) -> int:
        edits = [
            Edit(
                make_image(workspace),
                set={"a": from_json(f"v{n}"), "b": from_json(n), "c": from_json(n % 2 == 0)},
                add_tags=[f"t{n}"],
            )
            for n in range(count)
        ]
        with (
            CaptureQueriesContext(connection) as captured,
            act(workspace, by=None, origin=Origin.API, kind=ActKind.EDIT) as acting,
        ):
            annotate(acting, edits)
        return len(captured)

    # Afterwards both booleans are known, and some strings are new each time.
    questions(2)

    assert questions(3) == questions(10)
