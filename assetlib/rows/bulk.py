"""Many rows at once. What writes by the thousand writes through here; the ORM does all the rest.

On SQLite `executemany` is ten times as fast as `bulk_create` (43,000 against 3,500 images a second
with ten entries each), and on PostgreSQL COPY as much faster again than `executemany`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

Row = tuple[Any, ...]


def insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows that are not there yet."""
    listed = list(rows)
    if not listed:
        return
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in listed:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    run_for_each(f"INSERT INTO {table} ({names}) VALUES ({marks})", listed)  # noqa: S608 -- names of ours


def run_for_each(sql: str, rows: Iterable[Row]) -> None:
    """Run one statement for each row of parameters."""
    listed = list(rows)
    if listed:
        with connection.cursor() as cursor:
            cursor.executemany(sql, listed)
