from __future__ import annotations

from django.apps import AppConfig


class AssetlibConfig(AppConfig):
    name = "assetlib"

    def ready(self) -> None:
        from assetlib.rows import among  # noqa: F401, PLC0415 -- registers the lookup
