"""Serve the pages: granian's WSGI workers, which end with whoever started them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

# Says to wsgi.py that it is loaded in a worker of ours.
WORKER = "ASSETLIB_WORKER"
PR_SET_PDEATHSIG = 1


class NotServableError(Exception):
    """What stands in the way of serving, and what to do."""


def serve(*, bind: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop. Raises NotServableError."""
    _refuse_taken(bind, port)
    _refuse_unmigrated()
    collect_static()
    os.environ[WORKER] = "1"
    Granian(
        "assetlib.wsgi:application",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1_024,
        log_access=False,
    ).serve()


def _refuse_taken(bind: str, port: int) -> None:
    host = "127.0.0.1" if bind in {"0.0.0.0", "::"} else bind  # noqa: S104 -- compared with
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, port)) == 0:
            raise NotServableError(
                f"Something answers at {host}:{port} already. Stop it, or choose another --port."
            )


def _refuse_unmigrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotServableError("The database is not up to date. Run: manage.py migrate")


def collect_static() -> None:
    """Gather and hash the static files, unless that was done since they last changed."""
    done = Path(settings.STATIC_ROOT) / f".collected-django-{django.__version__}"
    sources = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")]
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    if done.exists() and done.stat().st_mtime >= newest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    done.touch()


def end_with_parent() -> None:
    """Have the kernel end this worker when its parent is gone, SIGKILL included (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
