"""Images: found, taken in, read, renamed, filed, and moved to the trash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import File, Form, Query, Router, UploadedFile
from pydantic import StringConstraints

from assetlib.accounts.models import Scope
from assetlib.api.v1 import finding_schemas, schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, QueryParameter, nothing, operation
from assetlib.api.v1.multipart import UploadForm, about_of, check_form
from assetlib.api.v1.pagination import Cursor, Limit
from assetlib.api.v1.problems import wrong_field
from assetlib.api.v1.shapes import Shown, fields_of, image_object, show, splits_of
from assetlib.changes.act import Acting, act
from assetlib.changes.models import ActKind, Origin
from assetlib.search.find import Wanted, find
from assetlib.transfer.upload import Incoming, upload
from images.ingest import MAX_FILENAME
from images.memberships import join, leave
from images.models import Image, Project
from images.rename import rename
from images.trash import trash
from metadata.json_rules import MAX_SIDECAR

router = Router(tags=["images"])

# Ninja flattens a form, and forgets that it has no other fields.
NOTHING_ELSE = {
    "requestBody": {"content": {"multipart/form-data": {"schema": {"additionalProperties": False}}}}
}
Filename = Annotated[Text, StringConstraints(min_length=1, max_length=MAX_FILENAME)]


@operation(router, "GET", "/images", scope=Scope.READ, answers={200: finding_schemas.ImagePage})
def search(
    call: Call,
    query: QueryParameter = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    fields: Annotated[str, Query(description="Names with commas; all without.")] = "",
) -> HttpResponse:
    """Return a page of what the query finds, newest first unless it says `sort:`."""
    wanted = fields_of(fields)
    keys = None if "metadata" in wanted else ()
    found = find(call.workspace, query, limit=limit, cursor=cursor, wanted=Wanted(keys=keys))
    if found.error is not None:
        raise found.error
    filed = bool({"projects", "split"} & {*wanted})
    splits = splits_of(found.images if filed else [])
    items = []
    for image in found.images:
        image.workspace = call.workspace
        tags = found.tags[image.pk]
        shown = Shown(image, found.metadata[image.pk], tags, splits.get(image.pk, {}))
        items.append(image_object(shown, call.request, wanted))
    notices = [
        {
            "message": notice.message,
            "span": list(notice.span),
            "suggestion": notice.suggestion or None,
        }
        for notice in found.notices
    ]
    page = {
        "total": int(found.total),
        "items": items,
        "next": found.next_cursor or None,
        "notices": notices,
    }
    return JsonResponse(page)


@operation(
    router,
    "POST",
    "/images",
    scope=Scope.WRITE,
    answers={200: schemas.Uploaded, 201: schemas.Uploaded},
    openapi_extra=NOTHING_ELSE,
)
def create(
    call: Call,
    file: Annotated[UploadedFile, File(description="The bytes of one picture.")],
    form: Annotated[UploadForm, Form()],
    sidecar: Annotated[
        UploadedFile | None, File(description="The .json file beside it, as it is.")
    ] = None,
) -> HttpResponse:
    """Take a picture in: 201, or 200 where the same bytes are there already.

    What is said of a duplicate is added to the image that is there. `metadata` that is wrong
    refuses the picture; of a sidecar the good entries are kept, and the others are `problems`.
    """
    check_form(call.request)
    about = about_of(call, form)
    beside = sidecar.read(MAX_SIDECAR + 1) if sidecar is not None else None
    incoming = Incoming(form.filename or str(file.name), file, beside)
    done = upload(call.workspace, [incoming], by=call.by, origin=Origin.API, about=about)
    (result,) = done.results
    if result.refusal is not None:
        raise result.refusal
    assert result.image is not None  # noqa: S101 -- what is not refused is an image
    result.image.workspace = call.workspace
    is_duplicate = result.outcome == "duplicate"
    said = image_object(show(result.image), call.request) | {
        "duplicate": is_duplicate,
        "problems": [{"key": each.key, "message": each.message} for each in result.problems],
    }
    if is_duplicate:
        return JsonResponse(said)
    return JsonResponse(said, status=201, headers={"Location": _address(call, result.image)})


def _address(call: Call, image: Image) -> str:
    names = {"workspace": call.workspace.slug, "image": image.public_id}
    return reverse("api-v1:image", kwargs=names)


@operation(
    router,
    "GET",
    "/images/{image}",
    scope=Scope.READ,
    answers={200: schemas.Image},
    url_name="image",
)
def read(call: Call, image: str) -> HttpResponse:
    """Return one image with all that is said of it."""
    return JsonResponse(image_object(show(call.image(image)), call.request))


class ImagePatch(Strict):
    """`projects` names the split in each project, "" for none; null takes the image out of it."""

    filename: Filename | None = None
    projects: dict[Text, schemas.SplitName | None] | None = None


@operation(router, "PATCH", "/images/{image}", scope=Scope.WRITE, answers={200: schemas.Image})
def change(call: Call, image: str, body: Json[ImagePatch]) -> HttpResponse:
    """Rename the image, put it in projects, take it out of some."""
    found = call.image(image)
    projects = body.projects or {}
    known = {each.slug: each for each in call.workspace.projects.filter(slug__among=projects)}
    for slug in projects:
        if slug not in known:
            raise wrong_field(f"projects.{slug}", f"There is no project “{slug}”.")
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        if body.filename is not None:
            rename(acting, found, body.filename)
        _file(acting, found, {known[slug]: split for slug, split in projects.items()})
    return JsonResponse(image_object(show(found), call.request))


def _file(acting: Acting, image: Image, splits: Mapping[Project, str | None]) -> None:
    """Give the image just this split in each project; its batch there stays."""
    batches = dict(image.memberships.values_list("project_id", "batch"))
    for project, split in splits.items():
        if split is None:
            leave(acting, [image], project)
        else:
            batch = batches.get(project.pk, "")
            join(acting, [image], project, split=split, batch=batch, exactly=True)


@operation(router, "DELETE", "/images/{image}", scope=Scope.WRITE, answers={204: None})
def delete(call: Call, image: str) -> HttpResponse:
    """Move the image to the trash, whence the same bytes, or undo, bring it back."""
    found = call.image(image)
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.DELETE) as acting:
        trash(acting, [found])
    return nothing()
