"""Every component on one page, in both themes, for those who build pages. Only with DEBUG."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assetlib.accounts.access import Access
from assetlib.accounts.models import Role, User, Workspace

KEYS = (
    ("camera_id", "string", 812),
    ("capture.temperature", "number", 640),
    ("capture.shift", "string", 311),
    ("quality_score", "number", 298),
    ("reviewed", "boolean", 87),
)
ENTRIES = (
    {"key": "camera_id", "value": "cam001", "type": "string", "origin": "bucket"},
    {"key": "quality_score", "value": "95", "type": "number", "origin": "api"},
    {"key": "reviewed", "value": "true", "type": "boolean", "origin": "user"},
)


class SampleForm(forms.Form):
    """A form as any page's: rendered by the project's field template."""

    name = forms.CharField(help_text="Letters, digits, dot and underscore.")
    kind = forms.ChoiceField(choices=[("live", "Slice"), ("frozen", "Snapshot")])
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)


@require_safe
@login_not_required
def patterns(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text")
    if text is not None:
        found = [key for key in KEYS if text.lower() in key[0]]
        return render(request, "patterns.html#options", {"keys": found})
    return render(request, "patterns.html", _samples())


def _samples() -> dict[str, Any]:
    workspace = Workspace(name="Line 4 inspection", slug="demo")
    user = User(username="ada", is_staff=True)
    return {
        "access": Access(workspace, user, Role.EDITOR),
        "workspace": workspace,
        "workspaces": [workspace, Workspace(name="Road cameras", slug="roads")],
        "user": user,
        "themes": [
            {"name": name, "form": SampleForm({"name": ""}, prefix=name)}
            for name in ("light", "dark")
        ],
        "page": Paginator(range(90), 10).page(4),
        "entries": ENTRIES,
        "pairs": [(entry["key"], entry["value"]) for entry in ENTRIES],
        "types": ("string", "number", "boolean"),
        "origins": ("user", "api", "import", "bucket"),
        "names": ("conveyor_0481.jpg", "warehouse-aisle-7-night-shift-00012.png", "road.webp"),
    }
