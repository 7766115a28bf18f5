"""A bulk edit that is described and not done yet: it can be planned, and asked for.

edit = rename_key(workspace, key, "line")
edit.plan().changing
job = edit.enqueue(by=user, origin=Origin.USER)
"""

from __future__ import annotations

from dataclasses import dataclass

from assetlib.accounts.models import Workspace
from assetlib.bulk.change import BulkChange
from assetlib.bulk.plan import Plan, plan
from assetlib.bulk.run import enqueue_bulk
from assetlib.changes.act import Actor
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.models import Job
from assetlib.search.frozen import Frozen


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """What to change on which images; `query` says to people how they were found."""

    workspace: Workspace
    frozen: Frozen
    change: BulkChange
    query: str = ""
    kind: ActKind = ActKind.EDIT

    def plan(self) -> Plan:
        """Return what it would do now."""
        return plan(self.workspace, self.frozen.data, self.change)

    def enqueue(self, *, by: Actor, origin: Origin) -> Job:
        """Have a worker do it."""
        return enqueue_bulk(
            self.workspace,
            self.frozen,
            self.change,
            by=by,
            origin=origin,
            kind=self.kind,
            query=self.query,
        )
