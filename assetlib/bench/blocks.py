"""The rows of the bench's library, a block of images at a time, each reproducible by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.random import Generator

from assetlib.bench.plan import PROJECTS, START, YEAR, KeyPlan, Plan, falling
from assetlib.columns.codec import Array

BLOCK = 20_000
ORIGINS = ("import", "user", "api")
FORMATS = (("jpg", "jpeg"), ("JPG", "jpeg"), ("png", "png"), ("webp", "webp"), ("tif", "tiff"))
SIZES = ((640, 480), (1280, 720), (1920, 1080), (2448, 2048), (4032, 3024), (1080, 1920))
SPLITS = ("train", "valid", "test", "")
IN_TRASH, IN_PROJECT, IN_TWO, UNTAKEN = 0.01, 0.6, 0.05, 0.25


@dataclass(frozen=True, slots=True)
class Picture:
    """The row of an image; its primary key is one more than its ord."""

    ord: int
    public_id: str
    filename: str
    sha256: str
    format: str
    size: int
    width: int
    height: int
    uploaded_at: datetime
    taken_at: datetime | None
    deleted_at: datetime | None
    origin: str


@dataclass(frozen=True, slots=True)
class Said:
    """The entries of a block, rising by image; a `value` of 0 means that there is a number.

    `place` is of the image in the block, `key` and `value` are primary keys.
    """

    place: Array
    key: Array
    value: Array
    number: Array


@dataclass(frozen=True, slots=True)
class Block:
    pictures: list[Picture]
    said: Said
    # (place in the block, primary key of the tag)
    tags: tuple[Array, Array]
    # (place in the block, primary key of the project, split, batch)
    memberships: list[tuple[int, int, str, str]]


def blocks(plan: Plan, first: int = 0, count: int | None = None) -> Iterator[Block]:
    """Yield the images of the plan, or `count` further ones of its kind from `first` on."""
    end = plan.images if count is None else first + count
    for start in range(first, end, BLOCK):
        ords = range(start, min(start + BLOCK, end))
        rng = np.random.default_rng([plan.seed, start])
        yield Block(
            _pictures(plan, ords, rng),
            _said(plan, ords, rng),
            _tags(plan, len(ords), rng),
            _memberships(plan, ords, rng),
        )


def _pictures(plan: Plan, ords: range, rng: Generator) -> list[Picture]:
    n = len(ords)
    step = YEAR / max(plan.images, 1)
    late, taken_before = rng.random(n), rng.exponential(86_400, n)
    kinds = rng.choice(len(FORMATS), n, p=(0.5, 0.15, 0.2, 0.1, 0.05)).tolist()
    shapes = rng.integers(0, len(SIZES), n).tolist()
    sizes = rng.lognormal(13, 0.8, n).astype(np.int64).tolist()
    origins = rng.choice(len(ORIGINS), n, p=(0.85, 0.1, 0.05)).tolist()
    trashed, untaken = rng.random(n) < IN_TRASH, rng.random(n) < UNTAKEN
    cameras = rng.integers(0, 40, n).tolist()
    pictures = []
    for i, ord_ in enumerate(ords):
        uploaded = _second(START + (ord_ + late[i]) * step)
        taken = _second(uploaded - timedelta(seconds=taken_before[i]))
        digest = hashlib.sha256(f"bench {plan.seed} {ord_}".encode()).hexdigest()
        suffix, format_ = FORMATS[kinds[i]]
        width, height = SIZES[shapes[i]]
        pictures.append(
            Picture(
                ord=ord_,
                public_id=digest[:20],
                filename=f"{_stem(ord_, cameras[i], taken)}.{suffix}",
                sha256=digest,
                format=format_,
                size=sizes[i],
                width=width,
                height=height,
                uploaded_at=uploaded,
                taken_at=None if untaken[i] else taken,
                deleted_at=uploaded + timedelta(days=2) if trashed[i] else None,
                origin=ORIGINS[origins[i]],
            )
        )
    return pictures


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _stem(ord_: int, camera: int, taken: datetime) -> str:
    """Return a name as cameras, exports and people give them."""
    match ord_ % 10:
        case 0 | 1 | 2 | 3 | 4:
            return f"cam{camera:02}_{taken:%Y%m%d_%H%M%S}_{ord_:07}"
        case 5 | 6:
            return f"IMG_{ord_:07}"
        case 7:
            return f"Line {camera % 8 + 1} - {taken:%Y-%m-%d %H.%M.%S} ({ord_ % 977})"
        case 8:
            return f"frame-{ord_:08x}"
        case _:
            return f"warehouse_{taken:%H%M}_aisle{camera}_{ord_ * 7919 % 10_000_019:08}"


def _said(plan: Plan, ords: range, rng: Generator) -> Said:
    n = len(ords)
    places, keys, values, numbers = [], [], [], []
    held = _holders(plan, n, rng)
    for pk, (key, first, place) in enumerate(
        zip(plan.keys, plan.first_values, held, strict=True), 1
    ):
        if not place.size:
            continue
        if key.distinct:
            value, number = plan.value_count + 1 + ords.start + place, np.full(n, np.nan)
        else:
            value, number = _drawn(key, first, place.size, rng)
        places.append(place)
        keys.append(np.full(place.size, pk))
        values.append(value)
        numbers.append(number)
    place = np.concatenate(places)
    by_image = np.argsort(place, kind="stable")
    return Said(
        place[by_image],
        np.concatenate(keys)[by_image],
        np.concatenate(values)[by_image],
        np.concatenate(numbers)[by_image],
    )


def _holders(plan: Plan, n: int, rng: Generator) -> Iterator[Array]:
    """Yield for each key the places of the images that have it, rising."""
    counts = rng.binomial(n, [key.share for key in plan.keys])
    for count in counts.tolist():
        # A few are drawn with repeats: not to shuffle a whole block for each rare key.
        few = count * 50 < n
        drawn = rng.integers(0, n, count) if few else rng.permutation(n)[:count]
        yield np.unique(drawn)


def _drawn(key: KeyPlan, first: int, n: int, rng: Generator) -> tuple[Array, Array]:
    number = np.full(n, np.nan)
    value = np.zeros(n, dtype=np.int64)
    numeric = rng.random(n) < key.numeric
    if key.draw is not None:
        number[numeric] = key.draw(rng, int(numeric.sum()))
    if key.values:
        likely = falling(len(key.values)) if key.skewed else None
        value[~numeric] = first + rng.choice(len(key.values), int((~numeric).sum()), p=likely)
    return value, number


def _tags(plan: Plan, n: int, rng: Generator) -> tuple[Array, Array]:
    """Return (place, tag) of about three tags an image."""
    place = np.repeat(np.arange(n), rng.integers(2, 6, n))
    tag = 1 + rng.choice(len(plan.tags), place.size, p=falling(len(plan.tags), 20))
    pairs = np.unique(np.stack([place, tag]), axis=1)
    return pairs[0], pairs[1]


def _memberships(plan: Plan, ords: range, rng: Generator) -> list[tuple[int, int, str, str]]:
    n = len(ords)
    weeks = (np.asarray(ords) * 52 // max(plan.images, 1)).tolist()
    project = rng.choice(len(PROJECTS), n, p=(0.4, 0.2, 0.15, 0.1, 0.1, 0.05)).tolist()
    split = rng.choice(len(SPLITS), n, p=(0.75, 0.12, 0.08, 0.05)).tolist()
    filed, twice = rng.random(n) < IN_PROJECT, rng.random(n) < IN_TWO
    rows = []
    for i in np.flatnonzero(filed).tolist():
        batch = f"Week {weeks[i] + 1}"
        rows.append((i, project[i] + 1, SPLITS[split[i]], batch if i % 8 else ""))
        if twice[i]:
            rows.append((i, (project[i] + 1) % len(PROJECTS) + 1, "", "Second look"))
    return rows
