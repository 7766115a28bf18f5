"""The commands: each parses, calls one thing of the client, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from assetlib.sdk._jobs import Job
from assetlib.sdk._login import Login, forget_login, keep_login, login_file
from assetlib.sdk._types import Value
from assetlib.sdk.cli._mirrors import mirrors
from assetlib.sdk.cli._opening import AsJson, open_library
from assetlib.sdk.cli._output import (
    Exit,
    complain,
    explained,
    image_object,
    say,
    say_json,
    say_uploads,
    stop,
    table,
)
from assetlib.sdk.cli._typed import assignment

HELP = """Search, fill and change an assetlib image library.

It finds the server by `assetlib login`, or by ASSETLIB_URL and ASSETLIB_API_KEY. It ends with
0 when all is done, 1 when it failed, 2 when it was called wrongly, 3 when it is partly done."""

app = typer.Typer(
    help=HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.add_typer(mirrors, name="mirror")

# A query may begin with “-”: -tag:bad. What begins with two is a misspelt option.
WITH_QUERY = {"ignore_unknown_options": True}


def _query(text: str) -> str:
    if text.startswith("--"):
        raise typer.BadParameter(f"There is no option {text}; see --help.")
    return text


Query = Annotated[
    str, typer.Argument(help="In the query language; “” or * is everything.", callback=_query)
]
Force = Annotated[bool, typer.Option("--force", help="Even if there is a notice about the query.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing, tell what would be.")]
Tags = Annotated[list[str], typer.Option("--tag", metavar="TAG", help="A tag; may be repeated.")]


@app.command()
def login(
    context: typer.Context,
    url: Annotated[str, typer.Option(prompt="Server", help="As http://localhost:8000.")],
    api_key: Annotated[str, typer.Option(prompt="API key", hide_input=True)],
) -> None:
    """Keep the server's address and an API key for this user."""
    with explained():
        with open_library(context, url=url, api_key=api_key) as library:
            account = library.whoami()
        path = keep_login(Login(url, api_key))
    say(f"Logged in to {account.workspace} as {account.api_key}; kept in {path}.")


@app.command()
def logout() -> None:
    """Forget what `login` has kept; the API key stays valid until it is revoked."""
    with explained():
        forgotten = forget_login()
    say(f"Removed {login_file()}." if forgotten else "Nothing was kept.")


