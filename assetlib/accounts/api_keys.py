"""Make API keys, find them by their secret, and revoke them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from assetlib.accounts.models import ApiKey, Scope, User, Workspace

# With a lower-case letter in it: else the official client takes it for no API key at all.
MARK = "al_"
SECRET_BYTES, SHOWN = 32, 8
# How often a use is noted at most.
USED_EVERY = timedelta(minutes=1)


def create_api_key(
    workspace: Workspace, name: str, scopes: Sequence[Scope], by: User | None = None
) -> tuple[ApiKey, str]:
    """Return the new API key and its secret, which nobody can read again."""
    secret = MARK + secrets.token_hex(SECRET_BYTES)
    api_key = ApiKey(
        workspace=workspace,
        name=name,
        scopes=[str(scope) for scope in dict.fromkeys(scopes)],
        prefix=secret[:SHOWN],
        digest=_digest(secret),
        created_by=by,
    )
    api_key.full_clean(exclude=["digest"])
    api_key.save()
    return api_key, secret


def find_api_key(secret: str) -> ApiKey | None:
    """Return the API key of this secret unless it is revoked, and note that it is used."""
    found = ApiKey.objects.select_related("workspace").filter(
        digest=_digest(secret), revoked_at=None
    )
    api_key = found.first()
    if api_key is not None:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=timezone.now() - USED_EVERY)
        ApiKey.objects.filter(long_ago, pk=api_key.pk).update(last_used_at=timezone.now())
    return api_key


def revoke_api_key(api_key: ApiKey) -> None:
    """Let nobody in with it any more. What was changed with it goes on naming it."""
    ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=timezone.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
