"""Buckets that the library follows: how to get in, what to follow, what is known of each object.

The ledger has a row for each object; it says which image the object is, what its sidecar last said,
and what came of it. A `Base` has, for one image, the keys this mirror last applied to it.
"""

from __future__ import annotations

from assetlib.mirror.models._credentials import Addressing, Credential, CredentialKind
from assetlib.mirror.models._ledger import (
    LIVE,
    LONGEST,
    Base,
    LedgerQuerySet,
    LedgerRow,
    OutcomeName,
    Remark,
    read_keys,
    write_keys,
    write_values,
)
from assetlib.mirror.models._mirrors import (
    OF_EDITS,
    Mirror,
    Naming,
    Orphans,
    StrategyName,
    next_due,
)
from assetlib.mirror.models._runs import Run, RunState, Scope

__all__ = [
    "LIVE",
    "LONGEST",
    "OF_EDITS",
    "Addressing",
    "Base",
    "Credential",
    "CredentialKind",
    "LedgerQuerySet",
    "LedgerRow",
    "Mirror",
    "Naming",
    "Orphans",
    "OutcomeName",
    "Remark",
    "Run",
    "RunState",
    "Scope",
    "StrategyName",
    "next_due",
    "read_keys",
    "write_keys",
    "write_values",
]
