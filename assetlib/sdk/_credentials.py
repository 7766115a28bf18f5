"""Credentials: how mirrors get into buckets. Secrets are sent, and never told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from assetlib.sdk._connection import Connection
from assetlib.sdk._types import part


class CredentialSettings(TypedDict, total=False):
    """What a credential may be told; what is left out stays as it is."""

    kind: Literal["keys", "session", "role", "machine"]
    access_key_id: str
    secret_access_key: str
    session_token: str
    role_arn: str
    external_id: str
    session_name: str
    endpoint_url: str
    region: str
    addressing: Literal["auto", "path", "virtual"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A way into buckets; `secrets` names those the server keeps, `mirrors` those that use it."""

    name: str
    kind: str
    access_key_id: str
    secrets: tuple[str, ...]
    role_arn: str
    endpoint_url: str
    region: str
    addressing: str
    mirrors: tuple[str, ...]
    created_at: datetime


class Credentials:
    """The workspace's credentials: `for credential in lib.credentials`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Credential]:
        yield from map(_read, self._connection.pages("credentials"))

    def get(self, name: str) -> Credential:
        """Return the credential. Raises NotFoundError."""
        return _read(self._connection.get(f"credentials/{part(name)}"))

    def create(self, name: str, **settings: Unpack[CredentialSettings]) -> Credential:
        """Keep one. Raises InvalidError, and ConflictError when the name is taken."""
        body = {"name": name, **settings}
        return _read(self._connection.ask("POST", "credentials", body=body))

    def update(self, name: str, **settings: Unpack[CredentialSettings]) -> Credential:
        """Change what is given, for all mirrors that go by it."""
        return _read(self._connection.ask("PATCH", f"credentials/{part(name)}", body=settings))

    def delete(self, name: str) -> None:
        """Forget it. Raises ConflictError while a mirror goes by it."""
        self._connection.ask("DELETE", f"credentials/{part(name)}")


def _read(said: dict[str, Any]) -> Credential:
    return Credential(
        name=said["name"],
        kind=said["kind"],
        access_key_id=said["access_key_id"],
        secrets=tuple(said["secrets"]),
        role_arn=said["role_arn"],
        endpoint_url=said["endpoint_url"],
        region=said["region"],
        addressing=said["addressing"],
        mirrors=tuple(said["mirrors"]),
        created_at=datetime.fromisoformat(said["created_at"]),
    )
