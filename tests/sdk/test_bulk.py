"""Changes of many images, the jobs that make them, and taking them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assetlib.sdk import ConflictError, Edit, InvalidError, Library
from tests.factories import picture_bytes
from tests.sdk.filling import fill

pytestmark = pytest.mark.usefixtures("worker")

PICTURE = picture_bytes("JPEG")


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

    edits: list[Edit | dict[str, Any]] = [
        Edit(first, set={"site": "A"}, add_tags=["seen"]),
        {"id": second, "remove": ["number"]},
        Edit(third, set={"no key": 1}),
        Edit("nobody", set={"site": "A"}),
    ]
    report = library.update_many(each for each in edits)

    assert [each.status for each in report.results] == ["changed", "changed", "failed", "failed"]
    assert [each.id for each in report.failed] == [third, "nobody"]
    assert report.failed[0].errors[0].field == "no key"
    assert library.image(first).metadata["site"] == "A"
    assert dict(library.image(second).metadata) == {}
    (change_set,) = report.change_sets
    library.changes.get(change_set).undo()
    assert library.image(second).metadata == {"number": 1}


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
    # As its page's address has it, and who types it.
    assert library.changes.get(int(edited.id)).id == edited.id
    with pytest.raises(ConflictError):
        edited.undo()


def test_keys_are_renamed_merged_converted_and_deleted(
    library: Library, colours: Iterator[bytes]
) -> None:
    first, second = fill(library, colours, 2)
    library.image(first).update({"camra": "cam001"})
    library.image(second).update({"camera": "cam002"})
    catalogue = library.keys()
    keys = {key.name: key for key in catalogue}

    keys["camra"].rename("camera")
    keys["number"].convert("string")

    catalogue = library.keys()
    assert [key.name for key in catalogue] == ["camera", "number"]
    assert dict(library.image(first).metadata) == {"camera": "cam001", "number": "0"}
    keys["camera"].delete()
    (left,) = library.keys()
    assert (left.name, left.types) == ("number", {"string": 2})
    with pytest.raises(InvalidError, match="name: "):
        keys["number"].rename("has spaces")


def test_tags_are_renamed_and_deleted(library: Library) -> None:
    image = library.upload(PICTURE, tags=["nigth", "seen"])
    nigth, seen = library.tags()

    nigth.rename("night")
    seen.delete()

    assert image.refresh().tags == ("night",)
