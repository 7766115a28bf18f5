from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.models import Workspace
from assetlib.search.find import find
from assetlib.search.suggest import Option, suggest
from tests.factories import make_image
from tests.search.conftest import NOW
from tests.search.libraries import set_entries


def texts(workspace: Workspace, text: str) -> list[str]:
    """Return the options' texts where `|` stands for the cursor, else at the end."""
    cursor = text.index("|") if "|" in text else len(text)
    suggestion = suggest(workspace, text.replace("|", ""), cursor)
    return [option.text for option in suggestion.options]


def test_a_key_and_then_its_values_each_with_its_count(library: Workspace) -> None:
    keys = suggest(library, "metadata.c", 10)
    values = suggest(library, "metadata.camera_id:", 19)

    assert keys.options[0] == Option("metadata.camera_id", "camera_id", "key", "string", 4)
    assert (keys.start, keys.end) == (0, 10)
    assert (values.start, values.end) == (19, 19)
    assert set(values.options) == {
        Option("CAM001", "CAM001", "value", "string", 1),
        Option('"cam 002"', "cam 002", "value", "string", 1),
        Option("cam001", "cam001", "value", "string", 1),
        Option("cam003", "cam003", "value", "string", 1),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("camera_id:cam0", ["CAM001", "cam001", "cam003"]),
        ('camera_id:"cam 0', ['"cam 002"']),
        ("camera_id:[cam001, cam003|]", ["cam003"]),
        ("metadata:camera_id=cam003", ["cam003"]),
        ("-camera_id:cam003", ["cam003"]),
        ("tag:night camera_id:cam003", ["cam003"]),
        ("reviewed:", ["false", "true", '"true"']),
        ("temperature:", ['"80"']),
        ("temperature>", []),
        ("temperature>=7", []),
        ("unknown:", []),
        ("lot:0", ["007"]),
        ("tag:NIGHT", ["night", "nightly"]),
        ("project:", ["line-3", "yard", "false"]),
        ("project:ya", ["yard"]),
        ("split:t", ["train", "test"]),
        ("format:g", ["gif"]),
        ("batch:may", ['"May 3"', '"may 3"', '"may 4"']),
        ("filename:b-", ["b-FACTORY.png"]),
        ("filename:c", ['"c img(1).jpg"']),
        ("uploaded:7", ["7d"]),
        ("has:loc", ["location"]),
        ("has:ta", ["tag"]),
        ("type:rev", ["reviewed="]),
        ("type:reviewed=", ["boolean", "string", "number"]),
        ("origin:u", ["user"]),
        ("sort:-fi", ["-filename"]),
        ("sort:rev", ["metadata.reviewed"]),
        ("width:", []),
        ("class:", ["Forklift", '"Hard Hat"']),
        ("class:FORK", ["Forklift"]),
        ("class:hat", ['"Hard Hat"']),
        ("class:ghost", []),
    ],
)
def test_what_fits_where_the_cursor_is(library: Workspace, text: str, expected: list[str]) -> None:
    found = texts(library, text)

    assert sorted(found[: len(expected)]) == sorted(expected)
    if not expected:
        assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["camera_id", "tag:", "project:", "uploaded:"]),
        ("te", ["temperature"]),
        ("up", ["uploaded:", "updated:"]),
        ("nigh", ["tag:night", "tag:nightly"]),
        ("lin", ["project:line-3"]),
        ("hard", ['class:"Hard Hat"']),
        ("temperature", ["temperature:", "temperature!=", "temperature>", "temperature<="]),
        ("camera_id", ["camera_id:", "camera_id!="]),
        ("metadata.temperature", ["metadata.temperature>"]),
        ("tag:night (te", ["temperature"]),
    ],
)
def test_what_a_term_may_become(library: Workspace, text: str, expected: list[str]) -> None:
    assert set(expected) <= set(texts(library, text))


def test_operators_are_those_of_the_types_a_key_has(library: Workspace) -> None:
    assert "camera_id>" not in texts(library, "camera_id")


def test_what_is_no_key_says_what_it_is(library: Workspace) -> None:
    suggested = [*suggest(library, "nigh", 4).options, *suggest(library, "line", 4).options]
    labels = {option.text: option.label for option in suggested}

    assert labels["tag:night"] == "tag:night"
    assert labels["project:line-3"].startswith("project:")


def test_a_filter_says_what_it_finds(library: Workspace) -> None:
    options = {option.text: option.hint for option in suggest(library, "forma", 5).options}

    assert options == {"format:": "what the bytes are"}


def test_a_key_that_is_called_like_a_filter_keeps_its_prefix(library: Workspace) -> None:
    set_entries(library, {10: library.images.get(ord=10)}, {10: {"width": "broad"}})

    assert "metadata.width" in texts(library, "wid")


def test_there_are_ten_at_most(library: Workspace) -> None:
    image = make_image(library)
    set_entries(library, {0: image}, {0: {f"many.{number}": "x" for number in range(30)}})

    assert len(texts(library, "metadata.many")) == 10
    assert len(texts(library, "has:many")) == 10


def test_what_is_accepted_finds_as_many_as_it_said(library: Workspace) -> None:
    for key in ("camera_id", "reviewed", "shift", "note", "lot", "captured"):
        for option in suggest(library, f"{key}:", len(key) + 1).options:
            found = find(library, f"{key}:{option.text}", now=NOW)

            assert found.error is None
            assert found.total >= (option.count or 0) > 0


@pytest.mark.parametrize(
    "text", ["\0", 'a:"\ud800', "((((", '"', "k:[", "-", "--", "a:b:c:d", "metadata:"]
)
def test_no_text_is_trouble(library: Workspace, text: str) -> None:
    for cursor in (-1, 0, 1, len(text), 99):
        suggestion = suggest(library, text, cursor)

        assert 0 <= suggestion.start <= suggestion.end <= len(text)


def test_a_suggestion_takes_few_questions(library: Workspace) -> None:
    for text in ("", "te", "temperature", "camera_id:c", "tag:n", "sort:r"):
        with CaptureQueriesContext(connection) as captured:
            suggest(library, text, len(text))

        assert len(captured) <= 4
