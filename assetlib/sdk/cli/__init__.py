"""The command `assetlib`. It needs the extra `cli`; the client itself does not."""

from __future__ import annotations

import sys
from importlib import import_module

NEEDS = {"typer", "rich"}
MISSING = "The command needs typer and rich: pip install 'assetlib[cli]'"


def main() -> None:
    """Run the command, or say what is missing."""
    try:
        app = import_module("assetlib.sdk.cli._app").app
    except ModuleNotFoundError as error:
        if error.name not in NEEDS:
            raise
        sys.exit(MISSING)
    app()
