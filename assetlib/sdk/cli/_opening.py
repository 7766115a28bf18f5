"""How a command comes to its library; and what more than one of them asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import typer

from assetlib.sdk._client import Library

# Tests put one in that needs no network.
Opener: TypeAlias = Callable[..., Library]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def open_library(context: typer.Context, **options: Any) -> Library:
    opener: Opener = context.obj or Library
    return opener(**options)
