"""Annotation files onto images, and back as the official client's users know them."""

from __future__ import annotations

from typing import Any

from assetlib.accounts.models import Scope
from assetlib.annotations.annotate import put_boxes
from assetlib.annotations.reading import read_boxes
from assetlib.annotations.shown import boxes_of
from assetlib.api.rf.entrance import Call, RfError, entrance
from assetlib.api.rf.shapes import annotation_object
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from images.models import Image
from metadata.json_rules import JsonProblem, read_json

YES = {"true", "1", "yes"}


@entrance(Scope.WRITE, "POST")
def annotate(call: Call, project: str, image: str) -> dict[str, Any]:
    """Draw on an image of the project what an annotation file says.

    Of a job or a prediction there is nothing to tell apart here: boxes are boxes.
    """
    found = _image(call, project, image)
    text, labelmap = _file(call)
    boxes = read_boxes(
        text,
        found.filename,
        found.width,
        found.height,
        labelmap=labelmap,
        name=call.request.GET.get("name"),
    )
    overwrite = call.request.GET.get("overwrite", "").lower() in YES
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        put_boxes(acting, found, boxes, overwrite=overwrite)
    return {"success": True}


@entrance(Scope.READ, "GET")
def annotation(call: Call, project: str, image: str) -> dict[str, Any]:
    """Return the boxes of an image of the project, as an annotation file that can be sent back."""
    found = _image(call, project, image)
    return annotation_object(found, boxes_of([found.pk])[found.pk])


def _image(call: Call, project: str, public_id: str) -> Image:
    members = call.workspace.images.alive().filter(memberships__project=call.project(project))
    found = members.filter(public_id=public_id).first()
    if found is None:
        raise RfError(404, f"There is no image “{public_id}” in {project}.", kind="NotFound")
    return found


def _file(call: Call) -> tuple[str | bytes, object]:
    """Return the annotation file and the names of its classes.

    They come as JSON, `{"annotationFile", "labelmap"}`; any other body is the file itself.
    """
    body = call.body()
    try:
        said = read_json(body) if body.lstrip()[:1] == b"{" else None
    except JsonProblem:
        said = None
    if not isinstance(said, dict) or "annotationFile" not in said:
        return body, None
    text = said["annotationFile"]
    if not isinstance(text, str):
        raise RfError(400, "“annotationFile” is a text: the whole of an annotation file.")
    return text, said.get("labelmap")
