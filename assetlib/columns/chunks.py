"""The rows of column chunks: the one module with their SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

# How many columns one question names.
NAMES = 500


def read_column(workspace: int, column: str) -> dict[int, bytes]:
    """Return the chunks of a column that are not empty."""
    return _by_number(
        'SELECT chunk, data FROM columns_columnchunk WHERE workspace_id = %s AND "column" = %s',
        [workspace, column],
    )


def read_some(workspace: int, column: str, numbers: Collection[int]) -> dict[int, bytes]:
    """Return these chunks of a column, empty ones among them."""
    if not numbers:
        return {}
    found: dict[int, bytes] = dict.fromkeys(numbers, b"")
    marks = ", ".join(["%s"] * len(found))
    return found | _by_number(
        'SELECT chunk, data FROM columns_columnchunk WHERE workspace_id = %s AND "column" = %s'  # noqa: S608 -- marks only
        f" AND chunk IN ({marks})",
        [workspace, column, *found],
    )


def _by_number(sql: str, parameters: Sequence[Any]) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {number: bytes(data) for number, data in cursor.fetchall()}


def changed_since(workspace: int, seq: int) -> list[tuple[str, int]]:
    """Return (column, chunk) of what was written after the sequence stood there."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "column", chunk FROM columns_columnchunk WHERE workspace_id = %s AND seq > %s',
            [workspace, seq],
        )
        return list(cursor.fetchall())


def read_many(
    workspace: int, columns: Sequence[str], numbers: Sequence[int]
) -> Iterator[tuple[str, int, bytes]]:
    """Yield the chunks with these numbers of these columns."""
    for start in range(0, len(columns), NAMES):
        names = columns[start : start + NAMES]
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT "column", chunk, data FROM columns_columnchunk WHERE workspace_id = %s'  # noqa: S608 -- marks only
                f' AND "column" IN ({", ".join(["%s"] * len(names))})'
                f" AND chunk IN ({', '.join(['%s'] * len(numbers))})",
                [workspace, *names, *numbers],
            )
            for column, number, data in cursor:
                yield column, number, bytes(data)


def read_at(workspace: int, number: int) -> dict[str, bytes]:
    """Return the chunks of this number of all columns whose places are ords, by column."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "column", data FROM columns_columnchunk WHERE workspace_id = %s'
            " AND chunk = %s AND \"column\" NOT LIKE '#%%'",
            [workspace, number],
        )
        return {column: bytes(data) for column, data in cursor.fetchall()}


def write(workspace: int, seq: int, chunks: Iterable[tuple[str, int, bytes]]) -> None:
    """Write the chunks (column, number, bytes) under this sequence number."""
    rows = [(workspace, column, number, seq, data) for column, number, data in chunks]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                'INSERT INTO columns_columnchunk (workspace_id, "column", chunk, seq, data)'
                " VALUES (%s, %s, %s, %s, %s)"
                ' ON CONFLICT (workspace_id, "column", chunk)'
                " DO UPDATE SET seq = excluded.seq, data = excluded.data",
                rows,
            )


def numbers(workspace: int) -> set[int]:
    """Return the numbers of which there are chunks of images' columns that hold something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT chunk FROM columns_columnchunk WHERE workspace_id = %s"
            " AND \"column\" NOT LIKE '#%%' AND LENGTH(data) > 0",
            [workspace],
        )
        return {number for (number,) in cursor.fetchall()}
