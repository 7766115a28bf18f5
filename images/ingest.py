"""Bytes into an image: looked at first, without the database, and then added inside an act.

    with examine(stream, "frame.jpg") as examined:
        keep(examined, workspace)
        with act(workspace, …) as acting:
            ingested = add(acting, examined)

What a file is, its bytes say, never its name. The file is in storage under the name of its content
before its row commits: a kill leaves both, or a file without a row, which `check` finds.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Literal

from django.conf import settings
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from assetlib.accounts.models import Workspace
from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from images import files
from images.camera import Camera, read_camera
from images.columns import put_images
from images.errors import RefusedFileError
from images.memberships import join
from images.models import Format, Image, Project
from images.rows import NewImage, add_images
from images.trash import restore

BLOCK = 1 << 18
# Bytes of a file that are not worth one on disk while it is looked at.
IN_MEMORY = 1 << 20
MAX_FILENAME = 255
FORMATS = {
    "JPEG": Format.JPEG,
    "MPO": Format.JPEG,
    "PNG": Format.PNG,
    "WEBP": Format.WEBP,
    "AVIF": Format.AVIF,
    "BMP": Format.BMP,
    "TIFF": Format.TIFF,
    "GIF": Format.GIF,
}
# An MPO is a JPEG with further ones behind it: Pillow names it so once it has opened the JPEG.
OPENERS = FORMATS.keys() - {"MPO"}
WHAT_WORKS = "JPEG, PNG, WebP, AVIF, BMP, TIFF and GIF work."
EXIF_DETAIL, EXIF_PLACE = 0x8769, 0x8825
SIDEWAYS = 5
SMALLEST = (1, 1)
# What Pillow raises for bytes that are not what they claim to be.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    Warning,
)

# Our own limit is asked before anything is decoded; Pillow's would refuse what the setting allows.
Pillow.MAX_IMAGE_PIXELS = None

Outcome = Literal["new", "duplicate", "restored"]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that is an image. Width and height are as shown; `file` is open inside the block."""

    file: IO[bytes]
    filename: str
    sha256: str
    format: Format
    size: int
    width: int
    height: int
    camera: Camera


@dataclass(frozen=True, slots=True)
class Ingested:
    """The image, and whether it is new, was there, or came back from the trash."""

    image: Image
    outcome: Outcome


