"""How what a bucket says meets what an image has: five small functions, by the names people choose.

Each is given the entries the image has now (`current`), the keys of the sidecars that were last
applied to it by this mirror (`base`), what they say now (`bucket`), the keys whose sidecar entry is
bad (`held`), and whether a user has changed the image's metadata (`touched`); it returns the
entries the image is to have. `next_base` says what is the base from then on. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Literal

from metadata.values import Value

# Who last changed an entry's value: a person or program, this mirror, or another one.
Whose = Literal["user", "mirror", "other"]


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry, and who set it."""

    value: Value
    whose: Whose


Entries = Mapping[str, Kept]
Bucket = Mapping[str, Value]
Strategy = Callable[[Entries, Set[str], Bucket, Set[str], bool], dict[str, Kept]]


def merge_bucket_wins(
    current: Entries, base: Set[str], bucket: Bucket, held: Set[str], touched: bool
) -> dict[str, Kept]:
    """Union; the bucket wins, and takes back what was its own."""
    merged = {
        key: kept
        for key, kept in current.items()
        if kept.whose != "mirror" or not _has_left(key, base, bucket, held)
    }
    return merged | {key: _set(current, key, value) for key, value in bucket.items()}


def merge_user_wins(
    current: Entries, base: Set[str], bucket: Bucket, held: Set[str], touched: bool
) -> dict[str, Kept]:
    """Union; what a user set stays, and what a user deleted stays away."""
    merged = merge_bucket_wins(current, base, bucket, held, touched)
    for key in bucket:
        kept = current.get(key)
        if kept is None and key in base:
            del merged[key]
        elif kept is not None and kept.whose == "user":
            merged[key] = kept
    return merged


def overwrite(
    current: Entries, base: Set[str], bucket: Bucket, held: Set[str], touched: bool
) -> dict[str, Kept]:
    """Exactly what the bucket says, and the bucket's; only what cannot be read of it stays."""
    stays = {key: kept for key, kept in current.items() if is_held(key, held)}
    return stays | {key: _taken_over(current, key, value) for key, value in bucket.items()}


def until_first_change(
    current: Entries, base: Set[str], bucket: Bucket, held: Set[str], touched: bool
) -> dict[str, Kept]:
    """As `overwrite`, until a user changes the image's metadata; from then on nothing."""
    if touched:
        return dict(current)
    return overwrite(current, base, bucket, held, touched)


def append(
    current: Entries, base: Set[str], bucket: Bucket, held: Set[str], touched: bool
) -> dict[str, Kept]:
    """Add the keys that are new in the bucket; never overwrite, never remove."""
    new = {key: Kept(value, "mirror") for key, value in bucket.items() if key not in base}
    return new | dict(current)


STRATEGIES: dict[str, Strategy] = {
    "mergeBucketWins": merge_bucket_wins,
    "mergeUserWins": merge_user_wins,
    "overwrite": overwrite,
    "untilFirstChange": until_first_change,
    "append": append,
}


def leaves_alone(strategy: str, *, touched: bool) -> bool:
    """Whether the mirror does nothing with the metadata of such an image."""
    return strategy == "untilFirstChange" and touched


def next_base(
    strategy: str, current: Entries, base: Set[str], bucket: Bucket, held: Set[str]
) -> frozenset[str]:
    """Return the base after the strategy has been applied to `current`.

    A held key stays in it: it has not left. `append` never forgets a key, and `mergeUserWins` not
    one that a user deleted. An image that is left alone keeps its base: ask `leaves_alone` first.
    """
    following = {*bucket, *(key for key in base if is_held(key, held))}
    match strategy:
        case "append":
            following |= base
        case "mergeUserWins":
            following |= {key for key in base if key not in current}
    return frozenset(following)


def is_held(key: str, held: Set[str]) -> bool:
    """Whether the key, or one above it, has a bad entry in the sidecar."""
    if not held:
        return False
    parts = key.split(".")
    return any(".".join(parts[:length]) in held for length in range(1, len(parts) + 1))


def _has_left(key: str, base: Set[str], bucket: Bucket, held: Set[str]) -> bool:
    return key in base and key not in bucket and not is_held(key, held)


def _set(current: Entries, key: str, value: Value) -> Kept:
    """An equal value is no conflict: it stays whose it is."""
    kept = current.get(key)
    return kept if kept is not None and kept.value == value else Kept(value, "mirror")


def _taken_over(current: Entries, key: str, value: Value) -> Kept:
    """The bucket's, written as it was where it is equal: 95.0 is no change of 95."""
    kept = current.get(key)
    return Kept(kept.value if kept is not None and kept.value == value else value, "mirror")
