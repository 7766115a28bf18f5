from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from assetlib.rows.checkpoints import checkpoint_until
from tests.factories import make_user

PATIENCE = 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite's log")
def test_what_is_logged_reaches_the_database_though_no_writer_copies_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
    make_user("needle-in-the-log")
    database = Path(str(connection.settings_dict["NAME"]))
    assert b"needle-in-the-log" not in database.read_bytes()

    stopping = threading.Event()
    copying = threading.Thread(target=checkpoint_until, args=(stopping,))
    copying.start()
    deadline = time.monotonic() + PATIENCE
    while b"needle-in-the-log" not in database.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.05)
    stopping.set()
    copying.join()
    connection.close()

    assert b"needle-in-the-log" in database.read_bytes()
