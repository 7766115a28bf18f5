"""What is said of images: entries and tags of one, of many, and what was changed of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from django.utils.http import parse_etags
from ninja import Query, Router
from pydantic import Field

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.bodies import Json, Strict
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.shapes import plain
from assetlib.changes.act import Acting, act
from assetlib.changes.models import ActKind, Origin
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.json_rules import flatten_patch, flatten_strict
from metadata.models import Entry
from metadata.shown import metadata_of, tags_of
from metadata.whole import check_version, replace_entries

router = Router(tags=["metadata"])
MOST_TAGS = 10_000
IF_MATCH: Any = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": False,
            "schema": {"type": "string"},
            "description": "The ETag of what was read; 412 when it has changed since.",
        }
    ]
}


@operation(
    router,
    "GET",
    "/images/{image}/metadata",
    scope=Scope.READ,
    answers={200: schemas.Metadata | dict[schemas.KeyName, schemas.Entry]},
)
def metadata(
    call: Call,
    image: str,
    detail: Annotated[bool, Query(description="With origin, and who changed it when.")] = False,  # noqa: FBT002 -- a parameter of the address
) -> HttpResponse:
    """Return the entries by key. The ETag is for `If-Match`."""
    found = call.image(image)
    if not detail:
        return _entries(found)
    entries = Entry.objects.filter(image=found).shown()
    return _tagged(found, {entry.key.name: _detail(entry) for entry in entries})


def _detail(entry: Entry) -> dict[str, Any]:
    return {
        "value": entry.typed.json,
        "type": entry.typed.type.name,
        "origin": entry.origin,
        "changed_at": entry.changed_at,
        "changed_by": str(entry.changed_by) if entry.changed_by else None,
    }


@operation(
    router,
    "PATCH",
    "/images/{image}/metadata",
    scope=Scope.WRITE,
    answers={200: schemas.Metadata},
    problems=(412,),
    openapi_extra=IF_MATCH,
)
def merge(call: Call, image: str, body: Json[schemas.MetadataPatch]) -> HttpResponse:
    """Set the entries of the object; null removes a key, what is not named stays."""
    found, patch = call.image(image), flatten_patch(body)
    with _editing(call, found) as acting:
        annotate(acting, [Edit(found, set=patch.set, remove=patch.remove)])
    return _entries(found)


@operation(
    router,
    "PUT",
    "/images/{image}/metadata",
    scope=Scope.WRITE,
    answers={200: schemas.Metadata},
    problems=(412,),
    openapi_extra=IF_MATCH,
)
def replace(call: Call, image: str, body: Json[schemas.MetadataPatch]) -> HttpResponse:
    """Leave the image the entries of the object alone."""
    found, entries = call.image(image), flatten_strict(body)
    with _editing(call, found) as acting:
        replace_entries(acting, found, entries)
    return _entries(found)


class TagNames(Strict):
    tags: list[schemas.TagName] = Field(max_length=MOST_TAGS)


@operation(router, "GET", "/images/{image}/tags", scope=Scope.READ, answers={200: schemas.Tags})
def tags(call: Call, image: str) -> HttpResponse:
    return _tags(call.image(image))


@operation(
    router,
    "POST",
    "/images/{image}/tags",
    scope=Scope.WRITE,
    answers={200: schemas.Tags},
    problems=(412,),
    openapi_extra=IF_MATCH,
)
def add_tags(call: Call, image: str, body: Json[TagNames]) -> HttpResponse:
    """Add tags; those that are there already stay as they are."""
    found = call.image(image)
    with _editing(call, found) as acting:
        annotate(acting, [Edit(found, add_tags=body.tags)])
    return _tags(found)


@operation(
    router,
    "DELETE",
    "/images/{image}/tags",
    scope=Scope.WRITE,
    answers={200: schemas.Tags},
    problems=(412,),
    openapi_extra=IF_MATCH,
)
def remove_tags(call: Call, image: str, body: Json[TagNames]) -> HttpResponse:
    """Remove tags; those that are not there are no trouble."""
    found = call.image(image)
    with _editing(call, found) as acting:
        annotate(acting, [Edit(found, remove_tags=body.tags)])
    return _tags(found)


@contextmanager
def _editing(call: Call, image: Image) -> Iterator[Acting]:
    """Open an act that begins with what `If-Match` says."""
    wanted = parse_etags(call.request.headers.get("If-Match", "*"))
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        if wanted != ["*"]:
            check_version(acting, image, [each.strip('"') for each in wanted])
        yield acting
        image.refresh_from_db(fields=["metadata_version"])


def _entries(image: Image) -> HttpResponse:
    return _tagged(image, plain(metadata_of([image.pk])[image.pk]))


def _tags(image: Image) -> HttpResponse:
    return _tagged(image, {"tags": tags_of([image.pk])[image.pk]})


def _tagged(image: Image, said: dict[str, Any]) -> HttpResponse:
    """Answer with the version of what is said, which was read before: never one too new."""
    return JsonResponse(said, headers={"ETag": f'"{image.metadata_version}"'})
