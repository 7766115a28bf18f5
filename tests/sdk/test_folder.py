"""A folder with sidecars by several workers; what is wrong with one file stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assetlib.sdk import AuthenticationError, Library, UnreachableError
from tests.sdk.conftest import Opener
from tests.sdk.servers import ME, ONCE, Scripted, image_object, library_of


@pytest.fixture
def frames(tmp_path: Path, colours: Iterator[bytes]) -> Path:
    """Twelve pictures, half of them in a folder inside, each with a sidecar."""
    (tmp_path / "in").mkdir()
    for number in range(12):
        path = tmp_path / ("in" if number % 2 else "") / f"{number:02}.png"
        path.write_bytes(next(colours))
        path.with_suffix(".json").write_text(json.dumps({"number": number}))
    return tmp_path


def test_a_folder_with_sidecars(library: Library, frames: Path) -> None:
    told: list[tuple[int, int]] = []

    report = library.upload_folder(
        frames,
        sidecars=True,
        metadata={"line": 3},
        tags=["night"],
        workers=4,
        progress=lambda *progress: told.append(progress),
    )

    assert (report.new, report.duplicates, report.refused, report.orphans) == (12, 0, (), ())
    assert [result.path for result in report.results] == sorted(frames.rglob("*.png"))
    assert told == [(done, 12) for done in range(1, 13)]
    said = {image.id: dict(image.metadata) for image in library.search("tag:night")}
    for result in report.results:
        assert result.id is not None
        assert said[result.id] == {"line": 3, "number": int(result.path.stem)}


def test_again_all_are_duplicates(library: Library, frames: Path) -> None:
    first = library.upload_folder(frames)
    again = library.upload_folder(frames, metadata={"seen": True})

    assert (again.new, again.duplicates) == (0, 12)
    assert [each.id for each in again.results] == [each.id for each in first.results]
    assert library.search("seen:true").count() == 12


def test_a_sidecar_goes_before_what_is_said_of_all_and_may_be_left_out(
    library: Library, frames: Path
) -> None:
    library.upload_folder(frames, metadata={"number": -1})
    assert library.search("number:-1").count() == 0

    library.upload_folder(frames, metadata={"number": -1}, sidecars=False)
    assert library.search("number:-1").count() == 12


def test_what_is_wrong_is_told_file_by_file(library: Library, frames: Path) -> None:
    (frames / "00.json").write_text('{"number": 0, "list": [1], "bad key": 2}')
    (frames / "02.json").write_text("{")
    (frames / "notes.txt").write_text("no picture")
    (frames / "alone.json").write_text("{}")

    report = library.upload_folder(frames)

    (refused,) = report.refused
    assert (refused.path, refused.id) == (frames / "notes.txt", None)
    assert "no image" in refused.error
    partly, unread = report.flawed
    assert partly.path == frames / "00.png"
    assert [sentence.partition(":")[0] for sentence in partly.problems] == ["list", "bad key"]
    assert unread.path == frames / "02.png"
    assert "line 1" in unread.problems[0]
    assert report.orphans == (frames / "alone.json",)
    assert report.new == 12
    assert library.search("number:0").count() == 1


def test_files_are_sent_in_their_order(library: Library, frames: Path) -> None:
    paths = [frames / name for name in ("04.png", "00.png", "nothing.png")]

    report = library.upload_files(paths, workers=2)

    assert [result.path for result in report.results] == paths
    assert [result.outcome for result in report.results] == ["new", "new", "refused"]
    assert report.results[2].error == "It cannot be read: No such file or directory."
    assert library.search("number:4").count() == 1


def test_a_key_that_may_not_write_stops_at_once(opener: Opener, frames: Path) -> None:
    with opener(api_key="al_wrong") as library, pytest.raises(AuthenticationError):
        library.upload_folder(frames)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="no folder"):
        library_of(Scripted()).upload_folder(tmp_path / "nowhere")


def test_an_empty_folder_is_done_at_once(tmp_path: Path) -> None:
    report = library_of(Scripted()).upload_folder(tmp_path)

    assert (report.results, report.orphans) == ((), ())


def test_a_server_that_stays_away_ends_it(frames: Path) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json=ME)
        raise httpx.ConnectError("refused")

    with pytest.raises(UnreachableError):
        library_of(server).upload_folder(frames, retry=ONCE)


def test_each_file_is_sent_again_through_an_outage(frames: Path, pauses: list[float]) -> None:
    failed: set[bytes] = set()

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json=ME)
        body = request.read()
        name = body[body.index(b'filename="') :][10:16]
        if name not in failed:
            failed.add(name)
            return httpx.Response(429, headers={"Retry-After": "1"})
        return httpx.Response(201, json=image_object(id=name.decode()))

    report = library_of(server).upload_folder(frames, workers=8)

    assert [result.id for result in report.results] == [
        result.path.name for result in report.results
    ]
    assert len(failed) == 12
    assert pauses == [1.0] * 12
