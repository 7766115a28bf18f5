from __future__ import annotations

from django.apps import AppConfig


class ColumnsConfig(AppConfig):
    name = "assetlib.columns"
    label = "columns"
