"""One URL answers with a page or with one partial of it; this decides which."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from assetlib.web.requests import Request


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part: neither a boosted link nor a page lost from its history.

    htmx asks for a lost history entry with `HX-Request` too; a partial would then become the page.
    """
    htmx = cast(Request, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with `template`, or with its partial of that name when htmx asks for a part."""
    name = f"{template}#{partial}" if partial and wants_partial(request) else template
    response = django_render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead to another page, also from where htmx would put it in the place of a part."""
    return HttpResponseClientRedirect(url) if wants_partial(request) else HttpResponseRedirect(url)
