"""Edits of many images in one go: `lib.update_many([Edit("…", set={"site": "A"}), …])`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assetlib.sdk._connection import Connection, once
from assetlib.sdk._errors import FieldError, field_error
from assetlib.sdk._types import Writable, encode, names

# As many as the server takes in one request, and safely fewer bytes than it takes. The edits of one
# request are one change set.
PIECE, PIECE_BYTES = 10_000, 32_000_000


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change on one image. What is not named stays as it is."""

    id: str
    set: Writable = field(default_factory=dict)
    remove: Sequence[str] = ()
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()

    def body(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "set": dict(self.set),
            "remove": names(self.remove),
            "add_tags": names(self.add_tags),
            "remove_tags": names(self.remove_tags),
        }


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of the edit of an image; when it failed, why."""

    id: str
    status: Literal["changed", "unchanged", "failed"]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class EditReport:
    """A result for each edit, in their order, and the ids of the change sets they were."""

    results: tuple[EditResult, ...]
    change_sets: tuple[str, ...]

    @property
    def failed(self) -> tuple[EditResult, ...]:
        return tuple(each for each in self.results if each.status == "failed")


def send_edits(connection: Connection, edits: Iterable[Edit | Mapping[str, Any]]) -> EditReport:
    """Send the edits, 10,000 a request, read from the iterable as they are sent.

    An edit may be a mapping with the fields of Edit. Raises RefusedError; the pieces before the
    refused one are written then.
    """
    results: list[EditResult] = []
    change_sets: list[str] = []
    for piece in _pieces(each if isinstance(each, Edit) else Edit(**each) for each in edits):
        said = connection.ask("POST", "metadata", body={"updates": piece}, headers=once())
        results += [
            EditResult(each["id"], each["status"], tuple(map(field_error, each["errors"])))
            for each in said["results"]
        ]
        if said["change_set"] is not None:
            change_sets.append(str(said["change_set"]))
    return EditReport(tuple(results), tuple(change_sets))


def _pieces(edits: Iterable[Edit]) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    size = 0
    for edit in edits:
        body = edit.body()
        length = len(encode(body))
        if piece and (len(piece) == PIECE or size + length > PIECE_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(body)
        size += length
    if piece:
        yield piece
