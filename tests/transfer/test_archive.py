"""What a zip may hold, and what is made of its paths."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from pytest_django import Settings

from assetlib.transfer.archive import Archive, ArchiveError, open_archive
from images.errors import RefusedFileError
from tests.transfer.zips import zip_bytes


def listed(data: bytes) -> Archive:
    with open_archive(io.BytesIO(data), len(data)) as archive:
        return archive


def test_images_are_paired_filed_by_folder_and_litter_is_left_out() -> None:
    archive = listed(
        zip_bytes(
            {
                "b.jpg": b"b",
                "b.json": {"a": 1},
                "train/images/a.jpg": b"a",
                "Val/c.jpg": b"c",
                "test\\d.jpg": b"d",
                "train/lonely.json": {},
                "train/labels/a.txt": b"0 0.5 0.5 1 1",
                "data.yaml": b"names: []",
                "__MACOSX/b.jpg": b"x",
                "train/.DS_Store": b"x",
                ".git/config": b"x",
                "Thumbs.db": b"x",
                "folder/": b"",
            }
        )
    )

    assert [(each.path, each.sidecar, each.split) for each in archive.pictures] == [
        ("b.jpg", "b.json", ""),
        ("test/d.jpg", None, "test"),
        ("train/images/a.jpg", None, "train"),
        ("Val/c.jpg", None, "valid"),
    ]
    assert list(archive.orphans) == ["train/lonely.json"]
    assert archive.beside == ["data.yaml", "train/labels/a.txt"]
    assert archive.refused == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../a.jpg", "leads out"),
        ("x/../../a.jpg", "leads out"),
        ("/etc/a.jpg", "leads out"),
        ("C:\\a.jpg", "leads out"),
        ("x" * 1_100 + ".jpg", "1,104 characters"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused_alone(path: str, why: str) -> None:
    archive = listed(zip_bytes({path: b"x", "good.jpg": b"x"}))

    ((_, told),) = archive.refused
    assert why in told
    assert [each.path for each in archive.pictures] == ["good.jpg"]


def test_a_link_is_no_file() -> None:
    info = zipfile.ZipInfo("a.jpg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")

    assert listed(out.getvalue()).refused == [("a.jpg", "It is a link, not a file.")]


def test_a_locked_file_is_told() -> None:
    data = bytearray(zip_bytes({"a.jpg": b"x"}))
    # Bit 0 of the flags, in the directory.
    data[data.rindex(b"PK\x01\x02") + 8] |= 1

    ((_, told),) = listed(bytes(data)).refused
    assert "locked by a password" in told


@pytest.mark.parametrize(
    ("setting", "most", "message"),
    [
        ("ZIP_MAX_FILES", 2, "holds 3 files; 2 are taken"),
        ("ZIP_MAX_UNPACKED", 2_000_000, "has 3 MB; 2 MB are taken"),
        ("ZIP_MAX_RATIO", 9, "times as large; 9 times are taken"),
    ],
)
def test_more_than_is_taken_is_refused_with_a_sentence(
    settings: Settings, setting: str, most: int, message: str
) -> None:
    settings.ZIP_MAX_RATIO = 10_000
    data = zip_bytes({f"{number}.bmp": b"\0" * 1_000_000 for number in range(3)})
    assert len(listed(data).pictures) == 3
    setattr(settings, setting, most)

    with pytest.raises(ArchiveError, match=message) as problem:
        listed(data)

    assert problem.value.is_limit


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", zip_bytes({"a.jpg": b"x" * 99})[:60]],
    ids=["nothing", "text", "cut off"],
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(ArchiveError, match="no zip archive"):
        listed(data)


def test_a_directory_without_end_is_not_read(settings: Settings) -> None:
    settings.ZIP_MAX_FILES = 10
    data = zip_bytes({f"{number:0300}.jpg": b"" for number in range(60)}, zipfile.ZIP_STORED)

    with pytest.raises(ArchiveError, match="no zip archive"):
        listed(data)


def test_a_file_gives_no_more_than_it_declares_and_says_when_it_is_damaged() -> None:
    data = bytearray(zip_bytes({"a.jpg": b"abcdefgh"}, zipfile.ZIP_STORED))
    directory = data.rindex(b"PK\x01\x02")
    # Four bytes are declared where eight lie.
    data[directory + 24 : directory + 28] = struct.pack("<I", 4)

    with open_archive(io.BytesIO(bytes(data)), len(data)) as archive:
        assert archive.size("a.jpg") == 4
        with pytest.raises(RefusedFileError, match="damaged in the archive"):
            archive.read("a.jpg", 100)
