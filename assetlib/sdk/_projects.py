"""Projects: named sets of images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assetlib.sdk._connection import Connection
from assetlib.sdk._types import part


@dataclass(frozen=True, slots=True)
class Project:
    slug: str
    name: str
    description: str
    images: int
    created_at: datetime


class Projects:
    """The workspace's projects: `for project in lib.projects`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Project]:
        yield from map(_read, self._connection.pages("projects"))

    def get(self, slug: str) -> Project:
        """Return the project. Raises NotFoundError."""
        return _read(self._connection.get(f"projects/{part(slug)}"))

    def create(self, name: str, *, description: str = "") -> Project:
        """Make one; its slug comes of its name. Raises InvalidError."""
        body = {"name": name, "description": description}
        return _read(self._connection.ask("POST", "projects", body=body))

    def delete(self, slug: str) -> None:
        """Remove the project; its images stay in the library."""
        self._connection.ask("DELETE", f"projects/{part(slug)}")


def _read(said: dict[str, Any]) -> Project:
    return Project(
        slug=said["slug"],
        name=said["name"],
        description=said["description"],
        images=said["images"],
        created_at=datetime.fromisoformat(said["created_at"]),
    )
