from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.bench.databases import Place
from assetlib.bench.library import NotOursError
from assetlib.bench.machine import machine
from assetlib.bench.plan import Plan
from assetlib.bench.report import judged, lines
from assetlib.bench.run import STEPS, StepError, bench, step_write

SIZES = (10_000, 100_000, 1_000_000)


class Command(BaseCommand):
    help = "Build a library of its own for measuring, and print what is promised beside what is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--images", type=int, default=100_000, metavar="N", help="images (100000)"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="of chance (1)")
        parser.add_argument(
            "--database",
            default="",
            metavar="URL",
            help="an empty PostgreSQL database, or one of an earlier bench, instead of SQLite",
        )
        parser.add_argument("--json", action="store_true", help="all figures as JSON")
        parser.add_argument(
            "--growth", action="store_true", help="at 10,000, 100,000 and 1,000,000 images"
        )
        parser.add_argument(
            "--keep", type=Path, metavar="FOLDER", help="where libraries are kept (var/bench)"
        )
        parser.add_argument(
            "--rounds", type=int, default=30, metavar="N", help="measurements a case (30)"
        )
        # What this command says to itself, in another process.
        for name, type_ in (("--step", str), ("--out", Path), ("--begin", float)):
            parser.add_argument(name, type=type_, help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["images"] < 1 or options["rounds"] < 1:
            raise CommandError("At least one image and one round are needed.")
        if options["step"]:
            self._step(options)
            return
        sizes = SIZES if options["growth"] else (options["images"],)
        try:
            libraries = [judged(bench(self._place(options, n), options["rounds"])) for n in sizes]
        except StepError as problem:
            raise CommandError(str(problem)) from problem
        report = {"machine": machine(), "libraries": libraries}
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
            return
        for line in lines(report):
            self.stdout.write(line)

    def _place(self, options: dict[str, Any], images: int) -> Place:
        folder: Path = options["keep"] or Path(settings.VAR) / "bench"
        return Place(folder, images, options["seed"], options["database"])

    def _step(self, options: dict[str, Any]) -> None:
        plan, rounds = Plan(options["images"], options["seed"]), options["rounds"]
        try:
            if options["step"] == "write":
                result = step_write(plan, rounds, options["begin"])
            else:
                result = STEPS[options["step"]](plan, rounds, self._progress)
        except NotOursError as problem:
            raise CommandError(str(problem)) from problem
        options["out"].write_text(json.dumps(result))

    def _progress(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
