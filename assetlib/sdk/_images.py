"""Images: what is known of one, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assetlib.sdk._changes import Change, read_change
from assetlib.sdk._connection import Connection
from assetlib.sdk._download import download
from assetlib.sdk._edits import Edit, send_edits
from assetlib.sdk._errors import InvalidError, NotFoundError
from assetlib.sdk._types import FilePath, Metadata, Progress, Value, Writable, moment

NOTHING: Writable = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an image, and where it came from: user, api, import or bucket."""

    value: Value
    type: str
    origin: str
    changed_at: datetime
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """An image as it was when it was read; what changes it returns it anew.

    `projects` says the split in each project, `split` the first there is. `duplicate` is true when
    an upload found the same bytes there already.
    """

    id: str
    filename: str
    width: int
    height: int
    size: int
    format: str
    sha256: str
    tags: tuple[str, ...]
    metadata: Metadata = field(hash=False)
    projects: Mapping[str, str] = field(hash=False)
    split: str
    uploaded_at: datetime
    taken_at: datetime | None
    origin: str
    url: str = field(repr=False, compare=False)
    thumbnail_url: str = field(repr=False, compare=False)
    duplicate: bool = field(compare=False)
    _connection: Connection = field(repr=False, compare=False)

    def refresh(self) -> Image:
        """Return the image as it is now. Raises NotFoundError when it was deleted."""
        return read_image(self._connection, self._connection.get(f"images/{self.id}"))

    def update(
        self,
        metadata: Writable = NOTHING,
        *,
        remove: Sequence[str] = (),
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
    ) -> Image:
        """Set and remove entries and tags, as one change, and return the image as it is then.

        None as a value removes its key, too. Raises InvalidError, and NotFoundError when the image
        was deleted.
        """
        edit = Edit(self.id, metadata, remove, add_tags, remove_tags)
        report = send_edits(self._connection, [edit])
        for failed in report.failed:
            raise InvalidError(422, "The image was not changed.", errors=failed.errors)
        return self.refresh()

    def add_tags(self, *tags: str) -> Image:
        return self.update(add_tags=tags)

    def remove_tags(self, *tags: str) -> Image:
        return self.update(remove_tags=tags)

    def rename(self, filename: str) -> Image:
        return self._patch({"filename": filename})

    def put_in(self, projects: Mapping[str, str | None]) -> Image:
        """Put it in these projects, each with its split or ""; None takes it out of one."""
        return self._patch({"projects": dict(projects)})

    def delete(self) -> None:
        """Move it to the trash; that it lies there already is no error."""
        try:
            self._connection.ask("DELETE", f"images/{self.id}")
        except NotFoundError:
            # Asked twice, because the first answer was lost, it is gone as well.
            return

    def entries(self) -> dict[str, Entry]:
        """Return its entries with their types and where they came from."""
        said = self._connection.get(f"images/{self.id}/metadata", {"detail": 1})
        return {key: _read_entry(entry) for key, entry in said.items()}

    def history(self) -> Iterator[Change]:
        """Yield the change sets that touched it, the newest first."""
        for said in self._connection.pages(f"images/{self.id}/history"):
            yield read_change(self._connection, said)

    def download(self, path: FilePath, *, progress: Progress | None = None) -> Path:
        """Save the original; into a folder, under its own file name. Return where it lies.

        The file is there when all of its bytes are; called again, it goes on where it stopped.
        """
        path = Path(path)
        return download(
            self._connection,
            self.refresh().url,
            path / self.filename if path.is_dir() else path,
            mark=self.sha256[:12],
            sha256=self.sha256,
            progress=progress,
        )

    def _patch(self, body: dict[str, Any]) -> Image:
        said = self._connection.ask("PATCH", f"images/{self.id}", body=body)
        return read_image(self._connection, said)


def read_image(connection: Connection, said: dict[str, Any]) -> Image:
    return Image(
        id=said["id"],
        filename=said["filename"],
        width=said["width"],
        height=said["height"],
        size=said["size"],
        format=said["format"],
        sha256=said["sha256"],
        tags=tuple(said["tags"]),
        metadata=MappingProxyType(said["metadata"]),
        projects=MappingProxyType(said["projects"]),
        split=said["split"],
        uploaded_at=datetime.fromisoformat(said["uploaded_at"]),
        taken_at=moment(said["taken_at"]),
        origin=said["origin"],
        url=said["url"],
        thumbnail_url=said["thumbnail_url"],
        duplicate=said.get("duplicate", False),
        _connection=connection,
    )


def _read_entry(said: dict[str, Any]) -> Entry:
    return Entry(
        value=said["value"],
        type=said["type"],
        origin=said["origin"],
        changed_at=datetime.fromisoformat(said["changed_at"]),
        changed_by=said["changed_by"],
    )
