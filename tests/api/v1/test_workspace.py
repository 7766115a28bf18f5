"""Projects, history, jobs and API keys over the native face."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.accounts.models import ApiKey, Workspace
from assetlib.jobs.models import Job, Status
from images.models import Image, Project
from tests.api.v1.conftest import Program, problem
from tests.factories import make_image, make_project, put_in
from tests.metadata.writes import edit


def test_projects_are_made_read_changed_and_deleted(admin: Program, workspace: Workspace) -> None:
    made = admin("POST", "/projects", {"name": " Held out ", "description": "Kept"})
    assert made.status_code == 201
    assert made["Location"] == "/api/v1/acme/projects/held-out"
    image = make_image(workspace)
    put_in(Project.objects.get(), image)

    shown = admin("GET", "/projects/held-out").json()
    assert shown == made.json() | {"images": 1}
    assert (shown["name"], shown["description"]) == ("Held out", "Kept")

    changed = admin("PATCH", "/projects/held-out", {"name": "Test set"}).json()
    assert changed == shown | {"name": "Test set"}
    assert admin("GET", "/projects").json() == {"items": [changed], "next": None}

    assert admin("DELETE", "/projects/held-out").status_code == 204
    assert not Project.objects.exists()
    assert Image.objects.alive().count() == 1


def test_a_program_that_may_write_deletes_no_project(
    program: Program, workspace: Workspace
) -> None:
    make_project(workspace, "Line 3")

    problem(program("DELETE", "/projects/line-3"), 403)

    assert Project.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "  "}, {"name": 3}, {"name": "x" * 121}, {"name": "a\0"}]
)
def test_a_project_has_a_name(program: Program, body: object) -> None:
    (error,) = problem(program("POST", "/projects", body), 422)["errors"]

    assert error["field"] == "name"


def test_history_tells_what_each_act_changed(program: Program, workspace: Workspace) -> None:
    image = make_image(workspace, "a.jpg")
    edit(image, {"line": 1})
    program("PATCH", f"/images/{image.public_id}/metadata", {"line": 2, "ok": True})
    put_in(make_project(workspace), image, "train")

    page = program("GET", f"/images/{image.public_id}/history?limit=2").json()
    filed, set_ = page["items"]

    assert filed["changes"][0] == {
        "image": image.public_id,
        "kind": "membership",
        "subject": "Line 3",
        "old": None,
        "new": {"value": "train", "type": "member", "origin": None},
    }
    by_subject = {each["subject"]: each for each in set_["changes"]}
    assert by_subject["line"]["old"] == {"value": 1, "type": "number", "origin": "user"}
    assert by_subject["line"]["new"] == {"value": 2, "type": "number", "origin": "api"}
    assert (set_["by"], set_["origin"], set_["kind"]) == ("program", "api", "edit")
    (first,) = program(
        "GET", f"/images/{image.public_id}/history?limit=2&cursor={page['next']}"
    ).json()["items"]

    listed = program("GET", "/changes").json()["items"]
    assert [each["id"] for each in listed] == [filed["id"], set_["id"], first["id"]]
    one = program("GET", f"/changes/{set_['id']}").json()
    assert one["change_set"] == listed[1]
    assert one["items"] == set_["changes"]


@pytest.fixture
def job(workspace: Workspace, settings: Any) -> Job:
    return Job.objects.create(workspace=workspace, kind="undo", total=10, done=3)


def test_jobs_are_listed_read_and_called_off(program: Program, job: Job) -> None:
    (listed,) = program("GET", "/jobs").json()["items"]
    shown = program("GET", f"/jobs/{job.public_id}").json()

    assert listed == shown
    assert (shown["status"], shown["progress"]) == ("created", {"done": 3, "total": 10})
    assert shown["address"] == f"/api/v1/acme/jobs/{job.public_id}"
    cancelled = program("POST", f"/jobs/{job.public_id}/cancel").json()
    assert cancelled["status"] == Status.CANCELLED
    problem(program("POST", f"/jobs/{job.public_id}/cancel"), 409)


def test_api_keys_are_made_used_listed_and_revoked(admin: Program, workspace: Workspace) -> None:
    made = admin("POST", "/api-keys", {"name": "line 3", "scopes": ["read"]})

    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    new = made.json()
    use = {"Authorization": f"Bearer {new['secret']}"}
    assert admin.http.get("/api/v1/acme/images", headers=use).status_code == 200
    listed = admin("GET", "/api-keys").json()["items"]
    assert [each["name"] for each in listed] == ["line 3", "program"]
    assert all("secret" not in each for each in listed)

    assert admin("DELETE", f"/api-keys/{new['id']}").status_code == 204
    assert admin("DELETE", f"/api-keys/{new['id']}").status_code == 204
    problem(admin.http.get("/api/v1/acme/images", headers=use), 401)
    assert ApiKey.objects.count() == 2
    problem(admin("DELETE", f"/api-keys/{2**70}"), 404)


@pytest.mark.parametrize(
    "body",
    [{}, {"name": " "}, {"name": "a", "scopes": []}, {"name": "a", "scopes": ["all"]}],
)
def test_an_api_key_has_a_name_and_scopes(admin: Program, body: object) -> None:
    problem(admin("POST", "/api-keys", body), 422)

    assert ApiKey.objects.count() == 1
