"""Keep and delete credentials and mirrors: what pages, the API and the admin do with them."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.columns.writing import Sheet
from assetlib.mirror.columns import put_places
from assetlib.mirror.models import (
    Credential,
    CredentialKind,
    Mirror,
    next_due,
)
from assetlib.mirror.runs import MirrorBusyError
from assetlib.mirror.secrets import SealedError

BATCH = 1_000
# What each kind needs, besides its name.
NEEDED: dict[str, tuple[str, ...]] = {
    CredentialKind.KEYS: ("access_key_id", "secret_access_key"),
    CredentialKind.SESSION: ("access_key_id", "secret_access_key", "session_token"),
    CredentialKind.ROLE: ("role_arn",),
    CredentialKind.MACHINE: (),
}
SECRETS = ("secret_access_key", "session_token")
MISSING = "This kind of credential needs it."
NO_MACHINE = (
    "This server does not lend its own credential; whoever runs it can, by ASSETLIB_MIRROR_MACHINE."
)


class InUseError(Exception):
    """Mirrors use the credential; they are named."""


def keep_credential(credential: Credential, **secrets: str) -> None:
    """Save the credential. A secret that is not given, or empty, stays as it is.

    Raises ValidationError, which names the fields, and SealedError.
    """
    given = {name: secret for name, secret in secrets.items() if secret}
    known = _known(credential, given)
    held = known | given
    if credential.kind == CredentialKind.KEYS:
        # It would be sent along, and refused.
        held.pop("session_token", None)
    problems = {
        field: MISSING
        for field in NEEDED.get(credential.kind, ())
        if not (held.get(field) or getattr(credential, field, ""))
    }
    if credential.kind == CredentialKind.MACHINE and not settings.MIRROR_MACHINE:
        problems["kind"] = NO_MACHINE
    if problems:
        raise ValidationError(problems)
    credential.full_clean()
    if held != known:
        credential.seal(**held)
    credential.save()


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
    """Save the mirror; a changed schedule counts from now. Raises ValidationError."""
    mirror.full_clean()
    before = Mirror.objects.filter(pk=mirror.pk).values_list("every_minutes", flat=True).first()
    if before != mirror.every_minutes:
        next_due(mirror)
    mirror.save()


def delete_mirror(mirror: Mirror) -> None:
    """Stop following the bucket and forget its ledger; images and entries stay.

    Raises MirrorBusyError while a run is under way. Another mirror takes its values for those of a
    mirror that is none of its own.
    """
    with transaction.atomic():
        Workspace.objects.lock(mirror.workspace_id)
        running = mirror.runs.under_way().first()
        if running is not None:
            raise MirrorBusyError(running)
        # Nobody starts a run of what has no schedule, and is gone in a moment.
        Mirror.objects.filter(pk=mirror.pk).update(due_at=None, every_minutes=0)
    while rows := list(mirror.ledger.order_by("pk").values_list("pk", "image_id")[:BATCH]):
        _forget(mirror, [pk for pk, _ in rows], {image for _, image in rows if image})
    while bases := list(mirror.bases.values_list("pk", flat=True)[:BATCH]):
        mirror.bases.filter(pk__among=bases).delete()
    mirror.delete()


def _forget(mirror: Mirror, rows: Collection[int], images: Collection[int]) -> None:
    with transaction.atomic():
        workspace = Workspace.objects.lock(mirror.workspace_id)
        mirror.ledger.filter(pk__among=rows).delete()
        sheet = Sheet(workspace)
        ords = workspace.images.filter(pk__among=images).values_list("pk", "ord")
        put_places(sheet, dict(ords))
        workspace.seq += 1
        workspace.save(update_fields=["seq"])
        sheet.write(workspace.seq)
