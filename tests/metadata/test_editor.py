from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assetlib.accounts.models import Role, User, Workspace
from images.models import Image
from metadata.forms import write_shown
from metadata.values import from_json
from tests.factories import NOON, make_image, make_member, make_user
from tests.metadata.writes import edit, held, tags_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_image(workspace, "frame.jpg")


@pytest.fixture
def url(image: Image) -> str:
    return f"/acme/images/{image.public_id}/metadata"


@pytest.mark.parametrize(
    ("typed", "override", "stored"),
    [
        ("cam001", "", "cam001"),
        ("95", "", 95),
        ("95", "string", "95"),
        ('"95"', "", "95"),
        (" TRUE ", "", True),
        ("007", "", "007"),
        ("1.10", "", 1.1),
        ("1.10", "string", "1.10"),
        ("line 1\r\nline 2", "", "line 1\nline 2"),
    ],
)
def test_what_is_typed_is_parsed_unless_overridden(
    as_editor: Client, image: Image, url: str, typed: str, override: str, stored: object
) -> None:
    answer = as_editor.post(url, {"key": "k", "value": typed, "type": override}, headers=HTMX)

    assert answer.status_code == 200
    assert held(image) == {"k": stored}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "camera/id", "value": "x"}, "“/” is not allowed in a key"),
        ({"key": "has spaces", "value": "x"}, "has_spaces"),
        ({"key": ".dot", "value": "x"}, "begins with"),
        ({"key": "", "value": "x"}, "Type a key"),
        ({"key": "k", "value": "  "}, "A value is needed"),
        ({"key": "k", "value": "abc", "type": "number"}, "is not a number"),
        ({"key": "k", "value": "abc", "type": "boolean"}, "is not a boolean"),
        ({"key": "k", "value": "abc", "type": "forged"}, "Select a valid choice"),
        ({"key": "k", "value": "x" * 4_097}, "4,097 characters"),
        ({"key": "k" * 256, "value": "x"}, "at most 255"),
        ({"key": "k", "value": "a\0b"}, "Null characters"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_wrong_is_said_and_the_input_kept(
    as_editor: Client, image: Image, url: str, fields: dict[str, str], said: str
) -> None:
    answer = as_editor.post(url, fields, headers=HTMX)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert f'value="{fields["key"]}"' in page
    assert held(image) == {}


def test_without_a_script_one_is_sent_back_to_the_page(
    as_editor: Client, image: Image, url: str
) -> None:
    there = f"/acme/images/{image.public_id}?q=tag:night"

    answer = as_editor.post(url, {"key": "k", "value": "1", "next": there})
    away = as_editor.post(url, {"key": "k", "value": "2", "next": "https://evil.example/"})

    assert (answer.status_code, answer.headers["Location"]) == (302, there)
    assert away.headers["Location"] == f"/acme/images/{image.public_id}"


def change(image: Image, key: str, value: str, shown: object, **more: str) -> dict[str, str]:
    note = write_shown(None if shown is None else from_json(shown))
    return {"key": key, "value": value, "shown": note, **more}


def test_two_people_on_one_value_are_both_told(
    as_editor: Client, image: Image, url: str, workspace: Workspace
) -> None:
    maria = make_member(workspace, Role.EDITOR, make_user("maria"))
    edit(image, {"k": "seen"})
    edit(image, {"k": "theirs"}, by=maria)

    answer = as_editor.post(f"{url}/change", change(image, "k", "mine", "seen"), headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "theirs" in page
    assert "mine" in page
    assert held(image) == {"k": "theirs"}
    knowing = change(image, "k", "mine", "seen", accepted='"theirs"')
    assert as_editor.post(f"{url}/change", knowing, headers=HTMX).status_code == 200
    assert held(image) == {"k": "mine"}


def test_different_keys_never_conflict(as_editor: Client, image: Image, url: str) -> None:
    edit(image, {"mine": 1, "theirs": 1})
    edit(image, {"theirs": 2})

    answer = as_editor.post(f"{url}/change", change(image, "mine", "5", 1), headers=HTMX)

    assert answer.status_code == 200
    assert held(image) == {"mine": 5, "theirs": 2}


def test_a_key_someone_else_set_since_the_page_was_drawn_is_not_replaced_unseen(
    as_editor: Client, image: Image, url: str, workspace: Workspace, editor: User
) -> None:
    drawn = timezone.now()
    edit(image, {"k": "theirs"}, by=make_member(workspace, Role.EDITOR, make_user("maria")))
    edit(image, {"own": "mine"}, by=editor)

    fields = {"key": "k", "value": "mine", "seen": drawn.isoformat()}
    assert as_editor.post(url, fields, headers=HTMX).status_code == 409
    assert (
        as_editor.post(url, fields | {"key": "own", "value": "new"}, headers=HTMX).status_code
        == 200
    )
    later = (timezone.now() + timedelta(seconds=1)).isoformat()
    assert as_editor.post(url, fields | {"seen": later}, headers=HTMX).status_code == 200
    assert held(image) == {"k": "mine", "own": "new"}


@pytest.mark.parametrize(
    ("value", "typed", "type_name"),
    [
        ("  padded  ", "  padded  ", "string"),
        ("a\r\nb", "a\r\nb", "string"),
        ("95", "95", "string"),
        (95, "95", "number"),
    ],
)
def test_unchanged_text_is_no_change(
    as_editor: Client, image: Image, url: str, value: object, typed: str, type_name: str
) -> None:
    edit(image, {"k": value})  # type: ignore[dict-item]

    answer = as_editor.post(
        f"{url}/change", change(image, "k", typed, value, type=type_name), headers=HTMX
    )

    assert answer.status_code == 200
    assert image.workspace.change_sets.count() == 1


def test_a_row_opens_for_editing_with_its_own_type(
    as_editor: Client, image: Image, url: str
) -> None:
    edit(image, {"serial": "007", "note": "two\nlines"})

    page = as_editor.get(f"{url}?edit=serial", headers=HTMX).content.decode()
    long = as_editor.get(f"{url}?edit=note", headers=HTMX).content.decode()

    assert re.search(r'<option value="string"\s+selected>', page)
    assert '<textarea id="change-value"' in long


def test_removing_offers_the_undo(as_editor: Client, image: Image, url: str) -> None:
    edit(image, {"k": 1})

    answer = as_editor.post(f"{url}/remove", {"key": "k"}, headers=HTMX)

    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert (held(image), toast["message"]) == ({}, "Removed k.")
    assert as_editor.post(toast["undo"], headers=HTMX).status_code == 204
    assert held(image) == {"k": 1}


@pytest.mark.parametrize(
    "text",
    [
        "camera_id = cam001\nline: 3\n\nnote = a = b",
        '{"camera_id": "cam001", "line": 3, "note": "a = b"}',
    ],
)
def test_many_are_pasted_at_once(as_editor: Client, image: Image, url: str, text: str) -> None:
    answer = as_editor.post(f"{url}/many", {"text": text}, headers=HTMX)

    assert answer.status_code == 200
    assert held(image) == {"camera_id": "cam001", "line": 3, "note": "a = b"}


@pytest.mark.parametrize(
    "text", ["", "no sign", '{"a": [1]}', '{"a": 1,', "a = 1\nb/c = 2", '{"a": 1e400}']
)
def test_of_many_with_a_wrong_one_none_is_added(
    as_editor: Client, image: Image, url: str, text: str
) -> None:
    answer = as_editor.post(f"{url}/many", {"text": text}, headers=HTMX)

    assert answer.status_code == 422
    assert 'id="entry-many-error"' in answer.content.decode()
    assert held(image) == {}


def test_copying_takes_what_is_missing_and_replaces_nothing(
    as_editor: Client, image: Image, url: str, workspace: Workspace
) -> None:
    other = make_image(workspace)
    edit(other, {"a": 1, "b": 2})
    edit(image, {"a": "mine"})

    as_editor.post(f"{url}/copy", {"from": other.public_id}, headers=HTMX)

    assert held(image) == {"a": "mine", "b": 2}


def test_tags_are_added_several_at_once_and_removed(as_editor: Client, image: Image) -> None:
    tags = f"/acme/images/{image.public_id}/tags"

    as_editor.post(tags, {"tags": "night, needs-annotation Night"}, headers=HTMX)
    refused = as_editor.post(tags, {"tags": "ok a/b"}, headers=HTMX)

    assert tags_of(image) == ["Night", "needs-annotation"]
    assert refused.status_code == 422
    assert "Invalid tag" in refused.content.decode()
    as_editor.post(f"{tags}/remove", {"tag": "NIGHT"}, headers=HTMX)
    assert tags_of(image) == ["needs-annotation"]


def test_an_image_in_the_trash_is_shown_and_not_edited(
    as_editor: Client, image: Image, url: str
) -> None:
    Image.objects.filter(pk=image.pk).update(deleted_at=NOON)

    page = as_editor.get(f"/acme/images/{image.public_id}")

    assert page.status_code == 200
    assert "In the trash since" in page.content.decode()
    assert as_editor.post(url, {"key": "k", "value": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("value", "override", "said"),
    [
        ("95", "", "number"),
        ("1.10", "", "= 1.1"),
        ("true", "", "boolean"),
        ("007", "", "string"),
        ("95", "string", "string"),
        ("abc", "number", "is not a number"),
    ],
)
def test_the_badge_is_the_server_s_answer(
    as_viewer: Client, workspace: Workspace, value: str, override: str, said: str
) -> None:
    assert said in as_viewer.get("/acme/type", {"value": value, "type": override}).content.decode()


def test_an_empty_value_has_no_badge(as_viewer: Client, workspace: Workspace) -> None:
    assert "badge" not in as_viewer.get("/acme/type", {"value": ""}).content.decode()
