"""Projects: listed, made, their batches, and how images leave them."""

from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.accounts.slugs import RESERVED_PROJECTS
from images.models import Project
from tests.api.rf.requests import Rf, error
from tests.factories import make_image, put_in


def test_projects_are_listed_made_and_shown(rf: Rf, project: Project) -> None:
    put_in(project, make_image(project.workspace), "train")
    body = {"name": "Held out", "type": "object-detection", "license": "MIT", "annotation": "x"}

    made = rf("POST", "/acme/projects", body).json()
    listed = rf("GET", "/acme").json()["workspace"]
    shown = rf("GET", "/acme/line-3").json()

    assert made["id"] == "acme/held-out"
    assert [each["name"] for each in listed["projects"]] == ["Held out", "Line 3"]
    assert shown["project"]["splits"] == {"train": 1, "valid": 0, "test": 0}
    assert shown["project"]["images"] == 1
    assert rf("GET", "/acme/nowhere").status_code == 404
    for wrong in ({}, {"name": ""}, {"name": 3}, {"name": "x" * 121}):
        assert rf("POST", "/acme/projects", wrong).status_code == 400


def test_batches_of_a_project(rf: Rf, project: Project) -> None:
    for name in ("May", "May", "June", ""):
        put_in(project, make_image(project.workspace), batch=name)

    listed = rf("GET", "/acme/line-3/batches").json()["batches"]

    assert [(each["name"], each["images"]) for each in listed] == [("June", 1), ("May", 2)]
    assert rf("GET", "/acme/line-3/batches/May").json()["batch"]["images"] == 2
    assert rf("GET", "/acme/line-3/batches/July").status_code == 404


def test_images_leave_the_project_and_then_the_workspace(rf: Rf, project: Project) -> None:
    inside, outside = make_image(project.workspace), make_image(project.workspace)
    put_in(project, inside)
    ids = [inside.public_id, outside.public_id, "nobody"]

    first = rf("DELETE", "/acme/images", {"images": ids}).json()
    left = rf("DELETE", "/acme/line-3/images", {"images": ids})
    second = rf("DELETE", "/acme/images", {"images": [inside.public_id]}).json()

    assert first == {
        "deletedSources": 1,
        "skippedSources": 2,
        "deleted": 1,
        "skipped": 2,
        "deletedImages": [outside.public_id],
        "skippedImages": [inside.public_id, "nobody"],
    }
    assert (left.status_code, left.content) == (204, b"")
    assert second["deletedImages"] == [inside.public_id]
    assert rf("DELETE", "/acme/images", {"images": []}).status_code == 400


def test_a_project_is_not_deleted_for_good(rf: Rf, project: Project) -> None:
    answer = rf("DELETE", "/acme/line-3")

    assert answer.status_code == 404
    assert "no trash" in error(answer)["message"]
    assert Project.objects.get() == project


@pytest.mark.parametrize("name", sorted(RESERVED_PROJECTS))
def test_no_project_is_called_like_an_address(rf: Rf, workspace: Workspace, name: str) -> None:
    made = rf("POST", "/acme/projects", {"name": name.title()}).json()

    assert made["id"] == f"acme/{name}-2"
    assert rf("GET", f"/acme/{name}-2").json()["project"]["name"] == name.title()
