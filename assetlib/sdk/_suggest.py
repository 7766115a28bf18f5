"""What would go on at the cursor of a query, as the search bar offers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on: `text` is what stands there then, `label` what is shown of it."""

    text: str
    label: str
    kind: str
    type: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Options, each of which replaces the query's characters from `start` to `end`."""

    start: int
    end: int
    options: tuple[Option, ...]


def read_suggestions(said: dict[str, Any]) -> Suggestions:
    options = tuple(
        Option(each["text"], each["label"], each["kind"], each.get("type"), each.get("count"))
        for each in said["options"]
    )
    return Suggestions(said["start"], said["end"], options)
