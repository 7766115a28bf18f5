from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace


class Command(BaseCommand):
    help = "Make an API key, and print it, alone. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", help="slug of the workspace")
        parser.add_argument("--name", required=True, metavar="N", help="what it is for")
        parser.add_argument(
            "--scopes",
            default="read,write",
            metavar="S",
            help=f"some of {','.join(Scope.values)} (read,write)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace “{options['workspace']}”.")
        try:
            scopes = [Scope(name.strip()) for name in options["scopes"].split(",")]
            _, secret = create_api_key(workspace, options["name"], scopes)
        except ValueError as problem:
            raise CommandError(
                f"--scopes: {problem}; some of {', '.join(Scope.values)} would work."
            ) from problem
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
        self.stdout.write(secret)
