from __future__ import annotations

import io
import re
import struct
import time
import zlib
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.forms.models import model_to_dict
from django.test import override_settings
from PIL import Image as Pillow

from assetlib.accounts.models import Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Change, Origin
from images.errors import RefusedFileError
from images.ingest import Ingested, add_many, clean_filename, examine, keep
from images.models import Format, Image, new_public_id
from images.trash import trash
from tests.factories import make_project, picture_bytes

KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "BMP", "TIFF", "GIF"]


def ingest(workspace: Workspace, *datas: bytes, filename: str = "frame.jpg") -> list[Ingested]:
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.UPLOAD) as acting:
        found = []
        for data in datas:
            with examine(io.BytesIO(data), filename) as examined:
                keep(examined, workspace)
                found += add_many(acting, [examined])
        return found


def with_exif(size: tuple[int, int] = (64, 48), **tags: object) -> bytes:
    exif = Pillow.Exif()
    for number, value in tags.items():
        exif[int(number.removeprefix("t"))] = value
    out = io.BytesIO()
    Pillow.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its few bytes hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_comes_in_whatever_it_is_called(workspace: Workspace, kind: str) -> None:
    (ingested,) = ingest(workspace, picture_bytes(kind), filename="picture.dat")

    image = ingested.image
    assert ingested.outcome == "new"
    assert image.format == Format[kind]
    assert (image.width, image.height, image.filename) == (64, 48, "picture.dat")
    names = default_storage.listdir(f"originals/{workspace.uid.hex}/{image.sha256[:2]}")[1]
    assert names == [f"{image.sha256}.{image.format}"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"not a picture", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"%PDF-1.7", 415),
        (picture_bytes("JPEG", (400, 300))[:900], 422),
        (picture_bytes("PNG", (400, 300))[:-30], 422),
        (png_declaring(20_000, 20_000), 413),
        (png_declaring(300, 300), 422),
    ],
    ids=["empty", "text", "SVG", "PDF", "cut JPEG", "cut PNG", "400 megapixels", "hollow PNG"],
)
def test_what_is_no_sound_image_is_refused_with_a_sentence(data: bytes, status: int) -> None:
    with pytest.raises(RefusedFileError) as refused, examine(io.BytesIO(data), "a.jpg"):
        pass

    assert refused.value.status == status
    assert refused.value.message.endswith(".")
    assert refused.value.hint


@override_settings(UPLOAD_MAX_BYTES=100)
def test_a_file_over_the_limit_is_refused_before_it_is_read_whole() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 60

    with (
        pytest.raises(RefusedFileError, match="larger than") as refused,
        examine(endless(), "a.jpg"),
    ):
        pass

    assert refused.value.status == 413


@override_settings(UPLOAD_MAX_FRAMES=3)
def test_too_many_frames_are_refused_and_the_first_of_few_is_the_picture(
    workspace: Workspace,
) -> None:
    def gif(count: int) -> bytes:
        out = io.BytesIO()
        frames = [Pillow.new("RGB", (8, 8), (40 * n, 0, 0)) for n in range(count)]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
        return out.getvalue()

    assert ingest(workspace, gif(3))[0].image.width == 8
    with pytest.raises(RefusedFileError, match="4 frames; 3 are taken"):
        ingest(workspace, gif(4))


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))]
)
def test_width_and_height_are_as_shown(
    workspace: Workspace, orientation: int, size: tuple[int, int]
) -> None:
    (ingested,) = ingest(workspace, with_exif(t274=orientation))

    assert (ingested.image.width, ingested.image.height) == size


def test_what_the_camera_wrote_is_kept(workspace: Workspace) -> None:
    workspace.time_zone = "Europe/Berlin"
    workspace.save()

    exif = Pillow.Exif()
    exif[271], exif[272] = "Bosch\0", "DINION"
    exif.get_ifd(0x8769).update({36867: "2026:05:01 12:30:00", 33434: 0.01, 34855: 400})
    out = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    (ingested,) = ingest(workspace, out.getvalue())

    image = Image.objects.get(pk=ingested.image.pk)
    # What came out of the act is what a later reader finds, field by field.
    assert model_to_dict(ingested.image) == model_to_dict(image)
    assert not ingested.image.get_deferred_fields()
    assert (ingested.image.ord, ingested.image.uploaded_at) == (image.ord, image.uploaded_at)
    assert image.camera == {"Make": "Bosch", "Model": "DINION", "ExposureTime": 0.01, "ISO": 400}
    assert image.taken_at is not None
    assert image.taken_at.isoformat() == "2026-05-01T10:30:00+00:00"


def test_ids_are_all_different_and_rise_with_the_time_they_are_made() -> None:
    ids = [new_public_id() for _ in range(10_000)]

    assert len({*ids}) == len(ids)
    assert all(re.fullmatch("[0-9a-z]{20}", each) for each in ids)
    moments = [each[:11] for each in ids]
    assert moments == sorted(moments)
    assert abs(int(moments[0], 16) / 1_000 - time.time()) < 60


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    "exif",
    [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0II*\0\xff\xff\xff\xff"],
)
def test_hostile_exif_does_not_stop_the_picture(workspace: Workspace, exif: bytes) -> None:
    out = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)

    (ingested,) = ingest(workspace, out.getvalue())

    assert (ingested.image.camera, ingested.image.orientation) == ({}, 1)


def test_the_same_bytes_are_one_image(workspace: Workspace) -> None:
    data = picture_bytes()

    first, again = ingest(workspace, data, data)

    assert (first.outcome, again.outcome) == ("new", "duplicate")
    assert first.image.pk == again.image.pk
    assert Image.objects.count() == 1


def test_the_same_bytes_bring_an_image_back_from_the_trash(workspace: Workspace) -> None:
    (first,) = ingest(workspace, picture_bytes())
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [first.image])

    (again,) = ingest(workspace, picture_bytes())

    assert (again.outcome, again.image.pk) == ("restored", first.image.pk)
    assert Image.objects.alive().count() == 1
    change = Change.objects.latest("id")
    assert (change.kind, change.old_type, change.new_type) == ("presence", "trash", "live")


def test_ords_are_dense_in_upload_order_and_never_used_again(workspace: Workspace) -> None:
    first, second = ingest(
        workspace, picture_bytes(colour=(1, 1, 1)), picture_bytes(colour=(2, 2, 2))
    )
    second.image.delete()

    (third,) = ingest(workspace, picture_bytes(colour=(3, 3, 3)))

    assert [first.image.ord, third.image.ord] == [0, 2]


def test_several_files_in_one_call_join_the_project(workspace: Workspace) -> None:
    project = make_project(workspace)
    data = [picture_bytes(colour=(n, 0, 0)) for n in (1, 2)]
    with (
        examine(io.BytesIO(data[0]), "a.jpg") as one,
        examine(io.BytesIO(data[1]), "b.jpg") as two,
        examine(io.BytesIO(data[1]), "c.jpg") as same,
        act(workspace, by=None, origin=Origin.USER, kind=ActKind.UPLOAD) as acting,
    ):
        found = add_many(acting, [one, two, same], project=project, split="train")

    assert [each.outcome for each in found] == ["new", "new", "duplicate"]
    assert list(project.memberships.values_list("split", flat=True)) == ["train", "train"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.jpg", "a.jpg"),
        ("folder/a.jpg", "a.jpg"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\0b\n.jpg", "ab.jpg"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("x" * 300 + ".jpg", "x" * 251 + ".jpg"),
        ("Straße 東京.jpg", "Straße 東京.jpg"),
    ],
    ids=repr,
)
def test_file_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_filename(given) == kept
