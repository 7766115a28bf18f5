"""All that the client can do, on the real API; and so the API by its own client."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from assetlib.sdk import (
    AuthenticationError,
    ConflictError,
    Edit,
    FieldError,
    InvalidError,
    Library,
    NotFoundError,
    UnsupportedFileError,
)
from tests.factories import picture_bytes
from tests.sdk.conftest import Opener

pytestmark = pytest.mark.usefixtures("worker")

PICTURE = picture_bytes("JPEG")


def fill(library: Library, colours: Iterator[bytes], count: int) -> list[str]:
    """Upload pictures numbered by the key `number`; return their ids."""
    return [
        library.upload(next(colours), {"number": n}, filename=f"{n:03}.png").id
        for n in range(count)
    ]


def test_the_example_of_the_documentation(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("frame.jpg").write_bytes(PICTURE)

    image = library.upload(
        "frame.jpg",
        metadata={"camera_id": "cam001", "temperature": 72.5, "reviewed": True},
        tags=["night"],
    )
    found = [
        (each.id, each.filename, each.metadata["camera_id"])
        for each in library.search("metadata.temperature>70 AND tag:night")
    ]
    plan = library.search("metadata.camera_id:cam001").update(
        metadata={"site": "A"}, only_missing=True, dry_run=True
    )

    assert found == [(image.id, "frame.jpg", "cam001")]
    assert (plan.images, plan.changed) == (1, 1)
    assert plan.entries == {"site": {"added": 1}}
    assert "site" not in image.refresh().metadata


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


def test_the_history_of_an_image_can_be_undone(library: Library) -> None:
    image = library.upload(PICTURE, {"a": 1})
    image.update({"a": 2})

    edited, uploaded = image.history()
    edited.undo()

    assert (edited.kind, uploaded.kind) == ("edit", "upload")
    assert (edited.origin, edited.images) == ("api", 1)
    assert [(each.subject, each.old, each.new) for each in edited.details()] == [("a", 1, 2)]
    assert image.refresh().metadata["a"] == 1
    assert [each.kind for each in library.changes] == ["undo", "edit", "upload"]
    assert library.changes.get(edited.id).state == "undone"
    with pytest.raises(ConflictError):
        edited.undo()


def test_a_deleted_image_is_gone_and_the_same_bytes_bring_it_back(library: Library) -> None:
    image = library.upload(PICTURE, {"a": 1})

    image.delete()
    image.delete()

    assert not library.search()
    with pytest.raises(NotFoundError):
        image.refresh()
    assert library.upload(PICTURE).id == image.id
    assert library.image(image.id).metadata == {"a": 1}


def test_the_original_comes_back_byte_by_byte(library: Library, tmp_path: Path) -> None:
    image = library.upload(PICTURE, filename="frame.jpg")
    part = tmp_path / f"frame.jpg.{image.sha256[:12]}.part"
    part.write_bytes(PICTURE[:100])

    assert image.download(tmp_path).read_bytes() == PICTURE
    assert not part.exists()


def test_a_search_pages_itself_and_counts(library: Library, colours: Iterator[bytes]) -> None:
    ids = fill(library, colours, 7)

    found = library.search("sort:metadata.number", page_size=2)

    assert [image.id for image in found] == ids
    assert [image.id for image in found] == ids
    assert len(found) == found.count() == 7
    assert found.first() == library.image(ids[0])
    assert library.search("number:9").first() is None
    assert len(library.search("number>=5")) == 2


def test_images_that_come_and_go_shift_no_page(
    library: Library, colours: Iterator[bytes]
) -> None:
    ids = fill(library, colours, 6)

    images = iter(library.search("sort:metadata.number", page_size=2))
    seen = [next(images).id, next(images).id]
    library.image(ids[0]).delete()
    seen += [image.id for image in images]

    assert seen == ids


def test_a_bad_query_says_where_and_what_would_work(library: Library) -> None:
    with pytest.raises(InvalidError) as caught:
        library.search("a (b").count()

    (error,) = caught.value.errors
    assert isinstance(error, FieldError)
    assert (error.field, error.span) == ("query", (2, 3))


def test_a_search_is_changed_as_one(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 4)
    library.search("number:0").update({"site": "B"})

    job = library.search("*").update(
        {"site": "A"}, only_missing=True, add_tags=["seen"], remove=["number"]
    )

    assert job.status == "done"
    assert job.result["changed"] == 4
    assert {image.metadata["site"] for image in library.search("tag:seen")} == {"A", "B"}
    assert library.search("has:number").count() == 0
    assert job.change_set is not None
    library.changes.get(job.change_set).undo()
    assert library.search("tag:seen").count() == 0
    assert library.search("has:number").count() == 4


def test_a_dry_run_tells_all_and_does_nothing(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 3)

    plan = library.search("number<2").update(
        {"number": 1, "site": "A"}, add_tags=["seen"], dry_run=True
    )

    assert (plan.images, plan.changed) == (2, 2)
    assert plan.entries == {"number": {"replaced": 1}, "site": {"added": 2}}
    assert plan.tags == {"seen": {"added": 2}}
    assert str(plan).splitlines()[0] == "2 of 2 images would be changed."
    assert len(list(library.changes)) == 3


def test_a_query_with_a_notice_is_refused_unless_forced(library: Library) -> None:
    library.upload(PICTURE, {"camera_id": "cam001"})
    found = library.search("camra_id:cam001 OR tag:seen")

    with pytest.raises(InvalidError, match="camra_id"):
        found.update({"a": 1})

    assert found.update({"a": 1}, force=True).result["changed"] == 0


def test_without_waiting_the_job_is_to_be_looked_after(library: Library) -> None:
    library.upload(PICTURE)

    job = library.search("*").update({"a": 1}, wait=False)
    told: list[tuple[int, int]] = []
    done = job.wait(timeout=20, progress=lambda *progress: told.append(progress))

    assert done.over
    assert told[-1] == (1, 1)
    assert library.jobs.get(job.id).status == "done"
    assert [each.id for each in library.jobs] == [job.id]
    with pytest.raises(ConflictError, match="ended already"):
        done.cancel()


def test_many_are_edited_each_in_its_own_way(library: Library, colours: Iterator[bytes]) -> None:
    first, second, third = fill(library, colours, 3)

    report = library.update_many(
        each
        for each in [
            Edit(first, set={"site": "A"}, add_tags=["seen"]),
            {"id": second, "remove": ["number"]},
            Edit(third, set={"no key": 1}),
            Edit("nobody", set={"site": "A"}),
        ]
    )

    assert [each.status for each in report.results] == ["changed", "changed", "failed", "failed"]
    assert [each.id for each in report.failed] == [third, "nobody"]
    assert report.failed[0].errors[0].field == "no key"
    assert library.image(first).metadata["site"] == "A"
    assert dict(library.image(second).metadata) == {}
    (change_set,) = report.change_sets
    library.changes.get(change_set).undo()
    assert library.image(second).metadata == {"number": 1}


def test_facets_keys_tags_and_suggestions(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 5)
    library.search("number>2").update({"site": "A"}, add_tags=["night"])

    facets = library.search("number>0").facets("site", "number")

    assert facets.total == 4
    assert [*facets] == ["site", "number"]
    (site,) = facets["site"].values
    assert (site.value, site.type, site.count) == ("A", "string", 2)
    assert (facets["site"].missing, facets["site"].distinct) == (2, 1)
    drawn = facets["number"].histogram
    assert drawn is not None
    assert (drawn.min, drawn.max, sum(drawn.counts)) == (1, 4, 4)
    assert [(key.name, key.count, key.types) for key in library.keys()] == [
        ("number", 5, {"number": 5}),
        ("site", 2, {"string": 2}),
    ]
    assert [(tag.name, tag.count) for tag in library.tags()] == [("night", 2)]
    offered = library.suggest("num")
    assert (offered.start, offered.end) == (0, 3)
    assert "number" in [option.label for option in offered.options]


def test_a_table_of_pandas(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 3)

    frame = library.search("sort:metadata.number").to_pandas()
    empty = library.search("number:9").to_pandas()

    assert frame["metadata.number"].tolist() == [0, 1, 2]
    assert frame["filename"].tolist() == ["000.png", "001.png", "002.png"]
    assert str(frame["uploaded_at"].dt.tz) == "UTC"
    assert frame["taken_at"].isna().all()
    assert list(empty.columns) == [name for name in frame.columns if name != "metadata.number"]


def test_who_the_api_key_is(library: Library, opener: Opener) -> None:
    account = library.whoami()

    assert (account.api_key, account.workspace) == ("scripts", "acme")
    assert {"read", "write"} <= {*account.scopes}
    with opener(api_key="al_wrong") as other, pytest.raises(AuthenticationError):
        other.search().count()
