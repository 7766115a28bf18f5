from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from images.trash import purge_expired


class Command(BaseCommand):
    help = "Remove for good what has lain in the trash for too long."

    def handle(self, *args: Any, **options: Any) -> None:
        count = purge_expired()
        self.stdout.write(
            f"{count:,} images were in the trash for over {settings.TRASH_DAYS} days."
        )
