"""Turn the steps that were decided into rows, counters and history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from metadata import rows
from metadata.columns import EntryColumns, put_said, put_tags
from metadata.dictionary import Coded, codes_of, keys_named, tags_named
from metadata.edits import EntryStep, TagStep
from metadata.models import Key, Tag
from metadata.values import NUMBER
from metadata.values import Value as TypedValue


def write_entries(acting: Acting, steps: Sequence[EntryStep], known: Mapping[str, Key]) -> None:
    """Write the entries; keys that are not `known` yet are made."""
    new = {step.key for step in steps if step.new is not None} - known.keys()
    keys = {**known, **keys_named(acting, (), create=sorted(new))}
    codes = _count(acting, steps, keys)
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    columns = EntryColumns()
    added: list[rows.EntryRow] = []
    changed: list[rows.EntryRow] = []
    gone: list[tuple[int, int]] = []
    for step in steps:
        image, key_id = step.image, keys[step.key].pk
        if step.new is None:
            gone.append((image.id, key_id))
            columns.drop(key_id, image.ord)
        else:
            value, origin = step.new.value, str(step.new.origin)
            number = value.number
            pk, code = codes[key_id, value] if number is None else (None, None)
            row = rows.EntryRow(image.id, key_id, pk, number, origin, step.new.mirror)
            (added if step.old is None else changed).append(row)
            columns.add(key_id, image.ord, code, number, origin)
        if image.id not in acting.arrived:
            acting.record(_entry_change(step, key_id))
    rows.add_entries(added, stamp)
    rows.change_entries(changed, stamp)
    rows.drop_entries(gone)
    columns.put(acting.sheet)
    put_said(acting.sheet, {step.image.id: step.image.ord for step in steps})


def _count(
    acting: Acting, steps: Sequence[EntryStep], keys: Mapping[str, Key]
) -> dict[tuple[int, TypedValue], Coded]:
    """Change the counters of keys and values; return where values are in the dictionaries."""
    by_key: Counter[tuple[int, str]] = Counter()
    by_value: Counter[tuple[int, TypedValue]] = Counter()
    for step in steps:
        key_id = keys[step.key].pk
        for held, sign in ((step.old, -1), (step.new, +1)):
            if held is None:
                continue
            by_key[key_id, held.value.type.name] += sign
            if held.value.type is not NUMBER:
                by_value[key_id, held.value] += sign
    rows.add_key_counts(by_key)
    return codes_of(acting, {key.pk: key for key in keys.values()}, by_value)


def _entry_change(step: EntryStep, key_id: int) -> Recorded:
    change = Recorded(step.image.id, ChangeKind.ENTRY, step.key, key_id)
    if step.old is not None:
        change.old_type, change.old = step.old.value.type.name, step.old.value.text
        change.old_origin, change.old_mirror_id = step.old.origin, step.old.mirror
    if step.new is not None:
        change.new_type, change.new = step.new.value.type.name, step.new.value.text
        change.new_origin, change.new_mirror_id = step.new.origin, step.new.mirror
    return change


def write_tags(acting: Acting, steps: Sequence[TagStep], known: Mapping[str, Tag]) -> None:
    """Write the tags; those that are not `known` yet (by lower-case name) are made."""
    new = [step.tag for step in steps if step.tag.lower() not in known]
    tags = {**known, **tags_named(acting, (), create=new)}
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    pairs = [(step.image.id, tags[step.tag.lower()].pk, step.added) for step in steps]

    rows.put_tags(((i, tag) for i, tag, added in pairs if added), acting.origin, stamp)
    rows.drop_tags((i, tag) for i, tag, added in pairs if not added)
    counts: Counter[int] = Counter()
    for _, tag, added in pairs:
        counts[tag] += 1 if added else -1
    rows.add_tag_counts(counts)
    put_tags(acting.sheet, {step.image.id: step.image.ord for step in steps})
    for step in steps:
        if step.image.id not in acting.arrived:
            acting.record(_tag_change(step, tags[step.tag.lower()], acting))


def _tag_change(step: TagStep, tag: Tag, acting: Acting) -> Recorded:
    change = Recorded(step.image.id, ChangeKind.TAG, tag.name, tag_id=tag.pk)
    if step.added:
        change.new_type, change.new, change.new_origin = "tag", tag.name, acting.origin
    else:
        change.old_type, change.old = "tag", tag.name
    return change
