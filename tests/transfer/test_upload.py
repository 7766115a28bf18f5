from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings

from assetlib.accounts.models import Workspace
from assetlib.changes.undo import undo
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from assetlib.transfer.pairing import pair
from images.models import Image
from metadata.check import wrong_counts
from tests.factories import make_project, picture_bytes
from tests.metadata.writes import held, tags_of
from tests.transfer.zips import png, zip_bytes


def picture(name: str, shade: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes("PNG", colour=(shade, 0, 0)))


def sidecar(name: str, said: object) -> SimpleUploadedFile:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("paths", "pairs", "orphans"),
    [
        (["a.jpg", "a.json"], [("a.jpg", "a.json")], []),
        (["a.jpg", "a.jpg.json"], [("a.jpg", "a.jpg.json")], []),
        (["a.jpg", "a.jpg.json", "a.json"], [("a.jpg", "a.json")], ["a.jpg.json"]),
        (["x/a.jpg", "y/a.json"], [("x/a.jpg", None)], ["y/a.json"]),
        (["a.jpg", "a.png", "a.json"], [("a.jpg", "a.json"), ("a.png", "a.json")], []),
        (["a.jpg", "a.JSON"], [("a.jpg", None), ("a.JSON", None)], []),
        (["noext", "noext.json"], [("noext", "noext.json")], []),
        (["x.y/b", "x.json"], [("x.y/b", None)], ["x.json"]),
    ],
)
def test_sidecars_are_paired_by_name(
    paths: list[str], pairs: list[tuple[str, str | None]], orphans: list[str]
) -> None:
    found = pair(paths)

    assert (list(found.pairs), list(found.orphans)) == (pairs, orphans)


