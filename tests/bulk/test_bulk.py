"""Bulk edits: what is planned is what is done, to just the images that were found, and undone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.bulk.change import from_said
from assetlib.bulk.keys import convert_key, remove_key, remove_tag, rename_key, rename_tag
from assetlib.bulk.plan import Plan, plan
from assetlib.bulk.run import FULL, enqueue_bulk
from assetlib.changes.models import ActKind, ChangeKind, ChangeSet, Origin, State
from assetlib.changes.undo import undo
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from assetlib.search.find import find
from assetlib.search.frozen import freeze
from assetlib.search.index import verify
from images.models import Image
from metadata.check import wrong_counts
from metadata.errors import InvalidEditError
from metadata.models import Key, Tag
from tests.factories import make_image, make_workspace
from tests.metadata.writes import edit, held, tags_of
from tests.search.libraries import trash


def change(workspace: Workspace, query: str, said: dict[str, Any], by: User | None = None) -> Job:
    frozen = freeze(workspace, query, force=True)
    job = enqueue_bulk(workspace, frozen, from_said(said), by=by, origin=Origin.USER, query=query)
    work_off()
    job.refresh_from_db()
    assert job.status == Status.DONE, job.error
    return job


def of(job: Job) -> ChangeSet:
    return ChangeSet.objects.get(pk=job.checkpoint["change_set"])


@pytest.fixture
def three(workspace: Workspace) -> list[Image]:
    images = [make_image(workspace) for _ in range(3)]
    edit(images[0], {"camera_id": "cam001", "line": "3"}, add_tags=["night"])
    edit(images[1], {"camera_id": "cam002", "line": 4}, add_tags=["night"])
    edit(images[2], {"camera_id": "cam001"})
    return images


def test_it_changes_what_was_found_as_one_and_is_undone_as_one(
    workspace: Workspace, three: list[Image], editor: User
) -> None:
    said = {"set": {"camera_id": "cam009"}, "set_missing": {"line": 0}, "remove_tags": ["night"]}

    job = change(workspace, "camera_id:cam001", said, by=editor)

    assert job.result["said"] == "2 of 2 images changed."
    assert [held(image) for image in three] == [
        {"camera_id": "cam009", "line": "3"},
        {"camera_id": "cam002", "line": 4},
        {"camera_id": "cam009", "line": 0},
    ]
    assert find(workspace, "camera_id:cam009 -tag:night").total == 2
    change_set = of(job)
    assert (change_set.by, change_set.state, change_set.image_count) == (editor, State.DONE, 2)

    undo(change_set, by=editor)

    assert held(three[2]) == {"camera_id": "cam001"}
    assert tags_of(three[0]) == ["night"]


def test_images_found_later_are_not_changed_and_those_gone_are_passed_over(
    workspace: Workspace, three: list[Image]
) -> None:
    frozen = freeze(workspace, "tag:night")
    said = from_said({"set": {"a": 1}})
    job = enqueue_bulk(workspace, frozen, said, by=None, origin=Origin.API)
    edit(three[2], add_tags=["night"])
    trash(workspace, [three[0]])

    work_off()

    job.refresh_from_db()
    assert [held(image).get("a") for image in three] == [None, 1, None]
    assert job.result["said"] == "1 of 2 images changed."


def test_one_that_changes_nothing_leaves_no_change_set(
    workspace: Workspace, three: list[Image]
) -> None:
    before = ChangeSet.objects.count()

    job = change(workspace, "*", {"remove": ["nowhere"]})

    assert ChangeSet.objects.count() == before
    assert "change_set" not in job.checkpoint


def test_an_image_without_room_is_left_alone_and_told(
    workspace: Workspace, three: list[Image], settings: Settings
) -> None:
    settings.MAX_ENTRIES = 2

    job = change(workspace, "*", {"set": {"a": 1}})

    assert job.result["said"] == f"1 of 3 images changed. 2 left alone: {FULL}."
    assert [held(image).get("a") for image in three] == [None, None, 1]


def test_a_key_is_renamed_and_merged(workspace: Workspace, three: list[Image]) -> None:
    edit(three[0], {"line_no": 7})
    key = Key.objects.get(name="line")

    job = rename_key(workspace, key, "line_no").enqueue(by=None, origin=Origin.USER)
    work_off()

    job.refresh_from_db()
    assert held(three[0]) == {"camera_id": "cam001", "line": "3", "line_no": 7}
    assert held(three[1]) == {"camera_id": "cam002", "line_no": 4}
    assert "1 left alone: the image has both keys" in job.result["said"]
    assert of(job).kind == ActKind.KEY_RENAME


def test_a_key_called_as_a_word_of_the_language_is_renamed_too(workspace: Workspace) -> None:
    image = make_image(workspace)
    edit(image, {"tag": "x"})

    rename_key(workspace, Key.objects.get(name="tag"), "label").enqueue(by=None, origin=Origin.USER)
    work_off()

    assert held(image) == {"label": "x"}


def test_a_key_is_converted_where_its_values_can_be(
    workspace: Workspace, three: list[Image]
) -> None:
    edit(three[2], {"line": "three"})

    convert_key(workspace, Key.objects.get(name="line"), "number").enqueue(
        by=None, origin=Origin.USER
    )
    work_off()

    assert [held(image)["line"] for image in three] == [3, 4, "three"]


def test_a_key_and_a_tag_are_taken_off_and_a_tag_is_renamed(
    workspace: Workspace, three: list[Image]
) -> None:
    remove_key(workspace, Key.objects.get(name="line")).enqueue(by=None, origin=Origin.USER)
    rename_tag(workspace, Tag.objects.get(name="night"), "dark").enqueue(
        by=None, origin=Origin.USER
    )
    work_off()

    assert find(workspace, "has:line").total == 0
    assert find(workspace, "tag:dark").total == 2
    remove_tag(workspace, Tag.objects.get(name="dark")).enqueue(by=None, origin=Origin.USER)
    work_off()
    assert find(workspace, "has:tag").total == 0


def test_names_that_are_none_are_refused_before_anything_is_asked_for(
    workspace: Workspace, three: list[Image]
) -> None:
    key = Key.objects.get(name="line")
    for refused in ("a/b", "line"):
        with pytest.raises(InvalidEditError):
            rename_key(workspace, key, refused)
    with pytest.raises(InvalidEditError):
        rename_tag(workspace, Tag.objects.get(), "Night")

    assert not Job.objects.exists()


KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["95", 95, 72.5, True, "true", "x"])
TAGS = st.lists(st.sampled_from(["t", "u"]), unique=True, max_size=2)
HELD = st.tuples(st.dictionaries(KEYS, VALUES, max_size=3), TAGS)
CHANGES = st.one_of(
    st.fixed_dictionaries({"set": st.dictionaries(KEYS, VALUES, min_size=1)}),
    st.fixed_dictionaries({"set_missing": st.dictionaries(KEYS, VALUES, min_size=1)}),
    st.fixed_dictionaries({"remove": st.lists(KEYS, unique=True, min_size=1)}),
    st.fixed_dictionaries({"rename": st.sampled_from([{"a": "b"}, {"a": "d"}, {"b": "c"}])}),
    st.fixed_dictionaries(
        {
            "convert": st.dictionaries(
                KEYS, st.sampled_from(["string", "number", "boolean"]), min_size=1
            )
        }
    ),
    st.fixed_dictionaries({"set": st.just({"a": 1}), "add_tags": TAGS}),
    st.fixed_dictionaries({"convert": st.just({"c": "string"}), "remove_tags": TAGS}),
)


class TestPlans(TestCase):
    @settings(max_examples=60)
    @given(library=st.lists(HELD, max_size=6), said=CHANGES)
    def test_what_is_planned_is_what_is_done(
        self, library: list[tuple[dict[str, Any], list[str]]], said: dict[str, Any]
    ) -> None:
        workspace = make_workspace("planned")
        for entries, tags in library:
            edit(make_image(workspace), entries, add_tags=tags)
        planned = plan(workspace, freeze(workspace, "*").data, from_said(said))

        job = change(workspace, "*", said)

        assert planned.images == len(library)
        assert planned.changing == job.result["changed"]
        assert planned.left == job.result["left"]
        assert counted(job) == ({**planned.entries}, {**planned.tags})
        assert not list(verify(workspace))
        assert not list(wrong_counts(workspace))


def counted(job: Job) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Count the change set as a plan counts."""
    done = Plan()
    for each in of(job).changes.all() if "change_set" in job.checkpoint else ():
        what = "added" if not each.old_type else "replaced" if each.new_type else "removed"
        group = done.tags if each.kind == ChangeKind.TAG else done.entries
        group[each.subject][what] += 1
    return {**done.entries}, {**done.tags}


def test_a_plan_of_an_empty_library_is_empty(workspace: Workspace) -> None:
    planned = plan(workspace, freeze(workspace, "*").data, from_said({"set": {"a": 1}}))

    assert (planned.images, planned.changing, dict(planned.entries)) == (0, 0, {})
