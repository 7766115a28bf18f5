from __future__ import annotations

from django.urls import reverse

from assetlib.changes.models import ChangeSet


def undo_url(change_set: ChangeSet | None) -> str:
    """Return the address that undoes a change set by a POST; empty when nothing was changed."""
    if change_set is None:
        return ""
    return reverse("undo", args=[change_set.workspace.slug, change_set.pk])
