"""What the bench's library consists of: keys and how their values are spread, tags, projects.

Thirty keys are common, 970 are rare; all of them together give an image about ten entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, product

import numpy as np
from numpy.random import Generator

from assetlib.columns.codec import Array

KEYS, TAGS = 1_000, 5_000
START, YEAR = datetime(2025, 5, 20, tzinfo=UTC), timedelta(days=365)
# The one key with as many strings as there are images.
SERIAL = "serial"
PROJECTS = ("Line 1", "Line 2", "Line 3", "Warehouse", "Road cameras", "Returns")
MOST_MOMENTS = 50_000

Draw = Callable[[Generator, int], Array]
Typed = tuple[str, str]


def serial_of(place: int) -> str:
    """Return the serial number of an image: no two are the same, and neighbours look unlike."""
    return f"SN-{place * 2_654_435_761 % 2**32:08X}"


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """A key: the share of images that have it, and what they have.

    `values` are the dictionary in the order of their codes, the first ones the most frequent when
    `skewed`; `draw` gives the numbers, which `numeric` is the share of.
    """

    name: str
    share: float
    values: Sequence[Typed] = ()
    draw: Draw | None = None
    numeric: float = 0.0
    skewed: bool = False
    distinct: bool = False


def _strings(name: str, share: float, texts: Sequence[str], *, skewed: bool = False) -> KeyPlan:
    return KeyPlan(name, share, [("string", text) for text in texts], skewed=skewed)


def _numbers(name: str, share: float, draw: Draw) -> KeyPlan:
    return KeyPlan(name, share, draw=draw, numeric=1.0)


def _booleans(name: str, share: float) -> KeyPlan:
    return KeyPlan(name, share, [("boolean", "false"), ("boolean", "true")], skewed=True)


def _uniform(low: float, high: float, digits: int = 1) -> Draw:
    return lambda rng, n: np.round(rng.uniform(low, high, n), digits)


def _normal(mean: float, spread: float) -> Draw:
    return lambda rng, n: np.round(rng.normal(mean, spread, n), 1)


def _integers(low: int, high: int) -> Draw:
    return lambda rng, n: rng.integers(low, high + 1, n).astype(np.float64)


SITES = (
    "Berlin",
    "berlin",
    "BERLIN",
    "Gdańsk",
    "Lyon",
    "lyon",
    "Porto",
    "Turin",
    "Zürich",
    "Århus",
)
WEATHERS = ("clear", "cloudy", "rain", "fog", "snow", "Rain", "hail", "storm")
SHIFTS = ("early", "late", "night")
DEFECTS = ("none", "scratch", "dent", "missing bolt", "chipped tooth", "rust", "stain", "burr")
SUBJECTS = ("glare", "smear", "shadow", "dust", "vibration", "parallax", "leak", "crack")
PLACES = ("on the lens", "at the edge", "near bolt 4", "on the belt", "behind the guard")
ENDS = ("seen again", "see ticket", "ask Maria", "recheck", "fixed", "ignored")


def common_keys(images: int) -> list[KeyPlan]:
    step = YEAR / min(max(images, 1), MOST_MOMENTS)
    moments = [f"{START + i * step:%Y-%m-%dT%H:%M:%S}" for i in range(min(images, MOST_MOMENTS))]
    notes = [" ".join(words) for words in product(SUBJECTS, PLACES, ENDS)]
    lots = [("string", f"L-{n:03}") for n in range(200)]
    return [
        KeyPlan(SERIAL, 1.0, distinct=True),
        _strings("camera_id", 0.9, [f"cam{n:02}" for n in range(40)]),
        _numbers("quality_score", 0.8, _uniform(0, 100)),
        _strings("site", 0.5, SITES, skewed=True),
        _booleans("reviewed", 0.5),
        _numbers("line", 0.45, _integers(1, 8)),
        _numbers("temperature", 0.4, _normal(21, 6)),
        _strings("shift", 0.4, SHIFTS),
        _strings("weather", 0.35, WEATHERS, skewed=True),
        _strings("captured_at", 0.35, moments),
        _numbers("exposure", 0.3, _uniform(0.1, 40, 2)),
        _booleans("blurred", 0.3),
        KeyPlan("lot", 0.3, lots, _integers(1, 500), numeric=0.7),
        _strings("operator", 0.3, [f"operator {n:02}" for n in range(60)], skewed=True),
        _strings("lens", 0.25, [f"{n} mm" for n in (8, 12, 16, 25, 35, 50, 75, 100)]),
        _numbers("gain", 0.25, _integers(0, 24)),
        _strings("part", 0.25, [f"P-{n}" for n in range(1_000, 1_300)], skewed=True),
        _strings("defect", 0.2, DEFECTS, skewed=True),
        _numbers("confidence", 0.2, _uniform(0, 1, 4)),
        _numbers("distance", 0.2, _normal(350, 40)),
        _strings("station", 0.2, [f"st-{n:03}" for n in range(120)]),
        _strings(
            "firmware", 0.2, [f"{a}.{b}.{c}" for a, b, c in product((1, 2), range(5), (0, 1))]
        ),
        _booleans("occluded", 0.15),
        _booleans("low_light", 0.15),
        _numbers("speed", 0.15, _uniform(0, 3, 2)),
        _numbers("humidity", 0.15, _integers(20, 90)),
        _strings("note", 0.15, notes, skewed=True),
        _strings("inspector", 0.1, [f"inspector {n:02}" for n in range(25)]),
        _numbers("priority", 0.1, _integers(1, 5)),
        _strings("ticket", 0.1, [f"TK-{n:05}" for n in range(5_000)]),
    ]


def rare_keys(count: int) -> list[KeyPlan]:
    """Return keys that 0.02 to 0.1 % of the images have."""
    keys = []
    for number in range(count):
        name, share = f"probe_{number:03}.value", 0.0002 + 0.0008 * number / max(count, 1)
        match number % 3:
            case 0:
                keys.append(_numbers(name, share, _uniform(0, 1_000)))
            case 1:
                keys.append(_strings(name, share, [f"state {letter}" for letter in "abcde"]))
            case _:
                keys.append(_booleans(name, share))
    return keys


KINDS = [
    "night",
    "day",
    "dusk",
    "dawn",
    "forklift",
    "person",
    "pallet",
    "truck",
    "helmet",
    "vest",
    "gloves",
    "bolt",
    "gear",
    "weld",
    "seam",
    "label",
    "barcode",
    "crate",
    "drum",
    "shelf",
    "aisle",
    "dock",
    "ramp",
    "belt",
    "robot",
    "arm",
    "gripper",
    "sensor",
    "lamp",
    "cable",
    "valve",
    "pipe",
    "pump",
    "motor",
    "fan",
    "filter",
    "bearing",
    "spring",
    "washer",
    "screw",
    "rivet",
    "hinge",
    "latch",
    "panel",
    "door",
    "window",
    "tile",
    "brick",
]
MANNERS = [
    "plain",
    "red",
    "green",
    "blue",
    "worn",
    "new",
    "bent",
    "wet",
    "dirty",
    "blurred",
    "dark",
    "bright",
    "close",
    "far",
    "left",
    "right",
    "upper",
    "lower",
    "inner",
    "outer",
    "damaged",
    "repaired",
    "checked",
    "spare",
    "rare",
    "odd",
    "big",
    "small",
    "round",
    "flat",
]


def tag_names(count: int) -> list[str]:
    """Return so many different tags, the first the most frequent, some with capitals."""
    plain = [*KINDS, *(f"{manner}-{kind}" for kind, manner in product(KINDS, MANNERS))]
    numbered = [f"{name}-{n}" for n in range(2, 2 + -(-count // len(plain))) for name in plain]
    names = [*plain, *numbered][:count]
    return [name.title() if place % 7 == 6 else name for place, name in enumerate(names)]  # noqa: PLR2004


def falling(count: int, shift: float = 2.7) -> Array:
    """Return how likely each of `count` things is, the first the most (Zipf)."""
    weights = 1 / (np.arange(count) + shift)
    likely: Array = weights / weights.sum()
    return likely


@dataclass(frozen=True)
class Plan:
    """A library of so many images, the same for the same seed. Primary keys count from 1."""

    images: int
    seed: int
    keys: Sequence[KeyPlan] = field(init=False)
    tags: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        common = common_keys(self.images)
        object.__setattr__(self, "keys", [*common, *rare_keys(KEYS - len(common))])
        object.__setattr__(self, "tags", tag_names(TAGS))

    @cached_property
    def first_values(self) -> list[int]:
        """The primary key of each key's first value; those of the serial numbers come last."""
        counts = [len(key.values) for key in self.keys]
        return list(accumulate([1, *counts[:-1]]))

    @cached_property
    def value_count(self) -> int:
        """How many values the dictionaries hold, serial numbers aside."""
        return sum(len(key.values) for key in self.keys)

    @cached_property
    def serial_key(self) -> int:
        return 1 + [key.name for key in self.keys].index(SERIAL)
