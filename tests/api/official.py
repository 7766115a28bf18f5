"""What a person writes with the official client; run by it, in an environment of its own.

Each step prints one line of JSON: its name, and what it returned or raised.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import roboflow  # type: ignore[import-not-found] # an environment of its own has it

PICTURES = sys.argv[1]
SAID = {"camera_id": "cam001", "temperature": 72.5, "line": 95, "ok": True, "at": {"x": 1}}


def step(name: str, act: Callable[[], Any]) -> Any:
    answer: dict[str, Any]
    try:
        answer = {"returned": act()}
    except Exception as problem:  # noqa: BLE001 -- what the client raises is what is asked for
        answer = {"raised": type(problem).__name__, "message": str(problem)}
    sys.stdout.write(json.dumps({"step": name, **answer}, default=str) + "\n")
    return answer.get("returned")


client = roboflow.Roboflow(api_key=os.environ["KEY"])
workspace = client.workspace()
step("workspace", lambda: workspace.url)
workspace.create_project("Held out", "object-detection", "MIT", "things")
project = workspace.project("held-out")
step("project", lambda: project.name)
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
two = step("second", lambda: project.single_upload(image_path=f"{PICTURES}/1.png")["image"]["id"])
step(
    "duplicate",
    lambda: project.single_upload(image_path=f"{PICTURES}/1.png", metadata={"line": 4})["image"],
)
step(
    "refused",
    lambda: project.single_upload(image_path=f"{PICTURES}/2.png", metadata={"bad key": 1}),
)
FIELDS = ["name", "tags", "user_metadata", "split"]
step("project search", lambda: project.search(tag="night", fields=FIELDS))
step("project search_all", lambda: [hit["id"] for page in project.search_all() for hit in page])
step("search", lambda: workspace.search("temperature>70 AND tag:night", fields=FIELDS))
step(
    "search_all",
    lambda: [hit["id"] for page in workspace.search_all("has:line", page_size=1) for hit in page],
)
step("image", lambda: project.image(one))
step(
    "update",
    lambda: project.update_image_metadata(
        one, metadata={"line": 5}, remove_metadata=["ok"], add_tags=["seen"], remove_tags=["night"]
    ),
)
step("update of the workspace's", lambda: workspace.update_image_metadata(two, metadata={"b": 1}))
step("empty update", lambda: project.update_image_metadata(one))
step("wrong update", lambda: project.update_image_metadata(one, metadata={"bad key": 1}))


# Annotation files, as `tests/api/test_official_client.py` has written them.
def annotated(number: int, file: str) -> Any:
    uploaded = project.single_upload(
        image_path=f"{PICTURES}/{number}.png",
        annotation_path=f"{PICTURES}/{file}",
        annotation_labelmap=f"{PICTURES}/labels.txt",
    )
    return uploaded["annotation"]


for number, file in enumerate(("voc.xml", "coco.json", "yolo.txt", "createml.json"), 3):
    step(file, partial(annotated, number, file))
boxed = step("class", lambda: workspace.search("class:forklift", fields=["name", "labels"]))
again = boxed["results"][0]["id"]
step("annotate again", lambda: project.save_annotation(f"{PICTURES}/one.xml", image_id=again)[0])
step(
    "overwrite",
    lambda: project.save_annotation(
        f"{PICTURES}/one.xml", image_id=again, annotation_overwrite=True
    )[0],
)
step("annotated", lambda: project.image(again))
step("wrong annotation", lambda: project.save_annotation(f"{PICTURES}/labels.txt", image_id=again))
step("classes", lambda: client.workspace().project("held-out").classes)

step("batches", project.get_batches)
step("remove", lambda: project.delete_images([two]))
step("delete", lambda: workspace.delete_images([one, two]))
