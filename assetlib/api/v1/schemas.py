"""What answers hold, as the description tells it. Bodies stand beside their operations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema

from assetlib.changes.models import ActKind, ChangeKind, Origin, State
from assetlib.jobs.models import Status
from images.models import Format
from metadata.keynames import KEY, MAX_KEY, TAG
from metadata.values import MAX_STRING, TYPES

KeyName = Annotated[str, StringConstraints(pattern=f"^{KEY.pattern}$", max_length=MAX_KEY)]
TagName = Annotated[str, StringConstraints(pattern=f"^{TAG.pattern}$")]
Scalar = bool | int | float | str
SplitName = Literal["", "train", "valid", "test"]
ScopeName = Literal["read", "write", "mirror", "admin"]
Metadata = dict[KeyName, Scalar]
SCALARS: list[Any] = [
    {"type": "string", "minLength": 1, "maxLength": MAX_STRING},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "null"},
]
NAMED: dict[str, Any] = {
    "type": "object",
    "propertyNames": {"pattern": f"^{KEY.pattern}$", "maxLength": 120},
}
TypeName = Literal["string", "number", "boolean"]
# Checked by the rules of metadata, which name every wrong entry; this tells of them.
MetadataSet = Annotated[
    dict[str, Any], WithJsonSchema(NAMED | {"additionalProperties": {"anyOf": SCALARS}})
]
MetadataPatch = Annotated[
    dict[str, Any],
    WithJsonSchema(
        NAMED
        | {
            "additionalProperties": {
                "anyOf": [*SCALARS, NAMED | {"additionalProperties": {"anyOf": SCALARS}}]
            }
        }
    ),
]


# As Pydantic describes them any other name would do, too.
KeysByKey = Annotated[
    dict[KeyName, KeyName],
    WithJsonSchema(NAMED | {"additionalProperties": NAMED["propertyNames"] | {"type": "string"}}),
]
TypesByKey = Annotated[
    dict[KeyName, TypeName],
    WithJsonSchema(NAMED | {"additionalProperties": {"enum": [*TYPES]}}),
]


class Image(BaseModel):
    """`split` is the first there is among the projects. `url` and `thumbnail_url` expire."""

    id: str
    filename: str
    width: int
    height: int
    size: int = Field(description="Bytes.")
    format: Literal[tuple(Format.values)]  # type: ignore[valid-type]
    sha256: str
    tags: list[TagName]
    metadata: Metadata
    projects: dict[str, SplitName] = Field(description="Its split in each project, by slug.")
    split: SplitName
    uploaded_at: datetime
    taken_at: datetime | None
    origin: Literal[tuple(Origin.values)]  # type: ignore[valid-type]
    url: str
    thumbnail_url: str


class SidecarProblem(BaseModel):
    """An entry of a sidecar that was left out, or what is wrong with all of it."""

    key: str
    message: str


class Uploaded(Image):
    duplicate: bool
    problems: list[SidecarProblem]


class Entry(BaseModel):
    value: Scalar
    type: TypeName
    origin: Literal[tuple(Origin.values)]  # type: ignore[valid-type]
    changed_at: datetime
    changed_by: str | None


class Tags(BaseModel):
    tags: list[TagName]


class BatchResult(BaseModel):
    id: str
    status: Literal["changed", "unchanged", "failed"]
    errors: list[dict[str, Any]] = Field(description="`field` and `message` of each.")


class BatchAnswer(BaseModel):
    """A result for each update, in their order; no change set when nothing changed."""

    changed: int
    unchanged: int
    failed: int
    change_set: int | None
    results: list[BatchResult]


class PlannedEntries(BaseModel):
    added: int = 0
    replaced: int = 0
    removed: int = 0


class PlannedTags(BaseModel):
    added: int = 0
    removed: int = 0


class Plan(BaseModel):
    """What a bulk edit would do: in how many images, by key and by tag.

    `left` counts by reason the entries that would stay as they are; `missing` are ids of no image.
    """

    images: int
    changing: int
    entries: dict[str, PlannedEntries]
    tags: dict[str, PlannedTags]
    left: dict[str, int]
    missing: list[str]


class Key(BaseModel):
    """`count` images hold it; `types` says how many hold each type."""

    name: KeyName
    count: int
    types: dict[TypeName, int]
    created_at: datetime


class KeyPage(BaseModel):
    items: list[Key]
    next: str | None


class Tag(BaseModel):
    name: TagName
    count: int
    created_at: datetime


class TagPage(BaseModel):
    items: list[Tag]
    next: str | None


class Project(BaseModel):
    slug: str
    name: str
    description: str
    images: int
    created_at: datetime


class ProjectPage(BaseModel):
    items: list[Project]
    next: str | None


class Value(BaseModel):
    """What stood there: of an entry its typed value, of anything else a text."""

    value: Scalar
    type: str
    origin: str | None


class Change(BaseModel):
    """`subject` is the key, tag, project or file name; `old` and `new` are null for nothing."""

    image: str
    kind: Literal[tuple(ChangeKind.values)]  # type: ignore[valid-type]
    subject: str
    old: Value | None
    new: Value | None


class ChangeSet(BaseModel):
    id: int
    at: datetime
    by: str | None
    origin: Literal[tuple(Origin.values)]  # type: ignore[valid-type]
    kind: Literal[tuple(ActKind.values)]  # type: ignore[valid-type]
    state: Literal[tuple(State.values)]  # type: ignore[valid-type]
    images: int
    changes_count: int
    undo_of: int | None
    undoable: bool


class ChangeSetPage(BaseModel):
    items: list[ChangeSet]
    next: str | None


class ChangeSetOfImage(ChangeSet):
    """A change set with what it changed of one image."""

    changes: list[Change]


class HistoryPage(BaseModel):
    items: list[ChangeSetOfImage]
    next: str | None


class ChangePage(BaseModel):
    change_set: ChangeSet
    items: list[Change]
    next: str | None


class Progress(BaseModel):
    done: int
    total: int


class Job(BaseModel):
    """Long work. `result` says in `said` what was done, `error` why it failed.

    The `url` of an export's result is signed, and lives for a day.
    """

    id: str
    kind: str
    status: Literal[tuple(Status.values)]  # type: ignore[valid-type]
    stage: str
    progress: Progress
    result: dict[str, Any]
    change_set: int | None = Field(description="What it has changed; null for nothing.")
    error: str | None
    by: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    address: str = Field(description="Where to ask for it again.")


class JobPage(BaseModel):
    items: list[Job]
    next: str | None
