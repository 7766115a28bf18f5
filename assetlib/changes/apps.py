from __future__ import annotations

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "assetlib.changes"
    label = "changes"
