"""Zips for the tests, made of paths and bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.factories import picture_bytes


def png(shade: int) -> bytes:
    return picture_bytes("PNG", colour=(shade % 256, shade // 256, 7))


def zip_bytes(files: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip; what is no bytes is written as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, said in files.items():
            archive.writestr(path, said if isinstance(said, bytes) else json.dumps(said))
    return out.getvalue()
