from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.serving import THREADS, NotServableError, serve


class Command(BaseCommand):
    help = "Serve the pages with granian, and do long work in a process beside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", metavar="H", help="address (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, metavar="N", help="port (8000)")
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (1)")
        parser.add_argument(
            "--threads", type=int, default=THREADS, metavar="N", help=f"threads each ({THREADS})"
        )
        parser.add_argument(
            "--no-worker", dest="worker", action="store_false", help="leave long work to others"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("bind", "port", "workers", "threads", "worker")
        try:
            serve(**{name: options[name] for name in names})
        except NotServableError as refusal:
            raise CommandError(str(refusal)) from refusal
