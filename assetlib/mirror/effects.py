"""What a strategy would do to the entries of images, counted by key; nothing is written.

    compared = compare(mirror)
    compared["overwrite"]["camera_id"]["removed"]

From what is known of the sidecars, so no object is read: how a mirror would act if it were told
another strategy now, and everything were applied again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from assetlib.mirror.merge import Union, union, whose
from assetlib.mirror.models import Base, LedgerRow, Mirror
from assetlib.mirror.strategies import STRATEGIES, Entries, Kept, leaves_alone
from images.models import Image
from metadata.shown import held_by

BATCH = 500

# By key, of how many images the entry would be added, replaced, removed; how many of these a user
# set ("users"); and how many are kept although the bucket says otherwise.
Effects: TypeAlias = dict[str, Counter[str]]


def compare(mirror: Mirror, look: Callable[[int], None] | None = None) -> dict[str, Effects]:
    """Return by strategy what applying all known sidecars again would change.

    `look` is told now and then how many images have been compared.
    """
    compared: dict[str, Effects] = {name: defaultdict(Counter) for name in STRATEGIES}
    count = 0
    for images in _images(mirror):
        _compare(mirror, images, compared)
        count += len(images)
        if look is not None:
            look(count)
    return compared


def _images(mirror: Mirror) -> Iterator[list[int]]:
    after, live = 0, mirror.ledger.live().order_by("image_id")
    while True:
        rows = live.filter(image_id__gt=after).values_list("image_id", flat=True).distinct()
        images: list[int] = [image or 0 for image in rows[:BATCH]]
        if not images:
            return
        yield images
        after = images[-1]


def _compare(mirror: Mirror, images: Sequence[int], compared: Mapping[str, Effects]) -> None:
    by_image: dict[int, list[LedgerRow]] = defaultdict(list)
    for row in mirror.ledger.live().of(images):
        by_image[row.image_id or 0].append(row)
    bases = {
        base.image_id: base for base in Base.objects.filter(mirror=mirror, image_id__among=images)
    }
    held = held_by(images)
    moved = Image.objects.filter(pk__among=images).exclude(touched_at=None)
    touched = set(moved.values_list("pk", flat=True))
    for image in images:
        said = union(by_image[image])
        if not said.concerns(bases.get(image)):
            continue
        current = {key: Kept(each.value, whose(mirror, each)) for key, each in held[image].items()}
        base = bases[image].names if image in bases else frozenset[str]()
        for name, effects in compared.items():
            count_effects(name, current, base, said, effects, touched=image in touched)


def count_effects(
    name: str,
    current: Entries,
    base: frozenset[str],
    said: Union,
    effects: Effects,
    *,
    touched: bool,
) -> None:
    """Add to the effects what the strategy makes of one image."""
    if leaves_alone(name, touched=touched):
        return
    then = STRATEGIES[name](current, base, said.entries, said.held, touched)
    for key in {*current, *then}:
        for what in _effects(current.get(key), then.get(key), key, said):
            effects[key][what] += 1


def _effects(before: Kept | None, after: Kept | None, key: str, said: Union) -> Iterator[str]:
    if before is None:
        yield "added"
        return
    if after is not None and after.value == before.value:
        if said.entries.get(key, before.value) != before.value:
            yield "kept"
        return
    yield "removed" if after is None else "replaced"
    if before.whose == "user":
        yield "users"
