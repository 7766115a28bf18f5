"""Keys that a mirror has applied, as the history holds them, in words."""

from __future__ import annotations

from django import template

from assetlib.mirror.models import read_keys

register = template.Library()


@register.filter
def keys_said(text: str) -> str:
    """Return the keys, by name: “line, site”; “none” where there is no key."""
    return ", ".join(sorted(read_keys(text))) or "none"
