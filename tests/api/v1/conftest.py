"""Programs that speak to the native face."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from tests.factories import make_workspace

PROBLEM = {"type", "title", "status", "detail", "errors"}


class Program:
    """A client with an API key: JSON in, JSON out."""

    def __init__(self, workspace: Workspace, scopes: Iterable[Scope]) -> None:
        self.workspace = workspace
        self.secret = create_api_key(workspace, "program", [*scopes])[1]
        self.http = Client(raise_request_exception=True)

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def __call__(
        self, method: str, path: str, body: object = None, *, of: str = "", **headers: str
    ) -> Any:
        """Ask below /api/v1/{workspace}; `headers` are written with underscores."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.generic(
            method,
            f"/api/v1/{of or self.workspace.slug}{path}",
            data,
            content_type="application/json",
            headers=self.key | said,
        )

    def upload(self, **form: Any) -> Any:
        return self.http.post(f"/api/v1/{self.workspace.slug}/images", form, headers=self.key)


@pytest.fixture
def program(workspace: Workspace) -> Program:
    return Program(workspace, [Scope.READ, Scope.WRITE])


@pytest.fixture
def reader(workspace: Workspace) -> Program:
    return Program(workspace, [Scope.READ])


@pytest.fixture
def admin(workspace: Workspace) -> Program:
    return Program(workspace, Scope)


@pytest.fixture
def outsider(db: None) -> Program:
    """A program of another workspace, with every scope there."""
    return Program(make_workspace("elsewhere"), Scope)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Return what an error says, which has the one shape there is."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert {*said} == PROBLEM
    assert said["status"] == status
    assert said["detail"]
    for each in said["errors"]:
        assert {*each} <= {"field", "message", "span", "hint", "suggestion"}
        assert each["field"]
        assert each["message"]
    return said
