"""Other processes on the test's database: they are forked, so the test holds no connection then."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from time import sleep

from django.db import connection

from assetlib.accounts.models import Workspace
from assetlib.annotations.annotate import Boxed, put_all
from assetlib.annotations.drawn import Drawn
from assetlib.changes.act import Acting, act
from assetlib.changes.models import ActKind, Origin
from images.memberships import join, leave
from images.models import Image, Project
from images.trash import restore, trash
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.values import Scalar, from_json
from tests.factories import make_image, make_project
from tests.search.random_queries import (
    BATCHES,
    CLASSES,
    FORMATS,
    KEYS,
    MOMENTS,
    NAMES,
    NUMBERS,
    SPLITS,
    STRINGS,
    TAGS,
)

FORK = get_context("fork")


def let_go() -> None:
    """Close what this process holds of the database: none of it may be carried over a fork.

    What a thread has left open, garbage collection closes; in the child that would write an old
    log into the database of the parent.
    """
    connection.close()
    gc.collect()


def start(target: Callable[..., object], *arguments: object) -> ForkProcess:
    """Run the function in a process of its own."""
    let_go()
    process = FORK.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


@contextmanager
def running(target: Callable[..., object], *arguments: object) -> Iterator[ForkProcess]:
    """Let the function run beside the block, and no longer."""
    process = start(target, *arguments)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def make_busy_library(workspace: Workspace, count: int = 40) -> None:
    """Give the workspace what `write_forever` changes."""
    for name in ("Line 1", "Line 2"):
        make_project(workspace, name)
    for number in range(count):
        make_image(
            workspace,
            NAMES[number % len(NAMES)],
            format=FORMATS[number % len(FORMATS)],
            width=[100, 640, 1_001][number % 3],
            uploaded_at=MOMENTS[number % len(MOMENTS)],
        )


def write_forever(workspace_id: int, seed: int, pause: float = 0) -> None:
    """Change one thing after another, at random, until the process is killed.

    With a pause, in seconds, others come to write, too: SQLite's lock is not given in turn.
    """
    chance = random.Random(seed)  # noqa: S311 -- to be the same again
    workspace = Workspace.objects.get(pk=workspace_id)
    while True:
        write_something(workspace, chance)
        sleep(pause)


def write_something(workspace: Workspace, chance: random.Random) -> None:
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        images = list(workspace.images.order_by("ord"))
        some = chance.sample(images, chance.randrange(1, len(images)))
        chance.choice([_annotate, _annotate, _draw, _trash, _restore, _join, _leave])(
            acting, some, chance
        )


def _annotate(acting: Acting, images: list[Image], chance: random.Random) -> None:
    edits = []
    for image in _present(images):
        *given, gone = chance.sample(KEYS, 3)
        tag, lost = chance.sample(TAGS, 2)
        values = {key: from_json(_value(chance)) for key in given}
        edits.append(Edit(image, set=values, remove=[gone], add_tags=[tag], remove_tags=[lost]))
    annotate(acting, edits)


def _value(chance: random.Random) -> Scalar:
    values: list[Scalar] = [True, False, *NUMBERS, *STRINGS, f"text {chance.randrange(10_000)}"]
    return chance.choice(values)


def _draw(acting: Acting, images: list[Image], chance: random.Random) -> None:
    boxed = [
        Boxed(image, [Drawn(name, 1, 2, 3, 4) for name in chance.sample(CLASSES, 2)])
        for image in _present(images)
    ]
    put_all(acting, boxed, overwrite=True)


def _present(images: list[Image]) -> list[Image]:
    return [image for image in images if image.deleted_at is None]


def _trash(acting: Acting, images: list[Image], chance: random.Random) -> None:
    trash(acting, images[: chance.randrange(1, 6)])


def _restore(acting: Acting, images: list[Image], _chance: random.Random) -> None:
    restore(acting, images)


def _join(acting: Acting, images: list[Image], chance: random.Random) -> None:
    split, batch = chance.choice(SPLITS), chance.choice(BATCHES)
    join(acting, images, _project(acting, chance), split=split, batch=batch)


def _leave(acting: Acting, images: list[Image], chance: random.Random) -> None:
    leave(acting, images, _project(acting, chance))


def _project(acting: Acting, chance: random.Random) -> Project:
    return chance.choice(list(acting.workspace.projects.order_by("pk")))
