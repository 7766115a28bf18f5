"""Secrets at rest: encrypted under a key from the environment, and never shown again."""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealedError(Exception):
    """A secret that was encrypted under a key the server no longer has."""

    def __init__(self) -> None:
        super().__init__(
            "The secrets of this credential cannot be read: the server’s key has changed."
            " Enter them again, or put the old key behind the new one in ASSETLIB_MIRROR_KEY."
        )


def seal(secrets: dict[str, str]) -> str:
    """Return the secrets encrypted, to be stored."""
    return _box().encrypt(json.dumps(secrets).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Return the secrets that were sealed. Raises SealedError."""
    if not sealed:
        return {}
    try:
        found: dict[str, str] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SealedError from error
    return found


def _box() -> MultiFernet:
    """The first key encrypts; those behind it still decrypt what was sealed before."""
    keys = settings.MIRROR_KEYS or [settings.SECRET_KEY]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.sha256(b"assetlib.mirror.secrets\0" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
