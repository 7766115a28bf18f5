from __future__ import annotations

from django.apps import AppConfig


class AssetlibConfig(AppConfig):
    name = "assetlib"
