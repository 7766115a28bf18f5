"""Who gets in, and what is reserved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assetlib.accounts.api_keys import create_api_key, revoke_api_key
from assetlib.accounts.models import ApiKey, Scope, Workspace
from images.models import Project
from tests.api.rf.requests import Rf, error, picture
from tests.factories import make_image, make_project, make_workspace
from tests.metadata.writes import held


def test_an_api_key_says_whose_it_is(rf: Rf) -> None:
    for method in ("GET", "POST"):
        assert rf(method, "/").json()["workspace"] == "acme"
    bearer = Client().get("/rf/", headers={"Authorization": f"Bearer {rf.secret}"})
    assert bearer.json()["workspace"] == "acme"


@pytest.mark.parametrize("secret", ["", "al_wrong", "\0", "\ud800".encode("utf-8", "replace")])
def test_nobody_gets_in_without_one(workspace: Workspace, secret: Any) -> None:
    answer = Rf(secret)("GET", "/")

    assert answer.status_code == 401
    assert error(answer)["message"] in {
        "This API key is not valid.",
        "Send an API key: “?api_key=al_…” or “Authorization: Bearer al_…”.",
    }
    assert "create_api_key" in error(answer)["hint"]


def test_without_one_it_is_said_where_it_goes(workspace: Workspace) -> None:
    assert error(Rf("")("GET", "/"))["message"].startswith("Send an API key: “?api_key=")


def test_a_revoked_one_is_none(rf: Rf) -> None:
    revoke_api_key(ApiKey.objects.get())

    assert rf("GET", "/").status_code == 401


def test_another_workspace_is_not_there(rf: Rf) -> None:
    make_project(make_workspace("other"), "Secret")

    for address in ("/other", "/other/secret", "/nowhere"):
        assert rf("GET", address).status_code == 404


def test_who_may_only_read_changes_nothing(workspace: Workspace, project: Project) -> None:
    reader = Rf(create_api_key(workspace, "reader", [Scope.READ])[1])
    image = make_image(workspace)

    assert reader("GET", "/acme").status_code == 200
    for answer in (
        reader("POST", f"/acme/images/{image.public_id}/metadata", {"metadata": {"a": 1}}),
        reader.upload("line-3", {"file": picture()}),
        reader("DELETE", "/acme/images", {"images": [image.public_id]}),
    ):
        assert answer.status_code == 403
        assert "scope write" in error(answer)["message"]
    assert held(image) == {}


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/acme/line-3/1/train"),
        ("GET", "/acme/line-3/1"),
        ("GET", "/acme/line-3/models"),
        ("GET", "/models/x/y/z/w"),
        ("GET", "/universe/search"),
        ("GET", "/usage/plan"),
        ("GET", "/batch-processing/v1/external/acme/jobs"),
        ("GET", "/acme/trash"),
        ("POST", "/acme/trash/restore"),
        ("GET", "/acme/groups"),
        ("GET", "/acme/workflows/x"),
        ("GET", "/acme/stats"),
        ("GET", "/acme/api-keys"),
        ("POST", "/acme/billing-usage-report"),
        ("POST", "/acme/line-3/upload/video"),
        ("PUT", "/acme"),
        ("GET", "/acme/search/v1"),
    ],
)
def test_what_this_server_is_not_is_said(
    rf: Rf, project: Project, method: str, address: str
) -> None:
    answer = rf(method, address)

    assert answer.status_code == 404
    assert error(answer)["message"] == f"{method} {address} is not part of this server."