@contextmanager
def examine(stream: IO[bytes] | Iterable[bytes], filename: str) -> Iterator[Examined]:
    """Copy the stream to a temporary file and look at it. Raises RefusedFileError."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        sha256, size = _copy(stream, file)
        file.seek(0)
        yield _look(file, clean_filename(filename), sha256, size)


def _copy(stream: IO[bytes] | Iterable[bytes], file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(stream):
        size += len(block)
        if size > settings.UPLOAD_MAX_BYTES:
            raise RefusedFileError(
                f"The file is larger than {settings.UPLOAD_MAX_BYTES / 1e6:,.0f} MB.",
                "Send a smaller one, or raise ASSETLIB_UPLOAD_BYTES.",
                status=413,
            )
        digest.update(block)
        file.write(block)
    if not size:
        raise RefusedFileError("The file is empty.", WHAT_WORKS)
    return digest.hexdigest(), size


def _blocks(stream: IO[bytes] | Iterable[bytes]) -> Iterable[bytes]:
    read = getattr(stream, "read", None)
    return stream if read is None else iter(lambda: read(BLOCK), b"")


def _look(file: IO[bytes], filename: str, sha256: str, size: int) -> Examined:
    try:
        with Pillow.open(file, formats=list(OPENERS)) as picture:
            _check_size(picture)
            width, height = picture.size
            # Decoding is the proof; a header alone is easily forged. Every byte of a JPEG is gone
            # through for a picture an eighth as large too, in half the time.
            picture.draft(None, SMALLEST)
            picture.load()
            camera = _camera(picture)
            found = FORMATS[picture.format or ""]
    except UnidentifiedImageError as error:
        raise RefusedFileError(
            "This is no image that can be kept.", WHAT_WORKS, status=415
        ) from error
    except BROKEN as error:
        raise RefusedFileError(
            "The image is damaged: it cannot be decoded.", "Save it again and send that."
        ) from error
    file.seek(0)
    if camera.orientation >= SIDEWAYS:
        width, height = height, width
    return Examined(file, filename, sha256, found, size, width, height, camera)


def _check_size(picture: Pillow.Image) -> None:
    pixels = picture.width * picture.height
    if pixels > settings.UPLOAD_MAX_PIXELS:
        raise RefusedFileError(
            f"The image declares {pixels / 1e6:,.0f} megapixels; "
            f"{settings.UPLOAD_MAX_PIXELS / 1e6:,.0f} are taken.",
            "Send a smaller one, or raise ASSETLIB_UPLOAD_PIXELS.",
            status=413,
        )
    frames = getattr(picture, "n_frames", 1)
    if frames > settings.UPLOAD_MAX_FRAMES:
        raise RefusedFileError(
            f"The file holds {frames:,} frames; {settings.UPLOAD_MAX_FRAMES:,} are taken.",
            "Send the first frame alone: it is what would be kept as the picture.",
            status=413,
        )


def _camera(picture: Pillow.Image) -> Camera:
    try:
        exif = picture.getexif()
        return read_camera(exif, exif.get_ifd(EXIF_DETAIL), exif.get_ifd(EXIF_PLACE))
    except BROKEN:
        # Hostile or broken EXIF is no reason to refuse the picture.
        return Camera({}, 1, None)


def clean_filename(name: str) -> str:
    """Return the last part of a path, printable and at most 255 characters; never empty."""
    base = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip()
    if len(printable) > MAX_FILENAME:
        stem, dot, extension = printable.rpartition(".")
        keep = MAX_FILENAME - len(dot + extension)
        printable = stem[:keep] + dot + extension if stem and keep > 0 else printable[:MAX_FILENAME]
    return printable if printable.strip(".") else "unnamed"


def keep(examined: Examined, workspace: Workspace) -> None:
    """Put the bytes in storage under the name of their content; done already, it does nothing."""
    examined.file.seek(0)
    files.keep_original(workspace, examined.sha256, examined.format, examined.file)


def add(
    acting: Acting,
    examined: Examined,
    *,
    project: Project | None = None,
    split: str = "",
    batch: str = "",
) -> Ingested:
    """Give the library the image of a file that is kept."""
    return add_many(acting, [examined], project=project, split=split, batch=batch)[0]


def add_many(
    acting: Acting,
    examined: Sequence[Examined],
    *,
    project: Project | None = None,
    split: str = "",
    batch: str = "",
) -> list[Ingested]:
    """Give the library the images of files that are kept, in as many questions for one as for many.

    Bytes that are there already are a duplicate; those that lie in the trash come back. Either way
    the image joins `project`.
    """
    hashes = [each.sha256 for each in examined]
    known = {image.sha256: image for image in acting.workspace.images.filter(sha256__among=hashes)}
    trashed = {sha for sha, image in known.items() if image.deleted_at is not None}
    restore(acting, [known[sha] for sha in trashed])
    first = {each.sha256: each for each in reversed(examined) if each.sha256 not in known}
    new = [each for each in examined if first.pop(each.sha256, None)]
    made = add_images(acting, [_new(each, acting.workspace) for each in new])
    known |= {image.sha256: image for image in made}
    put_images(acting.sheet, made)
    acting.arrive([_arrival(image, acting) for image in made])
    if project is not None:
        each_once = [known[sha] for sha in dict.fromkeys(hashes)]
        join(acting, each_once, project, split=split, batch=batch)
    fresh = {image.sha256 for image in made}
    ingested = []
    for sha in hashes:
        outcome: Outcome = "new" if sha in fresh else "restored" if sha in trashed else "duplicate"
        ingested.append(Ingested(known[sha], outcome))
        fresh.discard(sha)
        trashed.discard(sha)
    return ingested


def _new(examined: Examined, workspace: Workspace) -> NewImage:
    return NewImage(
        filename=examined.filename,
        sha256=examined.sha256,
        format=examined.format,
        size=examined.size,
        width=examined.width,
        height=examined.height,
        orientation=examined.camera.orientation,
        camera=examined.camera.fields,
        taken_at=moment_of(examined.camera.taken_at, workspace),
    )


def moment_of(taken_at: datetime | None, workspace: Workspace) -> datetime | None:
    if taken_at is None or taken_at.tzinfo is not None:
        return taken_at
    return taken_at.replace(tzinfo=workspace.zone)


def _arrival(image: Image, acting: Acting) -> Recorded:
    return Recorded(
        image_id=image.pk,
        kind=ChangeKind.PRESENCE,
        subject=image.filename,
        new_type="live",
        new_origin=acting.origin,
    )
