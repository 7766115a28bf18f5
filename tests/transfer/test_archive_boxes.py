"""Boxes that come with a zip, in each of the formats that lie there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.shown import boxes_of
from assetlib.changes.models import ChangeSet, Origin
from assetlib.changes.undo import undo
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from assetlib.transfer.upload import About
from assetlib.transfer.zip_upload import take_archive
from images.models import Image
from tests.metadata.writes import held
from tests.transfer.zips import png, zip_bytes

# Pictures are 64 by 48; this box is 16 by 12 in the middle, whatever the format.
BOX = Drawn("forklift", 24, 18, 16, 12)
YOLO = b"0 0.5 0.5 0.25 0.25"
VOC = b"""<annotation><filename>a.png</filename><size><width>64</width><height>48</height></size>
<object><name>forklift</name><bndbox><xmin>24</xmin><ymin>18</ymin><xmax>40</xmax><ymax>30</ymax>
</bndbox></object></annotation>"""
CREATEML = [
    {
        "image": "a.png",
        "annotations": [
            {
                "label": "forklift",
                "coordinates": {"x": 32, "y": 24, "width": 16, "height": 12},
            }
        ],
    }
]


def coco(*names: str) -> dict[str, Any]:
    return {
        "images": [
            {"id": number, "file_name": name, "width": 64, "height": 48}
            for number, name in enumerate(names)
        ],
        "categories": [{"id": 1, "name": "forklift"}, {"id": 2, "name": "person"}],
        "annotations": [
            {"id": number, "image_id": number, "category_id": 1, "bbox": [24, 18, 16, 12]}
            for number in range(len(names))
        ],
    }


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> None:
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def take(workspace: Workspace, files: dict[str, Any], *, overwrite: bool = False) -> Job:
    job = take_archive(
        workspace,
        [zip_bytes(files)],
        About(),
        by=None,
        origin=Origin.USER,
        overwrite=overwrite,
    )
    work_off()
    job.refresh_from_db()
    assert job.error == ""
    return job


def drawn(filename: str = "a.png") -> list[Drawn]:
    image = Image.objects.get(filename=filename)
    return list(boxes_of([image.pk])[image.pk])


@pytest.mark.parametrize(
    "files",
    [
        {
            "train/images/a.png": png(1),
            "train/labels/a.txt": YOLO,
            "data.yaml": b"names: [forklift]",
        },
        {"a.png": png(1), "a.txt": YOLO, "data.yaml": b"nc: 1\nnames:\n  0: forklift\n"},
        {"x/a.png": png(1), "x/a.txt": YOLO, "x/classes.txt": b"forklift\n", "classes.txt": b"no"},
        {"a.png": png(1), "a.xml": VOC},
        {"JPEGImages/a.png": png(1), "Annotations/a.xml": VOC},
        {"train/a.png": png(1), "train/_annotations.coco.json": coco("a.png")},
        {"train2017/a.png": png(1), "annotations/instances.json": coco("train2017/a.png")},
        {"a.png": png(1), "_annotations.createml.json": CREATEML},
        {"a.png": png(1), "a.json": CREATEML},
        {"a.png": png(1), "a.json": coco("a.png")},
    ],
    ids=[
        "yolo",
        "yaml-map",
        "nearest",
        "voc",
        "voc-tree",
        "coco",
        "coco-tree",
        "createml",
        "one",
        "c1",
    ],
)
def test_boxes_are_drawn(workspace: Workspace, files: dict[str, Any]) -> None:
    job = take(workspace, files)

    assert job.result["problems"] == []
    assert drawn() == [BOX]
    assert held(Image.objects.get()) == {}


def test_one_file_is_about_the_images_of_its_folder(workspace: Workspace) -> None:
    other = coco("a.png", "b.png") | {"annotations": []}
    job = take(
        workspace,
        {
            "train/a.png": png(1),
            "train/a.json": {"line": 3},
            "train/_annotations.coco.json": coco("a.png", "gone.png"),
            "valid/a.png": png(2),
            "valid/b.png": png(3),
            "valid/_annotations.coco.json": other,
            "test/c.png": png(4),
        },
    )

    assert job.result["problems"] == []
    first, second = Image.objects.filter(filename="a.png").order_by("ord")
    found = boxes_of([first.pk, second.pk])
    assert (list(found[first.pk]), list(found[second.pk])) == ([BOX], [])
    assert (held(first), drawn("b.png"), drawn("c.png")) == ({"line": 3}, [], [])
    undo(ChangeSet.objects.get(), by=None)
    assert not Image.objects.alive().exists()


def test_what_cannot_be_read_is_told_and_the_image_taken(workspace: Workspace) -> None:
    job = take(
        workspace,
        {
            "a.png": png(1),
            "a.txt": b"0 0.5 half 1 1",
            "b.png": png(2),
            "b.xml": b"<annotation>",
            "README.txt": b"0 is not a box",
            "data.yaml": b"names: [",
            "lonely.json": {"camera": 1},
        },
    )

    assert job.result["counts"] == {"new": 2}
    told = dict(job.result["problems"])
    assert set(told) == {"a.png", "b.png", "data.yaml", "lonely.json"}
    assert "line 1" in told["a.png"]


def test_boxes_that_are_there_stay_unless_written_over(workspace: Workspace) -> None:
    take(workspace, {"a.png": png(1), "a.txt": YOLO, "classes.txt": b"forklift"})
    person = {"a.png": png(1), "a.txt": YOLO, "classes.txt": b"person"}

    again = take(workspace, {"a.png": png(1), "a.txt": YOLO, "classes.txt": b"forklift"})
    kept = take(workspace, person)
    assert again.result["problems"] == []
    assert kept.result["problems"] == [["a.png", "It is annotated already; its boxes stay."]]
    assert drawn() == [BOX]

    take(workspace, person, overwrite=True)
    assert [box.class_name for box in drawn()] == ["person"]


def test_too_many_boxes_are_refused_alone(workspace: Workspace, settings: Settings) -> None:
    settings.MAX_BOXES = 1
    job = take(
        workspace,
        {"a.png": png(1), "a.txt": YOLO + b"\n" + YOLO, "b.png": png(2), "b.txt": YOLO},
    )

    assert [path for path, _ in job.result["problems"]] == ["a.png"]
    assert (drawn(), [box.class_name for box in drawn("b.png")]) == ([], ["0"])
