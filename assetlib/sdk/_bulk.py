"""What a bulk edit would do, told before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change of all that a query finds would do: nothing is written yet."""

    images: int
    changed: int
    counts: Mapping[str, Any] = field(hash=False)


def read_plan(said: dict[str, Any]) -> Plan:
    return Plan(said["images"], said["changed"], said)
