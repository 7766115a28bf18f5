"""Many at once on one database: nobody reads "database is locked", nothing is lost or doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from images.models import Image
from metadata.check import wrong_counts
from metadata.models import Entry, Key, Value
from tests.factories import make_image, make_workspace
from tests.metadata.writes import edit

WRITERS, EDITS = 8, 12


@pytest.mark.django_db(transaction=True)
def test_eight_people_edit_at_once() -> None:
    workspace = make_workspace()
    images = [make_image(workspace) for _ in range(WRITERS)]
    before = workspace.seq

    def work(writer: int) -> None:
        try:
            image = Image.objects.select_related("workspace").get(pk=images[writer].pk)
            shared = Image.objects.select_related("workspace").get(pk=images[0].pk)
            for number in range(EDITS):
                edit(
                    image,
                    {"camera_id": f"cam{number}", f"own{writer}": number},
                    add_tags=[f"t{number}"],
                )
                edit(shared, {f"k{writer}": f"v{number}"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))

    workspace.refresh_from_db()
    assert workspace.seq == before + WRITERS * EDITS * 2
    assert workspace.change_sets.count() == WRITERS * EDITS * 2
    assert Key.objects.filter(name="camera_id").count() == 1
    codes = (
        Value.objects.filter(key__name="camera_id").order_by("code").values_list("code", flat=True)
    )
    assert list(codes) == list(range(EDITS))
    assert (
        Entry.objects.filter(key__name="camera_id", value__text=f"cam{EDITS - 1}").count()
        == WRITERS
    )
    assert wrong_counts(workspace) == []
