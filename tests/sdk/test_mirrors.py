"""Mirrors by the client and at the command, on a bucket that moto plays."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Mirror as Row
from assetlib.mirror.runs import enqueue_run
from assetlib.sdk import (
    ConflictError,
    InvalidError,
    JobFailedError,
    Library,
    NotFoundError,
)
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


def test_a_mirror_is_made_tried_changed_and_deleted(
    library: Library, shelf: Shelf, worker: None
) -> None:
    shelf.put("a.png", 1)
    kept = library.credentials.create("plant", access_key_id="key", secret_access_key="secret")
    mirror = library.mirrors.create(
        "line3", credential="plant", bucket="line3", include=["*.png"], strategy="append"
    )

    assert (kept.kind, kept.secrets) == ("keys", ("secret_access_key",))
    assert (mirror.credential, mirror.strategy) == ("plant", "append")
    assert [each.mirrors for each in library.credentials] == [("line3",)]
    assert [(step.name, step.ok) for step in mirror.test()] == [
        ("list", True),
        ("head", True),
        ("read", True),
    ]
    with pytest.raises(ConflictError, match="used by line3"):
        library.credentials.delete("plant")
    assert mirror.update(every_minutes=5, strategy="overwrite").every_minutes == 5
    with pytest.raises(InvalidError, match="no project"):
        mirror.update(project="nowhere")
    assert mirror.delete().result["said"].startswith("line3 is gone")
    assert library.credentials.update("plant", region="eu-central-1").region == "eu-central-1"
    library.credentials.delete("plant")
    assert [*library.mirrors] == [*library.credentials] == []


def test_objects_are_read_again_and_images_follow_again(
    library: Library, row: Row, shelf: Shelf, worker: None
) -> None:
    mirror = library.mirrors.get("line3")
    shelf.say("b.json", b"{")
    told: list[tuple[int, int]] = []
    first = mirror.run(progress=lambda done, total: told.append((done, total)))
    shelf.say("b.json", {"number": 2})

    assert told
    assert (first.state, [path for path, _ in first.problems]) == ("problems", ["b.png"])
    assert mirror.retry(outcome="problem").state == "completed"
    (image,) = library.search("number:2")
    image.delete()
    assert [each.path for each in mirror.objects(outcome="held")] == ["b.png"]
    assert mirror.follow([image.id]) is not None
    assert library.search("number:2").count() == 1
    assert mirror.follow(paths=["b.png"]) is None
    assert mirror.run(paths=["a.png"]).state == "completed"
    assert mirror.run(reapply=True).state == "completed"


def test_a_run_is_asked_for_and_called_off(library: Library, row: Row) -> None:
    mirror = library.mirrors.get("line3")

    asked = mirror.run(wait=False)

    assert asked.state == "waiting"
    assert mirror.cancel(asked.id).state == "cancelled"
    assert mirror.get_run(asked.id).state == "cancelled"
    with pytest.raises(ConflictError, match="ended"):
        mirror.cancel(asked.id)


def test_the_command_shows_the_ledger(
    opener: Opener, library: Library, row: Row, worker: None
) -> None:
    command = CliRunner()
    command.invoke(app, ["mirror", "run", "line3"], obj=opener)

    synced = command.invoke(app, ["mirror", "objects", "line3", "--outcome", "synced"], obj=opener)
    one = command.invoke(app, ["mirror", "objects", "line3", "--limit", "1", "--json"], obj=opener)
    wrong = command.invoke(app, ["mirror", "objects", "line3", "--outcome", "lost"], obj=opener)
    again = command.invoke(app, ["mirror", "run", "line3", "--path", "a.png"], obj=opener)
    listed = command.invoke(app, ["mirror", "list", "--json"], obj=opener)

    assert [line.split("\t")[:2] for line in synced.stdout.splitlines()] == [
        ["a.png", "synced"],
        ["b.png", "synced"],
    ]
    assert json.loads(one.stdout)["path"] == "a.png"
    assert (wrong.exit_code, "outcome" in wrong.stderr) == (1, True)
    assert "1 unchanged" in again.stdout
    assert json.loads(listed.stdout)["bucket"] == "line3"
