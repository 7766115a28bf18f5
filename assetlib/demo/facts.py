"""What a demo picture shows, decided before anything is drawn.

The drawing draws exactly these facts and the story tells exactly these facts, so what is said of
a picture is true of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal, TypeAlias

Light: TypeAlias = Literal["day", "dusk", "night"]
Weather: TypeAlias = Literal["clear", "cloudy", "rain", "fog", "snow"]
Backdrop: TypeAlias = Literal["hills", "city", "forest", "bridge"]
VehicleKind: TypeAlias = Literal["car", "van", "truck"]
PartKind: TypeAlias = Literal["flange", "gear", "bearing", "carton"]
Mask: TypeAlias = Literal["green", "blue", "black", "red"]
Defect: TypeAlias = Literal[
    "scratch", "missing bolt", "chipped tooth", "missing ball", "missing label", "missing part"
]


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of the demo company; `size` is as shown, `sideways` when it is mounted turned."""

    id: str
    place: str
    make: str
    model: str
    size: tuple[int, int]
    weight: int
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """How one picture was taken. `blur` is in pixels, `noise` in steps of 255."""

    index: int
    camera: Camera
    taken_at: datetime
    light: Light
    exposure_ms: float
    iso: int
    blur: float
    noise: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """`lane` counts from the median: 1, 2 … drive away on the right, -1, -2 … come on the left."""

    kind: VehicleKind
    lane: int
    distance: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Road:
    name: str
    backdrop: Backdrop
    lanes: int
    curve: float
    weather: Weather
    speed_limit: int | None
    vehicles: tuple[Vehicle, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part on the belt: `along` and `across` are shares of the picture and of the belt."""

    along: float
    across: float
    turn: float
    defect: Defect | None


@dataclass(frozen=True, slots=True)
class Conveyor:
    """`size` scales the parts: lots of small and of large ones take turns."""

    line: int
    kind: PartKind
    parts: tuple[Part, ...]
    size: float
    speed: float


@dataclass(frozen=True, slots=True)
class Forklift:
    side: float
    distance: float
    loaded: bool


@dataclass(frozen=True, slots=True)
class Warehouse:
    number: int
    aisle: int
    fill: float
    forklift: Forklift | None
    people: tuple[float, ...]
    pallets: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Board:
    model: str
    revision: str
    colour: Mask
    shift: tuple[float, float]
    turn: float
    zoom: float
    defect: Defect | None
    defect_count: int


View: TypeAlias = Road | Conveyor | Warehouse | Board


def likely(chance: Random, share: float) -> bool:
    """Draw from `chance`: true for that share of the pictures, 0 to 1."""
    return chance.random() < share
