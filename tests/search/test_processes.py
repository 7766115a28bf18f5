"""Several processes on one database: nothing is lost, nothing half there, no moments are mixed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from assetlib.accounts.models import User, Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.search.facets import Asked
from assetlib.search.find import Found, find
from assetlib.search.index import verify
from metadata.annotate import annotate
from metadata.check import wrong_counts
from metadata.edits import Edit
from metadata.models import Entry
from metadata.values import from_json
from tests.factories import make_image, make_member, make_workspace
from tests.search.processes import (
    FORK,
    let_go,
    make_busy_library,
    running,
    start,
    write_forever,
)

pytestmark = pytest.mark.django_db(transaction=True)

THOROUGH = os.environ.get("ASSETLIB_HYPOTHESIS") == "ci"
KILLS = 60 if THOROUGH else 8
PROCESSES, EDITS = 8, 25 if THOROUGH else 8
SECONDS = 20.0


def problems(workspace: Workspace) -> list[str]:
    """Return what the counters and the index say that the rows do not."""
    return [str(each) for each in (*wrong_counts(workspace), *verify(workspace))]


def test_a_writer_killed_at_any_moment_leaves_counters_and_index_exact() -> None:
    workspace = make_workspace()
    make_busy_library(workspace)
    chance = random.Random(7)  # noqa: S311 -- moments, no secrets

    for kill in range(KILLS):
        before = ChangeSet.objects.count()
        writer = start(write_forever, workspace.pk, kill)
        wait_for(lambda before=before: ChangeSet.objects.count() > before + 2)
        sleep(chance.uniform(0, 0.05))
        writer.kill()
        writer.join()

        assert problems(workspace) == []


def test_eight_people_edit_at_once_without_an_error_and_nothing_is_lost() -> None:
    workspace = make_workspace()
    editor = make_member(workspace)
    images = [make_image(workspace).public_id for _ in range(3)]
    let_go()

    with ProcessPoolExecutor(PROCESSES, mp_context=FORK) as pool:
        answers = [*pool.map(edit_often, range(PROCESSES), [(editor.pk, images)] * PROCESSES)]

    assert answers == [[302] * EDITS] * PROCESSES
    assert Entry.objects.count() == PROCESSES * EDITS
    assert ChangeSet.objects.count() == PROCESSES * EDITS
    for number in range(PROCESSES):
        assert find(workspace, f"by_{number}_{EDITS - 1}:{number}").total == 1
    assert problems(workspace) == []


def edit_often(number: int, told: tuple[int, list[str]]) -> list[int]:
    """Add entries by the editor's form, as one of several people; return the answers' codes."""
    editor, images = told
    client = Client(raise_request_exception=False)
    client.force_login(
        User.objects.get(pk=editor), backend="django.contrib.auth.backends.ModelBackend"
    )
    codes = []
    for edit in range(EDITS):
        form = {"key": f"by_{number}_{edit}", "value": f"{number}", "type": ""}
        address = f"/acme/images/{images[edit % len(images)]}/metadata"
        codes.append(client.post(address, form).status_code)
    connection.close()
    return codes


@pytest.mark.parametrize("cache_bytes", [0, 100_000_000])
def test_page_total_and_facets_are_of_one_moment(settings: Any, cache_bytes: int) -> None:
    settings.COLUMN_CACHE_BYTES = cache_bytes
    workspace = make_workspace()
    for _ in range(30):
        make_image(workspace)
    seen: set[str] = set()
    end = monotonic() + SECONDS

    with running(move_on, workspace.pk):
        while len(seen) < 12 and monotonic() < end:
            answer = find(
                workspace,
                "tag:lit sort:metadata.moment",
                limit=60,
                facets=[Asked("moment", is_key=True), Asked("tag")],
            )
            if answer.total:
                seen.add(moment_of(answer))

    assert len(seen) > 3, "The writer hardly came to write."


def move_on(workspace_id: int) -> None:
    """Say the next moment of all images, and light every second one; one act a time."""
    workspace = Workspace.objects.get(pk=workspace_id)
    images = list(workspace.images.order_by("ord"))
    moment = 0
    while True:
        moment += 1
        said = {"moment": from_json(f"m{moment}"), "number": from_json(moment)}
        with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
            annotate(acting, [edit_of(image, moment, said) for image in images])


def edit_of(image: Any, moment: int, said: dict[str, Any]) -> Edit:
    lit = image.ord % 2 == moment % 2
    return Edit(
        image,
        set=said,
        add_tags=["lit"] if lit else [],
        remove_tags=[] if lit else ["lit"],
    )


def moment_of(answer: Found) -> str:
    """Return the moment an answer is of, when all of it is of one."""
    said = {
        (metadata["moment"].value, metadata["number"].value)
        for metadata in answer.metadata.values()
    }
    assert len(said) == 1
    ((moment, number),) = said
    assert moment == f"m{number}"
    of_moment, of_tag = answer.facets
    assert answer.total == len(answer.images) == 15
    assert {image.ord % 2 for image in answer.images} == {int(number) % 2}
    assert [(line.label, line.count) for line in of_moment.lines] == [(moment, 15)]
    assert [(line.label, line.count) for line in of_tag.lines] == [("lit", 15)]
    return str(moment)


def wait_for(holds: Any) -> None:
    end = monotonic() + SECONDS
    while not holds():
        assert monotonic() < end, "It did not come about."
        sleep(0.01)


@pytest.fixture(autouse=True)
def no_connection_left() -> Iterator[None]:
    yield
    connection.close()
