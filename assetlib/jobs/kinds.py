"""What kinds of jobs there are: settings name them, for the rooms that do the work lie above."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from assetlib.jobs.models import Job

if TYPE_CHECKING:
    from assetlib.jobs.run import Run


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work.

    `work` does it and returns the result; it is called again, with the checkpoint it wrote, when a
    worker was killed. `quick` work never waits behind long work. `address` is where the result of
    a done job is looked at, or empty, and `opens` what the button to it says; `ended` is called in
    the transaction in which a job ends, in whatever way.
    """

    label: str
    work: Callable[[Run], dict[str, Any]]
    quick: bool = False
    address: Callable[[Job], str] | None = None
    opens: str = "Open the result"
    ended: Callable[[Job], None] | None = None


@functools.cache
def kinds() -> dict[str, Kind]:
    return {name: import_string(path) for name, path in settings.JOB_KINDS.items()}


def quick_kinds() -> list[str]:
    return [name for name, kind in kinds().items() if kind.quick]
