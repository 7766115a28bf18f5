"""Dictionaries in, actions out: no bucket, no database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetlib.mirror.listing import Globs, Listed, read_globs
from assetlib.mirror.plan import (
    Action,
    Forget,
    Note,
    Outcome,
    Reapply,
    Row,
    Rules,
    Seen,
    Skip,
    Take,
    Tell,
    Untell,
    Vanish,
    plan,
    reapplied,
)
from assetlib.mirror.sidecar import ALONE

RULES = Rules("mergeBucketWins")
Objects = dict[str, str]


def listed(path: str, etag: str = "1", size: int = 10) -> Listed:
    return Listed(path, etag, size, 0.0)


def row(
    path: str, etag: str = "1", sidecar: str = "", outcome: Outcome = "synced", **said: object
) -> Row:
    """Return the row of an image whose sidecar has this ETag; none when it is empty."""
    beside = path.rpartition(".")[0] + ".json" if sidecar else ""
    known = outcome not in {"alone", "skipped", "failed"}
    by = "mergeBucketWins"
    found = Row(path, etag, 10, beside, sidecar, outcome, by, known, is_told=bool(sidecar))
    return found._replace(**said)  # type: ignore[arg-type]


def planned(objects: Objects, rows: list[Row], rules: Rules = RULES) -> list[Action]:
    """Return the plan for a bucket, given as ETag by path."""
    listing = [listed(path, etag) for path, etag in sorted(objects.items())]
    return list(plan(listing, sorted(rows), rules))


A, B, SIDE = "a.jpg", "b.jpg", "a.json"
BOTH = {A: "1", SIDE: "5"}
SIDE_CHANGED = {A: "1", SIDE: "6"}
OFF_IMAGES, OFF_METADATA = (
    replace(RULES, update_images=False),
    replace(RULES, update_metadata=False),
)
TABLE: list[tuple[str, Objects, list[Row], Rules, list[Action]]] = [
    ("nothing", {}, [], RULES, []),
    ("new", {A: "1"}, [], RULES, [Take(listed(A), None, new=True)]),
    ("new, with a sidecar", BOTH, [], RULES, [Take(listed(A), listed(SIDE, "5"), new=True)]),
    ("as it was", BOTH, [row(A, sidecar="5")], RULES, []),
    ("other bytes", {A: "2", SIDE: "5"}, [row(A, sidecar="5")], RULES,
     [Take(listed(A, "2"), listed(SIDE, "5"), new=False, follow=False)]),
    ("both changed", {A: "2", SIDE: "6"}, [row(A, sidecar="5")], RULES,
     [Take(listed(A, "2"), listed(SIDE, "6"), new=False, follow=True)]),
    ("other bytes, not followed", {A: "2"}, [row(A)], OFF_IMAGES, []),
    ("other bytes of no image", {A: "2"}, [row(A, outcome="skipped")], OFF_IMAGES,
     [Take(listed(A, "2"), None, new=True)]),
    ("sidecar changed", SIDE_CHANGED, [row(A, sidecar="5")], RULES, [Tell(A, listed(SIDE, "6"))]),
    ("sidecar came", SIDE_CHANGED, [row(A)], RULES, [Tell(A, listed(SIDE, "6"))]),
    ("sidecar left", {A: "1"}, [row(A, sidecar="5")], RULES, [Untell(A)]),
    ("sidecar changed, not followed", SIDE_CHANGED, [row(A, sidecar="5")], OFF_METADATA, []),
    ("sidecar of no image", SIDE_CHANGED, [row(A, outcome="skipped")], RULES, []),
    ("another strategy", BOTH, [row(A, sidecar="5", applied="append")], RULES, [Reapply(A)]),
    ("another strategy, not followed", BOTH, [row(A, sidecar="5", applied="append")],
     OFF_METADATA, []),
    ("another strategy, no sidecar", {A: "1"}, [row(A, applied="")], RULES, []),
    ("another strategy, sidecar left before", {A: "1"}, [row(A, applied="append", is_told=True)],
     RULES, [Reapply(A)]),
    ("left", {B: "1"}, [row(A), row(B)], RULES, [Vanish(A)]),
    ("left before", {}, [row(A, outcome="gone"), row(B, outcome="removed")], RULES, []),
    ("came back", {A: "1"}, [row(A, outcome="removed")], RULES, [Take(listed(A), None, new=True)]),
    ("failed before", {A: "1"}, [row(A, outcome="failed")], RULES,
     [Take(listed(A), None, new=True)]),
    ("held", {A: "2", SIDE: "6"}, [row(A, outcome="held", sidecar="5")], RULES, []),
    ("no image, as it was", {A: "1"}, [row(A, outcome="skipped")], RULES, []),
    ("sidecar alone", {SIDE: "5"}, [], RULES, [Note(listed(SIDE, "5"), ALONE)]),
    ("sidecar alone, known", {SIDE: "5"}, [row(SIDE, "5", outcome="alone")], RULES, []),
    ("sidecar no longer alone", BOTH, [row(SIDE, "5", outcome="alone")],
     RULES, [Forget(SIDE), Take(listed(A), listed(SIDE, "5"), new=True)]),
    ("sidecar alone, left", {}, [row(SIDE, "5", outcome="alone")], RULES, [Forget(SIDE)]),
    ("left out by a glob", {A: "1", B: "1"}, [row(A)], replace(RULES, paths=Globs(("b*",))),
     [Vanish(A), Take(listed(B), None, new=True)]),
    ("a folder’s own object", {"a/": "1"}, [], RULES, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("objects", "rows", "rules", "then"),
    [each[1:] for each in TABLE],
    ids=[each[0] for each in TABLE],
)
def test_what_a_run_would_do(
    objects: Objects, rows: list[Row], rules: Rules, then: list[Action]
) -> None:
    assert planned(objects, rows, rules) == then


@pytest.mark.parametrize(
    ("size", "reason"),
    [(0, "The file is empty."), (30_000_000, "The file has 30 MB; 20 are taken.")],
)
def test_what_no_image_can_be_is_not_read(size: int, reason: str) -> None:
    found = listed(A, size=size)

    assert list(plan([found], [], RULES)) == [Skip(found, reason)]


def test_a_plan_counts_what_it_walks_by() -> None:
    seen = Seen()
    listing = [listed(path) for path in ("a.jpg", "b.jpg", "c.jpg")]

    list(plan(listing, [row("a.jpg"), row("b.jpg", outcome="held")], RULES, seen))

    assert (seen.images, seen.unchanged, seen.held) == (3, 1, 1)


def test_what_is_applied_again_needs_no_bucket() -> None:
    rows = [
        row("a.jpg", sidecar="5"),
        row("b.jpg"),
        row("c.jpg", sidecar="5", outcome="held"),
        row("d.jpg", sidecar="5", outcome="gone"),
        row("e.jpg", sidecar="5", has_image=False),
    ]

    assert list(reapplied(rows)) == [Reapply("a.jpg")]


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("images/**/*.jpg", "images/a.jpg", True),
        ("images/**/*.jpg", "images/a/b/c.jpg", True),
        ("images/**/*.jpg", "other/a.jpg", False),
        ("images/*.jpg", "images/a/b.jpg", False),
        ("*.jpg", "deep/down/a.jpg", True),
        ("*.jpg", "deep/down/a.png", False),
        ("raw/**", "raw/2026/a.jpg", True),
        ("img?.jpg", "img1.jpg", True),
        ("img?.jpg", "img12.jpg", False),
        ("a+b/*.jpg", "a+b/c.jpg", True),
        ("*.JPG", "a.jpg", False),
    ],
)
def test_a_glob_fits_paths(glob: str, path: str, fits: bool) -> None:
    assert (path in Globs((glob,))) is fits
    assert (path in Globs((), (glob,))) is not fits


def test_the_sidecars_beside_included_images_are_looked_at() -> None:
    globs = Globs(("images/**/*.jpg",))

    assert "images/a/b.json" in globs.of_sidecars
    assert "settings/b.json" not in globs.of_sidecars
    assert read_globs(" a \n\n b/* \n") == ("a", "b/*")


PATHS = ["a.jpg", "a.png", "a.json", "a.jpg.json", "b.jpg", "b.json", "c.JSON", "d"]
objects_of = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["1", "2"]))


def carried_out(  # noqa: C901, PLR0912 -- an arm an action
    actions: list[Action], rows: dict[str, Row]
) -> dict[str, Row]:
    """Return the ledger after the actions, if every object were an image."""
    after = dict(rows)
    for action in actions:
        match action:
            case Take(image, sidecar):
                beside = (sidecar.path, sidecar.etag) if sidecar else ("", "")
                known = after.get(action.path)
                if known is not None and not action.follow:
                    beside = known.sidecar_path, known.sidecar_etag
                after[image.path] = Row(
                    image.path,
                    image.etag,
                    image.size,
                    *beside,
                    "synced",
                    RULES.strategy,
                    has_image=True,
                    is_told=bool(beside[0]),
                )
            case Tell(path, sidecar):
                after[path] = after[path]._replace(
                    sidecar_path=sidecar.path,
                    sidecar_etag=sidecar.etag,
                    applied=RULES.strategy,
                    is_told=True,
                )
            case Untell(path):
                after[path] = after[path]._replace(sidecar_path="", sidecar_etag="")
            case Reapply(path):
                after[path] = after[path]._replace(applied=RULES.strategy)
            case Vanish(path):
                after[path] = after[path]._replace(outcome="gone")
            case Note(sidecar):
                after[sidecar.path] = row(
                    sidecar.path, sidecar.etag, outcome="alone", has_image=False
                )
            case Forget(path):
                del after[path]
            case Skip():
                raise AssertionError(action)
    return after


@given(st.lists(objects_of, min_size=1, max_size=4))
def test_a_plan_carried_out_leaves_nothing_to_do(buckets: list[Objects]) -> None:
    rows: dict[str, Row] = {}
    for objects in buckets:
        rows = carried_out(planned(objects, list(rows.values())), rows)

        assert planned(objects, list(rows.values())) == []
        there = {path for path, each in rows.items() if each.outcome != "gone"}
        assert there <= set(objects)


def many(count: int) -> Iterator[Listed]:
    for number in range(count):
        yield listed(f"raw/{number:07}.jpg")
        yield listed(f"raw/{number:07}.json")


def every_other(count: int) -> Iterator[Row]:
    for number in range(0, count, 2):
        yield row(f"raw/{number:07}.jpg", sidecar="1")


def plan_a_million() -> None:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    found = sum(1 for _ in plan(many(500_000), every_other(500_000), RULES))
    grown = getrusage(RUSAGE_SELF).ru_maxrss - before
    # In kilobytes; the paths alone would be more than a hundred thousand.
    os._exit(0 if found == 250_000 and grown < 8_000 else 1)


def test_a_million_paths_are_planned_in_the_memory_of_a_few() -> None:
    process = get_context("fork").Process(target=plan_a_million)
    process.start()
    process.join()

    assert process.exitcode == 0
