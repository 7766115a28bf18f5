"""Whether the counters of keys, values and tags agree with the rows they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Count

from assetlib.accounts.models import Workspace
from metadata import rows
from metadata.models import Entry, ImageTag, Value
from metadata.values import shortened


@dataclass(frozen=True, slots=True)
class WrongCount:
    """A counter that is off: of a key (for one type of value), a value, or a tag."""

    of: Literal["key", "value", "tag"]
    pk: int
    name: str
    counted: int
    noted: int
    type: str = ""

    @property
    def delta(self) -> int:
        return self.counted - self.noted

    def __str__(self) -> str:
        kind = f" as {self.type}" if self.type else ""
        return f"{self.of} {self.name}{kind}: {self.noted:,} noted, {self.counted:,} there"


def wrong_counts(workspace: Workspace) -> list[WrongCount]:
    """Return every counter that is not what it should be."""
    return [*_wrong_keys(workspace), *_wrong_values(workspace), *_wrong_tags(workspace)]


def mend_counts(workspace: Workspace) -> int:
    """Put the counters right; return how many were wrong."""
    with transaction.atomic():
        locked = Workspace.objects.lock(workspace.pk)
        wrong = wrong_counts(locked)
        rows.add_key_counts({(w.pk, w.type): w.delta for w in wrong if w.of == "key"})
        rows.add_value_counts({w.pk: w.delta for w in wrong if w.of == "value"})
        rows.add_tag_counts({w.pk: w.delta for w in wrong if w.of == "tag"})
    return len(wrong)


def _wrong_keys(workspace: Workspace) -> Iterator[WrongCount]:
    there: Counter[tuple[int, str]] = Counter()
    entries = Entry.objects.filter(key__workspace=workspace, image__deleted_at=None)
    for key, type_name, n in entries.values_list("key", "value__type").annotate(n=Count("id")):
        there[key, type_name or "number"] += n
    for key_row in workspace.keys.all():
        by_type = {
            "string": key_row.string_count,
            "number": key_row.number_count,
            "boolean": key_row.boolean_count,
        }
        for type_name, noted in by_type.items():
            counted = there[key_row.pk, type_name]
            if counted != noted:
                yield WrongCount("key", key_row.pk, key_row.name, counted, noted, type_name)


def _wrong_values(workspace: Workspace) -> Iterator[WrongCount]:
    entries = Entry.objects.filter(key__workspace=workspace, image__deleted_at=None)
    there = dict(
        entries.exclude(value=None)
        .values_list("value")
        .annotate(n=Count("id"))
        .values_list("value", "n")
    )
    for value in Value.objects.filter(key__workspace=workspace).select_related("key").iterator():
        counted = there.get(value.pk, 0)
        if counted != value.image_count:
            name = f"{value.key.name}:{shortened(value.text)}"
            yield WrongCount("value", value.pk, name, counted, value.image_count)


def _wrong_tags(workspace: Workspace) -> Iterator[WrongCount]:
    tagged = ImageTag.objects.filter(tag__workspace=workspace, image__deleted_at=None)
    there = dict(tagged.values_list("tag").annotate(n=Count("id")))
    for tag in workspace.tags.all():
        counted = there.get(tag.pk, 0)
        if counted != tag.image_count:
            yield WrongCount("tag", tag.pk, tag.name, counted, tag.image_count)
