"""Change what is said of images, and take them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

from assetlib.accounts.models import Scope
from assetlib.api.rf.entrance import Call, RfError, entrance
from assetlib.api.rf.tasks import task_url
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from images.memberships import leave
from images.models import Image
from images.trash import trash
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.json_rules import MetadataProblem, flatten_strict
from metadata.many import Update, enqueue_updates
from metadata.models import ImageTag

SAYING = ("metadata", "removeMetadata", "addTags", "removeTags")
MOST_UPDATES = 1_000


@entrance(Scope.WRITE, "POST")
def one(call: Call, image: str) -> dict[str, Any]:
    """Set and remove entries and tags of one image: all of it, or nothing."""
    edit = _update(image, call.json()).edit(_image(call, image))
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        annotate(acting, [edit])
    return {"success": True}


@entrance(Scope.WRITE, "POST")
def many(call: Call) -> HttpResponse:
    """Have a worker change many images, each in its own way; what is wrong is said at once."""
    updates = call.json().get("updates")
    if not isinstance(updates, list) or not all(isinstance(each, dict) for each in updates):
        raise RfError(400, "“updates” is a list of objects, each with an “imageId”.")
    if not 1 <= len(updates) <= MOST_UPDATES:
        raise RfError(400, f"“updates” has from 1 to {MOST_UPDATES:,} objects.")
    job = enqueue_updates(
        call.workspace,
        [_numbered(number, said) for number, said in enumerate(updates)],
        by=call.by,
        origin=Origin.API,
    )
    return JsonResponse({"taskId": job.public_id, "url": task_url(call, job)}, status=202)


def _numbered(number: int, said: Mapping[str, Any]) -> Update:
    """Return an update of a batch; what is wrong with it is told with its place there."""
    image_id = said.get("imageId")
    if not isinstance(image_id, str) or not image_id:
        raise RfError(400, f"updates[{number}] has no “imageId”.")
    try:
        return _update(image_id, said)
    except MetadataProblem as problem:
        raise RfError(
            400, f"updates[{number}] ({image_id}): {problem}", kind="InvalidMetadata"
        ) from problem
    except RfError as problem:
        raise RfError(400, f"updates[{number}] ({image_id}): {problem.message}") from problem


def _update(image_id: str, said: Mapping[str, Any]) -> Update:
    """Return what a body asks for. Raises RfError for one that says nothing, or badly."""
    if not any(said.get(name) for name in SAYING):
        raise RfError(400, f"At least one of {', '.join(SAYING)} is needed.")
    return Update(
        image_id,
        set=flatten_strict(said.get("metadata") or {}),
        remove=_names(said, "removeMetadata"),
        add_tags=_names(said, "addTags"),
        remove_tags=_names(said, "removeTags"),
    )


@entrance(Scope.WRITE, "POST")
def tags(call: Call, project: str, image: str) -> dict[str, Any]:
    """Add tags to an image of the project, remove them, or leave it just these."""
    body = call.json()
    found = _image(call, image, call.project(project).pk)
    given = body.get("tags")
    names = [given] if isinstance(given, str) else _names(body, "tags")
    match body.get("operation"):
        case "add":
            edit = Edit(found, add_tags=names)
        case "remove":
            edit = Edit(found, remove_tags=names)
        case "set":
            wanted = {name.lower() for name in names}
            held = ImageTag.objects.filter(image=found).values_list("tag__name", flat=True)
            away = [name for name in held if name.lower() not in wanted]
            edit = Edit(found, add_tags=names, remove_tags=away)
        case other:
            raise RfError(400, f"“operation” is add, remove or set, not {other!r}.")
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        annotate(acting, [edit])
    return {"success": True}


@entrance(Scope.WRITE, "DELETE")
def remove(call: Call, project: str) -> HttpResponse:
    """Take images out of the project; they stay in the workspace."""
    from_ = call.project(project)
    images, _ = _images(call)
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.EDIT) as acting:
        leave(acting, images, from_)
    return HttpResponse(status=204)


@entrance(Scope.WRITE, "DELETE")
def delete(call: Call) -> dict[str, Any]:
    """Move images to the trash; those that are in a project still are skipped."""
    images, unknown = _images(call)
    filed = set(
        Image.objects.filter(pk__among=[image.pk for image in images], memberships__isnull=False)
        .values_list("pk", flat=True)
        .distinct()
    )
    going = [image for image in images if image.pk not in filed]
    with act(call.workspace, by=call.by, origin=Origin.API, kind=ActKind.DELETE) as acting:
        trash(acting, going)
    skipped = [image.public_id for image in images if image.pk in filed] + unknown
    # The package reads one pair of counts and its command the other; the ids are for everyone else.
    return {
        "deletedSources": len(going),
        "skippedSources": len(skipped),
        "deleted": len(going),
        "skipped": len(skipped),
        "deletedImages": [image.public_id for image in going],
        "skippedImages": skipped,
    }


def _image(call: Call, public_id: str, project: int | None = None) -> Image:
    images = call.workspace.images.alive().filter(public_id=public_id)
    if project is not None:
        images = images.filter(memberships__project=project)
    found = images.first()
    if found is None:
        raise RfError(404, f"There is no image “{public_id}”.", kind="NotFound")
    return found


def _images(call: Call) -> tuple[list[Image], list[str]]:
    """Return the images the body names, and the names of those that are none."""
    names = list(dict.fromkeys(_names(call.json(), "images")))
    if not names:
        raise RfError(400, "“images” is a list of ids.")
    found = {
        image.public_id: image
        for image in call.workspace.images.alive().filter(public_id__among=names)
    }
    return list(found.values()), [name for name in names if name not in found]


def _names(said: Mapping[str, Any], name: str) -> list[str]:
    value = said.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise RfError(400, f"“{name}” is a list of texts.")
    return value
