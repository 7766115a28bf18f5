"""What answers about mirrors hold."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from assetlib.mirror.models import Orphans, RunState, Scope, StrategyName

OutcomeName = Literal["synced", "problem", "skipped", "failed", "held", "gone", "removed", "alone"]


class Mirror(BaseModel):
    """A bucket that the library follows. `every_minutes` is 0 where it runs only when asked."""

    name: str
    bucket: str
    prefix: str
    strategy: Literal[tuple(StrategyName.values)]  # type: ignore[valid-type] # a closed list
    orphans: Literal[tuple(Orphans.values)]  # type: ignore[valid-type]
    project: str | None
    every_minutes: int
    due_at: datetime | None
    created_at: datetime


class MirrorPage(BaseModel):
    items: list[Mirror]
    next: str | None


class Run(BaseModel):
    """One carried-out sync. `counters` say what became of how many objects."""

    id: int
    scope: Literal[tuple(Scope.values)]  # type: ignore[valid-type]
    state: Literal[tuple(RunState.values)]  # type: ignore[valid-type]
    message: str
    counters: dict[str, int]
    job: str | None
    change_set: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


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
