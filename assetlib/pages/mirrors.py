"""Mirrors: the list, a new one, its settings, and the trial of its connection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.mirror.bucket import try_connection
from assetlib.mirror.configure import keep_mirror
from assetlib.mirror.deletion import delete_mirror
from assetlib.mirror.models import Mirror, Run
from assetlib.mirror.runs import MirrorBusyError
from assetlib.mirror.work import said_of
from assetlib.pages.mirror_forms import MirrorForm
from assetlib.web.pages import render


@require_safe
def mirrors(request: HttpRequest, slug: str) -> HttpResponse:
    """List the mirrors with their last runs; the page asks again while one is under way."""
    access = enter(request, slug)
    listed = list(access.workspace.mirrors.listed())
    newest = Run.objects.newest_of(listed)
    rows = [(mirror, told(newest.get(mirror.pk))) for mirror in listed]
    context = {
        "mirrors": rows,
        "moving": any(
            mirror.being_deleted or (last["run"] and last["run"].under_way) for mirror, last in rows
        ),
    }
    return render(request, "pages/mirrors.html", context, partial="mirrors")


def told(run: Run | None) -> dict[str, Any]:
    """Return a run with what it came to, in words."""
    begun = run is not None and (run.counters or run.is_complete)
    return {"run": run, "said": said_of(run.counters) if run and begun else ""}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what to follow; a POST makes the mirror."""
    access = enter(request, slug, Role.ADMIN)
    return _edit(request, access, Mirror(workspace=access.workspace))


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    access = enter(request, slug, Role.ADMIN)
    return _edit(request, access, find_mirror(access, name))


def _edit(request: HttpRequest, access: Access, mirror: Mirror) -> HttpResponse:
    was = mirror.name
    data = request.POST if request.method == "POST" else None
    form = MirrorForm(data, instance=mirror, workspace=access.workspace)
    if data is not None and _kept(form):
        messages.success(request, f"{mirror.name} is saved.")
        return HttpResponseRedirect(reverse("mirror", args=[access.workspace.slug, mirror.name]))
    context = {"form": form, "mirror_name": was, "steps": ()}
    return render(request, "pages/mirror_form.html", context, status=422 if form.is_bound else 200)


def _kept(form: MirrorForm) -> bool:
    if not form.is_valid():
        return False
    try:
        keep_mirror(form.instance)
    except (ValidationError, MirrorBusyError) as problem:
        form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))
        return False
    return True


@require_POST
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """Try the connection of a form that is not saved yet, step by step; it stays as it was."""
    access = enter(request, slug, Role.ADMIN)
    was = request.POST.get("was", "")
    known = access.workspace.mirrors.filter(name=was).first()
    form = MirrorForm(
        request.POST,
        instance=known or Mirror(workspace=access.workspace),
        workspace=access.workspace,
    )
    form.is_valid()
    said = form.cleaned_data
    steps = (
        try_connection(said["credential"], said["bucket"], said.get("prefix", ""))
        if said.get("credential") and said.get("bucket")
        else ()
    )
    # Without steps: what is to be done first.
    wrong = " ".join(map(str, form["bucket"].errors)) if request.POST.get("bucket") else ""
    unsaid = wrong or "Choose a credential and name a bucket first."
    context = {"form": form, "mirror_name": was, "steps": steps, "unsaid": unsaid}
    return render(request, "pages/mirror_form.html", context, partial="trial")


@require_POST
def delete(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Stop following the bucket; what came from it stays."""
    access = enter(request, slug, Role.ADMIN)
    mirror = find_mirror(access, name)
    try:
        delete_mirror(mirror, by=access.user)
    except MirrorBusyError as busy:
        messages.error(request, str(busy))
        return HttpResponseRedirect(reverse("mirror", args=[slug, name]))
    messages.success(request, f"{name} is being deleted; its images and their metadata stay.")
    return HttpResponseRedirect(reverse("mirrors", args=[slug]))


def find_mirror(access: Access, name: str) -> Mirror:
    return get_object_or_404(access.workspace.mirrors.listed(), name=name)
