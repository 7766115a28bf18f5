"""Every operation there is: who may not, the wrong method, and what is not there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client, RequestFactory

from assetlib.accounts.models import User, Workspace
from assetlib.api.v1.api import api
from assetlib.api.v1.problems import CONTENT_TYPE
from assetlib.api.v1.refusals import server_error
from tests.api.v1.conftest import Program, problem

PATHS: dict[str, dict[str, Any]] = api.get_openapi_schema(path_prefix="")["paths"]
OPERATIONS = [
    (method.upper(), path)
    for path, operations in PATHS.items()
    for method in operations
    if "{workspace}" in path
]
# What is read there takes more than the scope to read.
MORE_THAN_READ = ("/api-keys", "/credentials", "/plan")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def short(path: str, **names: str) -> str:
    """Return the path below the workspace, with names of nothing for what it asks for."""
    rest = path.removeprefix("/{workspace}")
    return re.sub(r"{(\w+)}", lambda name: names.get(name[1], "77777777"), rest)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_without_an_api_key(workspace: Workspace, method: str, path: str) -> None:
    address = f"/api/v1/acme{short(path)}"
    for headers in ({}, {"Authorization": "Bearer al_wrong"}, {"Authorization": "Basic eDp5"}):
        answer = Client().generic(method, address, headers=headers)
        problem(answer, 401)
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_another_workspace_is_not_there(
    workspace: Workspace, outsider: Program, as_stranger: Client, method: str, path: str
) -> None:
    problem(outsider(method, short(path), of="acme"), 404)
    problem(outsider(method, short(path), of="nowhere"), 404)
    problem(as_stranger.generic(method, f"/api/v1/acme{short(path)}"), 404)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_who_may_only_read_changes_nothing(
    reader: Program, as_viewer: Client, method: str, path: str
) -> None:
    is_told = not any(part in path for part in MORE_THAN_READ)
    if (method == "GET" and is_told) or path.endswith("/exports"):
        return
    assert "scope" in problem(reader(method, short(path)), 403)["detail"]
    answer = as_viewer.generic(method, f"/api/v1/acme{short(path)}")
    assert "role" in problem(answer, 403)["detail"]


@pytest.mark.parametrize("path", [path for path in PATHS if "{workspace}" in path])
def test_what_is_not_for_an_address_is_said(admin: Program, path: str) -> None:
    there = {method.upper() for method in PATHS[path]}
    for method in (METHODS | {"HEAD", "OPTIONS"}) - there:
        answer = admin(method, short(path))
        assert answer.status_code == 405
        assert {*answer["Allow"].split(", ")} == there
        if method != "HEAD":
            problem(answer, 405)


BODIES: dict[str, object] = {
    "PATCH /images/{image}": {"filename": "a.png"},
    "POST /images/{image}/tags": {"tags": []},
    "PATCH /tags/77777777": {"name": "night"},
    "DELETE /images/{image}/tags": {"tags": []},
}


@pytest.mark.parametrize(
    ("method", "path"), [each for each in OPERATIONS if each[1].count("{") > 1]
)
def test_what_is_not_there_is_not_found(admin: Program, method: str, path: str) -> None:
    body = BODIES.get(f"{method} {short(path, image='{image}')}", {})
    answer = admin(method, short(path), None if method == "GET" else body)

    assert "There is no" in problem(answer, 404)["detail"]


@pytest.mark.parametrize("address", ["/nowhere", "/acme", "/acme/nowhere", "/acme/images/", "/"])
def test_other_addresses_are_problems_too(db: None, address: str) -> None:
    problem(Client().get(f"/api/v1{address}"), 404)


def test_a_name_with_a_nul_is_nothing(admin: Program) -> None:
    for path in ("/images/%00", "/keys/a%00", "/projects/%00", "/jobs/%00", "/tags/%00"):
        problem(admin("GET", path), 404)


def test_a_member_works_with_the_session_and_the_csrf_token(
    workspace: Workspace, editor: User
) -> None:
    http = Client(enforce_csrf_checks=True)
    http.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    body, kind = b'{"name": "Line 3"}', "application/json"

    assert http.get("/api/v1/acme/projects").status_code == 200
    refused = http.post("/api/v1/acme/projects", body, kind)
    assert "CSRF" in problem(refused, 403)["detail"]
    http.cookies["csrftoken"] = token = "a" * 32
    made = http.post("/api/v1/acme/projects", body, kind, headers={"X-CSRFToken": token})
    assert made.status_code == 201


def test_who_one_is(program: Program, editor: User, as_editor: Client) -> None:
    of_key = program.http.get("/api/v1/me", headers=program.key).json()
    of_person = as_editor.get("/api/v1/me").json()

    workspace = {"slug": "acme", "name": "Acme", "scopes": ["read", "write"]}
    assert of_key == {
        "api_key": "program",
        "user": None,
        "workspace": "acme",
        "scopes": ["read", "write"],
        "workspaces": [workspace],
    }
    # Who may edit may also have a mirror run.
    scopes = {"scopes": ["read", "write", "mirror"]}
    who = {"api_key": None, "user": editor.get_username(), "workspaces": [workspace | scopes]}
    assert of_person == of_key | who | scopes
    problem(Client().get("/api/v1/me"), 401)


def test_what_the_server_itself_refuses_is_a_problem_too(program: Program) -> None:
    elsewhere = program.http.get("/api/v1/me", headers=program.key, HTTP_HOST="elsewhere.example")

    assert "cannot be read" in problem(elsewhere, 400)["detail"]


def test_what_goes_wrong_is_a_problem_to_programs_and_a_page_to_people(rf: RequestFactory) -> None:
    to_program, to_person = (server_error(rf.get(path)) for path in ("/api/v1/me", "/acme/"))

    assert json.loads(to_program.content)["status"] == to_program.status_code == 500
    assert to_program["Content-Type"] == CONTENT_TYPE
    assert to_person["Content-Type"].startswith("text/html")
