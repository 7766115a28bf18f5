from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.models import Workspace
from assetlib.search import groups, order
from assetlib.search.cursor import CursorError
from assetlib.search.find import Found, Wanted, find, neighbours
from tests.factories import make_image, make_project, make_workspace, put_in
from tests.search.conftest import NOW
from tests.search.libraries import set_entries, tag_images, trash


def letters(page: Found) -> str:
    return "".join(image.filename[0] for image in page.images)


@pytest.mark.parametrize(
    "query", ["(", "tag:night AND", "width>wide", "nul:\0x(", "sort:size sort:width"]
)
def test_a_query_that_cannot_be_read_finds_nothing_and_says_why(
    library: Workspace, query: str
) -> None:
    page = find(library, query, now=NOW)

    assert page.error is not None
    assert page.error.message
    assert (page.images, page.total, page.next_cursor) == ([], 0, "")


@pytest.mark.parametrize(
    "query",
    ["a\0b", '"\ud800"', 'note:"\0"', 'note!="\ud800"', 'tag:"\0"', 'project:"\0"', 'id:"\0"'],
)
def test_text_no_database_takes_is_in_no_image(library: Workspace, query: str) -> None:
    assert letters(find(library, query, now=NOW)).strip("gh") in {"", "j"}


def test_another_workspace_is_never_searched(library: Workspace) -> None:
    other = make_workspace("other")
    stranger = make_image(other, "stranger.jpg")
    set_entries(other, {0: stranger}, {0: {"camera_id": "cam001"}})
    tag_images(other, {0: stranger}, {0: ["night"]})
    put_in(make_project(other, "Line-3", slug="line-3"), stranger, split="train")

    for query in ("", "camera_id:cam001", "cam001", "tag:night", "project:line-3", "split:train"):
        assert letters(find(other, query, now=NOW)) == "s"
        assert "s" not in letters(find(library, query, now=NOW))


def test_pages_follow_one_another(library: Workspace) -> None:
    first = find(library, "", limit=4, now=NOW)
    second = find(library, "", limit=4, cursor=first.next_cursor, now=NOW)
    third = find(library, "", limit=4, cursor=second.next_cursor, now=NOW)
    again = find(library, "", limit=4, cursor=third.previous_cursor, now=NOW)

    shown = [letters(page) for page in (first, second, third, again)]
    assert shown == ["kjih", "gfed", "cba", "gfed"]
    assert [page.total for page in (first, second, third)] == [11, 11, 11]
    assert (first.previous_cursor, third.next_cursor) == ("", "")


@pytest.mark.parametrize("sort", ["", "sort:filename", "sort:-size", "sort:temperature"])
def test_images_that_come_and_go_neither_repeat_nor_skip_others(
    library: Workspace, sort: str
) -> None:
    whole = letters(find(library, sort, now=NOW))
    first = find(library, sort, limit=4, now=NOW)

    make_image(library, "0-new.jpg", size=10**9, uploaded_at=NOW)
    trash(library, [first.images[-1], first.images[1]])
    second = find(library, sort, limit=4, cursor=first.next_cursor, now=NOW)

    assert whole[4:].startswith(letters(second).replace("0", ""))
    assert len(second.images) == 4


@pytest.mark.parametrize(
    "sort", ["", "sort:uploaded", "sort:filename", "sort:-size", "sort:temperature", "sort:shared"]
)
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_a_number_begins_a_page_behind_so_many(library: Workspace, sort: str, limit: int) -> None:
    whole = letters(find(library, sort, now=NOW))

    for skip in range(len(whole) + 2):
        page = find(library, sort, limit=limit, cursor=skip, now=NOW)
        assert (letters(page), page.total) == (whole[skip : skip + limit], len(whole))
        following = find(library, sort, limit=limit, cursor=page.next_cursor, now=NOW)
        if page.next_cursor:
            assert letters(following) == whole[skip + limit : skip + 2 * limit]


def test_a_place_holds_when_the_value_it_was_at_is_gone(library: Workspace) -> None:
    first = find(library, "has:location sort:location", limit=1, now=NOW)
    at = first.images[0]
    set_entries(library, {at.ord: at}, {at.ord: {"location": "zoo"}})

    second = find(library, "has:location sort:location", limit=5, cursor=first.next_cursor, now=NOW)

    assert letters(first) == "d"
    assert letters(second) == "cd"


def test_a_cursor_is_of_its_workspace_and_order(library: Workspace) -> None:
    cursor = find(library, "sort:size", limit=2, now=NOW).next_cursor
    other = make_workspace("other")

    for workspace, query, text in (
        (library, "sort:size", "nonsense"),
        (library, "sort:size", cursor[:-1]),
        (library, "sort:-size", cursor),
        (library, "", cursor),
        (other, "sort:size", cursor),
    ):
        with pytest.raises(CursorError):
            find(workspace, query, cursor=text, now=NOW)


