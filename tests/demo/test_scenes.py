from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps
from PIL.ExifTags import IFD, Base

from assetlib.demo.scenes import Scene, scene, scenes

KEY = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.]*$")
TAG = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
COUNT = 110


@pytest.fixture(scope="module")
def library() -> list[Scene]:
    return list(scenes(COUNT))


def entries(metadata: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in metadata.items():
        if isinstance(value, dict):
            yield from entries(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def opened(made: Scene) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(BytesIO(made.data))).convert("RGB")


def brightness(made: Scene) -> float:
    return float(np.asarray(opened(made).convert("L")).mean())


def sharpness(made: Scene) -> float:
    picture = opened(made).convert("L").reduce(2)
    edges = picture.filter(ImageFilter.FIND_EDGES)
    return float(np.asarray(edges).std() / np.asarray(picture).std())


def camera(made: Scene) -> object:
    return made.metadata.get("camera_id") or made.metadata["Camera_ID"]


def test_an_index_gives_the_same_scene_again(library: list[Scene]) -> None:
    again = [scene(index) for index in (0, 7, 31)]

    assert again == [library[0], library[7], library[31]]


def test_another_seed_gives_another_library(library: list[Scene]) -> None:
    other = list(scenes(3, seed=2))

    assert not {made.data for made in other} & {made.data for made in library}


def test_no_picture_and_no_file_name_comes_twice(library: list[Scene]) -> None:
    hashes = {hashlib.sha256(made.data).digest() for made in library}
    names = {made.filename for made in library}

    assert (len(hashes), len(names)) == (COUNT, COUNT)


def test_all_formats_come_and_are_what_the_file_name_says(library: list[Scene]) -> None:
    endings = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif"}

    seen: Counter[str | None] = Counter()
    for made in library:
        picture = Image.open(BytesIO(made.data))
        picture.load()
        assert made.filename.endswith(endings[str(picture.format)])
        seen[picture.format] += 1

    assert set(seen) == set(endings)
    assert seen["JPEG"] > COUNT * 0.8


def test_every_kind_of_picture_comes_in_many_sizes(library: list[Scene]) -> None:
    kinds = {
        kind
        for made in library
        for kind in ("vehicles", "parts", "fill_level", "board")
        if kind in made.metadata
    }
    sizes = {opened(made).size for made in library}

    assert kinds == {"vehicles", "parts", "fill_level", "board"}
    assert len(sizes) >= 8


def test_the_camera_data_tells_the_moment_and_the_camera(library: list[Scene]) -> None:
    for made in library:
        exif = Image.open(BytesIO(made.data)).getexif()
        detail = exif.get_ifd(IFD.Exif)

        assert exif[Base.Make]
        assert detail[Base.DateTimeOriginal] == f"{made.taken_at:%Y:%m:%d %H:%M:%S}"
        assert detail[Base.OffsetTimeOriginal] in {"+01:00", "+02:00"}
        assert detail[Base.ISOSpeedRatings] == dict(entries(made.metadata))["capture.iso"]


def test_a_camera_mounted_sideways_stores_its_pictures_lying(library: list[Scene]) -> None:
    turned = [made for made in library if camera(made) == "cam006"]

    assert turned
    for made in turned:
        stored = Image.open(BytesIO(made.data))
        assert stored.getexif()[Base.Orientation] == 6
        assert stored.width > stored.height
        assert opened(made).width < opened(made).height


def test_keys_tags_and_values_are_legal(library: list[Scene]) -> None:
    for made in library:
        flat = list(entries(made.metadata))

        assert all(KEY.match(key) for key, _ in flat)
        assert len({key for key, _ in flat}) == len(flat)
        assert all(isinstance(value, str | int | float) and value != "" for _, value in flat)
        assert all(TAG.match(tag) for tag in made.tags)
        assert len({tag.lower() for tag in made.tags}) == len(made.tags)
        assert made.taken_at.tzinfo is not None


def test_metadata_is_rich_and_uneven(library: list[Scene]) -> None:
    used = Counter(key for made in library for key, _ in entries(made.metadata))

    assert len(used) >= 30
    assert sum(count > COUNT * 0.8 for count in used.values()) >= 5
    assert sum(count < COUNT * 0.1 for count in used.values()) >= 5


@pytest.mark.parametrize("key", ["lot", "speed_limit", "quality_score"])
def test_some_keys_hold_several_types(library: list[Scene], key: str) -> None:
    kinds = {type(made.metadata[key]) for made in library if key in made.metadata}

    assert len(kinds) == 2


def test_identifiers_keep_their_leading_zeros(library: list[Scene]) -> None:
    serials = {made.metadata["serial"] for made in library if "serial" in made.metadata}

    assert any(re.fullmatch(r"0\d{5}", str(each)) for each in serials)
    assert any(re.fullmatch(r"\d{3}-\d{4}", str(each)) for each in serials)


def test_night_is_darker_than_day_on_every_camera_outdoors(library: list[Scene]) -> None:
    shades: dict[tuple[object, object], list[float]] = {}
    for made in library:
        if "light" in made.metadata:
            shades.setdefault((camera(made), made.metadata["light"]), []).append(brightness(made))

    nights = {who: shades[who, light] for who, light in shades if light == "night"}

    assert len(nights) >= 4
    assert all(max(night) < min(shades[who, "day"]) for who, night in nights.items())


def test_the_night_tag_follows_the_light(library: list[Scene]) -> None:
    for made in library:
        assert ("night" in made.tags) == (made.metadata.get("light") == "night")


def test_blurry_pictures_are_blurred_and_score_low(library: list[Scene]) -> None:
    blurry = [made for made in library if "blurry" in made.tags]
    sharp = [made for made in library if "blurry" not in made.tags]

    assert blurry
    assert score(blurry) < score(sharp) - 15
    for made in blurry:
        others = [sharpness(each) for each in sharp if camera(each) == camera(made)][:8]
        assert sharpness(made) < sum(others) / len(others)


def score(made: list[Scene]) -> float:
    return sum(float(str(each.metadata["quality_score"])) for each in made) / len(made)


def test_a_defect_has_a_name_a_count_and_a_tag(library: list[Scene]) -> None:
    faulty = [made for made in library if "defect" in made.metadata]

    assert {"scratch", "missing bolt", "missing part"} <= {
        made.metadata["defect"] for made in faulty
    }
    for made in library:
        assert ("defect" in made.metadata) == (int(str(made.metadata.get("defect_count", 0))) > 0)
        assert ("defect" in made.metadata) == ("defect" in made.tags)


def test_projects_hold_what_their_names_say(library: list[Scene]) -> None:
    named: dict[str | None, list[Scene]] = {}
    for made in library:
        named.setdefault(made.project, []).append(made)

    assert all("vehicles" in made.metadata for made in named["Road cameras"])
    assert all("aisle" in made.metadata for made in named["Warehouse safety"])
    assert all(made.metadata["line"] == 3 for made in named["Conveyor line 3"])
    assert all("board" in made.metadata for made in named["Board inspection"])
    assert all((made.split, made.batch) == (None, None) for made in named[None])
    assert {made.split for made in library} == {"train", "valid", "test", None}


def test_boxes_are_around_what_the_metadata_counts(library: list[Scene]) -> None:
    seen: Counter[str] = Counter()
    for made in library:
        names = Counter(box.name for box in made.boxes)
        seen.update(names)
        counted = {
            "person": made.metadata.get("people", 0),
            "pallet": made.metadata.get("pallets", 0),
            "forklift": int(bool(made.metadata.get("forklift"))),
            "truck": made.metadata.get("trucks", 0),
            str(made.metadata.get("part")): made.metadata.get("parts", 0),
        }
        for name, count in names.items():
            if name not in {"car", "van"}:
                assert count <= counted[name], (made.filename, name)  # type: ignore[operator]

    assert {*seen} >= {"person", "pallet", "forklift", "car", "van", "truck", "gear", "bearing"}


def test_boxes_lie_within_the_picture_and_none_is_a_speck(library: list[Scene]) -> None:
    for made in library:
        width, height = opened(made).size
        for box in made.boxes:
            assert 0 <= box.left < box.right <= width
            assert 0 <= box.top < box.bottom <= height
            assert min(box.right - box.left, box.bottom - box.top) >= 7


def test_a_picture_that_needs_annotation_has_no_boxes(library: list[Scene]) -> None:
    waiting = [made for made in library if "needs-annotation" in made.tags]

    assert waiting
    assert not any(made.boxes for made in waiting)


def test_there_is_brass_where_a_gear_is_said_to_be(library: list[Scene]) -> None:
    gears = [
        (opened(made), box)
        for made in library
        for box in made.boxes
        if box.name == "gear" and box.right - box.left > 60
    ]

    assert gears
    for picture, box in gears:
        within = picture.crop(
            (round(box.left), round(box.top), round(box.right), round(box.bottom))
        )
        red, _, blue = np.asarray(within).reshape(-1, 3).mean(axis=0)
        everywhere = np.asarray(picture).reshape(-1, 3).mean(axis=0)
        assert red - blue > everywhere[0] - everywhere[2] + 15
