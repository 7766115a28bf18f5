"""Mirrors by the client and at the command, on a bucket that moto plays."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Mirror as Row
from assetlib.mirror.runs import enqueue_run
from assetlib.sdk import ConflictError, JobFailedError, Library, NotFoundError
from assetlib.sdk.cli._app import app
from tests.factories import make_mirror
from tests.mirror.conftest import aws, shelf
from tests.mirror.shelf import Shelf
from tests.sdk.conftest import Opener

__all__ = ["aws", "shelf"]


@pytest.fixture
def row(library: Library, workspace: Workspace, shelf: Shelf) -> Row:
    """A mirror of a bucket with two pictures, one sidecar, and a file that is no picture."""
    shelf.put("a.png", 1)
    shelf.say("a.json", {"number": 1})
    shelf.put("b.png", 2)
    shelf.put("c.png", b"no picture")
    return make_mirror(workspace)


def test_a_run_is_planned_carried_out_and_taken_back(
    library: Library, row: Row, worker: None
) -> None:
    (mirror,) = library.mirrors

    plan = mirror.plan()
    before = library.search().count()
    run = mirror.run()

    assert (mirror.name, mirror.bucket, mirror.strategy) == ("line3", "line3", "mergeBucketWins")
    assert plan.counts == {"new image": 3}
    assert [path for _, path, _ in plan.first] == ["a.png", "b.png", "c.png"]
    assert before == 0
    assert run.counters["new"] == 2
    assert {each.filename for each in library.search()} == {"a.png", "b.png"}
    assert library.search("number:1").count() == 1
    assert [each.id for each in mirror.runs()] == [run.id]
    assert run.change_set is not None
    library.changes.get(run.change_set).undo()
    assert library.search().count() == 0


def test_the_ledger_says_what_came_of_each_object(library: Library, row: Row, worker: None) -> None:
    mirror = library.mirrors.get("line3")
    mirror.run()

    ledger = {each.path: each for each in mirror.objects()}

    assert [*ledger] == ["a.png", "b.png", "c.png"]
    assert ledger["a.png"].outcome == "synced"
    assert ledger["a.png"].image == library.search("number:1").first().id  # type: ignore[union-attr]
    assert ledger["c.png"].image is None
    assert ledger["c.png"].reason
    bad = ledger["c.png"].outcome
    assert [each.path for each in mirror.objects(outcome=bad)] == ["c.png"]
    assert [each.path for each in mirror.objects(path="b.")] == ["b.png"]


def test_one_run_at_a_time_and_what_is_not_there(library: Library, row: Row) -> None:
    enqueue_run(row, by=None)

    with pytest.raises(ConflictError, match="under way"):
        library.mirrors.get("line3").run()
    with pytest.raises(NotFoundError, match="nowhere"):
        library.mirrors.get("nowhere")


def test_a_bucket_that_is_not_there_fails_in_a_sentence(
    library: Library, workspace: Workspace, aws: None, worker: None
) -> None:
    make_mirror(workspace, "elsewhere")

    with pytest.raises(JobFailedError, match="elsewhere"):
        library.mirrors.get("elsewhere").run()


def test_the_command_runs_a_mirror(
    opener: Opener, library: Library, row: Row, worker: None
) -> None:
    command = CliRunner()

    listed = command.invoke(app, ["mirror", "list"], obj=opener)
    plan = command.invoke(app, ["mirror", "plan", "line3"], obj=opener)
    run = command.invoke(app, ["mirror", "run", "line3", "--json"], obj=opener)
    again = command.invoke(app, ["mirror", "run", "line3"], obj=opener)

    assert listed.stdout == "line3\tline3\t\tmergeBucketWins\n"
    assert plan.stdout.splitlines()[0] == "new image\ta.png\t"
    assert json.loads(run.stdout)["counters"]["new"] == 2
    assert library.search().count() == 2
    assert "unchanged" in again.stdout
