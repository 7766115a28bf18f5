"""The demo library: picture after picture with what is said of it, the same on every run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from random import Random

from PIL import Image
from PIL.ExifTags import IFD, Base

from assetlib.demo.decide import decide_shot, decide_view
from assetlib.demo.draw_board import draw_board
from assetlib.demo.draw_conveyor import draw_conveyor
from assetlib.demo.draw_light import through_lens
from assetlib.demo.draw_road import draw_road
from assetlib.demo.draw_seen import Drawing, Outline
from assetlib.demo.draw_warehouse import draw_warehouse
from assetlib.demo.facts import Board, Conveyor, Road, Shot, View, Warehouse
from assetlib.demo.story import tell

SIDEWAYS = 6
FORMATS = ("JPEG", "WEBP", "PNG", "AVIF")
SHARES = (92, 6, 0, 2)
# Inspection keeps some pictures without loss.
INSPECTION_SHARES = (74, 4, 20, 2)
ENDINGS = {"JPEG": "jpg", "WEBP": "webp", "PNG": "png", "AVIF": "avif"}


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the demo library. `project` is a name; `metadata` may nest one level.

    `boxes` are around what it shows; a picture that needs annotation has none yet.
    """

    filename: str
    data: bytes
    taken_at: datetime
    metadata: dict[str, object]
    tags: tuple[str, ...]
    project: str | None
    split: str | None
    batch: str | None
    boxes: tuple[Outline, ...]


def scene(index: int, *, seed: int = 1) -> Scene:
    """Make the picture of an index: the same arguments give the same bytes."""
    chance = Random(f"{seed}-{index}")  # noqa: S311 -- pictures to look at, not secrets
    shot = decide_shot(index, chance)
    view = decide_view(shot, chance)
    story = tell(shot, view, chance)
    shares = INSPECTION_SHARES if isinstance(view, Board) else SHARES
    form = "JPEG" if shot.camera.sideways else chance.choices(FORMATS, shares)[0]
    drawing = draw(shot, view, chance)
    picture = through_lens(drawing.picture, shot)
    return Scene(
        filename=f"{stem(shot, view)}.{ENDINGS[form]}",
        data=encoded(picture, shot, form),
        taken_at=shot.taken_at,
        metadata=story.metadata,
        tags=story.tags,
        project=story.project,
        split=story.split,
        batch=story.batch,
        boxes=() if "needs-annotation" in story.tags else drawing.outlines,
    )


def scenes(count: int, *, first: int = 0, seed: int = 1) -> Iterator[Scene]:
    """Make the pictures of a library of `count`; those before `first` are there already."""
    return (scene(index, seed=seed) for index in range(first, count))


def draw(shot: Shot, view: View, chance: Random) -> Drawing:
    match view:
        case Road():
            return draw_road(shot, view, chance)
        case Conveyor():
            return draw_conveyor(shot, view, chance)
        case Warehouse():
            return draw_warehouse(shot, view, chance)
        case Board():
            return draw_board(shot, view, chance)


def stem(shot: Shot, view: View) -> str:
    """A file name as that kind of camera gives it; the index keeps it unique."""
    if shot.camera.sideways:
        return f"IMG_{shot.index:04}"
    match view:
        case Road():
            return f"{shot.camera.id}_{shot.taken_at:%Y-%m-%dT%H-%M-%S}_{shot.index}"
        case Conveyor():
            return f"L{view.line}_{shot.taken_at:%Y%m%d}_{shot.index:06}"
        case Warehouse():
            return f"WH{view.number}-A{view.aisle:02}_{shot.index:05}"
        case Board():
            return f"pcb_{view.model}_rev{view.revision}_{shot.index:04}"


def encoded(picture: Image.Image, shot: Shot, form: str) -> bytes:
    exif = exif_of(shot)
    if shot.camera.sideways:
        # Stored as the sensor lay: a viewer that ignores the orientation shows it lying down.
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[Base.Orientation] = SIDEWAYS
    stream = BytesIO()
    match form:
        case "PNG":
            picture.save(stream, form, exif=exif, compress_level=1)
        case "WEBP":
            picture.save(stream, form, exif=exif, quality=80, method=0)
        case "AVIF":
            # More threads cut the picture into more tiles: the bytes must not tell the machine.
            picture.save(stream, form, exif=exif, quality=70, speed=10, max_threads=1)
        case _:
            picture.save(stream, form, exif=exif, quality=82)
    return stream.getvalue()


def exif_of(shot: Shot) -> Image.Exif:
    exif = Image.Exif()
    moment = f"{shot.taken_at:%Y:%m:%d %H:%M:%S}"
    exif[Base.Make] = shot.camera.make
    exif[Base.Model] = shot.camera.model
    exif[Base.DateTime] = moment
    zone = f"{shot.taken_at:%z}"
    exif.get_ifd(IFD.Exif).update(
        {
            Base.DateTimeOriginal: moment,
            Base.OffsetTimeOriginal: f"{zone[:3]}:{zone[3:]}",
            Base.ExposureTime: shot.exposure_ms / 1000,
            Base.ISOSpeedRatings: shot.iso,
            Base.FNumber: 2.8,
        }
    )
    return exif
