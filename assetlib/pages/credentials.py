"""Credentials: how to get into buckets. What is secret of one is entered, and never shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.mirror.configure import InUseError, delete_credential, keep_credential
from assetlib.mirror.forms import CredentialForm
from assetlib.mirror.models import Credential
from assetlib.web.pages import render


@require_http_methods(["GET", "HEAD", "POST"])
def credentials(request: HttpRequest, slug: str) -> HttpResponse:
    """List the credentials; a POST makes one."""
    access = enter(request, slug, Role.ADMIN)
    return _edit(request, access, Credential(workspace=access.workspace))


@require_http_methods(["GET", "HEAD", "POST"])
def credential(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    access = enter(request, slug, Role.ADMIN)
    return _edit(request, access, _found(access, name))


@require_POST
def delete(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    access = enter(request, slug, Role.ADMIN)
    try:
        delete_credential(_found(access, name))
    except InUseError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{name} is forgotten.")
    return HttpResponseRedirect(reverse("credentials", args=[slug]))


def _edit(request: HttpRequest, access: Access, credential: Credential) -> HttpResponse:
    was = credential.name
    form = CredentialForm(request.POST if request.method == "POST" else None, instance=credential)
    if form.is_valid():
        keep_credential(credential, **form.secrets)
        messages.success(request, f"{credential.name} is saved; its secrets are shown nowhere.")
        return HttpResponseRedirect(reverse("credentials", args=[access.workspace.slug]))
    listed = access.workspace.credentials.prefetch_related("mirrors").order_by("name")
    context = {"form": form, "credential_name": was, "credentials": listed}
    return render(request, "pages/credentials.html", context, status=422 if form.is_bound else 200)


def _found(access: Access, name: str) -> Credential:
    return get_object_or_404(access.workspace.credentials, name=name)
