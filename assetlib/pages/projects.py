"""Projects: the list, a new one, one to rename or delete. Their images are the library's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.pages.forms import ProjectForm
from assetlib.web.pages import render
from images.models import Project
from images.projects import change_project, create_project, delete_project


@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest, slug: str) -> HttpResponse:
    """List the projects; a POST makes one."""
    access = enter(request, slug, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = create_project(access.workspace, **form.cleaned_data)
        messages.success(request, f"{made.name} is there. Upload images to it, or add some.")
        return HttpResponseRedirect(_url(access))
    context = {
        "projects": access.workspace.projects.with_image_counts().order_by("name"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "pages/projects.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, slug: str, project: str) -> HttpResponse:
    """One project's name and description; a POST changes them."""
    access = enter(request, slug, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    found = _project(access, project)
    initial = {"name": found.name, "description": found.description}
    form = ProjectForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_project(found, **form.cleaned_data)
        messages.success(request, f"{found.name} is saved.")
        return HttpResponseRedirect(_url(access))
    context: dict[str, Any] = {"project": found, "form": form}
    return render(request, "pages/project.html", context, status=422 if form.is_bound else 200)


@require_POST
def delete(request: HttpRequest, slug: str, project: str) -> HttpResponse:
    """Delete the project; its images stay in the library."""
    access = enter(request, slug, Role.ADMIN)
    found = _project(access, project)
    delete_project(found)
    messages.success(request, f"{found.name} is gone; its images stay in the library.")
    return HttpResponseRedirect(_url(access))


def _project(access: Access, slug: str) -> Project:
    return get_object_or_404(access.workspace.projects.with_image_counts(), slug=slug)


def _url(access: Access) -> str:
    return reverse("projects", args=[access.workspace.slug])
