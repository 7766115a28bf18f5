from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from tests.factories import make_image
from tests.metadata.writes import edit

NASTY = [
    '"never closed',
    "(" * 1_000,
    "k:",
    "a AND",
    "OR",
    "-" * 50,
    "\0",
    "k:\0",
    "\ud800",
    "x" * 30_000,
    "k>>1",
    "sort:a sort:b",
    "metadata.",
    "k:[",
    "k:..",
    "uploaded:9999-99",
    "size>1e999",
    "width>" + "9" * 400,
    "id:'; DROP TABLE images_image; --",
    "<script>alert(1)</script>",
    "%00",
    "😀:😀",
]


@pytest.mark.parametrize("query", NASTY, ids=lambda query: repr(query[:20]))
def test_no_query_is_an_error_of_the_server(
    as_viewer: Client, workspace: Workspace, query: str
) -> None:
    make_image(workspace)

    for url in ("/acme/", "/acme/suggest"):
        text = query.encode("utf-8", "surrogatepass")
        answer = as_viewer.get(url, {"q": text, "text": text, "cursor": b"99999"})

        assert answer.status_code == 200
        assert b"<script>alert(1)" not in answer.content


@pytest.mark.parametrize("text", ["_" * 60_000, "a\0b", "%0\x000", "😀" * 13_000])
def test_no_text_is_too_much_for_a_field_that_is_asked_while_one_types(
    as_viewer: Client, workspace: Workspace, text: str
) -> None:
    edit(make_image(workspace), {"site": "Porto"}, add_tags=["night"])

    for url in (
        "/acme/suggest?cursor=99999",
        "/acme/suggest/key",
        "/acme/suggest/tag",
        "/acme/suggest/value?key=site",
        "/acme/facets",
        "/acme/facets/one?name=tag",
        "/acme/facets/one?name=class",
        "/acme/facets/one?name=metadata.site",
    ):
        for prefix in ("", "batch:", "class:", "tag:", "has:"):
            asked = {"text": prefix + text, "find": text, "key": text}
            answer = as_viewer.get(f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}")

            assert answer.status_code == 200, url


@pytest.mark.parametrize("url", ["/acme/images/%00", "/acme/projects/a%00", "/acme/jobs/%00"])
def test_nothing_is_at_an_address_with_nul(
    as_viewer: Client, workspace: Workspace, url: str
) -> None:
    assert as_viewer.get(url).status_code == 404
    assert as_viewer.get("/acme/", {"keys": "a\0", "q": "a\0"}).status_code == 200


def test_a_wrong_query_keeps_its_text_says_why_and_shows_no_image(
    as_viewer: Client, workspace: Workspace
) -> None:
    make_image(workspace, "frame.jpg")

    page = as_viewer.get("/acme/", {"q": "camera_id:cam001 AND"}).content.decode()

    assert 'value="camera_id:cam001 AND"' in page
    assert '<mark class="query-error__span">AND</mark>' in page
    assert "stands between two filters" in page
    assert "frame.jpg" not in page


def test_the_main_job_finds_that_image_and_only_it(as_viewer: Client, workspace: Workspace) -> None:
    wanted, other = make_image(workspace, "wanted.jpg"), make_image(workspace, "other.jpg")
    edit(
        wanted,
        {"camera_id": "cam001", "temperature": 72.5, "reviewed": True},
        add_tags=["needs-annotation"],
    )
    edit(other, {"camera_id": "cam001", "temperature": 60, "reviewed": True})
    query = (
        'metadata.camera_id:"cam001" AND metadata.temperature>70 metadata.reviewed:true '
        "tag:needs-annotation"
    )

    page = as_viewer.get("/acme/", {"q": query}).content.decode()

    assert "1 image<" in page
    assert "wanted.jpg" in page
    assert "other.jpg" not in page


def test_nothing_found_says_which_filter_empties_it(
    as_viewer: Client, workspace: Workspace
) -> None:
    edit(make_image(workspace), {"camera_id": "cam001"}, add_tags=["night"])

    page = as_viewer.get("/acme/", {"q": "camera_id:cam001 tag:day"}).content.decode()

    assert "Nothing matches" in page
    assert "1 without it" in page


