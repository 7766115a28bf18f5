"""Look up keys, values and tags by what they say, and add those that are new.

Called inside an act only: the workspace's lock is what makes codes dense and rows unique.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assetlib.changes.act import Acting
from assetlib.changes.batches import BATCH, batches
from metadata import rows
from metadata.columns import put_values
from metadata.models import Key, Tag, Value
from metadata.values import STRING
from metadata.values import Value as TypedValue


class Coded(NamedTuple):
    """A value's row in the dictionary, and its code in the columns."""

    pk: int
    code: int


def digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def keys_named(
    acting: Acting, names: Iterable[str], *, create: Iterable[str] = ()
) -> dict[str, Key]:
    """Return the keys by name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    found = {key.name: key for key in workspace.keys.filter(name__among=names)}
    missing = [name for name in dict.fromkeys(create) if name not in found]
    made = Key.objects.bulk_create(
        [Key(workspace=workspace, name=name) for name in missing], batch_size=BATCH
    )
    return found | {key.name: key for key in made}


def codes_of(
    acting: Acting, keys: Mapping[int, Key], counts: Mapping[tuple[int, TypedValue], int]
) -> dict[tuple[int, TypedValue], Coded]:
    """Return where strings and booleans are in their keys' dictionaries; new ones are added.

    `counts`, by key and value, are how many more images have each, or fewer.
    """
    wanted: dict[tuple[int, str], dict[bytes, TypedValue]] = defaultdict(dict)
    for key_id, value in counts:
        wanted[key_id, value.type.name][digest_of(value.text)] = value
    found: dict[tuple[int, TypedValue], Coded] = {}
    for (key_id, type_name), by_digest in wanted.items():
        for batch in batches(by_digest):
            known = Value.objects.filter(key=key_id, type=type_name, digest__in=batch)
            for digest, pk, code in known.values_list("digest", "pk", "code"):
                found[key_id, by_digest[bytes(digest)]] = Coded(pk, code)
    rows.add_value_counts({coded.pk: counts[known] for known, coded in found.items()})
    new = {known: count for known, count in counts.items() if known not in found}
    return found | _add_values(acting, keys, new)


def _add_values(
    acting: Acting, keys: Mapping[int, Key], new: Mapping[tuple[int, TypedValue], int]
) -> dict[tuple[int, TypedValue], Coded]:
    codes: dict[int, list[TypedValue]] = defaultdict(list)
    for key_id, value in new:
        codes[key_id].append(value)
    added: dict[tuple[int, TypedValue], Coded] = {}
    for key_id, values in codes.items():
        key = keys[key_id]
        first = key.next_code
        key.next_code += len(values)
        numbered = list(enumerate(values, first))
        rows.add_values(
            rows.ValueRow(key_id, code, value, digest_of(value.text), new[key_id, value])
            for code, value in numbered
        )
        strings = [(code, value.text) for code, value in numbered if value.type is STRING]
        put_values(acting.sheet, key_id, strings)
        made = Value.objects.filter(key=key_id, code__gte=first).values_list("code", "pk")
        for code, pk in made:
            added[key_id, values[code - first]] = Coded(pk, code)
    rows.set_next_codes({key_id: keys[key_id].next_code for key_id in codes})
    return added


def tags_named(
    acting: Acting, names: Iterable[str], *, create: Iterable[str] = ()
) -> dict[str, Tag]:
    """Return the tags by lower-case name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    folded = {name.lower() for name in names}
    found = {tag.folded: tag for tag in workspace.tags.filter(folded__among=folded)}
    spelled: dict[str, str] = {}
    for name in create:
        if name.lower() not in found:
            spelled.setdefault(name.lower(), name)
    made = Tag.objects.bulk_create(
        [Tag(workspace=workspace, name=name, folded=low) for low, name in spelled.items()],
        batch_size=BATCH,
    )
    return found | {tag.folded: tag for tag in made}
