from __future__ import annotations

import re

import pytest
from django.test import Client

from assetlib.accounts.api_keys import create_api_key, find_api_key
from assetlib.accounts.models import ApiKey, Role, Scope, Workspace
from tests.factories import make_member, make_workspace


@pytest.fixture
def as_admin(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(
        make_member(workspace, Role.ADMIN),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_the_secret_is_shown_once(as_admin: Client) -> None:
    form = {"name": "uploader", "scopes": ["read", "write"]}
    answer = as_admin.post("/acme/api-keys", form)

    shown = re.search(r"<code>(al_[0-9a-f]{64})</code>", answer.content.decode())
    assert shown is not None
    api_key = find_api_key(shown[1])
    assert api_key is not None
    assert (api_key.name, api_key.scopes) == ("uploader", ["read", "write"])
    assert str(api_key.created_by) == "admin-of-acme"
    assert "no-store" in answer.headers["Cache-Control"]
    again = as_admin.get("/acme/api-keys").content.decode()
    assert "uploader" in again
    assert shown[1] not in again


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"scopes": ["read"]}, "Say what it is for"),
        ({"name": "x"}, "at least one scope"),
        ({"name": "x", "scopes": ["all"]}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said(as_admin: Client, form: dict[str, object], message: str) -> None:
    answer = as_admin.post("/acme/api-keys", form)

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_one_is_revoked(as_admin: Client, workspace: Workspace) -> None:
    api_key, secret = create_api_key(workspace, "uploader", [Scope.READ])

    answer = as_admin.post(f"/acme/api-keys/{api_key.pk}/revoke", follow=True)

    assert "lets nobody in any more" in answer.content.decode()
    assert find_api_key(secret) is None


def test_those_of_others_are_not_there(as_admin: Client) -> None:
    api_key, secret = create_api_key(make_workspace("other"), "theirs", [Scope.READ])

    assert as_admin.post(f"/acme/api-keys/{api_key.pk}/revoke").status_code == 404
    assert "theirs" not in as_admin.get("/acme/api-keys").content.decode()
    assert find_api_key(secret) is not None


def test_only_who_manages_sees_them(as_editor: Client, as_stranger: Client) -> None:
    assert as_editor.get("/acme/api-keys").status_code == 403
    assert as_stranger.get("/acme/api-keys").status_code == 404
    assert "API keys" not in as_editor.get("/acme/").content.decode()