def test_an_empty_library_offers_the_upload(as_editor: Client, workspace: Workspace) -> None:
    page = as_editor.get("/acme/").content.decode()

    assert "No images yet" in page
    assert 'href="/acme/upload"' in page


def test_an_unknown_key_is_a_notice_with_what_may_be_meant(
    as_viewer: Client, workspace: Workspace
) -> None:
    edit(make_image(workspace), {"camera_id": "cam001"})

    page = as_viewer.get("/acme/", {"q": "-camra_id:x"}).content.decode()

    assert "1 image<" in page
    assert "?q=-camera_id%3Ax" in page


def test_pages_follow_each_other_and_a_cursor_nobody_gave_starts_over(
    as_viewer: Client, workspace: Workspace
) -> None:
    for number in range(70):
        make_image(workspace, f"frame-{number:02}.jpg")

    first = as_viewer.get("/acme/")
    following = first.context["next_url"]
    second = as_viewer.get(following).content.decode()
    partial = as_viewer.get(following, headers={"HX-Request": "true"}).content.decode()

    assert "70 images" in first.content.decode()
    assert "frame-69.jpg" in first.content.decode()
    assert "frame-19.jpg" in second
    assert "frame-20.jpg" not in second
    assert "<html" not in partial
    assert "frame-00.jpg" in partial
    assert as_viewer.get("/acme/?cursor=forged").status_code == 200


def test_suggestions_name_the_key_its_type_and_count_then_its_values(
    as_viewer: Client, workspace: Workspace
) -> None:
    for camera in ("cam001", "cam001", "cam002"):
        edit(make_image(workspace), {"camera_id": camera})

    keys = as_viewer.get("/acme/suggest", {"text": "metadata.c", "cursor": "10"}).content.decode()
    text = "metadata.camera_id:"
    values = as_viewer.get(
        "/acme/suggest", {"text": text, "cursor": str(len(text))}
    ).content.decode()

    assert 'data-text="metadata.camera_id"' in keys
    assert "3" in keys
    assert values.index("cam001") < values.index("cam002")


def test_many_are_counted_in_thousands(as_viewer: Client, workspace: Workspace) -> None:
    edit(make_image(workspace), {"site": "Porto"}, add_tags=["night"])
    workspace.keys.update(image_count=1_234_567)
    workspace.tags.update(image_count=1_234_567)

    for url in ("suggest?text=si", "suggest?text=tag:", "suggest/key?text=si", "suggest/tag?text="):
        assert "1,234,567" in as_viewer.get(f"/acme/{url}").content.decode()


def test_one_chooses_which_keys_are_shown_and_they_stay_chosen(
    as_viewer: Client, workspace: Workspace
) -> None:
    edit(
        make_image(workspace),
        {"camera_id": "cam001", "line": 3, "rare.key": "shown only when asked"},
    )
    for number in range(3):
        edit(make_image(workspace), {"camera_id": "x", "line": number, "site": "A"})

    usual = as_viewer.get("/acme/").content.decode()
    chosen = as_viewer.get("/acme/?keys=rare.key&keys=line&view=table").content.decode()

    assert "shown only when asked" not in usual
    assert "shown only when asked" in chosen
    assert "sort%3A-metadata.rare.key&amp;view=table&amp;keys=rare.key%2Cline" in chosen


def test_an_order_can_be_chosen_and_turned_round(as_viewer: Client, workspace: Workspace) -> None:
    for number in range(3):
        edit(make_image(workspace, f"frame-{number}.jpg"), {"score": number})

    best_first = as_viewer.get("/acme/?q=sort:-metadata.score")

    assert [card["filename"] for card in best_first.context["cards"]] == [
        "frame-2.jpg",
        "frame-1.jpg",
        "frame-0.jpg",
    ]
    turned = next(
        sort.url for sort in best_first.context["sorts"] if sort.label == "The other way round"
    )
    assert (
        next(card["filename"] for card in as_viewer.get(turned).context["cards"]) == "frame-0.jpg"
    )
