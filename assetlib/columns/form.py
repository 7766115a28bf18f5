from __future__ import annotations

import unicodedata


def normalise(text: str) -> str:
    """Return what matching compares: case and Unicode form are ignored."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", folded)
