"""Turn the steps that were decided into rows, counters and history."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from assetlib.changes.act import Acting
from assetlib.changes.models import Change, ChangeKind
from metadata import rows
from metadata.columns import EntryColumns, put_said, put_tags
from metadata.dictionary import keys_named, tags_named, values_of
from metadata.edits import EntryStep, Held, TagStep
from metadata.models import Key, Tag, Value
from metadata.values import Value as TypedValue


def write_entries(acting: Acting, steps: Sequence[EntryStep], known: Mapping[str, Key]) -> None:
    """Write the entries; keys that are not `known` yet are made."""
    new = {step.key for step in steps if step.new is not None} - known.keys()
    keys = {**known, **keys_named(acting, (), create=sorted(new))}
    dictionary = values_of(acting, _wanted(steps, keys))
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)

    rows.put_entries((_row(step, keys, dictionary) for step in steps if step.new), stamp)
    rows.drop_entries((step.image.pk, keys[step.key].pk) for step in steps if step.new is None)
    _put_columns(acting, steps, keys, dictionary)
    _count(steps, keys, dictionary)
    for step in steps:
        acting.record(_entry_change(step, keys[step.key]))


def _sides(step: EntryStep) -> Iterator[tuple[Held, int]]:
    """Yield what goes (-1) and what comes (+1)."""
    if step.old is not None:
        yield step.old, -1
    if step.new is not None:
        yield step.new, +1


def _wanted(steps: Sequence[EntryStep], keys: Mapping[str, Key]) -> dict[Key, list[TypedValue]]:
    wanted: dict[Key, list[TypedValue]] = defaultdict(list)
    for step in steps:
        for held, _ in _sides(step):
            if held.value.number is None:
                wanted[keys[step.key]].append(held.value)
    return wanted


def _row(
    step: EntryStep,
    keys: Mapping[str, Key],
    dictionary: Mapping[tuple[int, TypedValue], Value],
) -> rows.EntryRow:
    assert step.new is not None  # noqa: S101 -- the caller asks for what is put, not for what goes
    key, value = keys[step.key], step.new.value
    entry_value = dictionary[key.pk, value].pk if value.number is None else None
    return rows.EntryRow(step.image.pk, key.pk, entry_value, value.number, step.new.origin)


def _put_columns(
    acting: Acting,
    steps: Sequence[EntryStep],
    keys: Mapping[str, Key],
    dictionary: Mapping[tuple[int, TypedValue], Value],
) -> None:
    entries = EntryColumns()
    for step in steps:
        key_id = keys[step.key].pk
        if step.new is None:
            entries.drop(key_id, step.image.ord)
            continue
        value = step.new.value
        code = dictionary[key_id, value].code if value.number is None else None
        entries.add(key_id, step.image.ord, code, value.number, step.new.origin)
    entries.put(acting.sheet)
    put_said(acting.sheet, {step.image.pk: step.image.ord for step in steps})


def _count(
    steps: Sequence[EntryStep],
    keys: Mapping[str, Key],
    dictionary: Mapping[tuple[int, TypedValue], Value],
) -> None:
    by_key: Counter[tuple[int, str]] = Counter()
    by_value: Counter[int] = Counter()
    for step in steps:
        key = keys[step.key]
        for held, sign in _sides(step):
            by_key[key.pk, held.value.type.name] += sign
            if held.value.number is None:
                by_value[dictionary[key.pk, held.value].pk] += sign
    rows.add_key_counts(by_key)
    rows.add_value_counts(by_value)


def _entry_change(step: EntryStep, key: Key) -> Change:
    change = Change(image=step.image, kind=ChangeKind.ENTRY, subject=key.name, key=key)
    if step.old is not None:
        change.old_type, change.old = step.old.value.type.name, step.old.value.text
        change.old_origin = step.old.origin
    if step.new is not None:
        change.new_type, change.new = step.new.value.type.name, step.new.value.text
        change.new_origin = step.new.origin
    return change


def write_tags(acting: Acting, steps: Sequence[TagStep], known: Mapping[str, Tag]) -> None:
    """Write the tags; those that are not `known` yet (by lower-case name) are made."""
    new = [step.tag for step in steps if step.tag.lower() not in known]
    tags = {**known, **tags_named(acting, (), create=new)}
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    pairs = [(step.image.pk, tags[step.tag.lower()].pk, step.added) for step in steps]

    rows.put_tags(((i, tag) for i, tag, added in pairs if added), acting.origin, stamp)
    rows.drop_tags((i, tag) for i, tag, added in pairs if not added)
    counts: Counter[int] = Counter()
    for _, tag, added in pairs:
        counts[tag] += 1 if added else -1
    rows.add_tag_counts(counts)
    put_tags(acting.sheet, {step.image.pk: step.image.ord for step in steps})
    for step in steps:
        acting.record(_tag_change(step, tags[step.tag.lower()], acting))


def _tag_change(step: TagStep, tag: Tag, acting: Acting) -> Change:
    change = Change(image=step.image, kind=ChangeKind.TAG, subject=tag.name, tag=tag)
    if step.added:
        change.new_type, change.new, change.new_origin = "tag", tag.name, acting.origin
    else:
        change.old_type, change.old = "tag", tag.name
    return change
