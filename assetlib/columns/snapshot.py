from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def read_snapshot() -> Iterator[None]:
    """Let every read inside see one moment of the database, and hold no lock.

    Never `atomic()`: on SQLite that takes the one write lock. Inside a transaction that is already
    open (a write that looks something up, a test) it adds nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN DEFERRED"
        if connection.vendor == "sqlite"
        else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        # Nothing was written: a rollback ends it whatever happened inside.
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
