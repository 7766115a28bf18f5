"""The key catalogue, which is discovered and not declared; and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from assetlib.sdk._connection import Connection
from assetlib.sdk._jobs import Job, read_job


@dataclass(frozen=True, slots=True)
class Key:
    """A key: how many images have it, and how many of them as each type.

    What changes it changes all images that have it, as one change set, and returns when it is done.
    """

    name: str
    count: int
    types: Mapping[str, int] = field(hash=False)
    _connection: Connection = field(repr=False, compare=False)

    def rename(self, name: str) -> Job:
        """Call it otherwise; with the name of another key the two are merged.

        An image that has both with different values keeps both, and is told in the job's result.
        """
        return _done(self._connection, "PATCH", f"keys/{self.name}", {"name": name})

    def convert(self, type: Literal["string", "number", "boolean"]) -> Job:  # noqa: A002 -- the word
        """Give its values this type; those that cannot be read so stay, and are told."""
        return _done(self._connection, "PATCH", f"keys/{self.name}", {"type": type})

    def delete(self) -> Job:
        """Take it off every image."""
        return _done(self._connection, "DELETE", f"keys/{self.name}")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, and how many images have it; what changes it changes all of them."""

    name: str
    count: int
    _connection: Connection = field(repr=False, compare=False)

    def rename(self, name: str) -> Job:
        """Call it otherwise; with the name of another tag the two are merged."""
        return _done(self._connection, "PATCH", f"tags/{self.name}", {"name": name})

    def delete(self) -> Job:
        """Take it off every image."""
        return _done(self._connection, "DELETE", f"tags/{self.name}")


def _done(connection: Connection, method: str, path: str, body: object = None) -> Job:
    return read_job(connection, connection.ask(method, path, body=body)).wait()


def read_key(connection: Connection, said: dict[str, Any]) -> Key:
    return Key(said["name"], said["count"], said["types"], connection)


def read_tag(connection: Connection, said: dict[str, Any]) -> Tag:
    return Tag(said["name"], said["count"], connection)
