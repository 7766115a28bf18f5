"""What the command says: results on stdout, sentences about what went wrong on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from assetlib.sdk._errors import AssetlibError, ConfigurationError
from assetlib.sdk._folder import UploadReport
from assetlib.sdk._images import Image


class Exit(IntEnum):
    """What the command ends with, for scripts: documented in README."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence what went wrong in the block, and end with the exit code for it."""
    try:
        yield
    except ConfigurationError as error:
        raise stop(str(error), Exit.USAGE) from error
    except (AssetlibError, OSError) as error:
        raise stop(str(error)) from error


def stop(sentence: str, code: Exit = Exit.FAILED) -> typer.Exit:
    complain(sentence)
    return typer.Exit(code)


def say(sentence: str) -> None:
    typer.echo(sentence)


def complain(sentence: str) -> None:
    typer.echo(sentence, err=True)


def say_json(said: object) -> None:
    """Print one line of JSON."""
    typer.echo(json.dumps(said, default=_plain, ensure_ascii=False))


def image_object(image: Image) -> dict[str, Any]:
    """Return an image as JSON has it: its public fields, without addresses, which expire."""
    hidden = {"url", "thumbnail_url", "duplicate"}
    names = [each.name for each in fields(image) if not each.name.startswith("_")]
    return {name: getattr(image, name) for name in names if name not in hidden}


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in a terminal, and lines with tabs for other programs."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(_cell(cell) for cell in row))
        return
    drawn = Table(*headings, box=None, header_style="bold")
    for row in rows:
        drawn.add_row(*map(_cell, row))
    Console().print(drawn)


def say_uploads(report: UploadReport, *, as_json: bool) -> Exit:
    """Tell what became of the files: problems on stderr, a summary on stdout."""
    for orphan in report.orphans:
        complain(f"{orphan}: a sidecar without an image")
    for result in report.results:
        for sentence in filter(None, (result.error, *result.problems)):
            complain(f"{result.path}: {sentence}")
        if as_json:
            say_json(asdict(result))
    refused = len(report.refused)
    if not as_json:
        told = {"new": report.new, "duplicate": report.duplicates, "refused": refused}
        said = ", ".join(f"{count:,} {what}" for what, count in told.items() if count)
        say(said or "Nothing there.")
    if refused and refused == len(report.results):
        return Exit.FAILED
    return Exit.PARTLY if refused or report.flawed else Exit.DONE


def _cell(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case list() | tuple():
            return " ".join(map(str, cell))
        case _:
            return str(cell)


def _plain(said: object) -> object:
    match said:
        case datetime():
            return said.isoformat()
        case Path():
            return str(said)
        case _:
            return dict(said)  # type: ignore[call-overload] # a read-only mapping
