"""Files with their sidecars into the library: what a page, a command or the API does with them.

    results = upload(workspace, [Incoming("a.jpg", stream, sidecar=b"{…}")], by=user, origin=…)

Each file stands for itself: a bad one is told and the others go on. All of one call are one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting, Actor, act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from images.errors import RefusedFileError
from images.ingest import Examined, Ingested, Outcome, add_many, examine, keep
from images.models import Image, Project
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.json_rules import Flattened, JsonProblem, Problem, read_sidecar
from metadata.values import Value


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to take in. `name` may be a path; its last part becomes the file name."""

    name: str
    stream: IO[bytes] | Iterable[bytes]
    sidecar: bytes | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is said of every file of an upload."""

    project: Project | None = None
    split: str = ""
    batch: str = ""
    tags: Sequence[str] = ()
    metadata: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: an image, or the refusal; and what its sidecar could not say."""

    name: str
    outcome: Outcome | None
    image: Image | None = None
    refusal: RefusedFileError | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A result for each file, in their order; no change set when nothing changed."""

    results: tuple[Result, ...]
    change_set: ChangeSet | None


@dataclass(frozen=True, slots=True)
class Good:
    """A file that is an image, and what its sidecar says."""

    incoming: Incoming
    examined: Examined
    sidecar: Flattened


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Files that are images and lie in storage, and those that are refused, by their places."""

    good: Mapping[int, Good]
    refused: Mapping[int, Result]


def upload(
    workspace: Workspace,
    files: Sequence[Incoming],
    *,
    by: Actor,
    origin: Origin,
    about: About | None = None,
    into: ChangeSet | None = None,
) -> Uploaded:
    """Take the files in; `into` carries on a change set of an earlier call.

    Bytes that are there already keep their place and file name, and are given what is said of them.
    """
    with (
        look_at(workspace, files) as looked_at,
        act(workspace, by=by, origin=origin, kind=ActKind.UPLOAD, into=into) as acting,
    ):
        results = take_in(acting, looked_at, about or About())
    return Uploaded(results, acting.change_set)


@contextmanager
def look_at(workspace: Workspace, files: Sequence[Incoming]) -> Iterator[LookedAt]:
    """Look at the files and put the good ones in storage, which takes time and no lock.

    What takes them in in a transaction of its own calls `take_in` inside the block.
    """
    refused: dict[int, Result] = {}
    with ExitStack() as open_files:
        good: dict[int, Good] = {}
        for number, incoming in enumerate(files):
            try:
                examined = open_files.enter_context(examine(incoming.stream, incoming.name))
            except RefusedFileError as refusal:
                refused[number] = Result(incoming.name, None, refusal=refusal)
                continue
            keep(examined, workspace)
            good[number] = Good(incoming, examined, _read(incoming.sidecar))
        yield LookedAt(good, refused)


def take_in(acting: Acting, looked_at: LookedAt, about: About) -> tuple[Result, ...]:
    """Give the library the good files; return a result for each file, in their order."""
    good = looked_at.good
    results = _add(acting, list(good.values()), about) if good else []
    done = dict(zip(good, results, strict=True)) | dict(looked_at.refused)
    return tuple(done[number] for number in sorted(done))


def _read(sidecar: bytes | None) -> Flattened:
    if sidecar is None:
        return Flattened({}, ())
    try:
        return read_sidecar(sidecar)
    except JsonProblem as problem:
        return Flattened({}, (Problem("sidecar", problem.message),))


def _add(acting: Acting, good: Sequence[Good], about: About) -> list[Result]:
    ingested = add_many(
        acting,
        [each.examined for each in good],
        project=about.project,
        split=about.split,
        batch=about.batch,
    )
    said: dict[int, dict[str, Value]] = {}
    images: dict[int, Image] = {}
    for each, found in zip(good, ingested, strict=True):
        images[found.image.pk] = found.image
        # Two files of the same bytes are one image: what the later sidecar says holds.
        said.setdefault(found.image.pk, dict(about.metadata)).update(each.sidecar.entries)
    annotate(
        acting,
        [Edit(images[pk], set=entries, add_tags=about.tags) for pk, entries in said.items()],
    )
    return [_result(each, found) for each, found in zip(good, ingested, strict=True)]


def _result(good: Good, found: Ingested) -> Result:
    return Result(good.incoming.name, found.outcome, found.image, problems=good.sidecar.problems)
