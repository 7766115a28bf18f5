"""A file is whole or not there, and a broken download goes on where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assetlib.sdk import DownloadError, Image, NotFoundError, UnreachableError
from tests.sdk.servers import ME, image_object, library_of, pauses

__all__ = ["pauses"]

BYTES = bytes(range(256)) * 40


class Broken(httpx.SyncByteStream):
    """A body that ends too early, as a lost connection does."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self.data
        raise httpx.ReadError("lost")


class Files:
    """A server of one file, which hands out `piece` bytes a request before it breaks off."""

    def __init__(self, data: bytes = BYTES, *, piece: int = 0, ranges: bool = True) -> None:
        self.data, self.piece, self.ranges = data, piece, ranges
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "library.example":
            said = image_object(sha256=hashlib.sha256(BYTES).hexdigest())
            return httpx.Response(200, json=ME if request.url.path.endswith("/me") else said)
        self.asked.append(request)
        begin = int(request.headers.get("Range", "bytes=0-")[6:-1]) if self.ranges else 0
        left = self.data[begin:]
        if not left:
            return httpx.Response(416, headers={"Content-Range": f"bytes */{len(self.data)}"})
        whole = not self.piece or len(left) <= self.piece
        return httpx.Response(
            206 if "Range" in request.headers and self.ranges else 200,
            headers={"Content-Length": str(len(left))},
            stream=httpx.ByteStream(left) if whole else Broken(left[: self.piece]),
        )


def image_of(files: Files) -> Image:
    return library_of(files).image("i1")


def test_a_download_that_breaks_goes_on_where_it_stopped(
    tmp_path: Path, pauses: list[float]
) -> None:
    files = Files(piece=3_000)

    saved = image_of(files).download(tmp_path / "a.jpg")

    assert saved.read_bytes() == BYTES
    assert [request.headers.get("Range") for request in files.asked] == [
        None,
        "bytes=3000-",
        "bytes=6000-",
        "bytes=9000-",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]


def test_a_server_without_ranges_begins_anew(tmp_path: Path, pauses: list[float]) -> None:
    files = Files(ranges=False)
    image = image_of(files)
    (tmp_path / f"a.jpg.{image.sha256[:12]}.part").write_bytes(b"begun")

    assert image.download(tmp_path / "a.jpg").read_bytes() == BYTES


def test_a_later_call_goes_on_with_the_part_of_the_same_content(tmp_path: Path) -> None:
    files = Files()
    image = image_of(files)
    (tmp_path / f"a.jpg.{image.sha256[:12]}.part").write_bytes(BYTES[:5_000])
    (tmp_path / "a.jpg.0123456789ab.part").write_bytes(b"of another")

    saved = image.download(tmp_path / "a.jpg")

    assert saved.read_bytes() == BYTES
    assert files.asked[0].headers["Range"] == "bytes=5000-"


def test_a_part_that_is_all_of_it_needs_no_byte_more(tmp_path: Path) -> None:
    files = Files()
    image = image_of(files)
    (tmp_path / f"a.jpg.{image.sha256[:12]}.part").write_bytes(BYTES)

    assert image.download(tmp_path / "a.jpg").read_bytes() == BYTES
    assert len(files.asked) == 1


def test_a_part_that_is_too_long_is_thrown_away(tmp_path: Path, pauses: list[float]) -> None:
    image = image_of(Files())
    (tmp_path / f"a.jpg.{image.sha256[:12]}.part").write_bytes(BYTES + b"more")

    assert image.download(tmp_path / "a.jpg").read_bytes() == BYTES


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="other bytes"):
        image_of(Files(b"other")).download(tmp_path / "a.jpg")

    assert list(tmp_path.iterdir()) == []


def test_into_a_folder_it_goes_under_its_own_name(tmp_path: Path) -> None:
    assert image_of(Files()).download(tmp_path) == tmp_path / "a.jpg"


def test_the_api_key_is_not_sent_to_where_files_lie(tmp_path: Path) -> None:
    files = Files()

    image_of(files).download(tmp_path)

    assert "Authorization" not in files.asked[0].headers


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    image_of(Files()).download(tmp_path, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (len(BYTES), len(BYTES))


def test_an_address_that_is_no_more_is_said(tmp_path: Path) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        return Files()(request) if request.url.host == "library.example" else httpx.Response(404)

    with pytest.raises(NotFoundError):
        library_of(server).image("i1").download(tmp_path)


def test_a_download_that_never_moves_ends(tmp_path: Path, pauses: list[float]) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.host == "library.example":
            return Files()(request)
        raise httpx.ConnectError("refused")

    with pytest.raises(UnreachableError, match="does not go on"):
        library_of(server).image("i1").download(tmp_path)
