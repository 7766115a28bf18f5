"""Keep credentials and mirrors: what pages, the API and the admin do with them."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import (
    Credential,
    CredentialKind,
    Mirror,
    next_due,
)
from assetlib.mirror.runs import refuse_if_leaving
from assetlib.mirror.secrets import SealedError

# What each kind needs, besides its name.
NEEDED: dict[str, tuple[str, ...]] = {
    CredentialKind.KEYS: ("access_key_id", "secret_access_key"),
    CredentialKind.SESSION: ("access_key_id", "secret_access_key", "session_token"),
    CredentialKind.ROLE: ("role_arn",),
    CredentialKind.MACHINE: (),
}
SECRETS = ("secret_access_key", "session_token")
CALLED = {
    "access_key_id": "an access key id",
    "secret_access_key": "a secret access key",
    "session_token": "a session token",
    "role_arn": "a role ARN",
}
NO_MACHINE = (
    "This server does not lend its own credential; whoever runs it can, by ASSETLIB_MIRROR_MACHINE."
)


class InUseError(Exception):
    """Mirrors use the credential; they are named."""


def keep_credential(credential: Credential, **secrets: str) -> None:
    """Save the credential. A secret that is not given, or empty, stays as it is.

    Raises ValidationError, which names the fields, and SealedError.
    """
    held = check_credential(credential, **secrets)
    if held is not None:
        credential.seal(**held)
    credential.save()


def check_credential(credential: Credential, **secrets: str) -> dict[str, str] | None:
    """Return the secrets to be kept with it, or None where those that are kept stay.

    Raises ValidationError and SealedError, as `keep_credential` does.
    """
    given = {name: secret for name, secret in secrets.items() if secret}
    known = _known(credential, given)
    held = known | given
    if credential.kind == CredentialKind.KEYS:
        # It would be sent along, and refused.
        held.pop("session_token", None)
    problems = {
        field: f"This kind of credential needs {CALLED[field]}."
        for field in NEEDED.get(credential.kind, ())
        if not (held.get(field) or getattr(credential, field, ""))
    }
    if credential.kind == CredentialKind.MACHINE and not settings.MIRROR_MACHINE:
        problems["kind"] = NO_MACHINE
    if problems:
        raise ValidationError(problems)
    credential.full_clean()
    return held if held != known else None


def _known(credential: Credential, given: Collection[str]) -> dict[str, str]:
    """Return the secrets that are kept; none where all are given anew that the kind needs."""
    try:
        return credential.secrets
    except SealedError:
        needed = {*NEEDED.get(credential.kind, ())} & {*SECRETS}
        if given and needed <= {*given}:
            return {}
        raise


def delete_credential(credential: Credential) -> None:
    """Forget the credential. Raises InUseError while a mirror goes by it."""
    using = list(credential.mirrors.order_by("name").values_list("name", flat=True))
    if using:
        raise InUseError(f"“{credential}” is used by {', '.join(using)}.")
    credential.delete()


def keep_mirror(mirror: Mirror) -> None:
    """Save the mirror; a changed schedule counts from now.

    Raises ValidationError, and MirrorBusyError while it is being deleted.
    """
    mirror.full_clean()
    with transaction.atomic():
        Workspace.objects.lock(mirror.workspace_id)
        before = Mirror.objects.filter(pk=mirror.pk).first()
        if before is not None:
            refuse_if_leaving(before)
        if before is None or before.every_minutes != mirror.every_minutes:
            next_due(mirror)
        mirror.save()
