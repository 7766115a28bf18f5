"""Serve the pages: granian's WSGI processes and a worker, which end with whoever started them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

# Says to wsgi.py that it is loaded in a process of this server: the id of its parent.
PARENT = "ASSETLIB_PARENT"
PR_SET_PDEATHSIG = 1
# Where every address of the machine is listened at, this one is among them.
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared with
# A slow upload holds a thread, so some must be left; more than this granian warns of.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


# Seconds: between looks at the worker, and for it to write down how far it has come.
WATCHED_EVERY, WORKER_PATIENCE = 0.5, 10


class NotServableError(Exception):
    """What stands in the way of serving, and what to do."""


def serve(
    *, bind: str, port: int, workers: int = 1, threads: int = THREADS, worker: bool = True
) -> None:
    """Serve until told to stop, with a worker for long work beside. Raises NotServableError."""
    _refuse_odd(port, workers, threads)
    _refuse_taken(bind, port)
    _refuse_unmigrated()
    collect_static()
    _answer_to(_in_url(bind))
    # A connection must not be carried over a fork.
    connections.close_all()
    os.environ[PARENT] = str(os.getpid())
    _end_with_uv()
    server = Granian(
        "assetlib.wsgi:application",
        address=bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1_024,
        log_access=False,
        respawn_failed_workers=True,
    )
    with _worker_beside() if worker else nullcontext():
        server.serve()


@contextmanager
def _worker_beside() -> Iterator[None]:
    """Keep a worker running, and start another should it end."""
    over = threading.Event()
    thread = threading.Thread(target=_keep_worker, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep_worker(over: threading.Event) -> None:
    # Started from here: the kernel ends a child with the thread that started it.
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    while not over.is_set():
        with subprocess.Popen(command) as process:  # noqa: S603 -- our own command
            while process.poll() is None and not over.wait(WATCHED_EVERY):
                pass
            process.terminate()
            try:
                process.wait(WORKER_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def address(bind: str, port: int) -> str:
    """Return the URL to open in a browser on this machine."""
    return f"http://{_in_url(LOOPBACK.get(bind, bind))}:{port}"


def _in_url(bind: str) -> str:
    return f"[{bind}]" if ":" in bind else bind


def _answer_to(host: str) -> None:
    """Take requests for the address one listens at; forked processes keep it, others read it."""
    if host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(host)
        os.environ["ASSETLIB_HOSTS"] = " ".join(settings.ALLOWED_HOSTS)


def _refuse_odd(port: int, workers: int, threads: int) -> None:
    if not 1 <= port <= 65_535:  # noqa: PLR2004 -- the ports there are
        raise NotServableError(f"There is no port {port}; 1 to 65535 would work.")
    if workers < 1 or threads < 1:
        raise NotServableError("At least one of --workers and of --threads is needed.")


def _refuse_taken(bind: str, port: int) -> None:
    host = LOOPBACK.get(bind, bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.settimeout(1)
            answers = probe.connect_ex((host, port)) == 0
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if not answers:
                probe.bind((bind, port))
    except OSError as error:
        raise NotServableError(
            f"It cannot listen at {bind}, port {port}: {error.strerror}."
        ) from error
    if answers:
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
    """Have the kernel end this process when its parent is gone, SIGKILL included (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # Gone already, before the kernel was asked.
    if os.getppid() != int(os.environ[PARENT]):
        os.kill(os.getpid(), signal.SIGTERM)


def _end_with_uv() -> None:
    """End when `uv run`, which is what a person started and stops, was killed.

    Not by the kernel's signal: that comes when the parent's thread ends, and uv has several. No
    other parent counts: a server may well outlive the shell it was started from.
    """
    parent = os.getppid()
    name = Path(f"/proc/{parent}/comm")
    if name.exists() and name.read_text().strip() == "uv":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
