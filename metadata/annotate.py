"""The one operation through which every change of entries and tags goes.

    with act(workspace, by=user, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set={"temperature": from_json(72.5)}, add_tags=["night"])])

It checks the edits, looks up what the images hold, decides what changes (`edits`, purely) and has
it written (`writing`), which tells the act. All edits, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from assetlib.changes.act import Acting
from assetlib.changes.models import ActKind, Origin
from images.columns import put_updated
from images.models import Image
from metadata.dictionary import keys_named, tags_named
from metadata.edits import NOTHING, Edit, Held, Outcome, check_edits, entry_steps, tag_steps
from metadata.errors import InvalidEditError, TrashedImageError
from metadata.json_rules import Problem
from metadata.models import Entry, ImageTag, Key, Tag
from metadata.values import from_number, from_stored
from metadata.writing import write_entries, write_tags


def annotate(acting: Acting, edits: Sequence[Edit]) -> list[Outcome]:
    """Carry out the edits, at most one an image, and say what each came to.

    Raises InvalidEditError, EntryConflictError or TrashedImageError; then nothing is changed.
    """
    check_edits(edits)
    images = [edit.image.id for edit in edits]
    blank = acting.write_on(images)
    # An image that has only just arrived is not in the trash, and holds nothing.
    known = [image for image in images if image not in blank] if blank else images
    _check_present(acting, edits, known)
    keys = keys_named(acting, _named(edits, "set", "remove", "expected"))
    tags = tags_named(acting, _named(edits, "add_tags", "remove_tags"))
    entries, tagged = _held_entries(known, keys), _held_tags(known, tags)
    outcomes = [
        _decide(acting, edit, entries.get(edit.image.id, NOTHING), tagged.get(edit.image.id, ()))
        for edit in edits
    ]
    write_entries(acting, outcomes, keys)
    write_tags(acting, outcomes, tags, blank)
    _mark_images(acting, [outcome for outcome in outcomes if outcome.changed])
    _check_room(acting, outcomes)
    return outcomes


def _named(edits: Sequence[Edit], *fields: str) -> set[str]:
    """Return the keys, or the tags, that stand in these fields of the edits."""
    return {name for field in fields for name in chain.from_iterable(map(attrgetter(field), edits))}


def _decide(
    acting: Acting, edit: Edit, held: Mapping[str, Held], tagged: Collection[str]
) -> Outcome:
    entries = entry_steps(edit, held, acting.origin, acting.mirror_id)
    tags = tag_steps(edit, tagged) if edit.add_tags or edit.remove_tags else ()
    return Outcome(edit.image, tuple(entries), tuple(tags))


def _check_present(acting: Acting, edits: Sequence[Edit], known: Sequence[int]) -> None:
    # Read again under the lock: the image may have gone to the trash since the caller read it.
    asked = Image.objects.filter(pk__among=known)
    trashed = set(asked.trashed().values_list("pk", flat=True)) if known else set()
    workspace = acting.workspace.pk
    for edit in edits:
        if edit.image.workspace_id != workspace:
            raise ValueError(f"{edit.image.public_id} is of another workspace than the act.")
        if edit.image.id in trashed:
            raise TrashedImageError(edit.image)


def _held_entries(images: Sequence[int], keys: Mapping[str, Key]) -> dict[int, dict[str, Held]]:
    held: dict[int, dict[str, Held]] = defaultdict(dict)
    names = {key.pk: key.name for key in keys.values()}
    if not images or not names:
        return held
    found = Entry.objects.filter(image_id__among=images, key_id__among=names).order_by()
    for image, key, number, type_name, text, origin, mirror in found.values_list(
        "image_id", "key_id", "number", "value__type", "value__text", "origin", "mirror_id"
    ):
        value = from_stored(type_name, text) if number is None else from_number(number)
        held[image][names[key]] = Held(value, Origin(origin), mirror)
    return held


def _held_tags(images: Sequence[int], tags: Mapping[str, Tag]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    if not images or not tags:
        return held
    names = {tag.pk: folded for folded, tag in tags.items()}
    found = ImageTag.objects.filter(image_id__among=images, tag_id__among=names)
    for image, tag in found.values_list("image_id", "tag_id"):
        held[image].add(names[tag])
    return held


def _mark_images(acting: Acting, outcomes: Sequence[Outcome]) -> None:
    """Raise the version of each image that changed, and note a first change by a person."""
    put_updated(acting, [outcome.image.ord for outcome in outcomes])
    # A mirror's run, or an undo, is no first change; nor is a tag.
    touching = acting.origin != Origin.BUCKET and acting.kind != ActKind.UNDO
    _mark(acting, [o.image.id for o in outcomes if touching and o.entries], touching=True)
    _mark(acting, [o.image.id for o in outcomes if not (touching and o.entries)], touching=False)


def _mark(acting: Acting, images: Collection[int], *, touching: bool) -> None:
    if not images:
        return
    marks: dict[str, Any] = {
        "metadata_version": F("metadata_version") + 1,
        "updated_at": acting.at,
    }
    if touching:
        marks["touched_at"] = Coalesce("touched_at", Constant(acting.at))
    Image.objects.filter(pk__among=images).update(**marks)


def _check_room(acting: Acting, outcomes: Sequence[Outcome]) -> None:
    grown = {o.image.id: o.image for o in outcomes if any(step.old is None for step in o.entries)}
    # No image holds more entries than there are keys.
    if not grown or acting.workspace.keys.count() <= settings.MAX_ENTRIES:
        return
    full = (
        Entry.objects.filter(image_id__among=list(grown))
        .values_list("image_id")
        .annotate(n=Count("id"))
        .filter(n__gt=settings.MAX_ENTRIES)
    )
    if problems := [
        Problem(
            grown[image].filename,
            f"would hold {n:,} entries; {settings.MAX_ENTRIES:,} are allowed",
        )
        for image, n in full
    ]:
        raise InvalidEditError(problems)
