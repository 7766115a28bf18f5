from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.models import Workspace
from assetlib.annotations import counts as classes
from assetlib.mirror.check import mend_rows, wrong_rows
from assetlib.search.index import parts, rebuild, verify
from images.check import missing_files, remove_stray, stray_files
from metadata.check import mend_counts, wrong_counts


class Command(BaseCommand):
    help = "Check that files, rows, counters and the search index agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what can be mended")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for workspace in Workspace.objects.order_by("slug"):
            missing = [
                f"{image.filename}: its file is missing" for image in missing_files(workspace)
            ]
            stray = [f"{name}: no image has this file" for name in stray_files(workspace)]
            wrong = [str(each) for each in wrong_counts(workspace)]
            wrong += [str(each) for each in classes.wrong_counts(workspace)]
            wrong += [f"{row.mirror}: {row} is not {row.outcome}" for row in wrong_rows(workspace)]
            index = [str(each) for each in verify(workspace)]
            for line in (*missing, *stray, *wrong, *index):
                self.stdout.write(f"{workspace.slug}: {line}")
            if options["repair"]:
                remove_stray(stray_files(workspace))
                mend_counts(workspace)
                classes.mend_counts(workspace)
                mend_rows(workspace)
                for part in parts(workspace) if index else ():
                    rebuild(workspace, part)
            # A file that is gone comes back only when the same bytes are uploaded again.
            mendable = len(stray) + len(wrong) + len(index)
            found += len(missing) + (0 if options["repair"] else mendable)
        if found:
            raise CommandError(f"{found:,} things are not as they should be.")
        self.stdout.write("All is well.")
