from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assetlib.accounts.models import User, Workspace


def access(request: HttpRequest) -> dict[str, Any]:
    """Give every template the workspace one is in, one's access to it, and the others to go to."""
    found = getattr(request, "access", None)
    user = getattr(request, "user", None)
    return {
        "access": found,
        "workspace": found.workspace if found else None,
        # Lazy: a page or partial that does not list them asks no query.
        "workspaces": Workspace.objects.of(user) if isinstance(user, User) else (),
    }
