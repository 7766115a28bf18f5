"""What a bulk edit would do, counted exactly, without doing it.

Images that hold the same under the keys and tags in question come to the same: each such group is
decided once, from the columns, however many images are in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assetlib.accounts.models import Workspace
from assetlib.bulk.change import BulkChange, Decision, decide
from assetlib.columns.codec import Array
from assetlib.columns.snapshot import read_snapshot
from assetlib.search.frozen import thaw
from assetlib.search.source import Source
from metadata.models import Key
from metadata.values import Value, from_number, from_stored


@dataclass(slots=True)
class Plan:
    """What would change: how many of the images, and of each key and tag in how many.

    `entries` count by key what is added, replaced and removed; `tags` by tag what is added and
    removed; `left` by reason the entries that would stay as they are.
    """

    images: int = 0
    changing: int = 0
    entries: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tags: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    left: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Alike:
    """So many images that hold the same values, and the same tags by lower-case name."""

    count: int
    held: Mapping[str, Value]
    tags: frozenset[str]


def plan(workspace: Workspace, frozen: bytes, change: BulkChange) -> Plan:
    """Return what the change would do to the frozen images that are still there."""
    with read_snapshot():
        source = Source(workspace)
        ords = thaw(frozen)
        ords = ords[source.alive()[ords]]
        planned = Plan(images=int(ords.size))
        for alike in _groups(source, ords, change):
            _count(planned, alike, change)
    return planned


def _count(planned: Plan, alike: _Alike, change: BulkChange) -> None:
    decision = decide(change, alike.held)
    entries = list(_entries_changing(decision, alike.held))
    tags = list(_tags_changing(change, alike.tags))
    for key, what in entries:
        planned.entries[key][what] += alike.count
    for tag, what in tags:
        planned.tags[tag][what] += alike.count
    for reason in decision.left.values():
        planned.left[reason] += alike.count
    planned.changing += alike.count if entries or tags else 0


def _entries_changing(decision: Decision, held: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for key, value in decision.set.items():
        if held.get(key) != value:
            yield key, "replaced" if key in held else "added"
    for key in decision.remove:
        if key in held:
            yield key, "removed"


def _tags_changing(change: BulkChange, held: Collection[str]) -> Iterator[tuple[str, str]]:
    for folded, tag in {tag.lower(): tag for tag in change.add_tags}.items():
        if folded not in held:
            yield tag, "added"
    for folded, tag in {tag.lower(): tag for tag in change.remove_tags}.items():
        if folded in held:
            yield tag, "removed"


def _groups(source: Source, ords: Array, change: BulkChange) -> Iterator[_Alike]:
    source.know_keys(change.keys)
    keys = [key for name in change.keys if (key := source.key(name)) is not None]
    tags = source.tags_called({tag.lower() for tag in (*change.add_tags, *change.remove_tags)})
    columns: list[Array] = []
    for key in keys:
        entries = source.entries(key)
        # As bits, so that no number is like another for being none.
        columns += [entries.codes[ords], entries.numbers[ords].view(np.int64)]
    columns += [source.tagged([tag])[ords] for tag in tags]
    firsts, counts = _alike(columns, ords.size)
    held = [_values_at(source, key, ords[firsts]) for key in keys]
    tagged = [source.tagged([tag])[ords[firsts]] for tag in tags]
    for place, count in enumerate(counts.tolist()):
        yield _Alike(
            count,
            {
                key.name: value
                for key, values in zip(keys, held, strict=True)
                if (value := values[place]) is not None
            },
            frozenset(t.norm for t, has in zip(tags, tagged, strict=True) if has[place]),
        )


def _alike(columns: Sequence[Array], size: int) -> tuple[Array, Array]:
    """Return the first place of each different row of the columns, and how many there are."""
    group = np.zeros(size, dtype=np.int64)
    for column in columns:
        _, place = np.unique(column, return_inverse=True)
        # Numbered anew each time: the product stays below the square of the rows.
        _, group = np.unique(group * (place.max(initial=0) + 1) + place, return_inverse=True)
    _, firsts, counts = np.unique(group, return_index=True, return_counts=True)
    return firsts, counts


def _values_at(source: Source, key: Key, ords: Array) -> list[Value | None]:
    entries = source.entries(key)
    codes, numbers = entries.codes[ords].tolist(), entries.numbers[ords].tolist()
    rows = key.values.filter(code__among={code - 1 for code in codes if code})
    said = {
        code + 1: from_stored(type_name, text)
        for code, type_name, text in rows.values_list("code", "type", "text")
    }
    return [
        said[code] if code else None if np.isnan(number) else from_number(number)
        for code, number in zip(codes, numbers, strict=True)
    ]
