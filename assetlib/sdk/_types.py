"""What the other modules call the same thing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote

# A value of an entry, and an image's entries as they are read.
Value: TypeAlias = str | int | float | bool
Metadata: TypeAlias = Mapping[str, Value]
# What may be written: nested objects flatten with dots, and None is left out.
Writable: TypeAlias = Mapping[str, Any]
FilePath: TypeAlias = str | os.PathLike[str]
# Called with how much is done and how much there is; 0 where nobody knows.
Progress: TypeAlias = Callable[[int, int], None]


def encode(said: object) -> str:
    """Return the JSON text; a number of numpy's counts as the number that it is.

    Raises ValueError for NaN and Infinity, which JSON does not have, and TypeError for what is no
    JSON at all.
    """
    return json.dumps(said, allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"A {type(value).__name__} cannot be sent: {value!r}.")
    return item()


def names(said: str | Iterable[str]) -> list[str]:
    """Return the names as a list; a text alone is one name, and not its letters."""
    return [said] if isinstance(said, str) else [*said]


def part(name: str) -> str:
    """Return the name as one part of an address, whatever is in it."""
    return quote(name, safe="")


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
