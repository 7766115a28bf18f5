"""What a bulk edit would do, told before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change of all that a query finds would do; nothing is written yet.

    Of so many `images` so many would be `changed`. `entries` say by key how many are added,
    replaced and removed, `tags` by tag; `left` says by reason how many would stay as they are.
    """

    images: int
    changed: int
    entries: Mapping[str, Mapping[str, int]] = field(hash=False)
    tags: Mapping[str, Mapping[str, int]] = field(hash=False)
    left: Mapping[str, int] = field(hash=False)

    def __str__(self) -> str:
        lines = [f"{self.changed:,} of {self.images:,} images would be changed."]
        for name, counts in {**self.entries, **self.tags}.items():
            told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
            lines.append(f"{name}: {told}")
        lines += [f"{count:,} left as they are: {why}" for why, count in self.left.items()]
        return "\n".join(lines)


def read_plan(said: dict[str, Any]) -> Plan:
    return Plan(said["images"], said["changing"], said["entries"], said["tags"], said["left"])
