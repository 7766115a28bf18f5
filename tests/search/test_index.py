"""The columns say what the tables say: after every operation, and once they are put right."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.changes.undo import undo
from assetlib.columns.models import ColumnChunk
from assetlib.search.find import find
from assetlib.search.index import verify
from images.memberships import join, leave
from images.models import Image, Project
from images.projects import delete_project
from images.rename import rename
from images.trash import purge_expired, restore, trash
from metadata.check import wrong_counts
from metadata.keys import delete_key
from metadata.models import Key
from tests.factories import make_image, make_picture, make_project, put_in
from tests.metadata.writes import edit
from tests.search.processes import make_busy_library, write_something


@pytest.fixture
def image(workspace: Workspace) -> Image:
    """An image that has something in every kind of column; a second one beside it."""
    image = make_picture(workspace, "one.png")
    other = make_picture(workspace, "two.png")
    edit(image, {"site": "Porto", "score": 7.5, "seen": True}, add_tags=["night", "Rain"])
    edit(other, {"site": "Lyon"}, origin=Origin.BUCKET)
    put_in(make_project(workspace, "Line 3"), image, "train", "May")
    return image


def upload(image: Image) -> None:
    make_picture(image.workspace, "three.png")


def change_type(image: Image) -> None:
    edit(image, {"site": 4, "score": "high"})


def drop_entries_and_tags(image: Image) -> None:
    edit(image, remove=["site", "seen"], remove_tags=["night"])


def change_name(image: Image) -> None:
    with acting(image) as under_way:
        rename(under_way, image, "Ärger.png")


def remove_key(image: Image) -> None:
    with acting(image) as under_way:
        delete_key(under_way, Key.objects.get(name="site"))


def throw_away(image: Image) -> None:
    with acting(image) as under_way:
        trash(under_way, [image])


def bring_back(image: Image) -> None:
    throw_away(image)
    with acting(image) as under_way:
        restore(under_way, [image])


def put_elsewhere(image: Image) -> None:
    with acting(image) as under_way:
        join(under_way, [image], make_project(image.workspace, "Yard"), split="test")
        leave(under_way, [image], Project.objects.get(slug="line-3"))


def remove_project(image: Image) -> None:
    delete_project(image.workspace.projects.get(slug="line-3"))


def undo_all(image: Image) -> None:
    for change_set in ChangeSet.objects.order_by("-pk"):
        undo(change_set, by=None)


def purge(image: Image) -> None:
    throw_away(image)
    Image.objects.filter(pk=image.pk).update(deleted_at=timezone.now() - timedelta(days=400))
    assert purge_expired() == 1


def acting(image: Image) -> AbstractContextManager[Acting]:
    return act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT)


@pytest.mark.parametrize(
    "operation",
    [
        upload,
        change_type,
        drop_entries_and_tags,
        change_name,
        remove_key,
        throw_away,
        bring_back,
        put_elsewhere,
        remove_project,
        undo_all,
        purge,
    ],
    ids=lambda operation: operation.__name__,
)
def test_an_operation_leaves_the_index_as_the_tables(
    image: Image, operation: Callable[[Image], None]
) -> None:
    before = chunks(image.workspace)

    operation(image)

    assert [str(wrong) for wrong in verify(image.workspace)] == []
    assert wrong_counts(image.workspace) == []
    assert chunks(image.workspace) != before


def chunks(workspace: Workspace) -> dict[tuple[str, int], bytes]:
    rows = ColumnChunk.objects.filter(workspace=workspace)
    return {(row.column, row.chunk): bytes(row.data) for row in rows}


def test_many_operations_by_chance_leave_it_so(workspace: Workspace) -> None:
    make_busy_library(workspace)
    chance = random.Random(11)  # noqa: S311 -- to be the same again

    for _ in range(40):
        write_something(workspace, chance)

    assert [str(wrong) for wrong in verify(workspace)] == []
    assert wrong_counts(workspace) == []


def test_what_is_gone_for_good_is_in_no_column(image: Image) -> None:
    purge(image)

    left = find(image.workspace, "*").total
    assert left == 1
    for query in ("site:Porto", "tag:night", "project:line-3", "filename:one*", "width>0 score>0"):
        assert find(image.workspace, query).total == 0


def tampered(image: Image) -> ColumnChunk:
    """Return a chunk that does not say what it should any more."""
    chunk = ColumnChunk.objects.get(workspace=image.workspace, column="width")
    chunk.data = b""
    chunk.save()
    # Whoever keeps the column in memory reads it again.
    Workspace.objects.filter(pk=image.workspace_id).update(seq=chunk.seq + 1)
    ColumnChunk.objects.filter(pk=chunk.pk).update(seq=chunk.seq + 1)
    return chunk


def output(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("mending", [("index", "rebuild"), ("doctor", "--repair")])
def test_a_wrong_chunk_is_found_and_put_right(image: Image, mending: tuple[str, ...]) -> None:
    tampered(image)
    assert find(image.workspace, "width>0").total == 0

    for looking in (("index", "verify"), ("doctor",)):
        with pytest.raises(CommandError, match="1 "):
            output(*looking)
    output(*mending)

    assert output("index", "verify") == "acme: the index is what the tables say.\n"
    assert output("doctor") == "All is well.\n"
    assert find(image.workspace, "width>0").total == 2


def test_an_index_that_is_gone_is_built_anew(image: Image) -> None:
    before = chunks(image.workspace)
    ColumnChunk.objects.all().delete()

    written = output("index", "rebuild")

    assert {place: data for place, data in before.items() if data} == chunks(image.workspace)
    assert f"{len(chunks(image.workspace)):,} chunks written" in written


def test_chunks_of_nobody_are_found_and_emptied(image: Image) -> None:
    ColumnChunk.objects.create(
        workspace=image.workspace, column="key.999.code", chunk=7, seq=1, data=b"\x01\x00\x01"
    )

    with pytest.raises(CommandError):
        output("index", "verify")
    output("index", "rebuild")

    assert "what the tables say" in output("index", "verify")


def test_only_the_workspace_that_is_named_is_looked_at(image: Image) -> None:
    tampered(image)
    other = Workspace.objects.create(slug="other", name="Other")
    make_image(other)

    assert output("index", "verify", "--workspace", "other").startswith("other: the index is")
    with pytest.raises(CommandError, match="There is no workspace “nowhere”"):
        output("index", "verify", "--workspace", "nowhere")
