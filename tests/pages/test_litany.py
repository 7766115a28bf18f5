"""What holds for every page: who may, what for, and how many questions it asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.models import User, Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.mirror.models import Run, RunState
from images.models import Image
from tests.annotations.boxes import FORKLIFT, PERSON, draw, drawn_on
from tests.factories import make_image, make_mirror, make_project, put_in
from tests.metadata.writes import edit

# Every address of a workspace, its methods, and the least role for a POST.
READ = [
    "/acme/",
    "/acme/suggest?text=metadata.c&cursor=10",
    "/acme/facets?q=camera_id:*",
    "/acme/facets?key=cam",
    "/acme/facets/one?name=metadata.camera_id&find=c",
    "/acme/facets/one?name=tag",
    "/acme/facets/between?name=width&from=1",
    "/acme/exports?q=camera_id:*",
    "/acme/suggest/key?text=c",
    "/acme/suggest/value?key=camera_id&text=c",
    "/acme/suggest/tag?text=n",
    "/acme/type?value=1",
    "/acme/projects",
    "/acme/projects/line-3",
    "/acme/mirrors",
    "/acme/mirrors/line3",
    "/acme/mirrors/line3/plan",
    "/acme/mirrors/line3/objects",
    "/acme/images/{id}/mirrors",
    "/acme/activity",
    "/acme/changes/{change}",
    "/acme/trash",
    "/acme/images/{id}",
    "/acme/images/{id}/metadata",
    "/acme/images/{id}/tags",
    "/acme/images/{id}/history",
    "/acme/images/{id}/file",
    "/acme/images/{id}/boxes",
    "/acme/facets/one?name=class&find=f",
]
WRITE = [
    "/acme/upload",
    "/acme/projects",
    "/acme/projects/line-3",
    "/acme/changes/{change}/undo",
    "/acme/images/{id}/metadata",
    "/acme/mirrors/line3/run",
    "/acme/mirrors/line3/cancel",
    "/acme/mirrors/line3/plan",
    "/acme/mirrors/line3/retry",
    "/acme/images/{id}/mirrors/follow",
    "/acme/images/{id}/metadata/many",
    "/acme/images/{id}/metadata/copy",
    "/acme/images/{id}/metadata/remove",
    "/acme/images/{id}/metadata/change",
    "/acme/images/{id}/tags",
    "/acme/images/{id}/tags/remove",
    "/acme/images/{id}/filename",
    "/acme/images/{id}/projects",
    "/acme/images/{id}/projects/leave",
    "/acme/images/{id}/delete",
    "/acme/images/{id}/restore",
]
# Of an admin, by POST alone; and the forms of one, that are shown as well.
ADMIN = [
    "/acme/projects/line-3/delete",
    "/acme/mirrors/-/test",
    "/acme/mirrors/-/credentials/for-line3/delete",
    "/acme/mirrors/line3/delete",
]
FORMS = [
    "/acme/mirrors/-/new",
    "/acme/mirrors/-/credentials",
    "/acme/mirrors/-/credentials/for-line3",
    "/acme/mirrors/line3/settings",
]
ONLY_POST = [url for url in WRITE if url not in READ and url != "/acme/upload"] + ADMIN
# A viewer may export: it reads.
ONLY_READ = [url for url in READ if url not in WRITE and not url.startswith("/acme/exports")]


@pytest.fixture
def image(workspace: Workspace) -> Image:
    image = make_image(workspace, "frame.jpg")
    put_in(make_project(workspace), image)
    edit(image, {"camera_id": "cam001"}, add_tags=["night"])
    draw(image, FORKLIFT)
    make_mirror(workspace)
    return image


def address(url: str, image: Image) -> str:
    change = image.workspace.change_sets.latest("id").pk
    return url.format(id=image.public_id, change=change)


@pytest.mark.parametrize("url", READ)
def test_a_viewer_may_look(as_viewer: Client, image: Image, url: str) -> None:
    leads_on = "/between" in url
    assert as_viewer.get(address(url, image)).status_code == (302 if leads_on else 200)


@pytest.mark.parametrize("url", WRITE + ADMIN + FORMS)
def test_a_viewer_may_not_write(as_viewer: Client, image: Image, url: str) -> None:
    answer = as_viewer.post(address(url, image))

    assert answer.status_code == 403
    assert "needs the role" in answer.content.decode()


@pytest.mark.parametrize("url", ADMIN + FORMS)
def test_an_editor_may_not_manage(as_editor: Client, image: Image, url: str) -> None:
    assert as_editor.post(address(url, image)).status_code == 403


@pytest.mark.parametrize("url", FORMS)
def test_an_editor_sees_no_form_of_an_admin(as_editor: Client, image: Image, url: str) -> None:
    assert as_editor.get(address(url, image)).status_code == 403


@pytest.mark.parametrize("url", [*READ, *FORMS, "/acme/upload"])
def test_a_stranger_sees_nothing(as_stranger: Client, image: Image, url: str) -> None:
    assert as_stranger.get(address(url, image)).status_code == 404


@pytest.mark.parametrize("url", WRITE + ADMIN + FORMS)
def test_a_stranger_changes_nothing(as_stranger: Client, image: Image, url: str) -> None:
    before = image.workspace.change_sets.count()
    assert as_stranger.post(address(url, image)).status_code == 404
    assert image.workspace.change_sets.count() == before


@pytest.mark.parametrize("url", [*READ, "/acme/upload"])
def test_without_a_login_one_is_sent_to_log_in(client: Client, image: Image, url: str) -> None:
    answer = client.get(address(url, image))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("url", ONLY_POST)
def test_get_never_writes(as_editor: Client, image: Image, url: str) -> None:
    assert as_editor.get(address(url, image)).status_code == 405


@pytest.mark.parametrize("url", ONLY_READ)
def test_what_is_read_takes_no_post(as_editor: Client, image: Image, url: str) -> None:
    assert as_editor.post(address(url, image)).status_code == 405


@pytest.mark.parametrize("url", [url for url in READ + WRITE if "{id}" in url])
def test_another_workspace_s_image_is_not_found(
    as_stranger: Client, image: Image, stranger: User, url: str
) -> None:
    mine = address(url, image).replace("/acme/", "/other/")
    method = as_stranger.get if url in READ else as_stranger.post

    assert method(mine).status_code == 404


@pytest.mark.parametrize(
    "url", ["/acme/projects/nowhere", "/acme/changes/999999", "/acme/images/nothing"]
)
def test_what_is_not_there_is_not_found(as_editor: Client, image: Image, url: str) -> None:
    assert as_editor.get(url).status_code == 404


@pytest.mark.parametrize(
    ("url", "partial"),
    [
        ("/acme/images/{id}/metadata", "editor"),
        ("/acme/images/{id}/tags", "tags"),
        ("/acme/images/{id}/history", "history"),
        ("/acme/images/{id}/file", "file"),
        ("/acme/images/{id}/boxes", "boxes"),
        ("/acme/activity", "change-sets"),
        ("/acme/trash", "trashed"),
        ("/acme/exports", "export"),
    ],
)
def test_htmx_gets_the_part_and_its_history_the_page(
    as_viewer: Client, image: Image, url: str, partial: str
) -> None:
    whole = as_viewer.get(address(url, image))
    part = as_viewer.get(address(url, image), headers={"HX-Request": "true"})
    lost = as_viewer.get(
        address(url, image),
        headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
    )

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert f'id="{partial}"' in part.content.decode()
    assert "<html" in lost.content.decode()
    assert all("HX-Request" in each.headers["Vary"] for each in (whole, part, lost))


@pytest.mark.parametrize(
    "url",
    [
        "/acme/",
        "/acme/?view=table",
        "/acme/activity",
        "/acme/trash",
        "/acme/exports",
        "/acme/projects",
        "/acme/mirrors",
        "/acme/mirrors/line3",
        "/acme/mirrors/line3/objects",
        "/acme/images/{id}",
        "/acme/images/{id}/mirrors",
        "/acme/images/{id}/history",
        "/acme/images/{id}/boxes",
        "/acme/facets/one?name=class",
    ],
)
def test_twenty_rows_ask_as_much_as_two(as_viewer: Client, workspace: Workspace, url: str) -> None:
    first, mirror = make_image(workspace), make_mirror(workspace)

    def fill(count: int) -> None:
        for number in range(count):
            image = make_image(workspace, deleted_at=None)
            put_in(make_project(workspace, f"P{image.pk}"), image)
            edit(image, {"camera_id": f"cam{number}", "line": number}, add_tags=[f"t{image.pk}"])
            edit(first, {f"k{image.pk}": number})
            draw(image, FORKLIFT, PERSON)
            draw(first, *drawn_on(first), Drawn(f"c{image.pk}", 1, 1, 9, 9), overwrite=True)
            make_image(workspace, deleted_at="2026-05-01T00:00Z")
            run = Run.objects.create(mirror=make_mirror(workspace, f"m{image.pk}"))
            Run.objects.create(mirror=mirror, state=RunState.COMPLETED)
            seen = {"outcome": "synced", "at": run.asked_at}
            mirror.ledger.create(path=f"{image.pk}.jpg", image=first, **seen)

    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_viewer.get(address(url, first)).status_code == 200
        return len(captured)

    fill(2)
    questions()
    few = questions()
    fill(18)

    assert questions() == few


@pytest.mark.parametrize(
    ("url", "fields", "status"),
    [
        ("/acme/images/{id}/metadata", {"key": "k", "value": "x" * 3_000_000}, 413),
        ("/acme/images/{id}/metadata", {"key": "k" * 100_000, "value": "x"}, 422),
        ("/acme/images/{id}/metadata", {"key": "k\0", "value": "x"}, 422),
        ("/acme/images/{id}/metadata", {"key": "k", "value": "x", "seen": "yesterday"}, 302),
        ("/acme/images/{id}/metadata", {"key": "k", "value": "x", "accepted": "{"}, 302),
        ("/acme/images/{id}/metadata/change", {"key": "camera_id", "value": "x"}, 422),
        (
            "/acme/images/{id}/metadata/change",
            {"key": "camera_id", "value": "x", "shown": "[" * 9_000},
            409,
        ),
        ("/acme/images/{id}/metadata/change", {"key": "a/b", "value": "x", "shown": "null"}, 422),
        ("/acme/images/{id}/metadata/copy", {"from": "nothing"}, 404),
        ("/acme/images/{id}/metadata/remove", {"key": "x" * 1_000}, 302),
        ("/acme/images/{id}/tags", {"tags": "x " * 20_000}, 422),
        ("/acme/images/{id}/filename", {"filename": "x" * 256}, 422),
        ("/acme/images/{id}/filename", {"filename": "a\0b"}, 422),
        ("/acme/images/{id}/projects", {"project": "nowhere"}, 422),
        ("/acme/images/{id}/projects", {"project": "line-3", "split": "forged"}, 422),
        ("/acme/projects", {"name": ""}, 422),
        ("/acme/projects", {"name": "x" * 121}, 422),
        ("/acme/changes/99999999999999999999999/undo", {}, 404),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_bad_input_is_never_an_error_of_the_server(
    as_editor: Client, image: Image, url: str, fields: dict[str, str], status: int
) -> None:
    assert as_editor.post(address(url, image), fields).status_code == status


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest_one(
    as_viewer: Client, image: Image, page: str
) -> None:
    for url in ("/acme/activity", "/acme/trash", "/acme/changes/{change}"):
        assert as_viewer.get(address(url, image), {"page": page}).status_code == 200
