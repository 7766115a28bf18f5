"""Images over the native face: found, taken in, read, changed, deleted."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.changes.models import ChangeSet, Origin
from images.models import Image
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image, make_picture, make_project, picture_bytes, put_in
from tests.metadata.writes import edit, held, tags_of


def picture(name: str = "frame.png", colour: tuple[int, int, int] = (9, 90, 200)) -> io.BytesIO:
    file = io.BytesIO(picture_bytes("PNG", colour=colour))
    file.name = name
    return file


def test_an_image_is_shown_whole(program: Program, workspace: Workspace) -> None:
    image = make_picture(workspace, "a.png")
    put_in(make_project(workspace, "Line 3"), image, "test")
    edit(image, {"line": 3, "ok": True, "at.x": 1.5}, add_tags=["night"])

    shown = program("GET", f"/images/{image.public_id}").json()

    assert shown["id"] == image.public_id
    assert shown["filename"] == "a.png"
    assert shown["metadata"] == {"line": 3, "ok": True, "at.x": 1.5}
    assert (shown["tags"], shown["projects"], shown["split"]) == (
        ["night"],
        {"line-3": "test"},
        "test",
    )
    assert (shown["width"], shown["height"], shown["format"]) == (64, 48, "png")
    assert (shown["origin"], shown["taken_at"]) == ("user", None)
    assert Client().get(shown["url"]).getvalue().startswith(b"\x89PNG")
    assert Client().get(shown["thumbnail_url"]).status_code == 200


def test_a_search_pages_through_all_it_finds(program: Program, workspace: Workspace) -> None:
    for number in range(5):
        edit(make_image(workspace), {"n": number}, add_tags=["night"] if number else [])
    found: list[Any] = []
    cursor = ""
    while True:
        page = program("GET", f"/images?query=tag:night&limit=3&cursor={cursor}").json()
        assert page["total"] == 4
        found += page["items"]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert [each["metadata"]["n"] for each in found] == [4, 3, 2, 1]
    few = program("GET", "/images?fields=filename,%20tags&limit=1").json()["items"][0]
    assert {*few} == {"id", "filename", "tags"}


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/images?q=tag:night", "“q”. query, limit, cursor, fields would work."),
        ("GET", "/facets?named=line", "“named”. query, keys, limit would work."),
        ("POST", "/bulk?dryrun=1", "“dryrun”. dry_run would work."),
        ("GET", "/projects/line-3?fields=name", "“fields”. It has none."),
    ],
)
def test_a_misspelt_parameter_is_refused_and_finds_not_everything(
    program: Program, method: str, path: str, said: str
) -> None:
    body = {"query": "*", "set": {"a": 1}} if method == "POST" else None

    refused = problem(program(method, path, body), 422)

    assert refused["detail"].endswith(said)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/bulk", {"query": "*", "add_tags": ["a b"]}, "add_tags.0: ASCII letters, digits, “-”"),
        ("/bulk", {"query": "*", "set": []}, "set: This has to be a JSON object, {…}."),
        ("/bulk", [], "body: This has to be a JSON object, {…}."),
        ("/exports", {"format": "tiff"}, "format: This is none of those there are; 'coco',"),
        ("/projects", {}, "name: This is needed, and is not there."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_words_with_what_would_work(
    program: Program, path: str, body: object, said: str
) -> None:
    assert problem(program("POST", path, body), 422)["detail"].startswith(said)


def test_a_form_s_field_that_is_no_json_is_told_how_to_be(program: Program) -> None:
    refused = problem(program.upload(file=picture(), tags="night"), 422)

    assert refused["detail"].startswith("tags: This cannot be read as JSON")
    assert refused["detail"].endswith("""["night"] would work.""")
    assert not Image.objects.exists()


def test_a_page_tells_what_the_library_lacks(program: Program, workspace: Workspace) -> None:
    edit(make_image(workspace), {"camera_id": "cam001"})

    page = program("GET", "/images?query=camra_id:cam001").json()

    assert page["total"] == 0
    assert page["notices"] == [
        {
            "message": "There is no key “camra_id”. Did you mean “camera_id”?",
            "span": [0, 15],
            "suggestion": "camera_id:cam001",
        }
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("query=tag:night%20AND", "query"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("cursor=forged", "cursor"),
        ("fields=colour", "fields"),
    ],
)
def test_what_is_wrong_with_a_search_names_its_field(
    program: Program, asked: str, field: str
) -> None:
    (error,) = problem(program("GET", f"/images?{asked}"), 422)["errors"]

    assert error["field"] == field
    if field == "query":
        assert error["span"] == [10, 13]


def test_a_file_is_taken_in_with_what_is_said_of_it(program: Program, workspace: Workspace) -> None:
    make_project(workspace, "Line 3")
    said = {"line": 95, "capture": {"temperature": 72.5}, "none": None}

    answer = program.upload(
        file=picture(),
        filename="a/b.png",
        metadata=json.dumps(said),
        tags='["night", "Rain"]',
        project="line-3",
        split="valid",
        batch="May",
    )

    assert answer.status_code == 201
    image = Image.objects.get()
    shown = answer.json()
    assert shown == {
        **program("GET", f"/images/{image.public_id}").json(),
        "duplicate": False,
        "problems": [],
    }
    assert answer["Location"] == f"/api/v1/acme/images/{image.public_id}"
    assert (shown["filename"], shown["projects"]) == ("b.png", {"line-3": "valid"})
    assert held(image) == {"line": 95, "capture.temperature": 72.5}
    assert tags_of(image) == ["Rain", "night"]
    change_set = ChangeSet.objects.get()
    assert (change_set.origin, str(change_set.who)) == (Origin.API, "program")


def test_a_sidecar_is_read_with_forbearance(program: Program) -> None:
    beside = io.BytesIO(b'{"a": 1, "b": {"c": true}, "list": [1]}')

    answer = program.upload(file=picture(), metadata='{"a": 0, "d": 2}', sidecar=beside)

    assert answer.status_code == 201
    assert answer.json()["metadata"] == {"a": 1, "b.c": True, "d": 2}
    (left_out,) = answer.json()["problems"]
    assert left_out["key"] == "list"


@pytest.mark.parametrize(
    "text", ["{", "[1]", "é" * 200_000], ids=["cut off", "a list", "too large"]
)
def test_a_sidecar_that_cannot_be_read_is_told_and_the_picture_kept(
    program: Program, text: str
) -> None:
    answer = program.upload(file=picture(), sidecar=io.BytesIO(text.encode()))

    assert answer.status_code == 201
    (wrong,) = answer.json()["problems"]
    assert wrong["key"] == "sidecar"


def test_the_same_bytes_again_are_a_duplicate_and_what_is_said_is_added(program: Program) -> None:
    first = program.upload(file=picture(), metadata='{"a": 1, "b": 2}')
    again = program.upload(file=picture("other.png"), metadata='{"b": 3}', tags='["seen"]')

    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["metadata"] == {"a": 1, "b": 3}
    assert Image.objects.get().filename == "frame.png"


def test_the_same_bytes_bring_an_image_back_from_the_trash(program: Program) -> None:
    first = program.upload(file=picture()).json()["id"]
    assert program("DELETE", f"/images/{first}").status_code == 204

    again = program.upload(file=picture())

    assert (again.status_code, again.json()["duplicate"]) == (201, False)
    assert again.json()["id"] == first


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"file": None}, 422, "file"),
        ({"metadata": "{"}, 422, "metadata"),
        ({"metadata": '{"bad key": 1}'}, 422, "bad key"),
        ({"metadata": "[1]"}, 422, "metadata"),
        ({"tags": '"night"'}, 422, "tags"),
        ({"tags": '["no tag!"]'}, 422, "tags"),
        ({"project": "nowhere"}, 422, "project"),
        ({"split": "train"}, 422, "project"),
        ({"split": "half"}, 422, "split"),
        ({"colour": "red"}, 422, "colour"),
        ({"file": io.BytesIO(b"no picture")}, 415, "file"),
    ],
)
def test_what_is_wrong_with_an_upload_names_its_field_and_nothing_is_kept(
    program: Program, form: dict[str, Any], status: int, field: str
) -> None:
    given = {name: value for name, value in ({"file": picture()} | form).items() if value}

    (error,) = problem(program.upload(**given), status)["errors"]

    assert error["field"] == field
    assert not Image.objects.exists()


def test_a_form_that_is_too_large_is_refused_before_it_is_read(
    program: Program, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50

    assert "The body is larger" in problem(program.upload(file=picture()), 413)["detail"]


def test_an_image_is_renamed_and_filed(program: Program, workspace: Workspace) -> None:
    image = make_picture(workspace, "a.png")
    for name in ("Line 3", "Line 4", "Line 5"):
        make_project(workspace, name)
    put_in(workspace.projects.get(slug="line-3"), image, "train", "May")
    put_in(workspace.projects.get(slug="line-4"), image, "train")
    body = {
        "filename": "b.png",
        "projects": {"line-3": "", "line-4": None, "line-5": "valid"},
    }

    shown = program("PATCH", f"/images/{image.public_id}", body).json()

    assert shown["filename"] == "b.png"
    assert shown["projects"] == {"line-3": "", "line-5": "valid"}
    assert image.memberships.get(project__slug="line-3").batch == "May"
    assert ChangeSet.objects.filter(kind="edit").latest("pk").change_count == 4


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"filename": ""}, "filename"),
        ({"filename": 3}, "filename"),
        ({"projects": {"nowhere": "train"}}, "projects.nowhere"),
        ({"projects": {"line-3": "half"}}, "projects.line-3"),
        ({"projects": []}, "projects"),
        ([], "body"),
        (None, "body"),
    ],
)
def test_what_is_wrong_with_a_change_names_its_field(
    program: Program, workspace: Workspace, body: object, field: str
) -> None:
    image = make_picture(workspace, "a.png")
    make_project(workspace, "Line 3")

    said = problem(program("PATCH", f"/images/{image.public_id}", body), 422)

    assert field in {each["field"] for each in said["errors"]}


def test_a_deleted_image_is_in_no_answer_and_can_be_brought_back(
    program: Program, workspace: Workspace
) -> None:
    image = make_picture(workspace, "a.png")

    answer = program("DELETE", f"/images/{image.public_id}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert program("GET", "/images").json()["total"] == 0
    problem(program("GET", f"/images/{image.public_id}"), 404)
    image.refresh_from_db()
    assert image.deleted_at is not None
