"""The unmodified official client against a live server, in an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from assetlib.annotations.shown import boxes_of
from assetlib.jobs.worker import in_threads
from images.models import Image
from tests.factories import make_workspace, picture_bytes
from tests.metadata.writes import held, tags_of
from tests.transfer.zips import zip_bytes

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

SCRIPT = Path(__file__).parent / "official.py"
REQUIRED = bool(os.environ.get("ASSETLIB_REQUIRE_ROBOFLOW"))
CLIENT = "roboflow==1.7.3"
KEPT = ("PATH", "HOME", "UV_CACHE_DIR", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not REQUIRED, reason="The official client is big: it is asked for in CI."),
]

Steps = dict[str, dict[str, Any]]


def draw(folder: Path) -> None:
    """Put pictures in the folder, a data set with boxes and a sidecar, and a zip of another."""

    def picture(number: int) -> bytes:
        return picture_bytes("PNG", colour=(number, 90, 10))

    for number in range(5):
        (folder / f"{number}.png").write_bytes(picture(number))
    for split, name in (("train", "t"), ("valid", "v")):
        (folder / "set" / split).mkdir(parents=True)
        (folder / "set" / split / f"{name}.png").write_bytes(picture(100 + ord(name)))
    (folder / "set/train/t.txt").write_text("0 0.5 0.5 0.25 0.25")
    (folder / "set/valid/v.json").write_text('{"line": 95, "at": {"x": 72.5}}')
    (folder / "set/data.yaml").write_text("names: [forklift]")
    packed = {"test/z.png": picture(200), "test/z.json": {"n": 95}, "no.png": b"no image"}
    (folder / "set.zip").write_bytes(zip_bytes(packed))


@contextmanager
def at_work() -> Iterator[None]:
    """Have a worker do what is asked for."""
    stopping = threading.Event()
    hands = in_threads(stopping)
    try:
        yield
    finally:
        stopping.set()
        for hand in hands:
            hand.join()


def run(live_server: LiveServer, workspace: Workspace, folder: Path) -> Steps:
    """Return what each step of the script came to."""
    _, secret = create_api_key(workspace, "official", [Scope.READ, Scope.WRITE])
    draw(folder)
    own = {
        "API_URL": f"{live_server.url}/rf",
        "KEY": secret,
        "ROBOFLOW_CONFIG_DIR": str(folder / "config.json"),
    }
    uv = shutil.which("uv")
    assert uv is not None
    with at_work():
        done = subprocess.run(
            [uv, "run", "--no-project", "--with", CLIENT, "python", str(SCRIPT), str(folder)],
            env={name: os.environ[name] for name in KEPT if name in os.environ} | own,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"step"')]
    return {each.pop("step"): each for each in map(json.loads, lines)}


def test_it_works_unchanged(live_server: LiveServer, tmp_path: Path) -> None:
    workspace = make_workspace("acme")

    steps = run(live_server, workspace, tmp_path)

    one, two = steps["upload"]["returned"], steps["second"]["returned"]
    check_projects(steps)
    check_one_by_one(steps, one, two)
    check_searches(steps, one, two)
    check_many(steps, two)
    check_commands(steps, one, two)
    check_library(one, two)


def message(step: dict[str, Any]) -> str:
    """Return what the person sees of an error: the client passes on the answer, or its object."""
    try:
        said = json.loads(step["message"])
    except ValueError:
        return str(step["message"])
    return str(said["error"]["message"])


def check_projects(steps: Steps) -> None:
    assert steps["workspace"]["returned"] == "acme"
    assert steps["create"]["returned"] == "acme/held-out"
    assert steps["project"]["returned"] == "Held out"
    assert "not valid" in message(steps["wrong key"])
    assert "no project “nowhere”" in message(steps["no project"])
    assert "GET /acme/trash is not part of this server" in steps["elsewhere"]["message"]


def check_one_by_one(steps: Steps, one: str, two: str) -> None:
    said = {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": True, "at.x": 1}
    assert steps["duplicate"]["returned"] == {"duplicate": True, "id": two}
    assert steps["refused"]["raised"] == "ImageUploadError"
    assert "bad_key” would work" in steps["refused"]["message"]
    assert "Could not fetch image URL" in steps["no url"]["message"]
    details = steps["details"]["returned"]
    assert (details["id"], details["split"], details["tags"]) == (one, "valid", ["night"])
    assert details["user_metadata"] == said
    # True is 1 to Python, but not to a person.
    assert json.dumps(details["user_metadata"], sort_keys=True) == json.dumps(said, sort_keys=True)
    assert "no image “nobody”" in steps["unknown"]["message"]
    assert steps["update"]["returned"] == steps["other update"]["returned"] == {"success": True}
    assert "At least one of" in message(steps["empty update"])
    assert "bad_key” would work" in message(steps["wrong update"])


def check_searches(steps: Steps, one: str, two: str) -> None:
    said = {"camera_id": "cam001", "temperature": 72.5, "line": 5, "at.x": 1}
    hit = {"id": one, "name": "0.png", "tags": ["seen"], "user_metadata": said, "split": "valid"}
    assert steps["search"]["returned"] == {
        "results": [hit],
        "total": 1,
        "continuationToken": None,
    }
    assert steps["search_all"]["returned"] == [two, one]
    assert steps["project search"]["returned"] == [hit]
    assert steps["project search_all"]["returned"] == [1, 1, 0]
    assert steps["prompt"]["returned"] == [{"id": one, "name": "0.png"}]
    assert steps["videos"]["returned"]["total"] == 0
    assert "“AND” has nothing to work on" in message(steps["wrong search"])
    batches = steps["batches"]["returned"]["batches"]
    assert {"May", "Pip Package Upload"} == {batch["name"] for batch in batches}
    assert steps["batch"]["returned"]["batch"]["images"] == 1


def check_many(steps: Steps, two: str) -> None:
    many = steps["many"]["returned"]
    assert (many["status"], many["progress"]) == ("completed", {"current": 3, "total": 3})
    assert many["result"] == {
        "totalProcessed": 3,
        "succeeded": 2,
        "failed": 1,
        "failedItems": [{"imageId": "nobody", "error": "There is no image “nobody”."}],
    }
    assert steps["asked"]["returned"]["url"].endswith(steps["asked"]["returned"]["taskId"])
    assert steps["task"]["returned"] is True
    assert "updates[3] (x): bad key" in message(steps["wrong many"])
    assert "Search export extracted" in steps["export"]["printed"]
    assert [name for name in steps["exported"]["returned"] if name.endswith(".png")]
    assert "no format “xls”; coco" in message(steps["wrong export"])
    assert (steps["zip"]["returned"]["status"], steps["zip"]["returned"]["uploadErrors"]) == (
        "completed",
        [],
    )
    assert "Created project acme/made-by-it" in steps["folder"]["printed"]
    # The zip has drawn its boxes already; a sidecar beside an image the client takes for one.
    assert "annotations = kept existing" in steps["folder"]["printed"]
    assert "annotations = ERR: This JSON is no annotation" in steps["folder"]["printed"]


def check_commands(steps: Steps, one: str, two: str) -> None:
    wrote = {name[2:]: each["returned"] for name, each in steps.items() if name.startswith("$")}
    expected = {
        "whoami": (0, "Workspace: acme"),
        "workspace get": (0, "Workspace: Acme"),
        "create": (0, "Created project: By command (acme/by-command)"),
        "list": (0, "acme/held-out"),
        "get": (0, "acme/held-out"),
        "get nowhere": (3, "There is no project “nowhere”."),
        "upload": (0, "Uploaded"),
        "wrong upload": (1, "bad key: A space is not allowed in a key"),
        "zip": (0, "(zip upload, status=completed)"),
        "details": (0, '"camera_id": "cam001"'),
        "project search": (0, '"total": 1'),
        "metadata": (0, f"Updated image {one}"),
        "many": (0, "Batch update complete: 2 succeeded, 1 failed"),
        "wrong many": (1, f"updates[0] ({one}): bad key: A space is not allowed"),
        "wrong tag": (1, "Invalid tag “no tag!”"),
        "search": (0, "Found 2 result(s)."),
        "wrong search": (1, "“AND” has nothing to work on."),
        "export": (0, "Export completed"),
        "batches": (0, "June"),
        "task": (3, "There is no task “nobody”."),
        "elsewhere": (3, "GET /acme/groups is not part of this server."),
        "delete": (0, "Deleted 1, skipped 0"),
    }
    assert wrote.keys() == expected.keys()
    for name, (code, said) in expected.items():
        done = wrote[name]
        assert (done["code"], said in done["out"] + done["error"]) == (code, True), (name, done)


def check_library(one: str, two: str) -> None:
    image = Image.objects.get(public_id=one)
    assert held(image) == {
        "camera_id": "cam001",
        "temperature": 72.5,
        "line": 5,
        "at.x": 1,
        "n": 95,
        "t": 72.5,
        "ok": True,
        "deep.er": "x",
        "cli": 72.5,
        "both": True,
    }
    assert tags_of(image) == ["cli", "seen"]
    assert Image.objects.get(public_id=two).deleted_at is not None
    drawn, said, packed = (Image.objects.get(filename=f"{name}.png") for name in "tvz")
    (box,) = boxes_of([drawn.pk])[drawn.pk]
    assert (box.class_name, box.left, box.width) == ("forklift", 24, 16)
    assert held(said) == {"line": 95, "at.x": 72.5}
    assert (held(packed), tags_of(packed)) == ({"n": 95}, ["zipped"])
    assert packed.memberships.get().split == "test"
    places = {each.project.slug: each for each in drawn.memberships.select_related("project")}
    assert {slug: (each.split, each.batch) for slug, each in places.items()} == {
        "held-out": ("train", "June"),
        "made-by-it": ("train", "July"),
    }
    assert not Image.objects.filter(filename__in=["2.png", "4.png", "no.png"]).exists()
