"""The bench's library is the same for the same seed, whole, and all of it is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from assetlib.accounts.models import User, Workspace
from assetlib.bench import tables
from assetlib.bench.blocks import blocks
from assetlib.bench.cases import FACETED, QUERIES, SUGGESTIONS
from assetlib.bench.library import USERNAME, NotOursError, build
from assetlib.bench.plan import Plan, serial_of
from assetlib.bench.writes import bulk_set, ingest, undo_bulk
from assetlib.search.find import find
from assetlib.search.index import verify
from metadata.check import wrong_counts
from tests.factories import make_workspace

ROOT = Path(__file__).parent.parent.parent
PLAN = Plan(300, seed=7)
# Of the tables a library lies in, what says nothing of chance or the clock.
ROWS = {
    "images_image": "ord, public_id, filename, sha256, uploaded_at, taken_at, deleted_at",
    "metadata_key": "id, name, image_count, string_count, number_count, next_code",
    "metadata_value": "key_id, code, type, text, norm, image_count",
    "metadata_tag": "name, image_count",
    "metadata_entry": "image_id, key_id, value_id, number, origin, changed_at",
    "metadata_imagetag": "image_id, tag_id, origin",
    "images_membership": "project_id, image_id, split, batch",
}


@pytest.fixture(autouse=True)
def whole_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's database is one transaction, in which nothing of it can be analysed or hurried."""
    monkeypatch.setattr(tables, "_hurry", lambda *_: None)
    monkeypatch.setattr(tables, "_analyse", lambda: None)


def rows() -> dict[str, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        for table, columns in ROWS.items():
            cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 -- names of ours
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def made(plan: Plan) -> Workspace:
    return build(plan, lambda _: None)


def test_a_library_is_the_same_for_the_same_seed(transactional_db: None) -> None:
    made(PLAN)
    first = rows()
    Workspace.objects.update(name="Bench, unfinished")
    made(PLAN)

    assert rows() == first


def test_another_seed_makes_another_library() -> None:
    (block,), (same,), (other,) = (list(blocks(Plan(300, seed))) for seed in (7, 7, 8))

    assert block.pictures == same.pictures
    assert block.pictures != other.pictures
    assert block.said.value.tolist() == same.said.value.tolist()
    assert block.said.value.tolist() != other.said.value.tolist()


def test_counters_and_index_say_what_the_rows_say(db: None) -> None:
    workspace = made(PLAN)

    assert wrong_counts(workspace) == []
    assert list(verify(workspace)) == []


def test_a_library_is_as_large_as_it_should_be(db: None) -> None:
    workspace = made(PLAN)

    found = rows()
    assert len(found["images_image"]) == 300
    assert len(found["metadata_key"]) == 1_000
    assert len(found["metadata_tag"]) == 5_000
    assert 9 < len(found["metadata_entry"]) / 300 < 11
    assert 2.5 < len(found["metadata_imagetag"]) / 300 < 4
    assert find(workspace, f"serial:{serial_of(17)}").total == 1


def test_a_library_that_is_there_is_not_built_again(db: None) -> None:
    first = made(PLAN)

    assert made(PLAN).uid == first.uid


def test_what_somebody_else_keeps_is_left_alone(db: None) -> None:
    make_workspace("acme")

    with pytest.raises(NotOursError):
        made(PLAN)


def test_what_is_taken_in_and_set_in_bulk_is_found(db: None) -> None:
    workspace = made(PLAN)
    by = User.objects.get(username=USERNAME)

    taken_in = ingest(workspace, by, PLAN)
    bulk = bulk_set(workspace, by)

    assert find(workspace, "serial:NEW-*").total == taken_in["images"]
    assert find(workspace, "bench_bulk:yes").total == bulk["images"]
    undone = undo_bulk(workspace, by)
    assert (undone["images"], find(workspace, "bench_bulk:yes").total) == (bulk["images"], 0)
    assert list(verify(workspace)) == []


def test_everything_is_measured(tmp_path: Path) -> None:
    """The whole command, as one runs it, with as few measurements as there can be."""
    options = ["--images", "300", "--json", "--rounds", "1", "--keep", str(tmp_path)]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    var = {"ASSETLIB_VAR": str(tmp_path / "outer"), "DJANGO_SETTINGS_MODULE": "assetlib.settings"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "bench", *options],
        env=env | var,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (library,) = report["libraries"]
    cases = {case["name"]: case for case in library["cases"]}
    named = {name for name, *_ in (*QUERIES, *SUGGESTIONS, *FACETED)}
    assert named | {"a page deep inside", "single edit", "first query"} <= cases.keys()
    wrong = [
        (name, case[where]["error"])
        for name, case in cases.items()
        for where in ("engine", "http")
        if case[where] and case[where]["error"]
    ]
    assert wrong == []
    assert library["writers"]["errors"] == 0
    assert not list(tmp_path.glob("*_run.sqlite3*"))
