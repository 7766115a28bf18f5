"""What the pictures show is decided within what can be seen on them."""

from __future__ import annotations

from random import Random

import pytest

from assetlib.demo.decide import CAMERAS, decide_shot, decide_view, hours
from assetlib.demo.draw_roadview import RoadView
from assetlib.demo.draw_traffic import lane_centre
from assetlib.demo.facts import Conveyor, Light, Road, Shot, View, Warehouse


def views(count: int) -> list[tuple[Shot, View]]:
    decided = []
    for index in range(count):
        chance = Random(index)  # noqa: S311 -- the seed is the row of the table
        shot = decide_shot(index, chance)
        decided.append((shot, decide_view(shot, chance)))
    return decided


DECIDED = views(400)


def test_every_camera_takes_pictures() -> None:
    assert {shot.camera for shot, _ in DECIDED} == set(CAMERAS)


def test_every_vehicle_is_within_the_frame() -> None:
    for shot, view in DECIDED:
        if isinstance(view, Road):
            space = RoadView(shot, view, Random(1)).space  # noqa: S311 -- draws no lots that matter
            for vehicle in view.vehicles:
                x, y = space.at(lane_centre(vehicle.lane), 0.7, vehicle.distance)
                assert 0 < x < shot.camera.size[0]
                assert 0 < y < shot.camera.size[1]


def test_no_vehicle_hides_behind_a_truck() -> None:
    for _, view in DECIDED:
        if isinstance(view, Road):
            for truck in (each for each in view.vehicles if each.kind == "truck"):
                behind = [each for each in view.vehicles if each.lane == truck.lane]
                assert max(each.distance for each in behind) == truck.distance


def test_things_in_an_aisle_stand_apart() -> None:
    for _, view in DECIDED:
        if isinstance(view, Warehouse):
            places = [*view.people, *view.pallets]
            places += [view.forklift.distance] if view.forklift else []
            assert len({round(place) for place in places}) == len(places)


def test_parts_stay_on_the_belt_and_have_one_kind_of_defect() -> None:
    for _, view in DECIDED:
        if isinstance(view, Conveyor):
            assert all(0 < part.along < 1 and 0 < part.across < 1 for part in view.parts)
            assert len({part.defect for part in view.parts} - {None}) <= 1


def test_snow_falls_in_winter_only() -> None:
    months = {
        shot.taken_at.month
        for shot, view in DECIDED
        if isinstance(view, Road) and view.weather == "snow"
    }

    assert months
    assert months <= {12, 1, 2}


@pytest.mark.parametrize(
    ("light", "month", "expected"),
    [
        ("day", 1, [9, 10, 11, 12, 13, 14, 15]),
        ("dusk", 1, [8, 16]),
        ("night", 1, [18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6]),
        ("dusk", 6, [5, 20]),
        ("night", 6, [22, 23, 0, 1, 2, 3]),
    ],
)
def test_the_hour_fits_the_light(light: Light, month: int, expected: list[int]) -> None:
    assert hours(light, month) == expected
