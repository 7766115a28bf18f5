"""One file into the library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from assetlib.sdk._connection import Connection
from assetlib.sdk._retry import Retry
from assetlib.sdk._types import FilePath, Writable, encode, names

Source: TypeAlias = FilePath | bytes | IO[bytes]

# A form's file needs a name; the server has this one for those without.
UNNAMED = "unnamed"
BINARY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a file that is uploaded."""

    metadata: Writable = field(default_factory=dict)
    tags: Sequence[str] = ()
    project: str = ""
    split: str = ""
    batch: str = ""

    def form(self) -> dict[str, str]:
        where = {"project": self.project, "split": self.split, "batch": self.batch}
        form = {"metadata": encode(dict(self.metadata)), "tags": encode(names(self.tags))}
        return form | {name: said for name, said in where.items() if said}


def send(
    connection: Connection,
    source: Source,
    about: About,
    *,
    filename: str = "",
    sidecar: Path | None = None,
    retry: Retry | None = None,
) -> dict[str, Any]:
    """Send the file, and the sidecar beside it as it is; return what the server says of it."""
    with _opened(source) as (own_name, content):
        name = filename or own_name
        files = {"file": (name, content, BINARY)}
        if sidecar is not None:
            files["sidecar"] = (sidecar.name, sidecar.read_bytes(), "application/json")
        form = about.form() | {"filename": name}
        answer = connection.send_form("images", retry=retry, data=form, files=files)
    said: dict[str, Any] = connection.read(answer)
    return said


@contextmanager
def _opened(source: Source) -> Iterator[tuple[str, bytes | IO[bytes]]]:
    """Open the source for as long as the block runs: its name, and what httpx takes."""
    if isinstance(source, bytes):
        yield UNNAMED, source
    elif isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield Path(source).name, file
    else:
        name = getattr(source, "name", "")
        name = Path(name).name if isinstance(name, str) else ""
        # What cannot go back to its beginning could be sent just once.
        yield name or UNNAMED, source if source.seekable() else source.read()
