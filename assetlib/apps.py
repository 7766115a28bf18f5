from __future__ import annotations

import gc

from django.apps import AppConfig

GARBAGE = 50_000


class AssetlibConfig(AppConfig):
    name = "assetlib"

    def ready(self) -> None:
        # Searches and bulk writes make objects by the ten thousand, none of them in circles; to
        # look for circles every 700 took a quarter of a bulk write.
        gc.set_threshold(GARBAGE)
        from assetlib.rows import among  # noqa: F401, PLC0415 -- registers the lookup
