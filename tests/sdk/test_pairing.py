"""The same files are paired as by the server's own folder ingest."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetlib.sdk._pairing import list_files, list_folder
from assetlib.transfer import folder as server

NAMES = st.lists(
    st.tuples(
        st.sampled_from(["", "in/", "in/in/", ".hidden/"]),
        st.sampled_from(["a", "b", "a.b", ".a", "a."]),
        st.sampled_from(["", ".jpg", ".png", ".json", ".jpg.json", ".JSON", ".txt"]),
    ).map("".join),
    max_size=12,
)


@settings(deadline=None)
@given(NAMES)
def test_it_pairs_as_the_server_does(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, names)

        ours, theirs = list_folder(folder), server.list_folder(folder)

        pairs = {path: sidecar and folder / sidecar for path, sidecar in theirs.pairs}
        assert {str(p.relative_to(folder)): sidecar for p, sidecar in ours.pairs} == pairs
        assert {str(path.relative_to(folder)) for path in ours.orphans} == {*theirs.orphans}


def fill(folder: Path, names: list[str]) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_without_sidecars_they_are_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, ["a.jpg", "a.json", "b.json"])

    listed = list_folder(tmp_path, sidecars=False)

    assert listed.pairs == ((tmp_path / "a.jpg", None),)
    assert listed.orphans == ()


def test_files_keep_their_order_and_find_their_sidecars(tmp_path: Path) -> None:
    fill(tmp_path, ["b.jpg", "a.jpg", "a.json", "b.jpg.json"])
    given_paths = [tmp_path / name for name in ("b.jpg", "a.jpg", "a.json", "b.jpg")]

    listed = list_files(given_paths)

    assert listed.pairs == (
        (tmp_path / "b.jpg", tmp_path / "b.jpg.json"),
        (tmp_path / "a.jpg", tmp_path / "a.json"),
    )


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()

    with pytest.raises(NotADirectoryError, match="no folder"):
        list_folder(tmp_path / "a.jpg")
