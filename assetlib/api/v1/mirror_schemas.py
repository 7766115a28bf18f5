"""What answers about credentials and mirrors hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from assetlib.mirror.models import RunState, Scope

# What the model's own check of names says.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
KindName = Literal["keys", "session", "role", "machine"]
AddressingName = Literal["auto", "path", "virtual"]
StrategyName = Literal[
    "mergeBucketWins", "mergeUserWins", "overwrite", "untilFirstChange", "append"
]
OrphansName = Literal["keep", "remove"]
NamingName = Literal["path", "filename"]
OutcomeName = Literal["synced", "problem", "skipped", "failed", "held", "gone", "removed", "alone"]
SecretName = Literal["secret_access_key", "session_token"]


class Credential(BaseModel):
    """How to get into buckets. `secrets` names those that are kept; nobody is ever told them."""

    name: str
    kind: KindName
    access_key_id: str
    secrets: list[SecretName]
    is_readable: bool = Field(
        description="False where the server's key has changed: the secrets are to be sent again."
    )
    role_arn: str
    external_id: str
    session_name: str
    endpoint_url: str
    region: str
    addressing: AddressingName
    mirrors: list[str] = Field(description="Those that go by it.")
    created_at: datetime


class CredentialPage(BaseModel):
    items: list[Credential]
    next: str | None


class Mirror(BaseModel):
    """A bucket that the library follows. `every_minutes` is 0 where it runs only when asked."""

    name: str
    credential: str
    bucket: str
    prefix: str
    include: list[str]
    exclude: list[str]
    manifest: str
    project: str | None
    strategy: StrategyName
    update_images: bool
    update_metadata: bool
    orphans: OrphansName
    naming: NamingName
    every_minutes: int
    due_at: datetime | None
    being_deleted: bool
    created_at: datetime


class MirrorPage(BaseModel):
    items: list[Mirror]
    next: str | None


class Step(BaseModel):
    """One step of a trial; `ok` is null where it could not even be tried."""

    name: Literal["list", "head", "read"]
    ok: bool | None
    said: str


class Trial(BaseModel):
    """How a connection was tried; `ok` where no step failed."""

    ok: bool
    steps: list[Step]


class PlannedAction(BaseModel):
    what: str
    path: str
    why: str


class MirrorPlan(BaseModel):
    """What a run would do now: how often what, and the first of it by path."""

    counts: dict[str, int]
    unchanged: int
    held: int
    actions: list[PlannedAction]
    said: str


class Run(BaseModel):
    """One carried-out sync. `counters` say what became of how many objects."""

    id: int
    scope: Literal[tuple(Scope.values)]  # type: ignore[valid-type] # a closed list
    state: Literal[tuple(RunState.values)]  # type: ignore[valid-type]
    message: str
    counters: dict[str, int]
    job: str | None
    change_set: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ObjectProblem(BaseModel):
    path: str
    outcome: OutcomeName
    reason: str


class RunWithProblems(Run):
    """`problems` are the first objects of this run that went wrong, and why; the ledger has all."""

    problems: list[ObjectProblem]


class RunPage(BaseModel):
    items: list[Run]
    next: str | None


class MirroredObject(BaseModel):
    """What is known of one object, and what came of it last time; `reason` says why."""

    path: str
    size: int
    modified_at: datetime | None
    sidecar: str | None
    image: str | None
    outcome: OutcomeName
    reason: str
    at: datetime


class ObjectPage(BaseModel):
    items: list[MirroredObject]
    next: str | None


class Followed(BaseModel):
    """`to_be_read` counts the objects that the next run reads, for their images are no more."""

    images: int
    change_set: int | None
    to_be_read: int
