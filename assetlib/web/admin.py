from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest


class ReadOnly:
    """Mixed into an admin whose rows are written by our own operations and looked at there."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
