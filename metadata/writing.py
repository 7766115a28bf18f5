"""Turn the steps that were decided into rows, counters, columns and history.

Many images mostly get the same: how an entry is kept is worked out once for all that hold it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from metadata import columns, rows
from metadata.columns import NO_CELL, Cell, cell_of
from metadata.dictionary import Coded, codes_of, keys_named, tags_named
from metadata.edits import EntryStep, Held, TagStep
from metadata.models import Key, Tag
from metadata.values import NUMBER
from metadata.values import Value as TypedValue

# By the name of a key.
Counts = dict[str, Counter[Held]]
Codes = Mapping[TypedValue, Coded]
NOTHING_SAID = ("", "", "")


class _Kept(NamedTuple):
    """How an entry is kept, on whichever image."""

    row: rows.EntryRow
    cell: Cell


class _Column(NamedTuple):
    """One key: how each entry it gets is kept, and which images get or lose one."""

    key_id: int
    kept: Mapping[Held, _Kept]
    ords: list[int]
    cells: list[Cell]


def write_entries(acting: Acting, steps: Sequence[EntryStep], known: Mapping[str, Key]) -> None:
    """Write the entries; keys that are not `known` yet are made."""
    new = {step.key for step in steps if step.new is not None} - known.keys()
    keys = {**known, **keys_named(acting, (), create=sorted(new))}
    lost, got = _counted(steps)
    by_key = _columns(acting, lost, got, keys)
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    added: list[rows.Placed] = []
    changed: list[rows.Placed] = []
    gone: list[tuple[int, int]] = []
    for image, key, old, now in steps:
        key_id, kept, ords, cells = by_key[key]
        ords.append(image.ord)
        if now is None:
            gone.append((image.id, key_id))
            cells.append(NO_CELL)
        else:
            row, cell = kept[now]
            (added if old is None else changed).append((image.id, key_id, row))
            cells.append(cell)
    rows.add_entries(added, stamp)
    rows.change_entries(changed, stamp)
    rows.drop_entries(gone)
    for key_id, _, ords, cells in by_key.values():
        columns.put_entries(acting.sheet, key_id, ords, cells)
    _put_said(acting, steps)
    _record_entries(acting, steps, {key: column.key_id for key, column in by_key.items()})


def _counted(steps: Sequence[EntryStep]) -> tuple[Counts, Counts]:
    """Return by key how many images lose each entry, and how many get it."""
    lost: dict[str, list[Held]] = defaultdict(list)
    got: dict[str, list[Held]] = defaultdict(list)
    for _, key, old, now in steps:
        if old is not None:
            lost[key].append(old)
        if now is not None:
            got[key].append(now)
    return (
        {key: Counter(held) for key, held in lost.items()},
        {key: Counter(held) for key, held in got.items()},
    )


def _columns(
    acting: Acting, lost: Counts, got: Counts, keys: Mapping[str, Key]
) -> dict[str, _Column]:
    """Change the counters of keys and values; return what is needed to write the entries."""
    by_key: Counter[tuple[int, str]] = Counter()
    by_value: dict[int, Counter[TypedValue]] = defaultdict(Counter)
    for counts, sign in ((lost, -1), (got, +1)):
        for name, counted in counts.items():
            for held, n in counted.items():
                by_key[keys[name].pk, held.value.type.name] += sign * n
                if held.value.type is not NUMBER:
                    by_value[keys[name].pk][held.value] += sign * n
    rows.add_key_counts(by_key)
    codes = codes_of(acting, {key.pk: key for key in keys.values()}, by_value)
    return {
        name: _Column(
            pk, {held: _kept(held, codes.get(pk, {})) for held in got.get(name, ())}, [], []
        )
        for name, pk in ((name, keys[name].pk) for name in lost | got)
    }


def _kept(held: Held, codes: Codes) -> _Kept:
    number, origin = held.value.number, str(held.origin)
    pk, code = codes[held.value] if number is None else (None, None)
    row = rows.EntryRow(pk, number, origin, held.mirror)
    return _Kept(row, cell_of(code, number, origin))


def _put_said(acting: Acting, steps: Sequence[EntryStep]) -> None:
    """Put from where images have entries; only what some lost needs to be looked up."""
    got: dict[str, list[int]] = defaultdict(list)
    doubtful: dict[int, int] = {}
    for image, _, old, now in steps:
        if now is not None:
            got[now.origin].append(image.ord)
        if old is not None and (now is None or now.origin != old.origin):
            doubtful[image.id] = image.ord
    for origin, ords in got.items():
        columns.put_said(acting.sheet, origin, ords)
    columns.put_said_now(acting.sheet, doubtful)


def _record_entries(acting: Acting, steps: Iterable[EntryStep], key_ids: Mapping[str, int]) -> None:
    said: dict[Held | None, tuple[str, str, str]] = {None: NOTHING_SAID}
    for image, key, old, now in steps:
        if image.id in acting.arrived:
            continue
        for held in (old, now):
            if held is not None and held not in said:
                said[held] = held.value.type.name, held.value.text, held.origin
        change = Recorded(
            image.id, ChangeKind.ENTRY, key, key_ids[key], None, None, *said[old], *said[now]
        )
        change.old_mirror_id = old.mirror if old else None
        change.new_mirror_id = now.mirror if now else None
        acting.record(change)


def write_tags(
    acting: Acting, steps: Sequence[TagStep], known: Mapping[str, Tag], blank: Set[int]
) -> None:
    """Write the tags; those that are not `known` yet (by lower-case name) are made.

    `blank` are the images that had none before.
    """
    if not steps:
        return
    new = [step.tag for step in steps if step.tag.lower() not in known]
    tags = {**known, **tags_named(acting, (), create=new)}
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    pk_of = {step.tag: tags[step.tag.lower()].pk for step in steps}
    put = [(image.id, pk_of[tag]) for image, tag, added in steps if added]
    dropped = [(image.id, pk_of[tag]) for image, tag, added in steps if not added]
    rows.put_tags(put, acting.origin, stamp)
    rows.drop_tags(dropped)
    counts = Counter(tag for _, tag in put)
    counts.subtract(tag for _, tag in dropped)
    rows.add_tag_counts(counts)
    _put_tags(acting, steps, pk_of, blank)
    for step in steps:
        if step.image.id not in acting.arrived:
            acting.record(_tag_change(step, tags[step.tag.lower()], acting))


def _put_tags(
    acting: Acting, steps: Iterable[TagStep], pk_of: Mapping[str, int], blank: Set[int]
) -> None:
    only: dict[int, list[int]] = defaultdict(list)
    others: dict[int, int] = {}
    for image, tag, _ in steps:
        if image.id in blank:
            only[image.ord].append(pk_of[tag])
        else:
            others[image.id] = image.ord
    columns.put_tags(acting.sheet, only)
    columns.put_tags_now(acting.sheet, others)


def _tag_change(step: TagStep, tag: Tag, acting: Acting) -> Recorded:
    change = Recorded(step.image.id, ChangeKind.TAG, tag.name, tag_id=tag.pk)
    if step.added:
        change.new_type, change.new, change.new_origin = "tag", tag.name, acting.origin
    else:
        change.old_type, change.old = "tag", tag.name
    return change
