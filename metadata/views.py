"""The editor: what is said of one image, added, changed and removed.

Each view answers htmx with the one partial it changed, and a plain form with a redirect back to the
page it stood on. The image's page includes the same partials.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.changes.act import act
from assetlib.changes.links import undo_url
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.web.pages import render, wants_partial
from assetlib.web.toasts import saved, toast
from assetlib.web.ways import back
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.errors import EntryConflictError, InvalidEditError, TrashedImageError
from metadata.forms import ChangeForm, EntryForm, ManyForm, TagForm, read_shown
from metadata.models import Entry
from metadata.panels import editor_context, tags_context
from metadata.values import Value

EDITOR = "metadata/editor.html"
TAGS = "metadata/tags.html"


@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show the editor, with the row of `?edit=` open; a POST adds an entry."""
    access = enter(request, slug, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    image = _image(access, public_id)
    if request.method != "POST":
        context = editor_context(access, image, editing=request.GET.get("edit", ""))
        return render(request, EDITOR, context, partial="editor")
    form = EntryForm(request.POST)
    if not form.is_valid():
        focus = "key" if form["key"].errors else "value"
        return _editor(request, access, image, status=422, add=form, focus=focus)
    key = form.cleaned_data["key"]
    edit = Edit(image, set={key: form.typed}, expected=_seen(request, access, image, key))
    return _save(request, access, image, edit, add=form)


@require_POST
def change(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Set an entry that is edited in place, unless someone else has changed it meanwhile."""
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    form = ChangeForm(request.POST)
    key = request.POST.get("key", "")
    if not form.is_valid():
        return _editor(request, access, image, status=422, change=form, editing=key)
    note = request.POST.get("accepted") or form.cleaned_data["shown"]
    edit = Edit(image, set={key: form.typed}, expected={key: read_shown(note)})
    return _save(request, access, image, edit, change=form, editing=key)


@require_POST
def remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    key = request.POST.get("key", "")
    change_set = _carry_out(access, Edit(image, remove=[key]))
    said = f"Removed {key}." if change_set else f"There was no {key} any more."
    return _done(request, access, image, said=said, change_set=change_set)


@require_POST
def add_many(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Set all entries of pasted JSON or lines, or none."""
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _editor(request, access, image, status=422, many=form)
    return _save(request, access, image, Edit(image, set=form.entries), many=form)


@require_POST
def copy(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Copy to this image the entries of another that it has no value for itself."""
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    source = _image(access, request.POST.get("from", ""))
    own = set(image.entries.values_list("key__name", flat=True))
    theirs = {
        entry.key.name: entry.typed
        for entry in Entry.objects.filter(image=source).shown()
        if entry.key.name not in own
    }
    return _save(request, access, image, Edit(image, set=theirs))


@require_http_methods(["GET", "HEAD", "POST"])
def tags(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show the tags; a POST adds one or several."""
    access = enter(request, slug, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    image = _image(access, public_id)
    if request.method != "POST":
        return render(request, TAGS, tags_context(access, image), partial="tags")
    form = TagForm(request.POST)
    if not form.is_valid():
        context = tags_context(access, image, form=form, focus=True)
        return render(request, TAGS, context, partial="tags", status=422)
    _carry_out(access, Edit(image, add_tags=form.cleaned_data["tags"]))
    return _tagged(request, access, image)


@require_POST
def remove_tag(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    tag = request.POST.get("tag", "")
    change_set = _carry_out(access, Edit(image, remove_tags=[tag]))
    response = _tagged(request, access, image)
    return toast(response, f"Removed the tag {tag}.", undo=undo_url(change_set))


def _image(access: Access, public_id: str) -> Image:
    return get_object_or_404(access.workspace.images.alive(), public_id=public_id)


def _carry_out(access: Access, edit: Edit) -> ChangeSet | None:
    try:
        with act(access.workspace, by=access.user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
            annotate(acting, [edit])
    except TrashedImageError as gone:
        raise Http404(str(gone)) from gone
    return acting.change_set


def _save(
    request: HttpRequest,
    access: Access,
    image: Image,
    edit: Edit,
    *,
    editing: str = "",
    **forms: Any,
) -> HttpResponse:
    """Carry out an edit of entries; when it is refused, show why with the input kept."""
    try:
        change_set = _carry_out(access, edit)
    except EntryConflictError as conflict:
        shown = {"editing": editing, "conflict": conflict, **forms}
        return _editor(request, access, image, status=409, **shown)
    except InvalidEditError as refused:
        for form in forms.values():
            form.add_error(None, [f"{each.key} {each.message}" for each in refused.problems])
        return _editor(request, access, image, status=422, editing=editing, **forms)
    return _done(request, access, image, change_set=change_set)


def _seen(request: HttpRequest, access: Access, image: Image, key: str) -> dict[str, Value | None]:
    """Return what the writer must have seen of the key: nothing, if set by another since then."""
    if note := request.POST.get("accepted"):
        return {key: read_shown(note)}
    try:
        drawn = parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        drawn = None
    if drawn is None or drawn.tzinfo is None:
        return {}
    later = image.entries.filter(key__name=key, changed_at__gt=drawn)
    return {key: None} if later.exclude(changed_by=access.user).exists() else {}


def _editor(
    request: HttpRequest, access: Access, image: Image, *, status: int = 200, **parts: Any
) -> HttpResponse:
    context = editor_context(access, image, **parts)
    return render(request, EDITOR, context, partial="editor", status=status)


def _done(
    request: HttpRequest,
    access: Access,
    image: Image,
    *,
    said: str = "",
    change_set: ChangeSet | None,
) -> HttpResponse:
    if not wants_partial(request):
        return HttpResponseRedirect(_page_of(request, access, image))
    response = saved(_editor(request, access, image, focus="key"))
    return toast(response, said, undo=undo_url(change_set)) if said else response


def _tagged(request: HttpRequest, access: Access, image: Image) -> HttpResponse:
    if not wants_partial(request):
        return HttpResponseRedirect(_page_of(request, access, image))
    return saved(render(request, TAGS, tags_context(access, image, focus=True), partial="tags"))


def _page_of(request: HttpRequest, access: Access, image: Image) -> str:
    return back(request, reverse("image", args=[access.workspace.slug, image.public_id]))
