from __future__ import annotations

from collections.abc import Iterator

from assetlib.sdk import Library


def fill(library: Library, colours: Iterator[bytes], count: int) -> list[str]:
    """Upload pictures numbered by the key `number`; return their ids."""
    return [
        library.upload(next(colours), {"number": n}, filename=f"{n:03}.png").id
        for n in range(count)
    ]
