"""Where the bench's libraries lie: one that is built once, and a copy that is measured and changed.

What is measured writes, too, so it is never done to the library that is kept for the next time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

RUN = "_run"
# Of the product's environment nothing but this may change what is measured.
KEPT_SETTINGS = {"ASSETLIB_COLUMN_CACHE", "ASSETLIB_LOG_LEVEL", "ASSETLIB_SECRET_KEY"}


@dataclass(frozen=True, slots=True)
class Place:
    """A library by its size and seed: in a folder, or in the PostgreSQL database of a URL."""

    folder: Path
    images: int
    seed: int
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs that works on the library."""
        return self._environment(self.database or f"sqlite:///{self._file}")

    @contextmanager
    def copied(self) -> Iterator[dict[str, str]]:
        """Yield the environment of a process that works on a copy, which is gone afterwards."""
        if self.database:
            with _template(self.database) as url:
                yield self._environment(url)
            return
        copy = self._file.with_name(f"{self._file.stem}{RUN}.sqlite3")
        _remove(copy)
        shutil.copyfile(self._file, copy)
        try:
            yield self._environment(f"sqlite:///{copy}")
        finally:
            _remove(copy)

    @property
    def _file(self) -> Path:
        return self.folder.resolve() / f"{self.images}-{self.seed}.sqlite3"

    def _environment(self, url: str) -> dict[str, str]:
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ASSETLIB_") or name in KEPT_SETTINGS
        }
        return (
            {"ASSETLIB_LOG_LEVEL": "WARNING"}
            | own
            | {
                "DATABASE_URL": url,
                "ASSETLIB_VAR": str(self.folder.resolve() / "var"),
                "DJANGO_SETTINGS_MODULE": "assetlib.settings",
            }
        )


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


@contextmanager
def _template(url: str) -> Iterator[str]:
    """Yield the URL of a copy of the database; the server makes it file by file."""
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    copy = f"{name}{RUN}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    # Of any other database: one that is connected to cannot be copied.
    other = parts._replace(scheme="postgresql", path="/template1").geturl()
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create.format(sql.Identifier(copy), sql.Identifier(name)))
    try:
        yield parts._replace(path=f"/{copy}").geturl()
    finally:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(drop)
