"""The unmodified official client against a live server, in an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from assetlib.annotations.drawn import Drawn
from images.models import Image
from tests.annotations.boxes import drawn_on
from tests.factories import make_workspace, picture_bytes
from tests.metadata.writes import held, tags_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

SCRIPT = Path(__file__).parent / "official.py"
REQUIRED = bool(os.environ.get("ASSETLIB_REQUIRE_ROBOFLOW"))
CLIENT = "roboflow==1.7.3"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not REQUIRED, reason="The official client is big: it is asked for in CI."),
]

# The same two boxes on pictures of 64 × 48, each time in another format, and one alone.
VOC = "<annotation>{}</annotation>"
VOC_OBJECT = (
    "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)
FORKLIFT, PERSON = ("forklift", 16, 12, 48, 36), ("person", 0, 0, 8, 24)
ANNOTATIONS = {
    "voc.xml": VOC.format(VOC_OBJECT.format(*FORKLIFT) + VOC_OBJECT.format(*PERSON)),
    "one.xml": VOC.format(VOC_OBJECT.format(*PERSON)),
    "coco.json": json.dumps(
        {
            "info": {},
            "licenses": [],
            "images": [{"id": 1, "file_name": "4.png", "width": 64, "height": 48}],
            "categories": [{"id": 1, "name": "forklift"}, {"id": 2, "name": "person"}],
            "annotations": [
                {"id": 1, "image_id": 1, "category_id": 1, "bbox": [16, 12, 32, 24]},
                {"id": 2, "image_id": 1, "category_id": 2, "bbox": [0, 0, 8, 24]},
            ],
        }
    ),
    "yolo.txt": "0 0.5 0.5 0.5 0.5\n1 0.0625 0.25 0.125 0.5\n",
    "labels.txt": "forklift\nperson\n",
    "createml.json": json.dumps(
        [
            {
                "image": "6.png",
                "annotations": [
                    {
                        "label": "forklift",
                        "coordinates": {"x": 32, "y": 24, "width": 32, "height": 24},
                    },
                    {"label": "person", "coordinates": {"x": 4, "y": 12, "width": 8, "height": 24}},
                ],
            }
        ]
    ),
}


def run(live_server: LiveServer, workspace: Workspace, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what each step of the script came to."""
    _, secret = create_api_key(workspace, "official", [Scope.READ, Scope.WRITE])
    for number in range(7):
        picture = picture_bytes("PNG", colour=(number * 30, 90, 10))
        (folder / f"{number}.png").write_bytes(picture)
    for name, text in ANNOTATIONS.items():
        (folder / name).write_text(text)
    kept = ("PATH", "HOME", "UV_CACHE_DIR", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    own = {
        "API_URL": f"{live_server.url}/rf",
        "KEY": secret,
        "ROBOFLOW_CONFIG_DIR": str(folder / "config.json"),
    }
    uv = shutil.which("uv")
    assert uv is not None
    done = subprocess.run(
        [uv, "run", "--no-project", "--with", CLIENT, "python", str(SCRIPT), str(folder)],
        env=environment | own,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"step"')]
    return {each.pop("step"): each for each in map(json.loads, lines)}


def check_annotations(steps: dict[str, dict[str, Any]]) -> None:
    for file in ("voc.xml", "coco.json", "yolo.txt", "createml.json"):
        assert steps[file]["returned"] == {"success": True}, file
    boxed = steps["class"]["returned"]
    assert boxed["total"] == 4
    assert {tuple(hit["labels"]) for hit in boxed["results"]} == {("forklift", "person")}
    assert steps["annotate again"]["returned"] == {"warn": "already annotated"}
    assert steps["overwrite"]["returned"] == {"success": True}
    assert steps["annotated"]["returned"]["annotation"]["boxes"] == [
        {"label": "person", "x": 4, "y": 12, "width": 8, "height": 24}
    ]
    assert steps["wrong annotation"]["raised"] == "AnnotationSaveError"
    assert "no annotation that can be read" in steps["wrong annotation"]["message"]
    assert steps["classes"]["returned"] == {"forklift": 3, "person": 4}
    drawn = [drawn_on(image) for image in Image.objects.filter(filename__in=["3.png", "4.png"])]
    assert drawn == [[Drawn("forklift", 16, 12, 32, 24), Drawn("person", 0, 0, 8, 24)]] * 2


def test_it_works_unchanged(live_server: LiveServer, tmp_path: Path) -> None:
    workspace = make_workspace("acme")

    steps = run(live_server, workspace, tmp_path)

    one, two = steps["upload"]["returned"], steps["second"]["returned"]
    said = {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": True, "at.x": 1}
    hit = {"id": one, "name": "0.png", "tags": ["night"], "user_metadata": said, "split": "valid"}
    assert steps["workspace"]["returned"] == "acme"
    assert steps["project"]["returned"] == "Held out"
    assert steps["duplicate"]["returned"] == {"duplicate": True, "id": two}
    assert steps["refused"]["raised"] == "ImageUploadError"
    assert "bad_key” would work" in steps["refused"]["message"]
    assert steps["project search"]["returned"] == [hit]
    assert steps["project search_all"]["returned"] == [two, one]
    assert steps["search"]["returned"]["results"] == [hit]
    assert steps["search_all"]["returned"] == [two, one]
    assert steps["image"]["returned"]["user_metadata"] == said
    assert steps["update"]["returned"] == {"success": True}
    assert steps["update of the workspace's"]["returned"] == {"success": True}
    assert "At least one of" in steps["empty update"]["message"]
    assert "bad_key” would work" in json.loads(steps["wrong update"]["message"])["error"]["message"]
    check_annotations(steps)
    assert "May" in [batch["name"] for batch in steps["batches"]["returned"]["batches"]]
    assert steps["delete"]["returned"]["deleted"] == 1
    image = Image.objects.get(public_id=one)
    assert held(image) == {"camera_id": "cam001", "temperature": 72.5, "line": 5, "at.x": 1}
    assert tags_of(image) == ["seen"]
    assert Image.objects.get(public_id=two).deleted_at is not None
