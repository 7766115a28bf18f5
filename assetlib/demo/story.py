"""What is said of a demo picture: metadata, tags, project. All of it follows from the facts.

Uneven on purpose, as real metadata is: keys that only some images have, a key with two types, a
key one old firmware wrote otherwise, identifiers that look like numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from assetlib.demo.draw_light import SHARP
from assetlib.demo.facts import Board, Conveyor, Road, Shot, View, Warehouse, likely

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OPERATORS = (
    "Jürgen Weiß",
    "Zoë Åkesson",
    "佐藤 美咲",
    "Олена Коваль",
    "محمد العلي",
    "Nguyễn Thị Hạnh",
    "Márta Kővári",
    "Anna Schmidt",
)
FIRMWARE = ("1.9", "1.10", "1.10", "2.0", "2.0.1")
NOTES = (
    "Lens cleaned just before",
    "Check again after the belt change",
    "Glare from the gate, ask facility management",
    "Reference picture for the shift handover",
)
GOOD = 88.0
MANY_VEHICLES = 10
DAY_SHIFT = range(6, 22)
# The project of a conveyor line; the images of the other lines are in none.
PROJECTS = {3: "Conveyor line 3"}


@dataclass(frozen=True, slots=True)
class Story:
    metadata: dict[str, object]
    tags: tuple[str, ...]
    project: str | None
    split: str | None
    batch: str | None


def tell(shot: Shot, view: View, chance: Random) -> Story:
    metadata = common(shot, chance)
    tags = lens_tags(shot)
    project: str | None
    match view:
        case Road():
            metadata |= about_road(shot, view, chance)
            tags += road_tags(shot, view)
            project = "Road cameras"
        case Conveyor():
            metadata |= about_conveyor(shot, view, chance)
            tags += ["defect"] if "defect" in metadata else []
            project = PROJECTS.get(view.line)
        case Warehouse():
            metadata |= about_warehouse(shot, view, chance)
            tags += warehouse_tags(shot, view)
            project = "Warehouse safety"
        case Board():
            metadata |= about_board(shot, view, chance)
            tags += ["defect"] if view.defect else []
            project = "Board inspection"
    return placed(shot, metadata, tags, project, chance)


def placed(
    shot: Shot, metadata: dict[str, object], tags: list[str], project: str | None, chance: Random
) -> Story:
    """Put the picture where a team would have put it by now."""
    reviewed = metadata.get("reviewed")
    if reviewed is None and likely(chance, 0.8):
        tags = [*tags, "needs-annotation"]
    score = metadata["quality_score"]
    if reviewed and isinstance(score, float | int) and score > GOOD and likely(chance, 0.22):
        tags = [*tags, "gold-set"]
    if project is None or likely(chance, 0.1):
        return Story(metadata, tuple(tags), None, None, None)
    split = None
    if reviewed:
        split = "valid" if shot.index % 5 == 0 else "test" if shot.index % 7 == 0 else "train"
    day = shot.taken_at.date()
    batch = f"{MONTHS[day.month - 1]} {1 + (day.day - 1) // 7 * 7}"
    return Story(metadata, tuple(tags), project, split, batch if likely(chance, 0.8) else None)


def common(shot: Shot, chance: Random) -> dict[str, object]:
    """Return what every camera writes; the index takes the long tail to a few images each."""
    capture: dict[str, Any] = {"exposure_ms": shot.exposure_ms, "iso": shot.iso}
    if likely(chance, 0.85):
        capture["temperature"] = round(38 + shot.exposure_ms / 3 + chance.uniform(-6, 9), 1)
    firmware = FIRMWARE[(shot.index + int(shot.camera.id[-2:])) % len(FIRMWARE)]
    old = firmware == FIRMWARE[0]
    metadata: dict[str, object] = {
        # The old firmware wrote this key in its own way.
        ("Camera_ID" if old and shot.index % 3 == 0 else "camera_id"): shot.camera.id,
        "firmware": firmware,
        "capture": capture,
        "quality_score": quality(shot, chance),
    }
    if likely(chance, 0.75):
        metadata["reviewed"] = likely(chance, 0.7)
    if likely(chance, 0.6):
        metadata["operator"] = chance.choice(OPERATORS)
    if likely(chance, 0.06):
        metadata["note"] = chance.choice(NOTES)
    if likely(chance, 0.035):
        metadata["_import_source"] = f"usb/{shot.taken_at:%Y-%m}"
    if likely(chance, 0.3):
        metadata["model"] = {
            "name": "detector-v2",
            "confidence": round(chance.uniform(0.41, 0.99), 3),
        }
        metadata["v2_score"] = chance.randint(12, 98)
    return metadata


def quality(shot: Shot, chance: Random) -> float | int:
    """0 to 100, worse with every step of noise and every pixel of blur."""
    score = 101 - 3.6 * shot.noise - 14 * shot.blur + chance.uniform(-2, 2)
    score = min(max(score, 0), 100)
    # Newer cameras report whole numbers.
    return round(score) if int(shot.camera.id[-1]) % 2 else round(score, 1)


def lens_tags(shot: Shot) -> list[str]:
    return ["blurry"] if shot.blur > SHARP else []


def shift_of(shot: Shot) -> str:
    return "day" if shot.taken_at.hour in DAY_SHIFT else "night"


def about_road(shot: Shot, road: Road, chance: Random) -> dict[str, object]:
    trucks = sum(each.kind == "truck" for each in road.vehicles)
    said: dict[str, object] = {
        "location": shot.camera.place,
        "road": road.name,
        "light": shot.light,
        "weather": road.weather,
        "vehicles": len(road.vehicles),
        # A number on most images; a word where nothing limits the speed.
        "speed_limit": "none" if road.speed_limit is None else road.speed_limit,
    }
    if trucks:
        said["trucks"] = trucks
    if road.weather == "rain":
        said["rain_mm_h"] = round(chance.uniform(0.6, 9.5), 1)
    if len(road.vehicles) >= MANY_VEHICLES and likely(chance, 0.4):
        said["incident_id"] = f"{shot.taken_at:%Y}-{1000 + shot.index}"
    return said


def road_tags(shot: Shot, road: Road) -> list[str]:
    tags = ["night"] if shot.light == "night" else []
    if road.weather in {"rain", "fog", "snow"}:
        tags.append(road.weather)
    return tags


def about_conveyor(shot: Shot, belt: Conveyor, chance: Random) -> dict[str, object]:
    bad = [part.defect for part in belt.parts if part.defect]
    said: dict[str, object] = {
        "line": belt.line,
        "shift": shift_of(shot),
        "location": shot.camera.place,
        "part": belt.kind,
        "parts": len(belt.parts),
        "defect_count": len(bad),
        "belt": {"speed": belt.speed},
        "serial": f"{shot.index * 37 % 1_000_000:06}",
    }
    number = 4000 + shot.taken_at.timetuple().tm_yday
    # Half the lines report the lot as a number, the others with their letter.
    said["lot"] = number if belt.line in {1, 3} else f"L-{number}"
    if bad:
        said["defect"] = bad[0]
    if likely(chance, 0.12):
        said["humidity"] = round(chance.uniform(0.31, 0.62), 2)
    return said


def about_warehouse(shot: Shot, hall: Warehouse, chance: Random) -> dict[str, object]:
    said: dict[str, object] = {
        "location": f"warehouse {hall.number} / aisle {hall.aisle}",
        "aisle": hall.aisle,
        "shift": shift_of(shot),
        "light": shot.light,
        "people": len(hall.people),
        "forklift": hall.forklift is not None,
        "fill_level": hall.fill,
    }
    if hall.pallets:
        said["pallet_id"] = f"PAL-{10_000 + shot.index * 7}"
        said["pallets"] = len(hall.pallets)
    if hall.people and hall.forklift is not None:
        near = min(abs(each - hall.forklift.distance) for each in hall.people)
        said["nearest_person_m"] = round(near, 1)
    if likely(chance, 0.15):
        said["humidity"] = round(chance.uniform(0.38, 0.7), 2)
    return said


def warehouse_tags(shot: Shot, hall: Warehouse) -> list[str]:
    tags = ["night"] if shot.light == "night" else []
    if hall.forklift is not None:
        tags.append("forklift")
    if hall.people:
        tags.append("person")
    return tags


def about_board(shot: Shot, board: Board, chance: Random) -> dict[str, object]:
    said: dict[str, object] = {
        "board": {"model": board.model, "revision": board.revision, "colour": board.colour},
        "serial": f"{shot.index % 90:03}-{shot.index * 211 % 10_000:04}",
        "shift": shift_of(shot),
        "lot": f"B{shot.taken_at:%y%m}",
        "defect_count": board.defect_count,
        "zoom": board.zoom,
    }
    if board.defect:
        said["defect"] = board.defect
    if likely(chance, 0.25):
        said["test.passed"] = board.defect is None
    return said
