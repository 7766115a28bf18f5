"""What is done again and again: each time once, however many workers look at the clock.

The settings name it: `PERIODIC = {"purge-trash": (86_400, "images.trash.purge_expired")}`. What was
missed while no worker ran is done once at the next one's start, not as often as it was missed.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from assetlib.jobs.models import Tick

logger = logging.getLogger(__name__)

# Seconds between two looks at the clock.
LOOK_EVERY = 5.0


def run_due() -> list[str]:
    """Do what is due, and return the names of what this worker did."""
    done = []
    for name, (seconds, path) in settings.PERIODIC.items():
        if not _claim(name, seconds):
            continue
        try:
            import_string(path)()
        except Exception:
            # Its next time comes; the others must not wait for somebody to mend it.
            logger.exception("%s failed.", name)
            continue
        done.append(name)
    return done


def _claim(name: str, seconds: float) -> bool:
    now = timezone.now()
    tick, _ = Tick.objects.get_or_create(name=name, defaults={"due_at": now})
    if tick.due_at > now:
        return False
    # Of several workers that see it due, one changes the row.
    due = Tick.objects.filter(name=name, due_at=tick.due_at)
    return bool(due.update(due_at=now + timedelta(seconds=seconds)))


def run_until(stopping: threading.Event) -> None:
    """Do what falls due, until told to stop."""
    while not stopping.is_set():
        try:
            close_old_connections()
            run_due()
        except Exception:
            logger.exception("The worker could not look at what is due.")
            connection.close()
        stopping.wait(LOOK_EVERY)
    connections.close_all()
