"""A progress bar in a terminal, if `rich` is installed; else nothing is said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assetlib.sdk._types import Progress


@contextmanager
def shown(
    what: str,
    progress: Progress | bool,  # noqa: FBT001 -- as given
    *,
    in_bytes: bool = False,
) -> Iterator[Progress]:
    """Give the block something to tell its progress to: a callback, a bar, or nobody."""
    if callable(progress):
        yield progress
    elif progress and sys.stderr.isatty() and find_spec("rich"):
        with _bar(what, in_bytes=in_bytes) as tell:
            yield tell
    else:
        yield _nobody


@contextmanager
def _bar(what: str, *, in_bytes: bool) -> Iterator[Progress]:
    """Show a bar on stderr with how much is done, and how long the rest will take."""
    console: Any = import_module("rich.console")
    parts: Any = import_module("rich.progress")
    columns = (
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.DownloadColumn() if in_bytes else parts.MofNCompleteColumn(),
        parts.TimeRemainingColumn(),
    )
    with parts.Progress(*columns, console=console.Console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total or None)

        yield tell


def _nobody(_done: int, _total: int) -> None:
    return
