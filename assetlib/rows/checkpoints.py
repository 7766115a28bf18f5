"""Copy what SQLite has logged into the database, beside those who write.

Whoever commits when the log is full copies it, waiting for the disk twice: of a bulk edit a third
of the time. Where a thread does it all along, little is left to copy then. It also brings what was
committed to the disk: a power cut takes back what is younger than the thread's last round.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

# Seconds between two rounds, and after one that failed.
EVERY, PATIENCE = 0.2, 5.0


def checkpoint_until(stopping: threading.Event) -> None:
    """Do so until told to stop; at once nothing where the database needs none of it."""
    if connection.vendor != "sqlite":
        return
    while not stopping.wait(EVERY):
        try:
            with connection.cursor() as cursor:
                # Waits for nobody, and nobody waits for it.
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except DatabaseError:
            logger.exception("The log could not be copied into the database.")
            connection.close()
            stopping.wait(PATIENCE)
    connection.close()
