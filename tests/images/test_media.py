from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image as Pillow
from pytest_django import DjangoAssertNumQueries

from assetlib.accounts.models import Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from images.files import names_of, original_url, rendition_url
from images.ingest import add, examine, keep
from images.models import Image
from tests.factories import make_picture


@pytest.fixture
def image(workspace: Workspace) -> Image:
    return make_picture(workspace)


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_signed_address_needs_no_login_and_no_query(
    client: Client, image: Image, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    urls = [original_url(image), rendition_url(image, "thumb"), rendition_url(image, "preview")]

    with django_assert_num_queries(0):
        answers = [client.get(url) for url in urls]
        answers[0].close()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer["Content-Type"] for answer in answers] == [
        "image/png",
        "image/webp",
        "image/webp",
    ]
    assert all(answer["X-Content-Type-Options"] == "nosniff" for answer in answers)
    assert all("private" in answer["Cache-Control"] for answer in answers)


def test_addresses_stay_the_same_within_a_day(image: Image) -> None:
    assert original_url(image) == original_url(Image.objects.get(pk=image.pk))


@pytest.mark.parametrize("change", ["kind", "hash", "day", "signature"])
def test_a_forged_address_is_not_found(client: Client, image: Image, change: str) -> None:
    url = original_url(image)
    forged = {
        "kind": url.replace("original", "thumb"),
        "hash": url.replace(image.sha256, "0" * 64),
        "day": url.replace(".png.", ".png.9"),
        "signature": url[:-3] + "abc",
    }[change]

    assert client.get(forged).status_code == 404


def test_an_expired_address_is_not_found(
    client: Client, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.files.time.time", lambda: 1_000_000.0)
    url = original_url(image)
    monkeypatch.undo()

    assert client.get(url).status_code == 404


def test_known_content_is_not_sent_again(client: Client, image: Image) -> None:
    url = rendition_url(image, "thumb")

    again = client.get(url, headers={"If-None-Match": client.get(url)["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=999999-", 416, None),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_ranges(client: Client, image: Image, asked: str, status: int, part: slice | None) -> None:
    whole = body(client.get(original_url(image)))

    answer = client.get(original_url(image), headers={"Range": asked})

    assert answer.status_code == status
    assert part is None or body(answer) == whole[part]


def test_a_missing_file_is_a_broken_picture_and_no_error(client: Client, image: Image) -> None:
    for name in names_of(image):
        default_storage.delete(name)

    for url in (original_url(image), rendition_url(image, "thumb")):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("orientation", range(1, 9))
def test_renditions_are_turned_as_the_camera_was_held(
    client: Client, workspace: Workspace, orientation: int
) -> None:
    upright = Pillow.new("RGB", (80, 60), "white")
    upright.paste("red", (0, 0, 20, 15))
    stored = upright
    for move in {  # what a camera held so would have stored
        1: [],
        2: [Pillow.Transpose.FLIP_LEFT_RIGHT],
        3: [Pillow.Transpose.ROTATE_180],
        4: [Pillow.Transpose.FLIP_TOP_BOTTOM],
        5: [Pillow.Transpose.TRANSPOSE],
        6: [Pillow.Transpose.ROTATE_90],
        7: [Pillow.Transpose.TRANSVERSE],
        8: [Pillow.Transpose.ROTATE_270],
    }[orientation]:
        stored = stored.transpose(move)
    exif = Pillow.Exif()
    exif[274] = orientation
    out = io.BytesIO()
    stored.save(out, "PNG", exif=exif)
    with examine(io.BytesIO(out.getvalue()), "a.png") as examined:
        keep(examined, workspace)
        with act(workspace, by=None, origin=Origin.USER, kind=ActKind.UPLOAD) as acting:
            image = add(acting, examined).image

    answer = client.get(rendition_url(image, "thumb"))

    with Pillow.open(io.BytesIO(answer.content)) as thumb:
        assert thumb.size == (80, 60) == (image.width, image.height)
        red, green, _ = thumb.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > 200 > green


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "F", "CMYK", "1"])
def test_every_mode_has_a_rendition(client: Client, workspace: Workspace, mode: str) -> None:
    out = io.BytesIO()
    Pillow.new(mode, (30, 20)).save(out, "TIFF")
    with examine(io.BytesIO(out.getvalue()), "a.tiff") as examined:
        keep(examined, workspace)
        with act(workspace, by=None, origin=Origin.USER, kind=ActKind.UPLOAD) as acting:
            image = add(acting, examined).image

    assert client.get(rendition_url(image, "preview")).status_code == 200
