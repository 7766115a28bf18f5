"""The description for people: Swagger UI, from the files that Ninja brings, nothing inline."""

from __future__ import annotations

import functools
import gzip
from importlib.metadata import version
from pathlib import Path

import ninja
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

FOLDER = Path(ninja.__file__).parent / "static" / "ninja"
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
YEAR = 365 * 24 * 3_600


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation, to be tried with an API key or, where one is logged in, without."""
    script, style = (
        f"{reverse(f'api-v1:docs-{name}')}?{version('django-ninja')}" for name in ASSETS
    )
    return render(request, "api/docs.html", {"script": script, "style": style})


@login_not_required
@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Serve one of Ninja's files. Its address has the version, so it may be kept for long."""
    is_small = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_content(name, is_small), content_type=ASSETS[name])
    if is_small:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


@functools.cache
def _content(name: str, is_small: bool) -> bytes:  # noqa: FBT001 -- a key of the cache
    # As static files they would take the server seconds to collect and hash at each start.
    content = (FOLDER / name).read_bytes()
    return gzip.compress(content) if is_small else content
