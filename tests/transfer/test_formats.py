"""Each format, read back by somebody else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.json
import pytest
import yaml
from defusedxml import ElementTree
from django.core.files.storage import default_storage
from pyarrow import parquet

from assetlib.accounts.models import Workspace
from assetlib.annotations.reading import read_boxes
from assetlib.transfer.folder import ingest_folder, list_folder
from assetlib.transfer.formats import FORMATS
from assetlib.transfer.upload import About
from images.files import names_of
from images.models import Image
from metadata.values import TYPES, from_json, parse_typed
from tests.annotations.boxes import draw
from tests.factories import make_image, make_picture, make_project, make_workspace, put_in
from tests.metadata.writes import edit, held
from tests.transfer.exports import CAR, MAN, SAID, exported, lines_of, unzipped


def picture(workspace: Workspace, filename: str = "frame.png", **said: Any) -> Image:
    image = make_picture(workspace, filename)
    edit(image, SAID | said, add_tags=["night", "Blurry"])
    return image


def bytes_of(image: Image) -> bytes:
    with default_storage.open(next(names_of(image))) as file:
        return bytes(file.read())


@pytest.fixture
def filed(workspace: Workspace) -> dict[str, Image]:
    """Images of each split of a project, with boxes, one of a name that another has."""
    project = make_project(workspace)
    images = {}
    for split, name in [("train", "a.png"), ("train", "A.jpg"), ("valid", "b.png"), ("", "c.png")]:
        images[name] = picture(workspace, name)
        put_in(project, images[name], split, "May 3")
    draw(images["a.png"], CAR, MAN)
    draw(images["b.png"], MAN)
    return images


def test_jsonl_says_everything_with_its_types(workspace: Workspace) -> None:
    image = picture(workspace)
    put_in(make_project(workspace), image, "train", "May 3")
    draw(image, CAR)

    [row] = lines_of(exported(workspace, "jsonl"))

    assert row["metadata"] == SAID
    assert {key: type(value) for key, value in row["metadata"].items()} == {
        key: type(value) for key, value in SAID.items()
    }
    assert row["tags"] == ["Blurry", "night"]
    assert row["projects"] == [{"project": "line-3", "split": "train", "batch": "May 3"}]
    assert (row["split"], row["batch"], row["origin"]) == ("train", "May 3", "user")
    assert row["boxes"] == [
        {
            "class": "car",
            "left": CAR.left,
            "top": CAR.top,
            "width": CAR.width,
            "height": CAR.height,
        }
    ]
    assert (row["id"], row["sha256"], row["size"]) == (image.public_id, image.sha256, image.size)
    assert row["uploaded_at"] == image.uploaded_at.isoformat()


def test_csv_has_a_column_for_each_key_and_every_value_with_its_type(workspace: Workspace) -> None:
    image = picture(workspace, "=cmd.png")
    edit(make_image(workspace, "other.jpg"), {"camera_id": 5, "zoom": "@x"})

    first, second = csv.DictReader(io.StringIO(exported(workspace, "csv").decode(), newline=""))

    keys = [name for name in first if name.startswith("metadata.")]
    assert keys == sorted(f"metadata.{key}" for key in [*SAID, "zoom"])
    read = {key: parse_typed(first[f"metadata.{key}"]) for key in SAID}
    assert read == {key: from_json(raw) for key, raw in SAID.items()}
    assert first["metadata.temperature"] == "72.5"
    assert first["metadata.below"] == "-2.5"
    assert first["metadata.reviewed"] == "true"
    assert first["metadata.camera_id"] == "cam001"
    assert (first["id"], first["width"], first["tags"]) == (image.public_id, "64", "Blurry night")
    assert (second["metadata.camera_id"], second["metadata.lens"]) == ("5", "")


def test_no_cell_of_a_csv_is_a_formula(workspace: Workspace) -> None:
    image = make_image(workspace, "+cmd|' /C calc'!A0.jpg")
    texts = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-2.5"]
    edit(image, {f"k{number}": text for number, text in enumerate(texts)} | {"n": -2.5})

    [row] = csv.DictReader(io.StringIO(exported(workspace, "csv").decode(), newline=""))

    assert row.pop("metadata.n") == "-2.5"
    assert not [cell for cell in row.values() if cell.startswith(tuple("=+-@\t\r\n＝"))]
    read = [parse_typed(row[f"metadata.k{number}"]).value for number in range(len(texts))]
    assert read == texts


def test_a_zip_with_sidecars_is_taken_in_again_as_it_was(
    workspace: Workspace, tmp_path: Path
) -> None:
    there = {
        "frame.png": picture(workspace),
        "FRAME.jpg": picture(workspace, "FRAME.jpg", camera_id="cam002"),
        "frame.png.json": picture(workspace, "frame.png.json", camera_id="cam003"),
        "../../up.png": picture(workspace, ".hidden", camera_id="cam004"),
        "bare.png": make_picture(workspace, "bare.png"),
    }
    project = make_project(workspace)
    for image in there.values():
        put_in(project, image, "train")
    data = exported(workspace, "zip")
    with ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)

    other = make_workspace("copy")
    listed = list_folder(tmp_path)
    results = list(ingest_folder(other, tmp_path, listed, by=None, about=About()))

    assert listed.orphans == ()
    assert [result.refusal for result in results] == [None] * 5
    assert not any(result.problems for result in results)
    for image in there.values():
        copy = other.images.get(sha256=image.sha256)
        assert held(copy) == held(image)
        assert [type(each) for each in held(copy).values()] == [
            type(each) for each in held(image).values()
        ]
    told = {row["id"]: row for row in lines_of(unzipped(data)[".library.jsonl"])}
    for name, image in there.items():
        row = told[image.public_id]
        assert row["tags"] == ([] if name == "bare.png" else ["Blurry", "night"])
        assert row["filename"] == image.filename
        assert row["projects"] == [{"project": "line-3", "split": "train", "batch": ""}]
        assert unzipped(data)[row["path"]] == bytes_of(image)


@pytest.mark.parametrize("format_name", [name for name, each in FORMATS.items() if each.pictures])
def test_names_are_told_apart_the_same_way_each_time(
    workspace: Workspace, format_name: str
) -> None:
    images = [make_picture(workspace, name) for name in ["a.png", "A.PNG", "a.jpg", "b.png"]]

    first, again = (unzipped(exported(workspace, format_name)) for _ in range(2))

    assert first.keys() == again.keys()
    pictures = {
        Path(name).name: data for name, data in first.items() if name.endswith((".png", ".PNG"))
    }
    # The bytes are PNG, whatever the third is called.
    assert pictures == {
        f"a-{images[0].public_id}.png": bytes_of(images[0]),
        f"A-{images[1].public_id}.PNG": bytes_of(images[1]),
        "a.jpg.png": bytes_of(images[2]),
        "b.png": bytes_of(images[3]),
    }


@pytest.mark.parametrize("format_name", FORMATS)
def test_of_nothing_there_is_an_empty_file_that_can_be_read(
    workspace: Workspace, format_name: str
) -> None:
    data = exported(workspace, format_name)

    if FORMATS[format_name].pictures:
        assert all(not name.endswith((".jpg", ".png")) for name in unzipped(data))


def test_coco_has_a_file_for_each_split(workspace: Workspace, filed: dict[str, Image]) -> None:
    project = workspace.projects.get()
    files = unzipped(exported(workspace, "coco", scope=project))

    parts = {
        name.partition("/")[0]: json.loads(data)
        for name, data in files.items()
        if name.endswith("/_annotations.coco.json")
    }
    assert parts.keys() == {"train", "valid", "unassigned"}
    first, second = parts["train"]["images"]
    assert (first["file_name"], second["file_name"]) == ("a.png", "A.jpg.png")
    assert files["train/a.png"] == bytes_of(filed["a.png"])
    assert first["user_metadata"] == SAID
    assert (first["tags"], first["asset_id"]) == (["Blurry", "night"], filed["a.png"].public_id)
    assert (first["extra"], second["extra"]) == ({"name": "a.png"}, {"name": "A.jpg"})
    names = {each["id"]: each["name"] for each in parts["train"]["categories"]}
    assert [
        (each["image_id"], names[each["category_id"]], each["bbox"])
        for each in parts["train"]["annotations"]
    ] == [(1, box.class_name, [box.left, box.top, box.width, box.height]) for box in (CAR, MAN)]
    assert parts["valid"]["categories"] == parts["train"]["categories"]
    assert parts["unassigned"]["annotations"] == []


def test_coco_without_a_project_is_one_folder(
    workspace: Workspace, filed: dict[str, Image]
) -> None:
    files = unzipped(exported(workspace, "coco"))

    whole = json.loads(files["_annotations.coco.json"])
    assert [each["id"] for each in whole["images"]] == [1, 2, 3, 4]
    assert {each["file_name"] for each in whole["images"]} == files.keys() - {
        "_annotations.coco.json"
    }
    assert [each["id"] for each in whole["annotations"]] == [1, 2, 3]


def test_voc_says_boxes_and_the_rest_after_them(
    workspace: Workspace, filed: dict[str, Image]
) -> None:
    files = unzipped(exported(workspace, "voc", scope=workspace.projects.get()))

    assert files.keys() == {
        *("train/a.png", "train/a.xml", "train/A.jpg.png", "train/A.jpg.xml"),
        *("valid/b.png", "valid/b.xml", "unassigned/c.png", "unassigned/c.xml"),
    }
    text = files["train/a.xml"].decode()
    assert read_boxes(text, "a.png", 64, 48) == [CAR, MAN]
    root = ElementTree.fromstring(text)
    assert root.findtext("filename") == "a.png"
    said = {}
    for entry in root.findall("library/entry"):
        told = entry.text or ""
        told = json.loads(told) if entry.get("encoding") == "json" else told
        said[entry.get("key")] = TYPES[entry.get("type", "")].restore(told).json
    assert said == SAID
    assert [tag.text for tag in root.findall("library/tag")] == ["Blurry", "night"]
    [project] = root.findall("library/project")
    assert project.attrib == {"name": "line-3", "split": "train", "batch": "May 3"}
    library = root.find("library")
    assert library is not None
    assert library.get("id") == filed["a.png"].public_id
    assert library.get("sha256") == filed["a.png"].sha256


def test_yolo_has_labels_by_split_and_the_names_of_classes(
    workspace: Workspace, filed: dict[str, Image], tmp_path: Path
) -> None:
    files = unzipped(exported(workspace, "yolo", scope=workspace.projects.get()))

    data = yaml.safe_load(files["data.yaml"])
    assert data == {
        "train": "train/images",
        "val": "valid/images",
        "nc": 2,
        "names": ["car", "man & dog"],
    }
    labels = dict(enumerate(data["names"]))
    text = files["train/labels/a.txt"].decode()
    assert read_boxes(text, "a.png", 64, 48, labelmap=labels) == [CAR, MAN]
    assert files["unassigned/labels/c.txt"] == b""
    assert files["train/images/a.png"] == bytes_of(filed["a.png"])
    assert json.loads(files["train/images/a.json"]) == SAID
    rows = {row["path"]: row for row in lines_of(files[".library.jsonl"])}
    assert rows["valid/images/b.png"]["tags"] == ["Blurry", "night"]


def test_yolo_without_a_project_trains_on_all(
    workspace: Workspace, filed: dict[str, Image]
) -> None:
    files = unzipped(exported(workspace, "yolo"))

    data = yaml.safe_load(files["data.yaml"])
    assert (data["train"], data["val"]) == ("images", "images")
    assert "images/a.png" in files
    assert "labels/a.txt" in files


@pytest.mark.parametrize("name", ["coco", "createml"])
def test_boxes_in_one_file_are_read_back(
    workspace: Workspace, filed: dict[str, Image], name: str
) -> None:
    files = unzipped(exported(workspace, name))
    text = files[f"_annotations.{name}.json"].decode()

    assert read_boxes(text, "a.png", 64, 48) == [CAR, MAN]
    assert read_boxes(text, "b.png", 64, 48) == [MAN]


def test_createml_says_metadata_and_tags(workspace: Workspace, filed: dict[str, Image]) -> None:
    files = unzipped(exported(workspace, "createml", scope=workspace.projects.get()))

    first, _ = json.loads(files["train/_annotations.createml.json"])
    assert (first["image"], first["user_metadata"]) == ("a.png", SAID)
    assert (first["tags"], first["split"]) == (["Blurry", "night"], "train")


def test_parquet_has_typed_columns(workspace: Workspace) -> None:
    image = picture(workspace)
    put_in(make_project(workspace), image, "train", "May 3")
    draw(image, CAR)
    edit(make_image(workspace, "other.jpg"), {"camera_id": 5, "lens": True, "zoom": 2})

    data = exported(workspace, "parquet")
    table = parquet.read_table(io.BytesIO(data))

    types = {field.name: str(field.type) for field in table.schema}
    assert types["metadata.temperature"] == types["metadata.zoom"] == "double"
    assert types["metadata.reviewed"] == "bool"
    assert types["metadata.serial"] == "string"
    assert types["uploaded_at"] == "timestamp[us, tz=UTC]"
    assert {name for name in types if ":" in name} == {
        *("metadata.camera_id:number", "metadata.camera_id:string"),
        *("metadata.lens:boolean", "metadata.lens:string"),
    }
    first, second = table.to_pylist()
    mixed = ["metadata.camera_id", "metadata.lens"]
    assert [first[name] for name in mixed] == ["cam001", "35"]
    assert [second[name] for name in mixed] == ["5", "true"]
    assert (second["metadata.camera_id:number"], second["metadata.lens:boolean"]) == (5, True)
    assert {key: first[f"metadata.{key}"] for key in SAID} == SAID
    assert first["tags"] == ["Blurry", "night"]
    assert first["projects"] == [{"project": "line-3", "split": "train", "batch": "May 3"}]
    assert first["boxes"][0]["class"] == "car"
    assert first["uploaded_at"] == image.uploaded_at


def test_parquet_is_written_in_row_groups(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assetlib.transfer.formats.parquet.GROUP", 2)
    for _ in range(5):
        make_image(workspace)

    groups = parquet.ParquetFile(io.BytesIO(exported(workspace, "parquet")))

    assert (groups.num_row_groups, groups.metadata.num_rows) == (3, 5)


def test_an_image_folder_is_taken_in_again_with_its_types(
    workspace: Workspace, filed: dict[str, Image], tmp_path: Path
) -> None:
    edit(filed["c.png"], {"camera_id": 5, "lens": True})
    files = unzipped(exported(workspace, "imagefolder", scope=workspace.projects.get()))
    rows = {}
    for name, data in files.items():
        folder = name.rpartition("/")[0]
        (tmp_path / folder).mkdir(exist_ok=True)
        if not name.endswith("metadata.jsonl"):
            (tmp_path / name).write_bytes(data)
            continue
        for row in lines_of(data):
            rows[row["file_name"]] = row
            sidecar = tmp_path / folder / f"{row['file_name'].rpartition('.')[0]}.json"
            sidecar.write_text(json.dumps(typed(row)))

    other = make_workspace("copy")
    results = list(ingest_folder(other, tmp_path, list_folder(tmp_path), by=None, about=About()))

    assert len([result for result in results if result.refusal is None]) == 4
    for image in filed.values():
        assert held(other.images.get(sha256=image.sha256)) == held(image)
    assert {name.partition("/")[0] for name in files} == {"train", "validation", "unassigned"}
    assert rows["a.png"]["objects"] == {
        "bbox": [[box.left, box.top, box.width, box.height] for box in (CAR, MAN)],
        "category": ["car", "man & dog"],
    }
    # What reads it wants a column to have one type.
    whole = b"".join(data for name, data in files.items() if name.endswith(".jsonl"))
    table = pyarrow.json.read_json(io.BytesIO(whole))
    assert table.num_rows == 4
    assert str(table.schema.field("metadata.camera_id").type) == "string"


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of a row whose keys of several types have a column for each."""
    said = {name[9:]: value for name, value in row.items() if name.startswith("metadata.")}
    exact = {name.partition(":")[0]: value for name, value in said.items() if ":" in name}
    return {name: value for name, value in said.items() if ":" not in name} | exact
