"""Look up keys, values and tags by what they say, and add those that are new.

Called inside an act only: the workspace's lock is what makes codes dense and rows unique.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from assetlib.changes.act import Acting
from assetlib.changes.batches import BATCH, batches
from metadata import rows
from metadata.columns import put_values
from metadata.keynames import KEY, TAG
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
    acting: Acting, names: Iterable[str], *, create: Collection[str] = ()
) -> dict[str, Key]:
    """Return the keys by name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    # No key is called otherwise, and of NUL or half a character no database wants to hear.
    asked = [name for name in (*names, *create) if KEY.fullmatch(name)]
    if not asked:
        return {}
    found = {key.name: key for key in workspace.keys.filter(name__among=asked)}
    missing = [name for name in dict.fromkeys(create) if name not in found]
    made = Key.objects.bulk_create(
        [Key(workspace=workspace, name=name) for name in missing], batch_size=BATCH
    )
    return found | {key.name: key for key in made}


# Where strings and booleans are, by their key.
Dictionaries = dict[int, dict[TypedValue, Coded]]


def codes_of(
    acting: Acting, keys: Mapping[int, Key], counts: Mapping[int, Mapping[TypedValue, int]]
) -> Dictionaries:
    """Return where strings and booleans are in their keys' dictionaries; new ones are added.

    `counts`, by key and value, are how many more images have each, or fewer.
    """
    found: Dictionaries = {key_id: _found(key_id, counted) for key_id, counted in counts.items()}
    rows.add_value_counts(
        {
            coded.pk: counts[key_id][value]
            for key_id, there in found.items()
            for value, coded in there.items()
        }
    )
    for key_id, there in found.items():
        if new := {value: n for value, n in counts[key_id].items() if value not in there}:
            there.update(_add_values(acting, keys[key_id], new))
    return found


def _found(key_id: int, values: Iterable[TypedValue]) -> dict[TypedValue, Coded]:
    by_type: dict[str, dict[bytes, TypedValue]] = defaultdict(dict)
    for value in values:
        by_type[value.type.name][digest_of(value.text)] = value
    found: dict[TypedValue, Coded] = {}
    for type_name, by_digest in by_type.items():
        for batch in batches(by_digest):
            known = Value.objects.filter(key=key_id, type=type_name, digest__among=batch)
            for digest, pk, code in known.values_list("digest", "pk", "code"):
                found[by_digest[bytes(digest)]] = Coded(pk, code)
    return found


def _add_values(acting: Acting, key: Key, new: Mapping[TypedValue, int]) -> dict[TypedValue, Coded]:
    first = key.next_code
    key.next_code += len(new)
    values = list(new)
    rows.add_values(
        rows.ValueRow(key.pk, code, value, digest_of(value.text), new[value])
        for code, value in enumerate(values, first)
    )
    rows.set_next_code(key.pk, key.next_code)
    strings = [(code, v.text) for code, v in enumerate(values, first) if v.type is STRING]
    put_values(acting.sheet, key.pk, strings)
    made = Value.objects.filter(key=key.pk, code__gte=first).values_list("code", "pk")
    return {values[code - first]: Coded(pk, code) for code, pk in made}


def tags_named(
    acting: Acting, names: Iterable[str], *, create: Collection[str] = ()
) -> dict[str, Tag]:
    """Return the tags by lower-case name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    folded = {name.lower() for name in (*names, *create) if TAG.fullmatch(name)}
    if not folded:
        return {}
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
