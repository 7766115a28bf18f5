"""What a field asks while one types: the type a value will have, and what it may become."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assetlib.accounts.access import enter
from metadata.suggest import suggest_keys, suggest_tags, suggest_values
from metadata.values import TYPES, ValueProblem, parse_typed, reads_differently


@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The type `?value=` will be stored as, with the value where it will read differently."""
    enter(request, slug)
    text, override = request.GET.get("value", ""), request.GET.get("type", "")
    context: dict[str, object] = {}
    try:
        typed = parse_typed(text, override if override in TYPES else "")
    except ValueProblem as problem:
        context["problem"] = problem if text.strip() else None
    else:
        context |= {"typed": typed, "differs": reads_differently(text, typed)}
    return render(request, "metadata/badge.html", context)


@require_safe
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    found = suggest_keys(access.workspace, request.GET.get("text", "").strip())
    return render(request, "metadata/suggest.html", {"keys": found})


@require_safe
def values(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    key = access.workspace.keys.filter(name=request.GET.get("key", "").strip()).first()
    found = suggest_values(key, request.GET.get("text", "").strip()) if key else []
    return render(request, "metadata/suggest.html", {"values": found})


@require_safe
def tags(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    found = suggest_tags(access.workspace, request.GET.get("text", "").strip())
    return render(request, "metadata/suggest.html", {"tags": found})
