"""Look up keys, values and tags by what they say, and add those that are new.

Called inside an act only: the workspace's lock is what makes codes dense and rows unique.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from assetlib.changes.act import Acting
from assetlib.changes.batches import BATCH, batches
from assetlib.columns.form import normalise
from metadata.columns import put_values
from metadata.models import NORM_LENGTH, Key, Tag, Value
from metadata.values import Value as TypedValue


def digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def keys_named(
    acting: Acting, names: Iterable[str], *, create: Iterable[str] = ()
) -> dict[str, Key]:
    """Return the keys by name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    found = {
        key.name: key for names_ in batches(names) for key in workspace.keys.filter(name__in=names_)
    }
    missing = [name for name in dict.fromkeys(create) if name not in found]
    made = Key.objects.bulk_create(
        [Key(workspace=workspace, name=name) for name in missing], batch_size=BATCH
    )
    return found | {key.name: key for key in made}


def values_of(
    acting: Acting, wanted: Mapping[Key, Iterable[TypedValue]]
) -> dict[tuple[int, TypedValue], Value]:
    """Return the dictionary's row for each string and boolean; those that are new are added."""
    by_digest: dict[tuple[int, str, bytes], tuple[Key, TypedValue]] = {
        (key.pk, value.type.name, digest_of(value.text)): (key, value)
        for key, values in wanted.items()
        for value in values
    }
    found: dict[tuple[int, TypedValue], Value] = {}
    for batch in batches(by_digest):
        rows = Value.objects.filter(
            key_id__in={key for key, _, _ in batch}, digest__in={digest for _, _, digest in batch}
        )
        for row in rows:
            known = by_digest.pop((row.key_id, row.type, bytes(row.digest)), None)
            if known is not None:
                found[row.key_id, known[1]] = row
    new = _add_values(by_digest)
    put_values(acting.sheet, new.values())
    return found | new


def _add_values(
    new: Mapping[tuple[int, str, bytes], tuple[Key, TypedValue]],
) -> dict[tuple[int, TypedValue], Value]:
    rows: list[Value] = []
    pairs: list[tuple[int, TypedValue]] = []
    growing: dict[int, Key] = {}
    for (_, type_name, digest), (key, value) in new.items():
        rows.append(
            Value(
                key=key,
                code=key.next_code,
                type=type_name,
                text=value.text,
                digest=digest,
                norm=normalise(value.text)[:NORM_LENGTH],
            )
        )
        pairs.append((key.pk, value))
        key.next_code += 1
        growing[key.pk] = key
    Key.objects.bulk_update(growing.values(), ["next_code"], batch_size=BATCH)
    return dict(zip(pairs, Value.objects.bulk_create(rows, batch_size=BATCH), strict=True))


def tags_named(
    acting: Acting, names: Iterable[str], *, create: Iterable[str] = ()
) -> dict[str, Tag]:
    """Return the tags by lower-case name; of those unknown, just the ones in `create` are made."""
    workspace = acting.workspace
    folded = {name.lower() for name in names}
    found = {
        tag.folded: tag
        for batch in batches(folded)
        for tag in workspace.tags.filter(folded__in=batch)
    }
    spelled: dict[str, str] = {}
    for name in create:
        if name.lower() not in found:
            spelled.setdefault(name.lower(), name)
    made = Tag.objects.bulk_create(
        [Tag(workspace=workspace, name=name, folded=low) for low, name in spelled.items()],
        batch_size=BATCH,
    )
    return found | {tag.folded: tag for tag in made}
