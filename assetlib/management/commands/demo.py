from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.models import User, Workspace
from assetlib.demo import bucket, library
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.runs import MirrorBusyError
from assetlib.serving import NotServableError, address, serve
from assetlib.transfer.folder import ingest_folder, list_folder
from assetlib.transfer.upload import About


class Command(BaseCommand):
    help = "Build the demo library (once), print the account, and serve."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=int, default=240, metavar="N", help="pictures (240)")
        parser.add_argument(
            "--from", dest="folder", type=Path, metavar="FOLDER", help="your own pictures instead"
        )
        parser.add_argument("--password", default="", metavar="P", help="the admin's password")
        parser.add_argument("--bind", default="127.0.0.1", metavar="H", help="address (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, metavar="N", help="port (8000)")
        parser.add_argument("--no-serve", action="store_true", help="build it and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        call_command("migrate", interactive=False, verbosity=0)
        workspace, admin, password = library.accounts(
            options["password"], Path(settings.VAR) / "demo_password"
        )
        if folder is None:
            self._draw(library.fill(workspace, admin, options["images"]))
        else:
            self._take_in(workspace, admin, folder)
        library.live(workspace, library.colleague(workspace))
        self._mirror(workspace, admin)
        known = f"password {password}" if password else "its password was changed and stays"
        url = f"{address(options['bind'], options['port'])}/{workspace.slug}/"
        self.stdout.write(f"\n  {url}\n  log in as {admin.username}, {known}\n")
        if not options["no_serve"]:
            self._serve(options)

    def _draw(self, counts: Iterator[int]) -> None:
        for done in counts:
            self.stdout.write(f"\r{done:,} pictures", ending="")
            self.stdout.flush()
        self.stdout.write("")

    def _take_in(self, workspace: Workspace, admin: User, folder: Path) -> None:
        listed = list_folder(folder)
        for result in ingest_folder(workspace, folder, listed, by=admin, about=About()):
            self.stdout.write(f"{result.name}: {result.outcome or result.refusal}")

    def _mirror(self, workspace: Workspace, admin: User) -> None:
        mirror = bucket.configure(workspace)
        if settings.DEMO_S3:
            try:
                said = bucket.follow(mirror, admin)
            except (BucketError, MirrorBusyError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"mirror {mirror.name}: {said}")

    def _serve(self, options: dict[str, Any]) -> None:
        try:
            serve(bind=options["bind"], port=options["port"])
        except NotServableError as refusal:
            raise CommandError(str(refusal)) from refusal
