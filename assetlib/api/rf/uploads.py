"""Files in: as a form, as an address to fetch, or as base64."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict

from assetlib.accounts.models import Scope
from assetlib.api.rf.entrance import Call, RfError, entrance
from assetlib.changes.models import Origin
from assetlib.transfer.fetch import FetchError, fetch
from assetlib.transfer.upload import About, Incoming, upload
from images.models import Project, Split
from metadata.json_rules import JsonProblem, flatten_strict, read_json
from metadata.keynames import TagProblem, check_tag
from metadata.values import Value

MOST_BATCH = 120
UNNAMED = "upload"


@entrance(Scope.WRITE, "POST")
def image(call: Call, project: str) -> dict[str, Any]:
    """Take one image into the project; bytes that are there already are a duplicate.

    What is said of a duplicate is said of the image that is there.
    """
    into = call.project(project)
    said = call.request.GET
    if said.get("image"):
        with _fetched(said["image"]) as fetched:
            return _take(call, into, said, fetched, said["image"])
    kind = call.request.content_type
    if kind == "multipart/form-data":
        file = call.request.FILES.get("file")
        if file is None:
            raise RfError(400, "The form has no “file”.")
        form = call.request.POST
        name = form.get("name") or said.get("name") or str(file.name)
        return _take(call, into, form, file, name)
    return _take(call, into, said, _decoded(call), said.get("name") or UNNAMED)


def _take(
    call: Call, project: Project, said: QueryDict, stream: IO[bytes], name: str
) -> dict[str, Any]:
    asked = call.request.GET
    about = About(
        project=project,
        split=checked_split(said.get("split") or asked.get("split", "")),
        batch=checked_batch(asked.get("batch", "")),
        tags=checked_tags(asked.getlist("tag")),
        metadata=_metadata(said.get("metadata") or asked.get("metadata", "")),
    )
    name = said.get("name") or asked.get("name") or name.rpartition("/")[2]
    done = upload(
        call.workspace, [Incoming(name, stream)], by=call.by, origin=Origin.API, about=about
    )
    (result,) = done.results
    if result.refusal is not None:
        raise result.refusal
    assert result.image is not None  # noqa: S101 -- what is not refused is an image
    outcome = "duplicate" if result.outcome == "duplicate" else "success"
    return {outcome: True, "id": result.image.public_id}


def _fetched(address: str) -> IO[bytes]:
    try:
        return fetch(address, settings.UPLOAD_MAX_BYTES)
    except FetchError as problem:
        raise RfError(
            problem.status, f"Could not fetch image URL {address}: {problem}"
        ) from problem


def _decoded(call: Call) -> IO[bytes]:
    most = settings.UPLOAD_MAX_BYTES * 4 // 3 + 4
    data = call.request.read(most + 1)
    if len(data) > most:
        raise RfError(413, f"The image is larger than {settings.UPLOAD_MAX_BYTES / 1e6:,.0f} MB.")
    if not data:
        raise RfError(400, "There is no image: send a “file” in a form, “image=URL”, or base64.")
    try:
        return io.BytesIO(base64.b64decode(data, validate=True))
    except binascii.Error as problem:
        raise RfError(400, f"The body is no base64: {problem}.") from problem


def checked_split(name: str) -> str:
    if name not in Split.values:
        known = ", ".join(filter(None, Split.values))
        raise RfError(400, f"There is no split “{name}”: {known} would work.")
    return name


def checked_batch(name: str) -> str:
    if len(name) > MOST_BATCH:
        raise RfError(400, f"A batch's name has at most {MOST_BATCH} characters.")
    return name


def checked_tags(names: list[str]) -> list[str]:
    try:
        return [check_tag(name) for name in names]
    except TagProblem as problem:
        raise RfError(400, problem.message) from problem


def _metadata(text: str) -> Mapping[str, Value]:
    if not text:
        return {}
    try:
        return flatten_strict(read_json(text))
    except JsonProblem as problem:
        raise RfError(400, f"“metadata” cannot be read as JSON: {problem.message}.") from problem
