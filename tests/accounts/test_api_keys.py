"""API keys: made once, found by their secret, never kept, and revoked."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from assetlib.accounts.api_keys import create_api_key, find_api_key, revoke_api_key
from assetlib.accounts.models import ApiKey, Scope, Workspace


def test_a_secret_leads_to_its_api_key_and_is_not_kept(workspace: Workspace) -> None:
    api_key, secret = create_api_key(workspace, "uploader", [Scope.READ])

    assert find_api_key(secret) == api_key
    assert find_api_key(secret[:-1]) is None
    kept = ApiKey.objects.values().get()
    assert secret not in str(kept)
    assert secret.startswith(kept["prefix"])
    # The official client calls no server with an API key that has no lower-case letter.
    assert any(letter.islower() for letter in secret)


def test_a_use_is_noted_at_most_once_a_minute(workspace: Workspace) -> None:
    api_key, secret = create_api_key(workspace, "uploader", [Scope.READ])
    find_api_key(secret)
    first = ApiKey.objects.get().last_used_at
    find_api_key(secret)
    assert ApiKey.objects.get().last_used_at == first

    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    find_api_key(secret)

    later = ApiKey.objects.get(pk=api_key.pk).last_used_at
    assert first is not None
    assert later is not None
    assert later >= first


def test_a_revoked_one_lets_nobody_in(workspace: Workspace) -> None:
    api_key, secret = create_api_key(workspace, "uploader", [Scope.READ])
    revoke_api_key(api_key)

    assert find_api_key(secret) is None


def test_it_needs_a_name_and_a_scope(workspace: Workspace) -> None:
    for name, scopes in (("", [Scope.READ]), ("x", []), ("x" * 121, [Scope.READ])):
        with pytest.raises(ValidationError):
            create_api_key(workspace, name, scopes)
    assert not ApiKey.objects.exists()


def test_the_command_prints_it_alone(workspace: Workspace) -> None:
    out = io.StringIO()
    call_command("create_api_key", "acme", "--name", "ci", "--scopes", "read, mirror", stdout=out)

    found = find_api_key(out.getvalue().strip())
    assert found is not None
    assert (found.name, found.scopes) == ("ci", ["read", "mirror"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "--name", "ci"], "no workspace “nowhere”"),
        (["acme", "--name", "ci", "--scopes", "all"], "read, write, mirror, admin"),
        (["acme", "--name", ""], "blank"),
    ],
)
def test_the_command_says_what_is_wrong(
    workspace: Workspace, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("create_api_key", *arguments)
