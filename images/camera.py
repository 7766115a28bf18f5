"""What a camera wrote beside the picture: EXIF fields as plain, bounded values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction

MAX_TEXT = 200
Plain = str | int | float

# EXIF 2.3 tag numbers, by the name people know them under.
MAIN = {271: "Make", 272: "Model", 305: "Software", 315: "Artist"}
DETAIL = {
    33434: "ExposureTime",
    33437: "FNumber",
    34855: "ISO",
    37386: "FocalLength",
    41989: "FocalLength35mm",
    42036: "Lens",
}
ORIENTATION = 274
TAKEN, TAKEN_OFFSET, TAKEN_FRACTION = 36867, 36881, 37521
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, ALTITUDE = 1, 2, 3, 4, 6


@dataclass(frozen=True, slots=True)
class Camera:
    """`taken_at` is naive where the camera wrote no offset: it is then the library's own time."""

    fields: dict[str, Plain]
    orientation: int
    taken_at: datetime | None


def read_camera(
    main: Mapping[int, object], detail: Mapping[int, object], place: Mapping[int, object]
) -> Camera:
    """Return what the three EXIF tables say; whatever does not read is left out."""
    fields: dict[str, Plain] = {}
    for names, table in ((MAIN, main), (DETAIL, detail)):
        for number, name in names.items():
            value = _plain(table.get(number))
            if value is not None:
                fields[name] = value
    fields |= _place(place)
    orientation = main.get(ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:  # noqa: PLR2004 -- EXIF's own
        orientation = 1
    return Camera(fields, orientation, _taken_at(detail))


def _plain(value: object) -> Plain | None:
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    match value:
        case bool() | None:
            return None
        case str():
            text = "".join(c for c in value if c.isprintable()).strip()[:MAX_TEXT]
            return text or None
        case int():
            return value if abs(value) < 2**53 else None
        case bytes():
            return None
        case _:
            return _number(value)


def _number(value: object) -> float | None:
    """Return a rational as a float; a denominator of 0, a camera's way to say unknown, is none."""
    try:
        number = float(value)  # type: ignore[arg-type] # whatever the file holds
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return round(number, 6) if abs(number) < 1e15 and number == number else None  # noqa: PLR0124, PLR2004


def _taken_at(detail: Mapping[int, object]) -> datetime | None:
    text = detail.get(TAKEN)
    if not isinstance(text, str):
        return None
    try:
        taken = datetime.strptime(text.strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 -- below
    except ValueError:
        return None
    if taken.year < 1900:  # noqa: PLR2004 -- a clock that was never set
        return None
    offset = _offset(detail.get(TAKEN_OFFSET))
    return taken if offset is None else taken.replace(tzinfo=offset)


def _offset(text: object) -> timezone | None:
    if not isinstance(text, str) or len(text.strip("\0 ")) != len("+00:00"):
        return None
    text = text.strip("\0 ")
    sign, hours, minutes = text[0], text[1:3], text[4:6]
    if sign not in "+-" or not (hours + minutes).isdigit() or int(hours) > 14 or int(minutes) > 59:  # noqa: PLR2004
        return None
    delta = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-delta if sign == "-" else delta)


def _place(place: Mapping[int, object]) -> dict[str, Plain]:
    latitude = _degrees(place.get(LATITUDE), place.get(LATITUDE_REF), limit=90)
    longitude = _degrees(place.get(LONGITUDE), place.get(LONGITUDE_REF), limit=180)
    if latitude is None or longitude is None:
        return {}
    found: dict[str, Plain] = {"Latitude": latitude, "Longitude": longitude}
    altitude = _number(place.get(ALTITUDE))
    return found if altitude is None else found | {"Altitude": altitude}


def _degrees(parts: object, reference: object, *, limit: int) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:  # noqa: PLR2004 -- degrees, minutes, seconds
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    degrees = sum(float(n or 0) / Fraction(60) ** i for i, n in enumerate(numbers))
    if degrees > limit:
        return None
    return round(-degrees if reference in {"S", "W"} else degrees, 6)
