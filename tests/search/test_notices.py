from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.search.find import find
from tests.search.conftest import NOW


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        (
            "camra_id:cam001",
            "There is no key “camra_id”. Did you mean “camera_id”?",
            "camera_id:cam001",
        ),
        (
            "tag:night metadata.camra_id:*1 sort:size",
            "There is no key “camra_id”. Did you mean “camera_id”?",
            "tag:night metadata.camera_id:*1 sort:size",
        ),
        (
            "metadata:locaton=x",
            "There is no key “locaton”. Did you mean “location”?",
            "metadata:location=x",
        ),
        (
            "has:metadata.locaton",
            "There is no key “locaton”. Did you mean “location”?",
            "has:metadata.location",
        ),
        (
            "type:temprature=number",
            "There is no key “temprature”. Did you mean “temperature”?",
            "type:temperature=number",
        ),
        (
            "sort:-temprature",
            "There is no key “temprature”. Did you mean “temperature”?",
            "sort:-temperature",
        ),
        (
            "http://x",
            'There is no key “http”. To look for the text write "http://x"',
            '"http://x"',
        ),
        (
            "tag:night 13:30",
            'There is no key “13”. To look for the text write "13:30"',
            'tag:night "13:30"',
        ),
        (
            "tag:night ware*",
            "In a bare word “*” is the character itself. For a pattern write filename:ware*",
            "tag:night filename:ware*",
        ),
        ("metadata.zzz:1", "There is no key “zzz”.", ""),
        ("Tag:night", "There is no key “Tag”. Did you mean “tag”?", "tag:night"),
        ("-filname:a*", "There is no key “filname”. Did you mean “filename”?", "-filename:a*"),
        ("Has:ok", "There is no key “Has”. Did you mean “has”?", "has:ok"),
        ("WIDTH:a", 'There is no key “WIDTH”. To look for the text write "WIDTH:a"', '"WIDTH:a"'),
        ("metadata.Tag:night", "There is no key “Tag”.", ""),
        (
            "-temperatur:5",
            "There is no key “temperatur”. Did you mean “temperature”?",
            "-temperature:5",
        ),
        ("ok:*rue", "No image has a string under “ok”. A pattern finds strings; here are", ""),
        ("-ok!=*rue", "No image has a string under “ok”. A pattern finds strings; here are", ""),
        ('-ok:"true"', "Quoted text finds strings; under “ok” are booleans.", ""),
        ("ok:yes", "“yes” finds strings; under “ok” are booleans.", ""),
        ("ok:5", "“5” finds strings and numbers; under “ok” are booleans.", ""),
        ("ok:[true, perhaps]", "“perhaps” finds strings; under “ok” are booleans.", ""),
        ('batch:"May 33"', "There is no batch “May 33”. Did you mean “May 3”?", 'batch:"May 3"'),
        ("ghost:x", 'There is no key “ghost”. To look for the text write "ghost:x"', '"ghost:x"'),
        ("-tag:nigth", "There is no tag “nigth”. Did you mean “night”?", "-tag:night"),
        ("tag:[night, xyz]", "There is no tag “xyz”.", ""),
        ("project:line3", "There is no project “line3”. Did you mean “line-3”?", "project:line-3"),
        ("split:val", "There is no split “val”. Did you mean “valid”?", "split:valid"),
        ("split:dev", "There is no split “dev”. There are train, valid, test.", ""),
        (
            "format:heic",
            "There is no format “heic”. There are jpeg, png, webp, avif, bmp, tiff, gif.",
            "",
        ),
        ("temperature:80..70", "This range ends before it begins", ""),
        ("uploaded:2026-06..2026-05", "This range ends before it begins", ""),
        (
            "location>5",
            "No image has a number under “location”. A number compares with numbers; here are",
            "",
        ),
        (
            "ok>2026-05",
            "No image has a date under “ok”. A date compares with strings; here are booleans.",
            "",
        ),
        ("class:lorry", "There is no class “lorry”.", ""),
        ('class:"ghost class"', "There is no class “ghost class”.", ""),
        (
            "tag:night class:forklif>=2",
            "There is no class “forklif”. Did you mean “Forklift”?",
            "tag:night class:Forklift>=2",
        ),
        (
            "-class:hardhat",
            "There is no class “hardhat”. Did you mean “Hard Hat”?",
            '-class:"Hard Hat"',
        ),
        ("mirror:line3", "This library has no mirrors yet", ""),
        ("path:raw/*", "This library has no mirrors yet", ""),
    ],
)
def test_what_the_library_lacks_is_told(
    library: Workspace, text: str, message: str, suggestion: str
) -> None:
    page = find(library, text, now=NOW)

    [notice] = page.notices
    assert page.error is None
    assert notice.message.startswith(message)
    assert notice.suggestion == suggestion
    start, end = notice.span
    assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camera_id:nothing",
        "ok:TRUE",
        "temperature:5",
        "reviewed:perhaps",
        "has:camera_id",
        "tag:NIGHT",
        "tag:zz*",
        'project:"LINE-3"',
        "project:false",
        "format:jpg",
        "temperature:70..80",
        "temperature:70..70",
        "captured>2026",
        "origin:bucket",
        "uploaded:2020",
        "sort:temperature",
        "whatever",
        'batch:"MAY 3"',
        "class:FORKLIFT>5",
        "min-annotations:7",
    ],
)
def test_what_is_there_is_not_told(library: Workspace, text: str) -> None:
    assert list(find(library, text, now=NOW).notices) == []


@pytest.mark.parametrize("text", ["class:forklift", "min-annotations:1"])
def test_a_library_without_boxes_says_so(workspace: Workspace, text: str) -> None:
    [notice] = find(workspace, text, now=NOW).notices

    assert notice.message.startswith("This library holds no annotations yet")


def test_a_query_of_many_wrong_names_is_not_told_them_all(library: Workspace) -> None:
    each = " ".join(f"tag:wrong{number}" for number in range(100))
    listed = f"tag:[{','.join(f'wrong{number}' for number in range(1_000))}]"

    for text in (each, listed, listed.replace("tag", "project"), listed.replace("tag", "ok")):
        assert len(find(library, text, now=NOW).notices) == 20
