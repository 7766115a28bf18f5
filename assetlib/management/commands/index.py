from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.models import Workspace
from assetlib.search.index import parts, rebuild, verify


class Command(BaseCommand):
    help = "Verify the search index against the tables, or build it anew from them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "rebuild"])
        parser.add_argument("--workspace", metavar="SLUG", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = Workspace.objects.order_by("slug")
        if slug := options["workspace"]:
            workspaces = workspaces.filter(slug=slug)
            if not workspaces:
                raise CommandError(f"There is no workspace “{slug}”.")
        wrong = 0
        for workspace in workspaces:
            act = self._verify if options["act"] == "verify" else self._rebuild
            wrong += act(workspace)
        if wrong and options["act"] == "verify":
            raise CommandError(f"{wrong:,} chunks are wrong. “index rebuild” puts them right.")

    def _verify(self, workspace: Workspace) -> int:
        count = 0
        for chunk in verify(workspace):
            self.stdout.write(f"{workspace.slug}: {chunk}")
            count += 1
        if not count:
            self.stdout.write(f"{workspace.slug}: the index is what the tables say.")
        return count

    def _rebuild(self, workspace: Workspace) -> int:
        found = parts(workspace)
        count = 0
        for done, part in enumerate(found, 1):
            count += rebuild(workspace, part)
            if self.stdout.isatty():
                self.stdout.write(
                    f"\r{workspace.slug}: {done:,} of {len(found):,} parts", ending=""
                )
        self.stdout.write(f"\r{workspace.slug}: {count:,} chunks written, in {len(found):,} parts.")
        return count
