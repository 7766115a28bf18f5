from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Files named by their content, compressed; imports between ES modules follow the names."""

    support_js_module_import_aggregation = True
