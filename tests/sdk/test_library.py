"""Images by the client, on the real API; and so the API by its own client."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assetlib.sdk import (
    AuthenticationError,
    InvalidError,
    Library,
    NotFoundError,
    UnsupportedFileError,
)
from tests.factories import picture_bytes
from tests.sdk.conftest import Opener

PICTURE = picture_bytes("JPEG")


def test_a_file_comes_as_a_path_as_bytes_and_as_an_open_file(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "frame “1”.jpg"
    path.write_bytes(PICTURE)

    by_path = library.upload(path)
    by_bytes = library.upload(PICTURE)
    with path.open("rb") as file:
        by_file = library.upload(file)
    by_memory = library.upload(io.BytesIO(PICTURE), filename="ignored.jpg")

    assert {each.id for each in (by_bytes, by_file, by_memory)} == {by_path.id}
    assert [each.duplicate for each in (by_path, by_bytes, by_file, by_memory)] == [
        False,
        True,
        True,
        True,
    ]
    assert by_memory.filename == "frame “1”.jpg"
    assert (by_path.width, by_path.height, by_path.size) == (64, 48, len(PICTURE))


def test_values_keep_their_types_and_nested_ones_flatten(library: Library) -> None:
    said = {"a": "95", "b": 95, "c": 72.5, "d": True, "e": {"f": 1, "g": None}}

    image = library.upload(PICTURE, said)

    assert dict(image.metadata) == {"a": "95", "b": 95, "c": 72.5, "d": True, "e.f": 1}
    assert [type(image.metadata[key]) for key in "abcd"] == [str, int, float, bool]
    assert image.entries()["b"].type == "number"
    assert image.entries()["b"].origin == "api"


def test_a_project_a_split_and_a_batch(library: Library) -> None:
    project = library.projects.create("Line 3", description="The third")

    image = library.upload(PICTURE, project="line-3", split="train", batch="May")

    assert image.projects == {"line-3": "train"}
    assert image.split == "train"
    assert library.projects.get(project.slug).images == 1
    assert [each.name for each in library.projects] == ["Line 3"]
    assert image.put_in({"line-3": "test"}).split == "test"
    assert image.put_in({"line-3": None}).projects == {}
    library.projects.delete("line-3")
    assert list(library.projects) == []
    assert image.refresh().id == image.id


def test_what_is_refused_says_why(library: Library) -> None:
    with pytest.raises(UnsupportedFileError, match="no image") as caught:
        library.upload(b"text", filename="a.jpg")
    assert caught.value.errors[0].field == "file"
    with pytest.raises(InvalidError, match="camera/id"):
        library.upload(PICTURE, {"camera/id": 1})
    with pytest.raises(InvalidError, match="project"):
        library.upload(PICTURE, project="nowhere")
    with pytest.raises(InvalidError, match="tag"):
        library.upload(PICTURE, tags=["not a tag"])
    with pytest.raises(ValueError, match="JSON"):
        library.upload(PICTURE, {"a": float("nan")})

    assert library.search().count() == 0


def test_an_image_changes_by_what_is_done_to_it(library: Library) -> None:
    image = library.upload(PICTURE, {"a": 1, "b": 2}, tags=["night"])

    changed = image.update({"a": "one", "c": True}, remove=["b"], add_tags=["seen"])

    assert dict(image.metadata) == {"a": 1, "b": 2}
    assert dict(changed.metadata) == {"a": "one", "c": True}
    assert set(changed.tags) == {"night", "seen"}
    assert changed.add_tags("x", "y").remove_tags("night", "seen").tags == ("x", "y")
    assert changed.rename("b.jpg").filename == "b.jpg"
    with pytest.raises(InvalidError, match="has spaces"):
        image.update({"has spaces": 1})


def test_a_deleted_image_is_gone_and_the_same_bytes_bring_it_back(library: Library) -> None:
    image = library.upload(PICTURE, {"a": 1})

    image.delete()
    image.delete()

    assert not library.search()
    with pytest.raises(NotFoundError):
        image.refresh()
    assert library.upload(PICTURE).id == image.id
    assert library.image(image.id).metadata == {"a": 1}


def test_a_name_alone_is_one_and_odd_ids_are_just_not_there(library: Library) -> None:
    image = library.upload(PICTURE, {"abc": 1}, tags="night")

    assert image.tags == ("night",)
    assert dict(image.update(remove="abc", add_tags="seen").metadata) == {}
    for odd in ("nobody", "a/b", "../jobs", "?limit=1", "ü"):
        with pytest.raises(NotFoundError):
            library.image(odd)


def test_the_original_comes_back_byte_by_byte(library: Library, tmp_path: Path) -> None:
    image = library.upload(PICTURE, filename="frame.jpg")
    part = tmp_path / f"frame.jpg.{image.sha256[:12]}.part"
    part.write_bytes(PICTURE[:100])

    assert image.download(tmp_path).read_bytes() == PICTURE
    assert not part.exists()


def test_who_the_api_key_is(library: Library, opener: Opener) -> None:
    account = library.whoami()

    assert (account.api_key, account.workspace) == ("scripts", "acme")
    assert {"read", "write"} <= {*account.scopes}
    with opener(api_key="al_wrong") as other, pytest.raises(AuthenticationError):
        other.search().count()
