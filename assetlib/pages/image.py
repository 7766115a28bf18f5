"""The image's page: the picture, what is said of it, and the way to its neighbours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.changes.act import act
from assetlib.changes.links import undo_url
from assetlib.changes.models import ActKind, Change, ChangeSet, Origin
from assetlib.pages.boxes import boxes_context
from assetlib.pages.forms import FilenameForm, JoinForm
from assetlib.search.find import neighbours
from assetlib.web.pages import render, wants_partial
from assetlib.web.toasts import saved, toast
from images import trash
from images.files import original_url, rendition_url
from images.memberships import join
from images.memberships import leave as leave_project
from images.models import Image
from images.rename import rename
from metadata.panels import editor_context, tags_context

HISTORY = 100


@require_safe
def image(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show the image; `?q=` is the query one came from, `?edit=` opens an entry's row."""
    access = enter(request, slug)
    found = _image(access, public_id)
    context = {
        "editor": editor_context(access, found, editing=request.GET.get("edit", "")),
        "tags": tags_context(access, found),
        "preview_url": rendition_url(found, "preview"),
        "original_url": original_url(found),
    }
    context |= _way_context(access, found, request.GET.get("q", ""))
    context |= boxes_context(access, found)
    return render(request, "pages/image.html", context | projects_context(access, found))


@require_safe
def history(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Every change of the image, newest first, by change set."""
    access = enter(request, slug)
    found = _image(access, public_id)
    changes = (
        Change.objects.filter(image=found)
        .select_related("change_set__by", "change_set__api_key", "change_set__undo_of")
        .order_by("-change_set_id", "id")[:HISTORY]
    )
    by_set: dict[ChangeSet, list[Change]] = {}
    for change in changes:
        by_set.setdefault(change.change_set, []).append(change)
    context = {"image": found, "history": list(by_set.items())}
    return render(request, "pages/history.html", context, partial="history")


@require_safe
def file(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What is known of the file: name, size, hash, camera data."""
    access = enter(request, slug)
    found = _image(access, public_id)
    return render(request, "pages/file.html", _file_context(access, found), partial="file")


@require_POST
def filename(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug, Role.EDITOR)
    found = _image(access, public_id)
    form = FilenameForm(request.POST)
    if not form.is_valid():
        context = _file_context(access, found) | {"form": form}
        return render(request, "pages/file.html", context, partial="file", status=422)
    with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        rename(acting, found, form.cleaned_data["filename"])
    context = _file_context(access, found) | {"renamed": True}
    return saved(_panel(request, access, found, "pages/file.html", "file", context))


@require_POST
def projects(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Put the image in a project, or give it another split there."""
    access = enter(request, slug, Role.EDITOR)
    found = _image(access, public_id)
    form = JoinForm(request.POST, workspace=access.workspace)
    if not form.is_valid():
        context = projects_context(access, found) | {"join": form}
        return render(request, "pages/image_projects.html", context, partial="projects", status=422)
    with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [found], form.cleaned_data["project"], split=form.cleaned_data["split"])
    context = projects_context(access, found)
    return _panel(request, access, found, "pages/image_projects.html", "projects", context)


@require_POST
def leave(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Take the image out of a project."""
    access = enter(request, slug, Role.EDITOR)
    found = _image(access, public_id)
    slug_of_project = request.POST.get("project", "").replace("\0", "")
    project = get_object_or_404(access.workspace.projects, slug=slug_of_project)
    with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        leave_project(acting, [found], project)
    context = projects_context(access, found)
    response = _panel(request, access, found, "pages/image_projects.html", "projects", context)
    return toast(response, f"Taken out of {project}.", undo=undo_url(acting.change_set))


@require_POST
def delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Move the image to the trash, and go on to the next one of the query."""
    access = enter(request, slug, Role.EDITOR)
    found = _image(access, public_id)
    query = request.POST.get("q", "")
    around = neighbours(access.workspace, query, found)
    with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash.trash(acting, [found])
    messages.success(
        request, f"{found.filename} is in the trash.", extra_tags=undo_url(acting.change_set)
    )
    if around.next is None:
        return HttpResponseRedirect(_with_query(reverse("library", args=[slug]), query))
    return HttpResponseRedirect(_way(access, around.next, query))


@require_POST
def restore(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug, Role.EDITOR)
    found = _image(access, public_id)
    with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.RESTORE) as acting:
        trash.restore(acting, [found])
    messages.success(request, f"{found.filename} is back.")
    return HttpResponseRedirect(image_url(access, found))


def _way_context(access: Access, image: Image, query: str) -> dict[str, Any]:
    """Return where one came from, and what lies before and after it there."""
    context: dict[str, Any] = {"query": query, "search": urlencode({"q": query}) if query else ""}
    if image.deleted_at is not None:
        return context
    around = neighbours(access.workspace, query, image)
    return context | {
        "around": around,
        "previous_url": _way(access, around.previous, query),
        "next_url": _way(access, around.next, query),
        "preload_url": rendition_url(around.next, "preview") if around.next else "",
        "strip": [
            {
                "image": each,
                "url": _way(access, each, query),
                "thumb_url": rendition_url(each, "thumb"),
            }
            for each in (*around.before, image, *around.after)
        ],
    }


def _way(access: Access, image: Image | None, query: str) -> str:
    return _with_query(image_url(access, image), query) if image else ""


def projects_context(access: Access, image: Image) -> dict[str, Any]:
    return {
        "image": image,
        "memberships": image.memberships.select_related("project").order_by("project__name"),
        "join": JoinForm(workspace=access.workspace),
        "may_edit": access.may_edit and image.deleted_at is None,
    }


def image_url(access: Access, image: Image) -> str:
    return reverse("image", args=[access.workspace.slug, image.public_id])


def _file_context(access: Access, image: Image) -> dict[str, Any]:
    return {
        "image": image,
        "form": FilenameForm(initial={"filename": image.filename}),
        "may_edit": access.may_edit and image.deleted_at is None,
    }


def _image(access: Access, public_id: str) -> Image:
    return get_object_or_404(
        access.workspace.images.select_related("workspace", "uploaded_by", "deleted_by"),
        public_id=public_id,
    )


def _panel(
    request: HttpRequest,
    access: Access,
    image: Image,
    template: str,
    partial: str,
    context: dict[str, Any],
) -> HttpResponse:
    if not wants_partial(request):
        return HttpResponseRedirect(image_url(access, image))
    return render(request, template, context, partial=partial)


def _with_query(url: str, query: str) -> str:
    return f"{url}?{urlencode({'q': query})}" if query else url
