"""Facets, suggestions, keys and tags over the native face."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.accounts.models import Workspace
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image, make_project, put_in
from tests.metadata.writes import edit


@pytest.fixture
def library(workspace: Workspace) -> Workspace:
    said: list[dict[str, Any]] = [
        {"camera_id": "cam001", "line": 3, "ok": True},
        {"camera_id": "cam001", "line": 3, "ok": False},
        {"camera_id": "x" * 100, "line": 4.5},
        {},
    ]
    project = make_project(workspace, "Line 3")
    for number, entries in enumerate(said):
        image = make_image(workspace, f"{number}.jpg")
        edit(image, entries, add_tags=["Night"] if entries else [])
        if entries:
            put_in(project, image)
    return workspace


def test_facets_count_every_value_whole(program: Program, library: Workspace) -> None:
    said = program("GET", "/facets?keys=camera_id,line,ok,nokey").json()

    assert said["total"] == 4
    assert {*said["facets"]} == {"camera_id", "line", "ok"}
    camera, line, state = (said["facets"][name] for name in ("camera_id", "line", "ok"))
    assert camera["values"] == [
        {"value": "cam001", "type": "string", "count": 2},
        {"value": "x" * 100, "type": "string", "count": 1},
    ]
    assert (camera["missing"], camera["distinct"], camera["histogram"]) == (1, 2, None)
    assert line["values"] == [
        {"value": 3, "type": "number", "count": 2},
        {"value": 4.5, "type": "number", "count": 1},
    ]
    bars = line["histogram"]
    assert (bars["min"], bars["max"], sum(bars["counts"])) == (3, 4.5, 3)
    assert len(bars["edges"]) == len(bars["counts"]) + 1
    assert [each["value"] for each in state["values"]] == [True, False]


def test_facets_are_of_what_a_query_finds_and_of_fields_too(
    program: Program, library: Workspace
) -> None:
    said = program("GET", "/facets?query=line:3&keys=tag,project,format,uploaded&limit=1").json()

    assert said["total"] == 2
    facets = said["facets"]
    assert facets["tag"]["values"] == [{"value": "Night", "type": "tag", "count": 2}]
    assert facets["project"]["values"] == [{"value": "line-3", "type": "project", "count": 2}]
    assert facets["format"]["values"] == [{"value": "jpeg", "type": "format", "count": 2}]
    assert facets["uploaded"]["histogram"]["edges"] == ["2026-05-01", "2026-05-02"]


def test_the_most_used_keys_are_counted_unless_others_are_named(
    program: Program, library: Workspace
) -> None:
    edit(library.images.all()[0], {"tag": "a key of that name"})

    assert {*program("GET", "/facets").json()["facets"]} == {
        "camera_id",
        "line",
        "ok",
        "metadata.tag",
    }


@pytest.mark.parametrize(
    ("asked", "field"),
    [("query=(", "query"), ("limit=0", "limit"), (f"keys={'a,' * 51}", "keys")],
)
def test_what_is_wrong_with_asking_for_facets_names_its_field(
    program: Program, asked: str, field: str
) -> None:
    assert problem(program("GET", f"/facets?{asked}"), 422)["errors"][0]["field"] == field


def test_suggestions_say_what_they_replace(program: Program, library: Workspace) -> None:
    said = program("GET", "/suggest?text=line:3%20cam").json()
    inside = program("GET", "/suggest?text=line:3%20cam&cursor=2").json()

    assert (said["start"], said["end"]) == (7, 10)
    assert said["options"][0] == {
        "text": "camera_id",
        "label": "camera_id",
        "kind": "key",
        "type": "string",
        "count": 3,
        "hint": None,
    }
    assert (inside["start"], inside["options"][0]["text"]) == (0, "line")


def test_keys_are_listed_by_name_and_page_by_page(program: Program, library: Workspace) -> None:
    first = program("GET", "/keys?limit=2").json()
    rest = program("GET", f"/keys?limit=2&cursor={first['next']}").json()

    assert [key["name"] for key in first["items"] + rest["items"]] == ["camera_id", "line", "ok"]
    assert rest["next"] is None
    assert first["items"][1]["types"] == {"number": 3}
    assert program("GET", "/keys?prefix=o").json()["items"][0]["name"] == "ok"
    assert program("GET", "/keys/line").json() == first["items"][1]
    for wrong in ("/keys?cursor=forged", f"/tags?cursor={first['next']}"):
        assert problem(program("GET", wrong), 422)["errors"][0]["field"] == "cursor"


def test_tags_are_found_in_any_case(program: Program, library: Workspace) -> None:
    listed = program("GET", "/tags?prefix=NI").json()["items"]

    assert listed == [program("GET", "/tags/night").json()]
    assert (listed[0]["name"], listed[0]["count"]) == ("Night", 3)
