"""Lists ask the database as much for twenty rows as for two."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from assetlib.jobs.models import Job
from images.models import Image
from tests.api.v1.conftest import Program
from tests.factories import make_image, make_member, make_project, make_user, put_in
from tests.metadata.writes import edit

LISTS = (
    "/images",
    "/images?fields=filename",
    "/facets?keys=line,tag,project,uploaded",
    "/keys",
    "/tags",
    "/projects",
    "/changes",
    "/jobs",
    "/api-keys",
)


def fill(workspace: Workspace, first: Image, count: int) -> None:
    for _ in range(count):
        image = make_image(workspace)
        person = make_member(workspace, user=make_user(f"user-{image.pk}"))
        put_in(make_project(workspace, f"Project {image.pk}"), image, "train")
        edit(
            image, {"line": image.pk, f"key_{image.pk}": "x"}, by=person, add_tags=[f"t{image.pk}"]
        )
        edit(first, {"line": image.pk}, by=person)
        Job.objects.create(workspace=workspace, kind="undo", by=person)
        create_api_key(workspace, f"program {image.pk}", [Scope.READ], person)


@pytest.mark.parametrize("path", [*LISTS, "/images/{image}/history", "/images/{image}/metadata"])
def test_a_list_asks_the_same_for_two_and_twenty(
    admin: Program, workspace: Workspace, path: str
) -> None:
    first = make_image(workspace)
    address = path.format(image=first.public_id)

    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin("GET", address).status_code == 200
        return len(captured)

    fill(workspace, first, 2)
    questions()
    few = questions()
    fill(workspace, first, 18)
    questions()

    assert questions() <= few


def test_a_batch_asks_the_same_for_two_and_twenty(program: Program, workspace: Workspace) -> None:
    images = [make_image(workspace) for _ in range(24)]
    edit(images[0], {"line": 1}, add_tags=["night"])

    def questions(some: list[Image], number: int) -> int:
        updates = [
            {"id": image.public_id, "set": {"line": number}, "add_tags": [f"t{number}"]}
            for image in some
        ]
        with CaptureQueriesContext(connection) as captured:
            answer = program("POST", "/metadata", {"updates": updates})
        assert answer.json()["changed"] == len(some)
        return len(captured)

    few = questions(images[:2], 1)

    assert questions(images[2:22], 2) <= few
