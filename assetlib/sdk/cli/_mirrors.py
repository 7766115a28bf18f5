"""The commands about mirrors: which there are, what a run would do, a run, and the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer

from assetlib.sdk._mirrors import Mirror, MirrorObject, MirrorRun
from assetlib.sdk.cli._opening import AsJson, open_library
from assetlib.sdk.cli._output import Exit, complain, explained, say, say_json, table

mirrors = typer.Typer(help="Mirrors: buckets that the library follows.", no_args_is_help=True)
SHOWN = ("name", "bucket", "prefix", "strategy")


@mirrors.command(name="list")
def list_mirrors(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print the mirrors there are."""
    with explained(), open_library(context) as library:
        rows = [{name: getattr(each, name) for name in SHOWN} for each in library.mirrors]
    if not as_json:
        return table(SHOWN, ([*row.values()] for row in rows))
    for row in rows:
        say_json(row)
    return None


@mirrors.command()
def plan(context: typer.Context, name: str, *, as_json: AsJson = False) -> None:
    """Tell what a run would do now; nothing is written."""
    with explained(), open_library(context) as library:
        planned = library.mirrors.get(name).plan()
    if as_json:
        say_json(asdict(planned))
        return
    table(["what", "path", "why"], planned.first)
    complain(planned.said)


@mirrors.command()
def run(
    context: typer.Context,
    name: str,
    *,
    paths: Annotated[
        list[str], typer.Option("--path", metavar="PATH", help="This object alone; repeatable.")
    ] = [],
    reapply: Annotated[
        bool, typer.Option("--reapply", help="Apply what is known of the sidecars again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the library in step with the bucket; ends with 3 where objects have problems."""
    with explained(), open_library(context) as library:
        mirror = library.mirrors.get(name)
        done = mirror.run(paths=paths or None, reapply=reapply)
        for each in _wrong(mirror, done):
            complain(f"{each.path}: {each.reason}")
    if as_json:
        say_json(asdict(done))
    else:
        counted = [f"{count:,} {what}" for what, count in done.counters.items() if count]
        say(", ".join(counted) or "Nothing there.")
    raise typer.Exit(Exit.PARTLY if done.state == "problems" else Exit.DONE)


def _wrong(mirror: Mirror, done: MirrorRun) -> Iterator[MirrorObject]:
    for outcome in ("problem", "failed"):
        if done.counters.get(outcome):
            yield from mirror.objects(outcome=outcome)


@mirrors.command()
def objects(
    context: typer.Context,
    name: str,
    *,
    outcome: Annotated[
        str | None, typer.Option(help="As synced, problem, skipped, failed, held or gone.")
    ] = None,
    path: Annotated[str | None, typer.Option(help="Those whose path holds this.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to print at most.")] = 50,
    everything: Annotated[bool, typer.Option("--all", help="Print all there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the ledger: each object, what came of it, its image and why."""
    with explained(), open_library(context) as library:
        ledger = library.mirrors.get(name).objects(outcome=outcome, path=path)
        shown = islice(ledger, None if everything else limit)
        if as_json:
            for each in shown:
                say_json(asdict(each))
            return None
        rows = ((each.path, each.outcome, each.image, each.reason) for each in shown)
        return table(["path", "outcome", "image", "reason"], rows)
