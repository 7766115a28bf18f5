"""What is told of API keys, and of whom one is."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from assetlib.api.v1.schemas import ScopeName


class ApiKey(BaseModel):
    id: int
    name: str
    prefix: str
    scopes: list[ScopeName]
    created_at: datetime
    created_by: str | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiKeyWithSecret(ApiKey):
    secret: str = Field(description="Shown in this answer alone.")


class ApiKeyPage(BaseModel):
    items: list[ApiKey]
    next: str | None


class WorkspaceOf(BaseModel):
    slug: str
    name: str
    scopes: list[ScopeName]


class Me(BaseModel):
    """`workspace` is the slug of the one there is; null for a person in several or in none."""

    api_key: str | None
    user: str | None
    workspace: str | None
    scopes: list[ScopeName]
    workspaces: list[WorkspaceOf]