def test_two_images_and_twenty_take_as_many_questions(library: Workspace) -> None:
    query = "has:shared tag:shared sort:shared"

    def questions(count: int) -> int:
        images = {n: make_image(library) for n in range(count)}
        set_entries(library, images, {n: {"shared": f"{n}", "more": n} for n in range(count)})
        tag_images(library, images, {n: ["shared", f"own-{n}"] for n in range(count)})
        with CaptureQueriesContext(connection) as captured:
            page = find(library, query, now=NOW)
            assert all(page.metadata[image.pk] for image in page.images)
            assert all(page.tags[image.pk] for image in page.images)
        assert page.total >= count
        return len(captured)

    assert questions(2) == questions(20)


def test_entries_and_tags_of_a_page_are_in_order(library: Workspace) -> None:
    page = find(library, "filename:a-factory.jpg", now=NOW)
    [image] = page.images

    assert list(page.metadata[image.pk]) == ["camera_id", "reviewed", "temperature"]
    assert page.tags[image.pk] == ["Forklift", "night"]


def test_only_what_is_wanted_comes_with_the_images(library: Workspace) -> None:
    wanted = Wanted(["filename"], ["reviewed", "nowhere"], tags=False)
    page = find(library, "filename:a-factory.jpg", wanted=wanted, now=NOW)
    [image] = page.images

    assert [list(held) for held in page.metadata.values()] == [["reviewed"]]
    assert not page.tags
    assert {"size", "sha256"} <= image.get_deferred_fields()
    assert image.filename == "a-factory.jpg"


# Texts are gone through in order however deep it is, or all ranked behind the first few.
@pytest.mark.parametrize("merging", [0, 5])
@pytest.mark.parametrize(
    "query", ["", "sort:filename", "sort:-filename", "sort:-size", "sort:camera_id"]
)
def test_a_page_deep_inside_is_the_same_part_of_the_whole(
    library: Workspace, query: str, merging: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MERGING", merging)
    monkeypatch.setattr(order, "NEAR", 1)
    whole = find(library, query, limit=100, now=NOW).images

    for skipped in range(len(whole) + 1):
        page = find(library, query, limit=3, cursor=skipped, now=NOW)
        assert page.images == whole[skipped : skipped + 3]


def test_what_a_query_names_is_asked_for_at_once(library: Workspace) -> None:
    counts = []
    for query in (
        "camera_id:cam001 tag:night",
        "camera_id:cam001 OR -camera_id:[cam002, cam003] note!=x tag:night -tag:nightly",
    ):
        with CaptureQueriesContext(connection) as captured:
            find(library, query, now=NOW)
        tables = [each["sql"].partition(" FROM ")[2] for each in captured.captured_queries]
        counts.append(
            [
                len([named for named in tables if named.startswith(f'"{table}"')])
                for table in ("metadata_key", "metadata_value", "metadata_tag")
            ]
        )

    assert counts == [[1, 1, 1], [1, 1, 1]]


@pytest.mark.parametrize("query", ["", "sort:uploaded", "missing:camera_id", "sort:size"])
def test_pages_behind_a_cursor_and_before_it_are_parts_of_the_whole(
    library: Workspace, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "NEAR", 1)
    whole = find(library, query, limit=100, now=NOW).images
    for at in range(0, len(whole) - 2, 2):
        page = find(library, query, limit=2, cursor=at, now=NOW)
        behind = find(library, query, limit=2, cursor=page.next_cursor, now=NOW)

        assert behind.images == whole[at + 2 : at + 4]
        assert bool(behind.next_cursor) == (at + 4 < len(whole))
        before = find(library, query, limit=2, cursor=behind.previous_cursor, now=NOW)
        assert before.images == page.images
        assert bool(before.previous_cursor) == bool(at)


def test_what_lies_around_an_image_within_the_query(library: Workspace) -> None:
    image = library.images.get(ord=5)

    around = neighbours(library, "missing:camera_id", image, now=NOW)

    assert [other.filename[0] for other in around.before] == list("kjihg")
    assert [other.filename[0] for other in around.after] == ["e"]
    assert around.previous == around.before[-1]
    assert around.next == around.after[0]
    assert (around.position, around.total) == (6, 7)


def test_an_image_the_query_no_longer_finds_keeps_its_neighbours(library: Workspace) -> None:
    image = library.images.get(ord=5)

    around = neighbours(library, "has:camera_id", image, now=NOW)

    assert [other.filename[0] for other in around.after] == list("dcba")
    assert (around.previous, around.position, around.total) == (None, None, 4)


def test_neighbours_of_a_query_that_cannot_be_read(library: Workspace) -> None:
    around = neighbours(library, "(", library.images.get(ord=5), now=NOW)

    assert (around.previous, around.next, around.position, around.total) == (None, None, None, 0)


def test_now_is_the_present_unless_given(library: Workspace) -> None:
    fresh = make_image(library, "now.jpg", uploaded_at=NOW + timedelta(days=20_000))

    assert find(library, f"id:{fresh.public_id} uploaded:today").total == 0
