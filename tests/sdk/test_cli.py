"""The command `assetlib`: what it prints, where, and what it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from assetlib.sdk import Library
from assetlib.sdk._login import Login, read_login
from assetlib.sdk.cli._app import app
from tests.factories import picture_bytes
from tests.sdk.conftest import Opener, Served
from tests.sdk.filling import fill

Run = Callable[..., Result]

PICTURE = picture_bytes("JPEG")
README = (Path(__file__).parent.parent.parent / "README.md").read_text()


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSETLIB_URL", "ASSETLIB_API_KEY", "ASSETLIB_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def run(opener: Opener, worker: None) -> Run:
    def run(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(app, [*arguments], obj=opener, **options)

    return run


def lines(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_folder_is_uploaded(run: Run, library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURE)
    (tmp_path / "a.json").write_text('{"number": 1}')

    first = run("upload", str(tmp_path), "--set", "line=3", "--set", "note=“x”", "--tag", "night")
    again = run("upload", str(tmp_path / "a.jpg"), "--no-sidecars", "--json")

    assert (first.exit_code, first.stdout) == (0, "1 new\n")
    (told,) = lines(again)
    assert (told["outcome"], told["path"]) == ("duplicate", str(tmp_path / "a.jpg"))
    image = library.image(told["id"])
    assert dict(image.metadata) == {"number": 1, "line": 3, "note": "“x”"}
    assert image.tags == ("night",)


def test_what_is_refused_is_said_and_the_rest_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURE)
    (tmp_path / "b.jpg").write_text("no picture")

    partly = run("upload", str(tmp_path))
    failed = run("upload", str(tmp_path / "b.jpg"))

    assert (partly.exit_code, partly.stdout) == (3, "1 new, 1 refused\n")
    assert partly.stderr.startswith(f"{tmp_path / 'b.jpg'}: This is no image")
    assert failed.exit_code == 1


def test_a_file_that_is_not_there_is_said_before_anything_is_sent(
    run: Run, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURE)

    done = run("upload", str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"))

    assert (done.exit_code, done.stderr) == (2, f"There is no file {tmp_path / 'b.jpg'}.\n")
    assert library.search().count() == 0


def test_a_search_prints_lines(run: Run, library: Library, colours: Iterator[bytes]) -> None:
    ids = fill(library, colours, 3)

    table = run("search", "sort:metadata.number", "--key", "number", "--limit", "2")
    count = run("search", "number>0", "--count")
    found = lines(run("search", "sort:metadata.number", "--all", "--json"))

    assert table.stdout == f"{ids[0]}\t000.png\t\t0\n{ids[1]}\t001.png\t\t1\n"
    assert count.stdout == "2\n"
    assert lines(run("search", "number>0", "--count", "--json")) == [{"total": 2}]
    assert [(each["id"], each["metadata"]) for each in found] == [
        (image_id, {"number": number}) for number, image_id in enumerate(ids)
    ]
    assert "url" not in found[0]


def test_a_bad_query_is_said_in_a_sentence(run: Run) -> None:
    done = run("search", "(a")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.endswith(".\n")
    assert "Traceback" not in done.stderr


def test_what_the_library_lacks_is_said_beside(run: Run, library: Library) -> None:
    library.upload(PICTURE, {"camera_id": "cam001"})

    done = run("search", "camra_id:cam001", "--count")

    assert (done.exit_code, done.stdout) == (0, "0\n")
    assert "camra_id" in done.stderr


def test_entries_are_set_and_the_change_taken_back(
    run: Run, library: Library, colours: Iterator[bytes]
) -> None:
    fill(library, colours, 3)

    plan = run("set", "number>0", "site=A", "number=1", "--dry-run")
    (done,) = lines(run("set", "number>0", "site=A", 'serial="007"', "--json"))
    found = library.search("site:A").first()
    undone = run("undo", done["change_set"])

    assert plan.stdout.splitlines()[0] == "2 of 2 images would be changed."
    assert done["result"]["changed"] == 2
    assert found is not None
    assert found.metadata["serial"] == "007"
    assert undone.exit_code == 0
    assert library.search("has:site").count() == 0


def test_tags_are_added_and_removed(run: Run, library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 2)

    added = run("tag", "*", "--add", "night", "--add", "seen")
    removed = run("tag", "tag:seen", "--remove", "seen")

    assert "To take it back: assetlib undo " in added.stdout
    assert removed.exit_code == 0
    assert [(tag.name, tag.count) for tag in library.tags()] == [("night", 2)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "*"], "Nothing to do"),
        (["set", "*", "site"], "no key=value"),
        (["set", "*", "site="], "cannot be empty"),
        (["tag", "*"], "Nothing to do"),
        (["upload"], "Missing argument"),
        (["upload", "x", "--workers", "0"], "greater than or equal to 1"),
        (["nope"], "No such command"),
    ],
)
def test_what_is_called_wrongly_ends_with_two(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 2
    assert said in done.stderr


def test_without_a_server_it_says_how_to_name_one() -> None:
    done = CliRunner().invoke(app, ["whoami"])

    assert (done.exit_code, done.stdout) == (2, "")
    assert "run: assetlib login" in done.stderr


def test_a_login_is_tried_before_it_is_kept(run: Run, served: Served, api_key: str) -> None:
    refused = run("login", "--url", served.url, "--api-key", "al_wrong")
    assert refused.exit_code == 1
    assert read_login() is None

    done = run("login", input=f"{served.url}\n{api_key}\n")
    assert done.exit_code == 0
    assert api_key not in done.output
    assert read_login() == Login(served.url, api_key)

    assert run("logout").exit_code == 0
    assert read_login() is None
    assert run("logout").stdout == "Nothing was kept.\n"


def test_whoami_says_workspace_and_scopes(run: Run) -> None:
    assert run("whoami").stdout.startswith("scripts, in the workspace acme; scopes: read, write")
    (told,) = lines(run("whoami", "--json"))
    assert told["workspace"] == "acme"


def test_an_export_is_saved(run: Run, library: Library, tmp_path: Path) -> None:
    library.upload(PICTURE, {"number": 1})
    path = tmp_path / "all.csv"

    done = run("export", "*", str(path), "--format", "csv")

    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{path}: {path.stat().st_size:,} bytes\n"
    assert "number" in path.read_text()


def test_an_export_into_no_folder_is_refused_before_it_is_made(
    run: Run, library: Library, tmp_path: Path
) -> None:
    done = run("export", "*", str(tmp_path / "nowhere" / "all.csv"), "--format", "csv")

    assert (done.exit_code, done.stderr) == (1, f"There is no folder {tmp_path / 'nowhere'}.\n")
    assert list(library.jobs) == []


def test_a_query_may_begin_with_a_minus_and_a_misspelt_option_is_none(
    run: Run, library: Library
) -> None:
    library.upload(PICTURE, tags=["bad"])
    good = library.upload(picture_bytes("PNG"))

    assert lines(run("search", "-tag:bad", "--json"))[0]["id"] == good.id
    assert run("tag", "-tag:bad", "--add", "good").stdout.startswith("1 of 1 images changed.")
    misspelt = run("tag", "--dryrun", "--add", "good")
    assert misspelt.exit_code == 2
    assert "There is no option --dryrun" in misspelt.stderr


def test_without_its_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError(name='typer')")

    done = subprocess.run(
        [sys.executable, "-c", "from assetlib.sdk.cli import main; main()", "--help"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "The command needs typer and rich: pip install 'assetlib[cli]'\n"


@pytest.mark.parametrize("name", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_every_command_is_explained(name: str) -> None:
    assert f"`assetlib {name}" in README
