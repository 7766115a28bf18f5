"""The work of a worker on a zip of images: some at a time, each batch with its checkpoint.

All that comes of one archive is one change set, and a worker that is killed repeats nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from assetlib.annotations.annotate import Boxed, put_all, put_boxes
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.errors import BoxError
from assetlib.annotations.reading import AnnotationFileError
from assetlib.annotations.shown import boxes_of
from assetlib.changes.act import Acting, act
from assetlib.changes.batches import batches
from assetlib.changes.long import close, resume
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job, Status
from assetlib.jobs.run import JobFailedError, Run
from assetlib.transfer.archive import Archive, ArchiveError, Picture, open_archive
from assetlib.transfer.archive_boxes import MOST_BYTES_OF_ONE, BoxFiles, is_annotation
from assetlib.transfer.upload import About, Good, Incoming, Result, look_at, take_in
from assetlib.transfer.zip_upload import archive_name, read_about
from images.errors import RefusedFileError
from images.models import Project

BATCH = 50
# So many problems are kept with the job, to be read; the others are counted.
MOST_PROBLEMS = 1_000
OUTCOMES = {"new": "uploaded", "duplicate": "there already", "restored": "back from the trash"}


@dataclass(slots=True)
class _Done:
    """How far the work has come: what a checkpoint says."""

    number: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    problem_count: int = 0

    def tell(self, path: str, why: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append([path, why])

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    @property
    def said(self) -> str:
        words = OUTCOMES | {"refused": "refused"}
        parts = [f"{self.counts[what]:,} {words[what]}" for what in words if what in self.counts]
        return ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class _Source:
    archive: Archive
    box_files: BoxFiles
    into: ChangeSet


def _work(run: Run) -> dict[str, Any]:
    about = _about(run)
    with _opened(run) as archive:
        source = _Source(archive, BoxFiles(archive), _change_set(run))
        done = _resumed(run, source)
        for split, batch in _batches(archive.pictures[done.number :]):
            here = replace(about, split=about.split or split) if about.project else about
            _take(run, source, batch, here, done)
    return {
        "said": done.said,
        "counts": done.counts,
        "problems": done.problems,
        "problem_count": done.problem_count,
    }


def _about(run: Run) -> About:
    try:
        return read_about(run.workspace, run.arguments["about"])
    except Project.DoesNotExist as problem:
        raise JobFailedError("The project these images were for is gone.") from problem


@contextmanager
def _opened(run: Run) -> Iterator[Archive]:
    name = archive_name(run.job.public_id)
    if not default_storage.exists(name):
        raise JobFailedError("The archive is kept no more; send it again.")
    try:
        with (
            default_storage.open(name) as file,
            open_archive(file, default_storage.size(name)) as archive,
        ):
            yield archive
    except ArchiveError as problem:
        raise JobFailedError(str(problem)) from problem


def _change_set(run: Run) -> ChangeSet:
    return resume(run, origin=Origin(run.arguments["origin"]), kind=ActKind.UPLOAD)


def _resumed(run: Run, source: _Source) -> _Done:
    if "done" in run.checkpoint:
        return _Done(**run.checkpoint["done"])
    done = _Done()
    for path, why in (*source.archive.refused, *source.box_files.problems):
        done.tell(path, why)
    for path in sorted({*source.archive.orphans} - source.box_files.known):
        done.tell(path, "There is no image of this name; a sidecar is called like its image.")
    return done


def _batches(pictures: Sequence[Picture]) -> Iterator[tuple[str, Sequence[Picture]]]:
    """Yield some pictures of one split at a time; they are sorted so."""
    for split, those in groupby(pictures, lambda picture: picture.split):
        for batch in batches(those, BATCH):
            yield split, batch


def _take(run: Run, source: _Source, batch: Sequence[Picture], about: About, done: _Done) -> None:
    said = [_said(source, picture, done) for picture in batch]
    files = [
        Incoming(
            picture.path,
            source.archive.blocks(picture.path),
            None if sidecar and is_annotation(sidecar) else sidecar,
        )
        for picture, sidecar in zip(batch, said, strict=True)
    ]
    # Decoding takes its time: the transaction begins after it.
    with look_at(run.workspace, files) as looked_at:
        drawn = {
            number: boxes
            for number, good in looked_at.good.items()
            if (boxes := _drawn(source, good, said[number], done)) is not None
        }
        with transaction.atomic():
            with act(
                run.workspace,
                by=run.by,
                origin=Origin(run.arguments["origin"]),
                kind=ActKind.UPLOAD,
                into=source.into,
            ) as acting:
                results = take_in(acting, looked_at, about)
                boxed = [(results[number], boxes) for number, boxes in drawn.items()]
                _box(acting, boxed, done, overwrite=run.arguments["overwrite"])
            _note(done, results)
            total = len(source.archive.pictures)
            run.proceed(
                done.number, total=total, checkpoint=run.checkpoint | {"done": asdict(done)}
            )


def _said(source: _Source, picture: Picture, done: _Done) -> bytes | None:
    """Return what the file called like the picture says, a sidecar or an annotation."""
    if picture.sidecar is None:
        return None
    try:
        return source.archive.read(picture.sidecar, MOST_BYTES_OF_ONE)
    except RefusedFileError as refusal:
        done.tell(picture.sidecar, str(refusal))
        return None


def _drawn(source: _Source, good: Good, said: bytes | None, done: _Done) -> Sequence[Drawn] | None:
    path, examined = good.incoming.name, good.examined
    annotation = said if said and is_annotation(said) else None
    try:
        return source.box_files.of(path, examined.width, examined.height, annotation)
    except (AnnotationFileError, RefusedFileError) as problem:
        done.tell(path, str(problem))
        return None


def _box(
    acting: Acting,
    boxed: Sequence[tuple[Result, Sequence[Drawn]]],
    done: _Done,
    *,
    overwrite: bool,
) -> None:
    """Draw the boxes; an image that has others keeps them unless they are written over."""
    held = boxes_of([result.image.pk for result, _ in boxed if result.image])
    wanted: dict[int, Boxed] = {}
    for result, boxes in boxed:
        image = result.image
        if image is None or image.pk in wanted or list(held[image.pk]) == list(boxes):
            continue
        if held[image.pk] and not overwrite:
            done.tell(result.name, "It is annotated already; its boxes stay.")
            continue
        wanted[image.pk] = Boxed(image, boxes)
    try:
        put_all(acting, wanted.values(), overwrite=True)
    except BoxError:
        # Nothing is drawn yet. One of them is wrong; which, shows when each is alone.
        for each in wanted.values():
            _box_one(acting, each, done)


def _box_one(acting: Acting, asked: Boxed, done: _Done) -> None:
    try:
        put_boxes(acting, asked.image, asked.boxes, overwrite=True)
    except BoxError as problem:
        done.tell(asked.image.filename, str(problem))


def _note(done: _Done, results: Sequence[Result]) -> None:
    done.number += len(results)
    for result in results:
        done.count(result.outcome or "refused")
        if result.refusal is not None:
            done.tell(result.name, str(result.refusal))
        for problem in result.problems:
            done.tell(result.name, f"{problem.key}: {problem.message}")


def _ended(job: Job) -> None:
    close(job)
    # One that failed or was cancelled may be gone on with; it is swept in the end.
    if job.status == Status.DONE:
        transaction.on_commit(partial(default_storage.delete, archive_name(job.public_id)))


ZIP_UPLOAD = Kind("Upload of a zip", _work, ended=_ended)
