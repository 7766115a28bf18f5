from __future__ import annotations

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assetlib.jobs.worker import LONG, in_threads, work_off
from assetlib.serving import PARENT, end_with_parent


class Command(BaseCommand):
    help = "Do long work: exports, bulk edits, undos. Any number of workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do what waits now, and end when nothing is left"
        )
        parser.add_argument(
            "--threads", type=int, default=LONG, metavar="N", help=f"long jobs at once ({LONG})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if PARENT in os.environ:
            end_with_parent()
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        if options["once"]:
            self.stdout.write(f"{work_off(stopping):,} jobs")
            return
        for hand in in_threads(stopping, max(1, options["threads"])):
            hand.join()
