"""Turn the steps that were decided into rows, counters, columns and history.

Many images mostly get the same: how an entry is kept is worked out once for all that hold it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from operator import itemgetter

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from images.models import Brief, Image
from metadata import columns, rows
from metadata.columns import NO_CELL, Cell, cell_of
from metadata.dictionary import Coded, Dictionaries, codes_of, keys_named, tags_named
from metadata.edits import EntryStep, Held, Outcome, TagStep
from metadata.models import Key, Tag
from metadata.values import NUMBER
from metadata.values import Value as TypedValue

# Many images take the same step: all that is worked out for it is worked out once.
Taken = Mapping[EntryStep, Sequence[Image | Brief]]
Codes = Mapping[TypedValue, Coded]


def write_entries(acting: Acting, outcomes: Iterable[Outcome], known: Mapping[str, Key]) -> None:
    """Write the entries; keys that are not `known` yet are made."""
    taken = _taken(outcomes)
    if not taken:
        return
    new = {step.key for step in taken if step.new is not None} - known.keys()
    keys = {**known, **keys_named(acting, (), create=sorted(new))}
    codes = _count(acting, taken, keys)
    cells: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
    added: list[rows.Placed] = []
    changed: list[rows.Placed] = []
    gone: dict[int, list[int]] = defaultdict(list)
    for step, images in taken.items():
        key_id = keys[step.key].pk
        if step.new is None:
            gone[key_id] += [image.id for image in images]
            cell = NO_CELL
        else:
            row, cell = _kept(step.new, codes.get(key_id, {}))
            placed = added if step.old is None else changed
            placed += [(image.id, key_id, row) for image in images]
        cells[key_id] += [(image.ord, cell) for image in images]
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    # In the order of the table's index.
    rows.add_entries(sorted(added, key=itemgetter(0, 1)), stamp)
    rows.change_entries(changed, stamp)
    for key_id, losing in gone.items():
        rows.drop_entries(key_id, losing)
    for key_id, theirs in cells.items():
        columns.put_entries(acting.sheet, key_id, theirs)
    _put_said(acting, taken)
    _record_entries(acting, taken, keys)


def _taken(outcomes: Iterable[Outcome]) -> Taken:
    taken: dict[EntryStep, list[Image | Brief]] = defaultdict(list)
    for outcome in outcomes:
        for step in outcome.entries:
            taken[step].append(outcome.image)
    return taken


def _count(acting: Acting, taken: Taken, keys: Mapping[str, Key]) -> Dictionaries:
    """Change the counters of keys and values; return where the values are in the dictionaries."""
    by_key: Counter[tuple[int, str]] = Counter()
    by_value: dict[int, Counter[TypedValue]] = defaultdict(Counter)
    for step, images in taken.items():
        pk = keys[step.key].pk
        for held, n in ((step.old, -len(images)), (step.new, len(images))):
            if held is None:
                continue
            by_key[pk, held.value.type.name] += n
            if held.value.type is not NUMBER:
                by_value[pk][held.value] += n
    rows.add_key_counts(by_key)
    return codes_of(acting, {key.pk: key for key in keys.values()}, by_value)


def _kept(held: Held, codes: Codes) -> tuple[rows.EntryRow, Cell]:
    """Return how the entry is kept in the table and in the columns, on whichever image."""
    number, origin = held.value.number, str(held.origin)
    pk, code = codes[held.value] if number is None else (None, None)
    return rows.EntryRow(pk, number, origin, held.mirror), cell_of(code, number, origin)


def _put_said(acting: Acting, taken: Taken) -> None:
    """Put from where images have entries; only what some lost needs to be looked up."""
    got: dict[str, set[int]] = defaultdict(set)
    lost: dict[str, dict[int, int]] = defaultdict(dict)
    for (_, old, now), images in taken.items():
        if now is not None:
            got[now.origin].update(image.ord for image in images)
        if old is not None and (now is None or now.origin != old.origin):
            lost[old.origin].update((image.id, image.ord) for image in images)
    for origin, ords in got.items():
        columns.put_said(acting.sheet, origin, ords)
    for origin, ord_by_id in lost.items():
        columns.put_said_now(acting.sheet, origin, ord_by_id)


def _record_entries(acting: Acting, taken: Taken, keys: Mapping[str, Key]) -> None:
    for step, images in taken.items():
        known = _known(acting, images)
        if not known:
            continue
        said = Recorded(0, ChangeKind.ENTRY.value, step.key, keys[step.key].pk)
        if step.old is not None:
            value, origin, mirror = step.old
            said = said._replace(
                old_type=value.type.name,
                old=value.text,
                old_origin=str(origin),
                old_mirror_id=mirror,
            )
        if step.new is not None:
            value, origin, mirror = step.new
            said = said._replace(
                new_type=value.type.name,
                new=value.text,
                new_origin=str(origin),
                new_mirror_id=mirror,
            )
        _record(acting, known, said)


def _known(acting: Acting, images: Sequence[Image | Brief]) -> Sequence[Image | Brief]:
    """Return those that have not only come: what is said of one that has is no change."""
    arrived = acting.arrived
    return [image for image in images if image.id not in arrived] if arrived else images


def _record(acting: Acting, images: Iterable[Image | Brief], said: Recorded) -> None:
    """Note the same change of each image."""
    rest = said[1:]
    acting.changes += [Recorded(image.id, *rest) for image in images]


def write_tags(
    acting: Acting, outcomes: Iterable[Outcome], known: Mapping[str, Tag], blank: Set[int]
) -> None:
    """Write the tags; those that are not `known` yet (by lower-case name) are made.

    `blank` are the images that had none before.
    """
    tagged = [outcome for outcome in outcomes if outcome.tags]
    if not tagged:
        return
    taken: dict[TagStep, list[Image | Brief]] = defaultdict(list)
    for outcome in tagged:
        for step in outcome.tags:
            taken[step].append(outcome.image)
    new = [step.tag for step in taken if step.tag.lower() not in known]
    tags = {**known, **tags_named(acting, (), create=new)}
    put: list[tuple[int, int]] = []
    counts: Counter[int] = Counter()
    for (name, added), images in taken.items():
        tag = tags[name.lower()]
        said = Recorded(0, ChangeKind.TAG.value, tag.name, tag_id=tag.pk)
        if added:
            put += [(image.id, tag.pk) for image in images]
            counts[tag.pk] += len(images)
            said = said._replace(new_type="tag", new=tag.name, new_origin=str(acting.origin))
        else:
            rows.drop_tags(tag.pk, [image.id for image in images])
            counts[tag.pk] -= len(images)
            said = said._replace(old_type="tag", old=tag.name)
        _record(acting, _known(acting, images), said)
    stamp = rows.Stamp(acting.at, acting.by.pk if acting.by else None)
    rows.put_tags(sorted(put), acting.origin, stamp)
    rows.add_tag_counts(counts)
    _put_tags(acting, tagged, tags, blank)


def _put_tags(
    acting: Acting, tagged: Iterable[Outcome], tags: Mapping[str, Tag], blank: Set[int]
) -> None:
    only: dict[int, list[int]] = {}
    others: dict[int, int] = {}
    for image, _, steps in tagged:
        if image.id in blank:
            only[image.ord] = [tags[step.tag.lower()].pk for step in steps]
        else:
            others[image.id] = image.ord
    columns.put_tags(acting.sheet, only)
    columns.put_tags_now(acting.sheet, others)