def test_a_form_of_many_files_says_what_became_of_each(
    as_editor: Client, workspace: Workspace
) -> None:
    make_project(workspace)
    answer = as_editor.post(
        "/acme/upload",
        {
            "files": [
                picture("good.png"),
                sidecar("good.json", {"camera_id": "cam001", "list": [1], "capture": {"iso": 100}}),
                picture("same.png"),
                SimpleUploadedFile("bad.jpg", b"no picture"),
                sidecar("orphan.json", {}),
                picture("broken.png", 2),
                sidecar("broken.json", b'{"a": 1,'),
            ],
            "project": "line-3",
            "split": "train",
            "tags": "night",
            "metadata": "line = 3",
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    good, broken = Image.objects.order_by("ord")
    assert held(good) == {"camera_id": "cam001", "capture.iso": 100, "line": 3}
    assert held(broken) == {"line": 3}
    assert tags_of(good) == ["night"]
    assert good.memberships.get().split == "train"
    for said in (
        "uploaded",
        "is there already",
        "no image that can be kept",
        "orphan.json",
        "line 1 column",
    ):
        assert said in page
    assert "list:" in page
    assert workspace.change_sets.count() == 1


def test_files_sent_one_by_one_are_one_change_undone_as_one(
    as_editor: Client, workspace: Workspace
) -> None:
    htmx = {"HX-Request": "true"}
    as_editor.post("/acme/upload", {"files": [picture("a.png", 1)]}, headers=htmx)
    number = workspace.change_sets.get().pk

    answer = as_editor.post(
        "/acme/upload", {"files": [picture("b.png", 2)], "change_set": str(number)}, headers=htmx
    )

    assert f'data-change-set="{number}"' in answer.content.decode()
    change_set = workspace.change_sets.get()
    assert (change_set.image_count, change_set.change_count) == (2, 2)
    undo(change_set, by=None)
    assert Image.objects.alive().count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose at least one file"),
        ({"tags": "a/b"}, "Invalid tag"),
        ({"metadata": "{"}, "line 1 column"),
        ({"split": "train"}, "belongs to a project"),
        ({"project": "nowhere"}, "Select a valid choice"),
        ({"change_set": "9" * 30, "metadata": "x"}, "key = value"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_taken_in(
    as_editor: Client, workspace: Workspace, fields: dict[str, str], said: str
) -> None:
    files = {"files": [picture("a.png")]} if fields else {}

    answer = as_editor.post("/acme/upload", {**files, **fields})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Image.objects.exists()


@override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=2)
def test_too_many_files_are_refused_with_a_sentence(
    as_editor: Client, workspace: Workspace
) -> None:
    answer = as_editor.post("/acme/upload", {"files": [picture(f"{n}.png", n) for n in range(3)]})

    assert answer.status_code == 413
    assert "At most 2 files" in answer.content.decode()


def test_a_folder_comes_in_and_again_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for number in range(3):
        colour = (number, 50, 50)
        (tmp_path / "deep" / f"{number}.png").write_bytes(picture_bytes("PNG", colour=colour))
    (tmp_path / "deep" / "1.json").write_text('{"line": 3}')
    (tmp_path / "deep" / "er" / ".hidden.png").write_bytes(picture_bytes("PNG"))
    out = io.StringIO()

    arguments = [
        "ingest",
        str(tmp_path),
        "--workspace",
        "acme",
        "--tag",
        "t",
        "--metadata",
        '{"a": 1}',
    ]
    call_command(*arguments, stdout=out)
    call_command(*arguments, stdout=out)

    assert out.getvalue().splitlines() == ["3 new", "3 duplicate"]
    assert held(Image.objects.get(filename="1.png")) == {"a": 1, "line": 3}
    assert workspace.change_sets.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workspace", "nowhere"], "no workspace"),
        (["--workspace", "acme", "--project", "x"], "no project"),
        (["--workspace", "acme", "--tag", "a b"], "Invalid tag"),
        (["--workspace", "acme", "--metadata", "[1]"], "--metadata"),
        (["--workspace", "acme"], "1 files were refused"),
    ],
)
def test_the_command_says_what_is_wrong(
    workspace: Workspace, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")

    with pytest.raises(CommandError, match=said):
        call_command(
            "ingest", str(tmp_path), *arguments, stdout=io.StringIO(), stderr=io.StringIO()
        )


def test_counters_are_exact_when_an_upload_brings_an_image_back_and_says_more_of_it(
    as_editor: Client, workspace: Workspace
) -> None:
    as_editor.post("/acme/upload", {"files": [picture("a.png")], "metadata": "camera_id = cam001"})
    undo(workspace.change_sets.get(), by=None)

    as_editor.post(
        "/acme/upload",
        {"files": [picture("a.png")], "tags": "again", "metadata": "camera_id = cam002\nline = 3"},
    )

    assert held(Image.objects.alive().get()) == {"camera_id": "cam002", "line": 3}
    assert wrong_counts(workspace) == []


def test_a_zip_alone_leads_to_its_job(as_editor: Client, workspace: Workspace) -> None:
    make_project(workspace)
    data = zip_bytes({"valid/a.png": png(1), "valid/a.json": {"n": 95}, "b.png": b"no image"})
    form = {"files": [SimpleUploadedFile("all.zip", data)], "project": "line-3", "tags": "night"}

    answer = as_editor.post("/acme/upload", form)
    job = Job.objects.get()
    work_off()
    page = as_editor.get(answer.headers["Location"])

    assert answer.headers["Location"] == f"/acme/jobs/{job.public_id}"
    image = Image.objects.get()
    assert (held(image), tags_of(image)) == ({"n": 95}, ["night"])
    assert image.memberships.get().split == "valid"
    assert b"1 uploaded, 1 refused." in page.content
    assert b"1 problem" in page.content
    assert b"<code>b.png</code>: This is no image" in page.content


def test_zips_among_other_files_are_told_each(as_editor: Client, workspace: Workspace) -> None:
    files = [
        SimpleUploadedFile("all.zip", zip_bytes({"a.png": png(1)})),
        SimpleUploadedFile("bad.zip", b"no zip"),
        picture("b.png", 2),
    ]

    page = as_editor.post("/acme/upload", {"files": files}).content.decode()
    files[0].seek(0)
    script = as_editor.post("/acme/upload", {"files": [files[0]]}, headers={"HX-Request": "true"})

    job = Job.objects.earliest("pk")
    assert f'href="/acme/jobs/{job.public_id}">all.zip</a>' in " ".join(page.split())
    assert "This is no zip archive, or not all of one." in page
    assert [image.filename for image in Image.objects.all()] == ["b.png"]
    assert script.status_code == 200
    assert b'data-outcome="archive"' in script.content
