"""The key catalogue, which is discovered and not declared; and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """A key: how many images have it, and how many of them as each type."""

    name: str
    count: int
    types: Mapping[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    count: int


def read_key(said: dict[str, Any]) -> Key:
    return Key(said["name"], said["count"], said["types"])


def read_tag(said: dict[str, Any]) -> Tag:
    return Tag(said["name"], said["count"])
