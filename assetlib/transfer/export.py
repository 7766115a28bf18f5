"""Export of what a query finds: asked for here, written by a worker, fetched at a signed address.

    job = enqueue_export(workspace, "tag:night", "coco", by=user)
    signed_link(job, request)          # empty until the file is there, and when it is no more

The images are frozen when it is asked for; what is said of them is what holds when a worker comes
to them, a batch in one snapshot. The file is written to a temporary one on disk and stored when it
is whole, so that a killed worker leaves nothing to be seen; the next one begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from assetlib.accounts.models import ApiKey, User, Workspace
from assetlib.jobs.kinds import Kind
from assetlib.jobs.models import Job
from assetlib.jobs.queue import enqueue
from assetlib.jobs.run import Run
from assetlib.search.frozen import batches_of, freeze, thaw
from assetlib.search.language import with_filter
from assetlib.transfer.exported import read_exported
from assetlib.transfer.formats import FORMATS
from assetlib.transfer.formats.form import Format, Into, Writer, temporary
from assetlib.transfer.links import link_to, signed_link
from assetlib.transfer.names import Names, safe_stem
from images.models import Project

__all__ = ["EXPORT", "ExportError", "enqueue_export", "signed_link"]

# How many images are read, and written, between two looks at whether the work is called off.
ROWS, PICTURES = 1_000, 100
MAX_NAME = 100


class ExportError(ValueError):
    """What is asked for cannot be exported; `field` is what to say otherwise."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def enqueue_export(
    workspace: Workspace,
    text: str,
    format_name: str,
    *,
    by: User | ApiKey | None,
    name: str = "",
    force: bool = False,
    scope: Project | None = None,
) -> Job:
    """Have what the query finds now exported.

    `scope` leaves out what is not in the project, and its splits are folders in the formats that
    have such. `name` is the file's, without its ending.

    Raises QueryError, ExportError, and NoticesError unless `force`.
    """
    if format_name not in FORMATS:
        raise ExportError(
            "format",
            f"There is no format “{format_name[:MAX_NAME]}”; {', '.join(FORMATS)} would work.",
        )
    if len(name) > MAX_NAME:
        raise ExportError("name", f"A file's name has at most {MAX_NAME} characters here.")
    frozen = freeze(
        workspace,
        with_filter(text, f"project:{scope.slug}") if scope else text,
        force=force,
    )
    arguments = {
        "query": text,
        "format": format_name,
        "name": name.strip(),
        "project": scope.slug if scope else "",
    }
    return enqueue(workspace, "export", arguments, by=by, frozen=frozen.data, total=frozen.count)


def write_export(run: Run) -> dict[str, Any]:
    """Write the file, store it, and return where it is and what it holds."""
    format_ = FORMATS[run.arguments["format"]]
    discard(run.job)
    with ExitStack() as streams:
        out = streams.enter_context(temporary())
        project, at = run.arguments["project"], run.job.created_at
        into = Into(out, _names(run, format_), project, at, streams)
        count = _write(run, format_.writer(into), PICTURES if format_.pictures else ROWS)
        size = out.seek(0, 2)
        # Named for this attempt: a worker that was taken for dead never writes over another's.
        stored = f"{folder_of(run.workspace)}/{run.job.public_id}-{run.job.worker}.{format_.ending}"
        run.proceed(stage="Storing the file", checkpoint={"file": stored})
        out.seek(0)
        default_storage.save(stored, File(out))
    try:
        run.proceed()
    except BaseException:
        default_storage.delete(stored)
        raise
    return {
        "said": _sentence(count - into.missing, size, run.job.total - count, into.missing),
        "file": stored,
        "filename": _filename(run, format_),
        "content_type": format_.content_type,
        "size": size,
        "count": count - into.missing,
    }


def _names(run: Run, format_: Format) -> Names:
    return Names(_files(run) if format_.pictures else ())


def _files(run: Run) -> Iterator[tuple[str, str]]:
    for ords in batches_of(bytes(run.job.frozen), size=ROWS * 10):
        run.proceed(stage="Looking at the file names")
        yield from run.workspace.images.at(ords).values_list("filename", "format")


def _write(run: Run, writer: Writer, size: int) -> int:
    """Write all images, and return how many there were: some may be in the trash by now."""
    frozen = bytes(run.job.frozen)
    count = read = 0
    run.proceed(0, total=thaw(frozen).size, stage="Writing the images")
    for ords in batches_of(frozen, size=size):
        images = read_exported(run.workspace, ords, run.arguments["project"])
        writer.add(images)
        count += len(images)
        read += len(ords)
        run.proceed(read)
    for _ in writer.finish():
        run.proceed(stage="Putting the file together")
    return count


def discard(job: Job) -> None:
    """Remove what an earlier attempt has stored."""
    if stored := job.checkpoint.get("file"):
        default_storage.delete(stored)


def discard_unless_done(job: Job) -> None:
    """Called when a job ends: of one that failed or was called off nothing stays."""
    if "file" not in job.result:
        discard(job)


def folder_of(workspace: Workspace) -> str:
    return f"exports/{workspace.uid.hex}"


def _filename(run: Run, format_: Format) -> str:
    day = timezone.localtime(run.job.created_at, run.workspace.zone).date()
    name = run.arguments["name"] or f"{run.workspace.slug}-{day}-{format_.name}"
    return f"{safe_stem(name.removesuffix(f'.{format_.ending}'))}.{format_.ending}"


def _sentence(count: int, size: int, gone: int, missing: int) -> str:
    said = f"{_images(count)}, {_megabytes(size)}."
    if gone:
        said += f" {_images(gone)} left out: deleted since it was asked for."
    if missing:
        said += f" {_images(missing)} left out: the file is missing in storage."
    return said


def _images(count: int) -> str:
    return f"{count:,} image{'' if count == 1 else 's'}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"  # noqa: PLR2004


EXPORT = Kind(
    "Export",
    write_export,
    address=link_to,
    opens="Download",
    ended=discard_unless_done,
)
