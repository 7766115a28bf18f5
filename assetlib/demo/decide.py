"""Decide what each picture of the demo library shows: camera, moment, light and contents."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from assetlib.demo.facts import (
    Board,
    Camera,
    Conveyor,
    Defect,
    Forklift,
    Light,
    Mask,
    Part,
    PartKind,
    Road,
    Shot,
    Vehicle,
    VehicleKind,
    View,
    Warehouse,
    Weather,
    likely,
)

FIRST_DAY = datetime(2025, 12, 1, tzinfo=ZoneInfo("Europe/Berlin"))
DAYS = 211
WINTER = {12, 1, 2}
PAINTS = (
    (206, 208, 212),
    (34, 36, 42),
    (126, 22, 28),
    (30, 62, 124),
    (240, 240, 238),
    (148, 150, 154),
    (196, 142, 38),
    (44, 92, 74),
    (92, 74, 62),
)
CAMERAS = (
    Camera("cam001", "hall 2 / line 1", "Basler", "acA1300-60gc", (1280, 720), 6),
    Camera("cam002", "hall 2 / line 2", "Basler", "acA1300-60gc", (1024, 768), 6),
    Camera("cam003", "hall 4 / line 3", "Allied Vision", "Alvium G1-130", (1024, 640), 12),
    Camera("cam004", "hall 4 / line 4", "Cognex", "In-Sight 7802", (960, 600), 6),
    Camera("cam005", "warehouse 1", "Axis", "M3115-LVE", (1120, 630), 7),
    Camera("cam006", "warehouse 2", "Apple", "iPhone 13", (768, 1024), 7, sideways=True),
    Camera("cam007", "warehouse 3", "Axis", "P3245-V", (960, 720), 8),
    Camera("cam008", "A8 km 41.2", "Bosch", "DINION 7100i", (1200, 675), 9),
    Camera("cam009", "Lindenallee / Hafenstraße", "Hikvision", "DS-2CD2T47", (1600, 900), 4),
    Camera("cam010", "A81 km 12.6", "Bosch", "DINION 7100i", (960, 720), 8),
    Camera("cam011", "A8 km 47.9", "Mobotix", "M73", (800, 600), 9),
    Camera("cam012", "hall 5 / board test", "Keyence", "CA-HX500C", (800, 800), 12),
)
ROADS: dict[str, tuple[Road, tuple[int | None, ...]]] = {
    "cam008": (Road("A8", "hills", 3, 0.0004, "clear", None, ()), (None, 120, 100, None)),
    "cam009": (Road("Lindenallee", "city", 2, 0.0, "clear", None, ()), (50,)),
    "cam010": (Road("A81", "forest", 2, -0.0007, "clear", None, ()), (None, 120, 80)),
    "cam011": (Road("A8", "bridge", 3, 0.0002, "clear", None, ()), (100, 80, 60)),
}
DEFECTS: dict[PartKind, tuple[Defect, ...]] = {
    "flange": ("missing bolt", "scratch"),
    "gear": ("chipped tooth", "scratch"),
    "bearing": ("missing ball", "missing ball", "scratch"),
    "carton": ("missing label",),
}
KINDS: dict[str, tuple[PartKind, ...]] = {
    "cam001": ("flange", "flange", "gear"),
    "cam002": ("gear",),
    "cam003": ("bearing", "bearing", "flange"),
    "cam004": ("carton",),
}
# How large a lot's parts are, and how many of them fit in how many rows.
LOTS = ((0.62, 5, 2), (0.8, 4, 1), (1.0, 3, 1), (1.3, 2, 1))
BOARDS: tuple[tuple[str, Mask], ...] = (
    ("AX-210", "green"),
    ("AX-210", "green"),
    ("MC-7", "blue"),
    ("TR-90", "black"),
    ("PX-4", "red"),
)
NOISE: dict[Light, tuple[float, float]] = {
    "day": (0.8, 2.4),
    "dusk": (1.8, 3.6),
    "night": (2.8, 5.6),
}
BLURRY = 0.09


def decide_shot(index: int, chance: Random) -> Shot:
    camera = chance.choices(CAMERAS, [each.weight for each in CAMERAS])[0]
    day = FIRST_DAY + timedelta(days=int(chance.triangular(0, DAYS, DAYS)))
    lights: tuple[Light, ...] = ("day", "dusk", "night")
    light = chance.choices(lights, (55, 16, 29))[0]
    hour = chance.choice(hours(light, day.month))
    taken_at = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
    low, high = NOISE[light if is_outdoors(camera) else "day"]
    noise = round(chance.uniform(low, high), 2)
    blur = round(chance.uniform(1.3, 3.4), 2) if likely(chance, BLURRY) else 0.0
    iso = min((100, 200, 400, 800, 1600, 3200), key=lambda step: abs(step - 60 * noise**2.1))
    exposure = round(chance.uniform(0.4, 4) * (1 + noise) + blur * 6, 2)
    return Shot(index, camera, taken_at, light, exposure, iso, blur, noise)


def hours(light: Light, month: int) -> list[int]:
    """The hours at which it is light, half dark or dark in that month."""
    dawn, dusk = (8, 16) if month in WINTER else (5, 20)
    match light:
        case "day":
            return list(range(dawn + 1, dusk))
        case "dusk":
            return [dawn, dusk]
        case "night":
            return [*range(dusk + 2, 24), *range(dawn - 1)]


def is_outdoors(camera: Camera) -> bool:
    """Whether the light of the hour reaches the picture; inspection has its own lamps."""
    return camera.id in ROADS or camera.place.startswith("warehouse")


def decide_view(shot: Shot, chance: Random) -> View:
    if shot.camera.id in ROADS:
        return decide_road(shot, chance)
    if shot.camera.id in KINDS:
        return decide_conveyor(shot, chance)
    if shot.camera.place.startswith("warehouse"):
        return decide_warehouse(shot, chance)
    return decide_board(chance)


def decide_road(shot: Shot, chance: Random) -> Road:
    road, limits = ROADS[shot.camera.id]
    weathers: tuple[Weather, ...] = ("clear", "cloudy", "rain", "fog")
    weather = chance.choices(weathers, (44, 24, 22, 8))[0]
    if shot.taken_at.month in WINTER and weather == "rain":
        weather = "snow"
    limit = 80 if weather == "fog" and None in limits else chance.choice(limits)
    return Road(
        name=road.name,
        backdrop=road.backdrop,
        lanes=road.lanes,
        curve=road.curve,
        weather=weather,
        speed_limit=limit,
        vehicles=decide_traffic(road.lanes, weather, chance),
    )


def decide_traffic(lanes: int, weather: Weather, chance: Random) -> tuple[Vehicle, ...]:
    """Choose vehicles that can all be seen: none out of the frame, none behind a truck."""
    dense = chance.choice((0.12, 0.35, 0.6, 0.85))
    end = 62 if weather in {"fog", "snow"} else 112
    vehicles = []
    for lane in (*range(-lanes, 0), *range(1, lanes + 1)):
        # The farther out a lane is, the farther away it comes into the frame.
        z = 16 + 5 * abs(lane) + chance.uniform(0, 12)
        while z < end:
            if likely(chance, dense):
                slow = abs(lane) == lanes
                shares = (56, 20, 24) if slow else (84, 16, 0)
                kinds: tuple[VehicleKind, ...] = ("car", "van", "truck")
                kind = chance.choices(kinds, shares)[0]
                vehicles.append(Vehicle(kind, lane, round(z, 1), chance.choice(PAINTS)))
                if kind == "truck":
                    break
            z += chance.uniform(19, 34)
    return tuple(vehicles)


def decide_conveyor(shot: Shot, chance: Random) -> Conveyor:
    kind = chance.choice(KINDS[shot.camera.id])
    size, columns, rows = (1.0, 2, 1) if kind == "carton" else chance.choice(LOTS)
    faulty = chance.choice(DEFECTS[kind]) if likely(chance, 0.4) else None
    places = [(column, row) for column in range(columns) for row in range(rows)]
    # A few places stay empty, so that the counts differ.
    filled = sorted(
        chance.sample(places, chance.randint(max(1, len(places) * 2 // 3), len(places)))
    )
    first = chance.choice(filled)
    parts = []
    for column, row in filled:
        bad = faulty if (column, row) == first or likely(chance, 0.2) else None
        along = (column + 0.5 + chance.uniform(-0.1, 0.1)) / columns
        across = (row + 0.5 + chance.uniform(-0.16, 0.16)) / rows
        parts.append(Part(along, across, chance.random(), bad))
    speed = round(chance.uniform(0.2, 0.9), 2)
    return Conveyor(int(shot.camera.id[-1]), kind, tuple(parts), size, speed)


def decide_warehouse(shot: Shot, chance: Random) -> Warehouse:
    empty = shot.light == "night" and likely(chance, 0.5)
    # Every thing has its own stretch of the aisle, so that none hides another.
    spots = [chance.uniform(low, low + 1.2) for low in (4.6, 7.4, 10.4, 13.6)]
    chance.shuffle(spots)
    forklift = None
    if not empty and likely(chance, 0.45):
        side, near = chance.uniform(-0.4, 0.4), max(spots.pop(), 5.6)
        forklift = Forklift(round(side, 2), near, loaded=likely(chance, 0.6))
    people = tuple(spots.pop() for _ in range(0 if empty else chance.choice((0, 0, 1, 2))))
    pallets = tuple(spots.pop() for _ in range(min(chance.choice((0, 0, 1, 2)), len(spots))))
    number = int(shot.camera.place[-1])
    fill = chance.choice((0.35, 0.6, 0.8, 0.95))
    return Warehouse(number, chance.randint(1, 14), fill, forklift, people, pallets)


def decide_board(chance: Random) -> Board:
    model, colour = chance.choice(BOARDS)
    defect: Defect | None = None
    if likely(chance, 0.36):
        defect = chance.choice(("scratch", "missing part", "missing part"))
    zoom = chance.choice((0.5, 0.7, 0.85, 1.0))
    return Board(
        model=model,
        revision=chance.choice("AB") if model == "AX-210" else "C",
        colour=colour,
        shift=(chance.uniform(-0.11, 0.11), chance.uniform(-0.1, 0.1) * (zoom < 1)),
        turn=chance.choice((0, 0, chance.uniform(-0.16, 0.16))),
        zoom=zoom,
        defect=defect,
        defect_count=chance.choice((1, 1, 2)) if defect else 0,
    )
