"""What a person writes with the official client; run by it, in an environment of its own.

Each step prints one line of JSON: its name, and what it returned or raised; a step of the command
what it wrote and how it ended.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import roboflow  # type: ignore[import-not-found] # an environment of its own has it

PICTURES = Path(sys.argv[1])
SAID = {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": True, "at": {"x": 1}}
FIELDS = ["name", "tags", "user_metadata", "split"]


def step(name: str, act: Callable[[], Any]) -> Any:
    answer: dict[str, Any]
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            answer = {"returned": act()}
    except Exception as problem:  # noqa: BLE001 -- what the client raises is what is asked for
        answer = {"raised": type(problem).__name__, "message": str(problem)}
    line = {"step": name, **answer, "printed": told.getvalue()}
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    return answer.get("returned")


def command(*words: str) -> dict[str, Any]:
    """Return what the client's command wrote, and the code it ended with."""
    own = {"ROBOFLOW_API_KEY": os.environ["KEY"]}
    done = subprocess.run(
        ["roboflow", *words],  # noqa: S607 -- the one of this environment
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
        cwd=tempfile.mkdtemp(),
    )
    return {"code": done.returncode, "out": done.stdout, "error": done.stderr}


def one_by_one() -> tuple[Any, Any]:
    """Files in and out of a project, and what is said of one image."""
    one = step(
        "upload",
        lambda: project.single_upload(
            image_path=f"{PICTURES}/0.png",
            split="valid",
            batch_name="May",
            tag_names=["night"],
            metadata=SAID,
        )["image"]["id"],
    )
    again = f"{PICTURES}/1.png"
    two = step("second", lambda: project.single_upload(image_path=again)["image"]["id"])
    step(
        "duplicate",
        lambda: project.single_upload(image_path=again, metadata={"line": 4})["image"],
    )
    wrong = f"{PICTURES}/2.png"
    step("refused", lambda: project.single_upload(image_path=wrong, metadata={"bad key": 1}))
    step("no url", lambda: project.single_upload("http://localhost/x.png", hosted_image=True))
    step("details", lambda: project.image(one))
    step("unknown", lambda: project.image("nobody"))
    change = {"metadata": {"line": 5}, "remove_metadata": ["ok"]}
    tags = {"add_tags": ["seen"], "remove_tags": ["night"]}
    step("update", lambda: project.update_image_metadata(one, **change, **tags))
    step("other update", lambda: workspace.update_image_metadata(two, metadata={"b": 1}))
    step("empty update", lambda: project.update_image_metadata(one))
    step("wrong update", lambda: project.update_image_metadata(one, metadata={"bad key": 1}))
    return one, two


def searches() -> None:
    query = "temperature>70 AND tag:seen"
    step("search", lambda: workspace.search(query, fields=FIELDS))
    step(
        "search_all",
        lambda: [hit["id"] for page in workspace.search_all("has:line", 1) for hit in page],
    )
    step("project search", lambda: project.search(tag="seen", fields=FIELDS))
    step("project search_all", lambda: [len(page) for page in project.search_all(limit=1)])
    step("prompt", lambda: project.search(prompt="line:5", fields=["name"]))
    step("videos", lambda: workspace.search("*", media_types=["video"]))
    step("wrong search", lambda: workspace.search("tag:night AND"))
    step("batches", project.get_batches)
    step("batch", lambda: project.get_batch("May"))


def many(one: str, two: str) -> None:
    """Work that a worker does while the client waits."""
    updates = [
        {"imageId": one, "metadata": {"n": 95, "t": 72.5, "ok": True, "deep": {"er": "x"}}},
        {"imageId": two, "addTags": ["many"], "removeMetadata": ["b"]},
        {"imageId": "nobody", "addTags": ["many"]},
    ]
    wait = {"wait": True, "poll_interval": 0.2, "timeout": 60}
    step("many", lambda: workspace.batch_update_image_metadata(updates, **wait))
    asked = step("asked", lambda: workspace.batch_update_image_metadata(updates[:1]))
    step("task", lambda: workspace.get_async_task(asked["taskId"])["taskId"] == asked["taskId"])
    wrong = [*updates, {"imageId": "x", "metadata": {"bad key": 1}}]
    step("wrong many", lambda: workspace.batch_update_image_metadata(wrong))
    export = {"format": "coco", "dataset": "held-out"}
    location = tempfile.mkdtemp()
    step("export", lambda: workspace.search_export("tag:seen", location=location, **export))
    found = [str(path.relative_to(location)) for path in Path(location).rglob("*")]
    step("exported", lambda: sorted(found))
    step("wrong export", lambda: workspace.search_export("tag:seen", format="xls"))
    zipped: dict[str, Any] = {"use_zip_upload": True, "poll_interval": 0.2, "poll_timeout": 60}
    said = {"tags": ["zipped"], "batch_name": "June"}
    data = str(PICTURES / "set")
    step("zip", lambda: workspace.upload_dataset(data, "held-out", **zipped, **said))
    step("folder", lambda: workspace.upload_dataset(data, "Made by it", batch_name="July"))


def commands(one: str, two: str) -> None:
    """The same by the client's command."""
    w, p = ["--workspace", "acme"], ["-p", "held-out"]
    wrong = '{"bad key": 1}'
    upload = ["image", "upload"]
    for name, words in {
        "whoami": ["whoami"],
        "workspace get": ["workspace", "get", "acme"],
        "create": ["project", "create", "By command", "--type", "object-detection"],
        "list": ["project", "list"],
        "get": ["project", "get", "held-out"],
        "get nowhere": ["project", "get", "nowhere"],
        "upload": [*upload, f"{PICTURES}/3.png", *p, "-t", "cli", "--metadata", '{"n": 95}'],
        "wrong upload": [*upload, f"{PICTURES}/4.png", *p, "--metadata", wrong],
        "zip": [*upload, f"{PICTURES}/set.zip", *p, "-t", "zipped"],
        "details": ["image", "get", one, *p, *w],
        "project search": ["image", "search", "tag:cli", *p, *w],
        "metadata": ["image", "metadata", one, "-m", '{"cli": 72.5}', "--tags", "cli"],
        "many": ["image", "metadata", f"{one},{two},nobody", "-m", '{"both": true}', "--poll"],
        "wrong many": ["image", "metadata", f"{one},{two}", "-m", wrong],
        "wrong tag": ["image", "metadata", one, "--tags", "no tag!"],
        "search": ["search", "tag:cli"],
        "wrong search": ["search", "tag:cli AND"],
        "export": ["search", "tag:cli", "--export", "--no-extract", "-l", tempfile.mkdtemp()],
        "batches": ["annotation", "batch", "list", *p, *w],
        "task": ["asynctasks", "get", "nobody"],
        "elsewhere": ["folder", "list", *w],
        "delete": ["image", "delete", two, *p, *w],
    }.items():
        step(f"$ {name}", functools.partial(command, *words))


client = roboflow.Roboflow(api_key=os.environ["KEY"])
workspace = client.workspace()
step("workspace", lambda: workspace.url)
step("create", lambda: workspace.create_project("Held out", "object-detection", "MIT", "x").id)
project = workspace.project("held-out")
step("project", lambda: project.name)
step("wrong key", lambda: roboflow.Roboflow(api_key="al_wrong"))
step("no project", lambda: workspace.project("nowhere"))
first, second = one_by_one()
searches()
many(first, second)
step("remove", lambda: project.delete_images([second]))
commands(first, second)
step("delete", lambda: workspace.delete_images([first, second]))
step("elsewhere", workspace.trash)
