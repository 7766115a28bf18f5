"""API keys: the list, a new one whose secret is shown once, and one to revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assetlib.accounts.access import enter
from assetlib.accounts.api_keys import create_api_key, revoke_api_key
from assetlib.accounts.models import Role
from assetlib.pages.forms import ApiKeyForm
from assetlib.web.pages import render


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest, slug: str) -> HttpResponse:
    """List the API keys; a POST makes one, and shows its secret in the answer alone."""
    access = enter(request, slug, Role.ADMIN)
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        made, secret = create_api_key(access.workspace, **form.cleaned_data, by=access.user)
        form = ApiKeyForm()
    listed = access.workspace.api_keys.select_related("created_by").order_by("-created_at", "-id")
    context = {
        "api_keys": listed,
        "form": form,
        "made": made,
        "secret": secret,
        "rf_url": request.build_absolute_uri("/rf"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "pages/api_keys.html", context, status=status)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    access = enter(request, slug, Role.ADMIN)
    api_key = get_object_or_404(access.workspace.api_keys, pk=pk)
    revoke_api_key(api_key)
    messages.success(request, f"{api_key.name} lets nobody in any more.")
    return HttpResponseRedirect(reverse("api-keys", args=[slug]))
