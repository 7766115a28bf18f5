from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from assetlib.rows.checkpoints import checkpoint_until
from tests.factories import make_user

NEEDLE, PATIENCE = "needle-in-the-log", 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite's log")
def test_what_is_logged_reaches_the_database_though_no_writer_copies_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
    make_user(NEEDLE)
    database = Path(str(connection.settings_dict["NAME"]))
    assert not holds(database)

    stopping = threading.Event()
    copying = threading.Thread(target=checkpoint_until, args=(stopping,))
    copying.start()
    deadline = time.monotonic() + PATIENCE
    while not holds(database) and time.monotonic() < deadline:
        time.sleep(0.05)
    stopping.set()
    copying.join()
    connection.close()

    assert holds(database)


def holds(database: Path) -> bool:
    """Look by another process: one that closes the file gives up SQLite's locks on it."""
    return not subprocess.run(["/bin/grep", "-q", NEEDLE, database], check=False).returncode
