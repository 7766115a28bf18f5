"""Rows straight into a table of an empty library, as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection

Row = Sequence[Any]
# Ids are given, so PostgreSQL must hear where to go on.
COUNTED = [
    "images_project",
    "images_image",
    "metadata_key",
    "metadata_value",
    "metadata_tag",
    "metadata_entry",
    "metadata_imagetag",
    "images_membership",
]


def put(table: str, columns: str, rows: Iterable[Row]) -> None:
    """Add the rows; `columns` are parted by spaces. Booleans and None as they are."""
    names = ", ".join(columns.split())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns.split()))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 -- names of ours
        cursor.executemany(sql, list(rows))


def moment(at: datetime | None) -> str | None:
    """Return the moment as either database reads it."""
    return None if at is None else str(connection.ops.adapt_datetimefield_value(at))


@contextmanager
def loading() -> Iterator[None]:
    """Have the database trust what it is given: a library that is half loaded is begun anew."""
    with connection.constraint_checks_disabled():
        _hurry(
            ["PRAGMA synchronous = OFF", "PRAGMA cache_size = -524288"],
            ["SET session_replication_role = replica", "SET synchronous_commit = off"],
        )
        try:
            yield
        finally:
            _hurry(
                ["PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -65536"],
                ["RESET session_replication_role", "RESET synchronous_commit"],
            )


def _hurry(sqlite: Iterable[str], postgresql: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for sql in postgresql if connection.vendor == "postgresql" else sqlite:
            try:
                cursor.execute(sql)
            except DatabaseError:
                # Not a superuser: foreign keys are then checked row by row, which is only slower.
                continue


def settle() -> None:
    """Let the database know what it holds: counters of ids, and statistics for its planner."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in COUNTED:
                last = f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {table})"  # noqa: S608 -- ours
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                cursor.execute(f"SELECT setval({sequence}, {last}, false)")
    _analyse()


def _analyse() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
