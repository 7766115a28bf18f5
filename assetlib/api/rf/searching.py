"""Search: of the workspace by the query language, of a project by filters."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from assetlib.accounts.models import Scope
from assetlib.annotations.shown import boxes_of
from assetlib.api.rf.entrance import Call, RfError, entrance, text_of
from assetlib.api.rf.shapes import DEFAULT_FIELDS, OF_BOXES, Shown, details, hit, memberships_of
from assetlib.search.find import Found, find
from assetlib.search.language import QueryError, parse, quote_if_needed, with_filter
from images.models import Image, Project
from metadata.shown import metadata_of, tags_of

PAGE, MOST = 50, 1_000
# What the client calls the filters of a project's search, and what they are called here.
FILTERS = {"tag": "tag", "split": "split", "batch_id": "batch", "class_name": "class"}


@entrance(Scope.READ, "POST")
def workspace(call: Call) -> dict[str, Any]:
    """Return a page of what the query finds, with the token of the next."""
    body = call.json()
    query, token = text_of(body, "query"), text_of(body, "continuationToken")
    if _no_images(body):
        return {"results": [], "total": 0, "continuationToken": None}
    found = _find(call, query, _number(body, "pageSize", PAGE), token)
    return {
        "results": _hits(call, found, _fields(body)),
        "total": found.total,
        "continuationToken": found.next_cursor or None,
    }


@entrance(Scope.READ, "POST")
def project(call: Call, project: str) -> dict[str, Any]:
    """Return the images of a project from `offset` on, by tag, split, batch and prompt."""
    body = call.json()
    query = _query(call.project(project), body)
    offset = _number(body, "offset", 0)
    limit, fields = _number(body, "limit", PAGE), _fields(body)
    if _no_images(body) or body.get("annotation_job") is True or body.get("annotation_job_id"):
        # Here are neither videos nor jobs of annotators.
        return {"offset": offset, "total": 0, "results": []}
    found = _find(call, query, limit, offset)
    return {"offset": offset, "total": found.total, "results": _hits(call, found, fields)}


def _query(project: Project, body: dict[str, Any]) -> str:
    """Return what the body asks for of the images of a project, in the query language."""
    if body.get("like_image"):
        raise RfError(
            400,
            "This server does not compare pictures: “like_image” is not part of it.",
            hint="Search by metadata, tags and file names; “prompt” takes a query of them.",
        )
    terms = [f"project:{project.slug}"]
    for name, filter_name in FILTERS.items():
        if text := text_of(body, name):
            terms.append(f"{filter_name}:{quote_if_needed(text)}")
    if body.get("batch") is True:
        terms.append("batch:*")
    if body.get("in_dataset") is True:
        terms.append("split:[train, valid, test]")
    prompt = text_of(body, "prompt")
    return functools.reduce(with_filter, terms, prompt if _reads(prompt) else "")


@entrance(Scope.READ, "GET")
def image(call: Call, project: str, image: str) -> dict[str, Any]:
    """Return all that is known of an image of the project."""
    within = call.project(project)
    members = call.workspace.images.alive().filter(memberships__project=within)
    found = members.filter(public_id=image).select_related("workspace").first()
    if found is None:
        raise RfError(404, f"There is no image “{image}” in {project}.", kind="NotFound")
    pk = found.pk
    shown = Shown(
        found,
        metadata_of([pk])[pk],
        tags_of([pk])[pk],
        memberships_of([found])[pk],
        boxes_of([pk])[pk],
    )
    return {"image": details(shown, within, call.request)}


def _find(call: Call, query: str, limit: int, begin: str | int) -> Found:
    if not 1 <= limit <= MOST:
        raise RfError(400, f"A page has from 1 to {MOST:,} images.")
    found = find(call.workspace, query, limit=limit, cursor=begin)
    if found.error is not None:
        raise found.error
    return found


def _no_images(body: dict[str, Any]) -> bool:
    """Whether only other media are asked for."""
    media = body.get("mediaTypes")
    return isinstance(media, list) and bool(media) and "image" not in media


def _hits(call: Call, found: Found, fields: Sequence[str]) -> list[dict[str, Any]]:
    filed = memberships_of(found.images)
    drawn = boxes_of([*filed]) if OF_BOXES.intersection(fields) else {}
    for each in found.images:
        each.workspace = call.workspace

    def shown(image: Image) -> Shown:
        pk = image.pk
        return Shown(image, found.metadata[pk], found.tags[pk], filed[pk], drawn.get(pk, ()))

    return [hit(shown(each), fields, call.request) for each in found.images]


def _reads(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True


def _fields(body: dict[str, Any]) -> Sequence[str]:
    fields = body.get("fields")
    if fields is None:
        return DEFAULT_FIELDS
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise RfError(400, "“fields” is a list of names.")
    return fields


def _number(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RfError(400, f"“{name}” is a whole number.")
    return value
