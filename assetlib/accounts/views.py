"""The way in: log in, choose a workspace, and whether the server is well."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assetlib.accounts.models import User, Workspace


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead into the one workspace a person has; list several, or say that there is none."""
    user = request.user
    workspaces = list(Workspace.objects.of(user)) if isinstance(user, User) else []
    if len(workspaces) == 1:
        return HttpResponseRedirect(reverse("library", args=[workspaces[0].slug]))
    return render(request, "accounts/home.html", {"workspaces": workspaces})


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the database does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def locked_out(
    request: HttpRequest, _credentials: Any = None, *_args: Any, **_kwargs: Any
) -> HttpResponse:
    """The login page after too many wrong passwords."""
    hours = settings.AXES_COOLOFF_TIME
    context = {
        "form": AuthenticationForm(request),
        "locked": f"Too many wrong passwords. Try again in {hours} hour{'s'[: hours != 1]}.",
    }
    return render(request, "accounts/login.html", context, status=429)
