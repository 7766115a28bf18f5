"""Who changed what, and undo."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.changes.models import Change, ChangeSet
from assetlib.changes.undo import NotUndoableError, undo_by_size
from assetlib.jobs.models import Job
from assetlib.web.pages import go_to, render, wants_partial
from assetlib.web.toasts import toast
from assetlib.web.ways import back

PAGE = 50


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    change_sets = access.workspace.change_sets.listed()
    page = Paginator(change_sets, PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/activity.html", {"page": page}, partial="change-sets")


@require_safe
def change_set(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One change set with every change in it."""
    access = enter(request, slug)
    found = _change_set(access, pk)
    changes = Change.objects.filter(change_set=found).select_related("image").order_by("id")
    page = Paginator(changes, PAGE * 4).get_page(request.GET.get("page"))
    context = {"change_set": found, "page": page}
    return render(request, "pages/change_set.html", context, partial="change-set")


@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Undo a change set; what was changed again since is left alone and said."""
    access = enter(request, slug, Role.EDITOR)
    found = _change_set(access, pk)
    try:
        undone = undo_by_size(found, by=access.user)
    except NotUndoableError as refusal:
        return _answer(request, access, str(refusal), refused=True)
    if isinstance(undone, Job):
        return go_to(request, reverse("job", args=[slug, undone.public_id]))
    return _answer(request, access, undone.sentence, refused=not undone.restored)


def _change_set(access: Access, pk: int) -> ChangeSet:
    return get_object_or_404(access.workspace.change_sets.listed(), pk=pk)


def _answer(request: HttpRequest, access: Access, said: str, *, refused: bool) -> HttpResponse:
    if wants_partial(request):
        response = toast(HttpResponse(status=204), said, level="error" if refused else "success")
        # The panels on the page listen, and load themselves again.
        return response if refused else trigger_client_event(response, "changed")
    messages.add_message(request, messages.ERROR if refused else messages.SUCCESS, said)
    return HttpResponseRedirect(back(request, reverse("activity", args=[access.workspace.slug])))