@app.command()
def whoami(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Say whose the API key is, and what it may do."""
    with explained(), open_library(context) as library:
        account = library.whoami()
    if as_json:
        say_json(asdict(account))
    else:
        scopes = ", ".join(account.scopes)
        say(f"{account.api_key}, in the workspace {account.workspace}; scopes: {scopes}")


@app.command()
def upload(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, and folders with all inside.")],
    *,
    values: Annotated[
        list[str], typer.Option("--set", metavar="KEY=VALUE", help="Said of all of them.")
    ] = [],
    tags: Tags = [],
    project: Annotated[str, typer.Option(help="Slug of a project to put them in.")] = "",
    split: Annotated[str, typer.Option(help="train, valid or test, in the project.")] = "",
    batch: Annotated[str, typer.Option(help="Name of a batch, in the project.")] = "",
    sidecars: Annotated[bool, typer.Option(help="Read the .json file beside each.")] = True,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many at a time.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Send images, each with its sidecar; call it again to go on after it was stopped."""
    about: dict[str, Any] = {"metadata": _assigned(values), "tags": tags, "sidecars": sidecars}
    about |= {"project": project, "split": split, "batch": batch, "workers": workers}
    codes: set[Exit] = set()
    with explained(), open_library(context) as library:
        files = [path for path in paths if not path.is_dir()]
        for missing in [path for path in files if not path.exists()]:
            raise stop(f"There is no file {missing}.", Exit.USAGE)
        for folder in [path for path in paths if path.is_dir()]:
            report = library.upload_folder(folder, **about)
            codes.add(say_uploads(report, as_json=as_json))
        if files:
            report = library.upload_files(files, **about)
            codes.add(say_uploads(report, as_json=as_json))
    # Where one folder failed and another did not, it is partly done.
    raise typer.Exit(codes.pop() if len(codes) == 1 else Exit.PARTLY)


@app.command(context_settings=WITH_QUERY)
def search(
    context: typer.Context,
    query: Query = "",
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many to print at most.")] = 50,
    everything: Annotated[bool, typer.Option("--all", help="Print all it finds.")] = False,
    keys: Annotated[
        list[str], typer.Option("--key", metavar="KEY", help="Print the value of this key, too.")
    ] = [],
    count: Annotated[bool, typer.Option("--count", help="Print the number alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the images that a query finds."""
    with explained(), open_library(context) as library:
        found = library.search(query)
        for notice in found.notices():
            complain(notice.message)
        if count:
            total = found.count()
            return say_json({"total": total}) if as_json else say(str(total))
        images = islice(found, None if everything else limit)
        if as_json:
            for image in images:
                say_json(image_object(image))
            return None
        rows = (
            (each.id, each.filename, each.tags, *(each.metadata.get(key) for key in keys))
            for each in images
        )
        return table(["id", "filename", "tags", *keys], rows)


@app.command(name="set", context_settings=WITH_QUERY)
def set_values(
    context: typer.Context,
    query: Query,
    values: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
    *,
    remove: Annotated[
        list[str], typer.Option("--remove", metavar="KEY", help="Remove this key; repeatable.")
    ] = [],
    only_missing: Annotated[
        bool, typer.Option("--only-missing", help="Leave entries alone that are there.")
    ] = False,
    dry_run: DryRun = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Set and remove entries of all images that a query finds, as one change.

    95 is a number, true a boolean; 'serial="007"', in quotes of the shell, a string.
    """
    if not values and not remove:
        raise stop("Nothing to do: give KEY=VALUE or --remove KEY.", Exit.USAGE)
    changes = {"metadata": _assigned(values or ()), "remove": remove, "only_missing": only_missing}
    _change(context, query, changes, dry_run=dry_run, force=force, as_json=as_json)


@app.command(context_settings=WITH_QUERY)
def tag(
    context: typer.Context,
    query: Query,
    *,
    add: Annotated[list[str], typer.Option("--add", metavar="TAG", help="Repeatable.")] = [],
    remove: Annotated[list[str], typer.Option("--remove", metavar="TAG", help="Repeatable.")] = [],
    dry_run: DryRun = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Add and remove tags of all images that a query finds, as one change."""
    if not add and not remove:
        raise stop("Nothing to do: give --add TAG or --remove TAG.", Exit.USAGE)
    changes = {"add_tags": add, "remove_tags": remove}
    _change(context, query, changes, dry_run=dry_run, force=force, as_json=as_json)


@app.command()
def undo(context: typer.Context, change: str, *, as_json: AsJson = False) -> None:
    """Take a change back; what somebody has changed again since is left alone."""
    with explained(), open_library(context) as library:
        _say_job(library.changes.get(change).undo(), as_json=as_json)


@app.command(context_settings=WITH_QUERY)
def export(
    context: typer.Context,
    query: Query,
    path: Annotated[Path, typer.Argument(help="The file to write.")],
    *,
    format: Annotated[  # noqa: A002
        str,
        typer.Option(help="coco, createml, voc, yolo, csv, jsonl, parquet, zip or imagefolder."),
    ] = "coco",
    project: Annotated[
        str | None, typer.Option(help="Only what is in it; its splits are folders.")
    ] = None,
    force: Force = False,
) -> None:
    """Save all that a query finds, with their metadata, as one file."""
    with explained(), open_library(context) as library:
        saved = library.search(query).export(path, format, project=project, force=force)
    say(f"{saved}: {saved.stat().st_size:,} bytes")


def _change(
    context: typer.Context,
    query: str,
    changes: dict[str, Any],
    *,
    dry_run: bool,
    force: bool,
    as_json: bool,
) -> None:
    with explained(), open_library(context) as library:
        found = library.search(query)
        if dry_run:
            plan = found.update(**changes, force=force, dry_run=True)
            return say_json(asdict(plan)) if as_json else say(str(plan))
        return _say_job(found.update(**changes, force=force), as_json=as_json)


def _say_job(job: Job, *, as_json: bool) -> None:
    if as_json:
        return say_json({"id": job.id, "change_set": job.change_set, "result": job.result})
    say(job.said or f"The {job.kind} is done.")
    if job.change_set:
        say(f"To take it back: assetlib undo {job.change_set}")
    return None


def _assigned(texts: Iterable[str]) -> dict[str, Value]:
    try:
        return dict(map(assignment, texts))
    except ValueError as error:
        raise stop(str(error), Exit.USAGE) from error
