from __future__ import annotations

from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Files named by their content, compressed; imports between ES modules follow the names."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002 -- as Django has it
        """Return the file's address; each is made once, for a page asks for thirty."""
        if settings.DEBUG or force:
            address: str = super().url(name, force)
            return address
        if name not in self._urls:
            self._urls[name] = super().url(name)
        return self._urls[name]
