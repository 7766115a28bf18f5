"""A listing kept on disk, in the order of paths, whatever order the store lists them in.

Not all do as S3 does: SeaweedFS lists `a/x` before `a-b`, directory buckets have no order at all.
Kept whole before anything is done, a listing that breaks off does nothing, and its end is known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from assetlib.mirror.listing import Globs, Listed

MARK = "\ufeff"


class Spool:
    """What is added is read back by path, each path once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.count = 0
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        columns = "path TEXT PRIMARY KEY, etag TEXT, size INTEGER, modified REAL"
        database.execute(f"CREATE TABLE listed ({columns}) WITHOUT ROWID")
        database.execute("CREATE TABLE wanted (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, objects: Iterable[Listed]) -> None:
        cursor = self._database.executemany(
            "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)", objects
        )
        self.count += cursor.rowcount

    def want(self, manifest: bytes) -> Manifest:
        """Return the paths that stand in the manifest, one a line."""
        lines = manifest.decode("utf-8", "replace").removeprefix(MARK).splitlines()
        paths = ((line.strip(),) for line in lines if line.strip())
        self._database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", paths)
        return Manifest(self._database)

    def __iter__(self) -> Iterator[Listed]:
        rows = self._database.execute("SELECT * FROM listed ORDER BY path")
        return map(Listed._make, rows)


class Manifest:
    """The paths a mirror is about, instead of globs."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __contains__(self, path: str) -> bool:
        found = self._database.execute("SELECT 1 FROM wanted WHERE path = ?", (path,))
        return found.fetchone() is not None

    @property
    def of_sidecars(self) -> Globs:
        """None: of other sidecars than those of its images a manifest says nothing."""
        return Globs((), ("**",))


@contextmanager
def spool() -> Iterator[Spool]:
    """Keep a listing for the length of the block."""
    # Without a name it is a file that is gone with its connection, however that ends.
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        yield Spool(database)
