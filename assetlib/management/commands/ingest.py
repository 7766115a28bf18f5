from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.models import Workspace
from assetlib.transfer.folder import ingest_folder, list_folder
from assetlib.transfer.upload import About, Result
from images.models import Project
from metadata.json_rules import JsonProblem, MetadataProblem, flatten_strict, read_json
from metadata.keynames import TagProblem, check_tag
from metadata.values import Value


class Command(BaseCommand):
    help = "Take a folder of images in, with the .json sidecars beside them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--workspace", required=True, metavar="W", help="slug of the workspace")
        parser.add_argument("--project", metavar="P", help="slug of a project to put them in")
        parser.add_argument("--tag", action="append", default=[], metavar="T", help="a tag for all")
        parser.add_argument("--metadata", default="{}", metavar="JSON", help="metadata for all")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace “{options['workspace']}”.")
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        about = About(
            project=_project(workspace, options["project"]),
            tags=_tags(options["tag"]),
            metadata=_metadata(options["metadata"]),
        )
        listed = list_folder(folder)
        outcomes: Counter[str] = Counter()
        for result in ingest_folder(workspace, folder, listed, by=None, about=about):
            outcomes[result.outcome or "refused"] += 1
            self._tell(result, sum(outcomes.values()), len(listed.pairs))
        for orphan in listed.orphans:
            self.stderr.write(f"{orphan}: a sidecar without an image")
        self.stdout.write(
            ", ".join(f"{n:,} {what}" for what, n in sorted(outcomes.items())) or "Nothing there."
        )
        if outcomes["refused"]:
            raise CommandError(f"{outcomes['refused']:,} files were refused.")

    def _tell(self, result: Result, done: int, total: int) -> None:
        if result.refusal is not None:
            self.stderr.write(f"\r{result.name}: {result.refusal}")
        for problem in result.problems:
            self.stderr.write(f"\r{result.name}: {problem.key}: {problem.message}")
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="\n" if done == total else "")


def _project(workspace: Workspace, slug: str | None) -> Project | None:
    if not slug:
        return None
    project = workspace.projects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(workspace.projects.values_list("slug", flat=True)) or "none so far"
        raise CommandError(f"There is no project “{slug}” in {workspace}; there are: {known}.")
    return project


def _tags(tags: list[str]) -> list[str]:
    try:
        return [check_tag(tag) for tag in tags]
    except TagProblem as problem:
        raise CommandError(problem.message) from problem


def _metadata(text: str) -> dict[str, Value]:
    try:
        return flatten_strict(read_json(text))
    except (JsonProblem, MetadataProblem) as problem:
        raise CommandError(f"--metadata: {problem}") from problem
