"""A traffic camera above a road: carriageways, lines, rails, lamps, a bridge, a sign."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from assetlib.demo.draw_backdrop import draw_backdrop, draw_sky
from assetlib.demo.draw_canvas import Colour, lit
from assetlib.demo.draw_roadview import RoadView
from assetlib.demo.draw_seen import Drawing, visible
from assetlib.demo.draw_traffic import LANE, MEDIAN, draw_vehicle, lane_centre, light_vehicle
from assetlib.demo.draw_weather import draw_weather
from assetlib.demo.facts import Road, Shot

DEPTHS = [9, 12, 15, 19, 24, 30, 38, 48, 62, 80, 105, 140, 190, 260, 400]
LAMP_STEP = 34
WHITE: Colour = (226, 226, 220)
VERGES: dict[str, Colour] = {
    "hills": (110, 138, 64),
    "city": (126, 124, 118),
    "forest": (84, 112, 58),
    "bridge": (118, 124, 76),
}


def draw_road(shot: Shot, road: Road, chance: Random) -> Drawing:
    view = RoadView(shot, road, chance)
    draw_sky(view)
    draw_verges(view)
    view.canvas.sharpen()
    draw_backdrop(view)
    draw_ground(view)
    draw_lines(view)
    draw_furniture(view)
    for vehicle in sorted(road.vehicles, key=lambda each: -each.distance):
        with view.canvas.showing(vehicle.kind):
            draw_vehicle(view.canvas, view.space, vehicle, view.haze)
        if shot.light != "day" or road.weather in {"rain", "fog", "snow"}:
            light_vehicle(view.light, view.space, vehicle, wet=road.weather == "rain")
    draw_sign(view)
    picture = view.light.over(view.canvas.finished())
    seen = visible(view.canvas.outlines, shot.camera.size)
    return Drawing(draw_weather(view, picture), seen)


def draw_verges(view: RoadView) -> None:
    canvas, road = view.canvas, view.road
    level = view.space.vanish[1]
    verge = view.ground_colour(VERGES[road.backdrop])
    stops = [(0.0, view.hazy(verge, 300)), (0.25, view.hazy(verge, 60)), (1.0, lit(verge, 0.86))]
    canvas.gradient((0, level, canvas.width, canvas.height), stops)
    if view.shot.light == "day" and road.weather in {"clear", "cloudy"}:
        # In any other light the wear of the grass is not seen, and it is slow to draw.
        corner = (view.chance.randrange(500), view.chance.randrange(500))
        canvas.stain((0, level, canvas.width, canvas.height), lit(verge, 0.6), 0.35, corner)


def draw_ground(view: RoadView) -> None:
    canvas, road = view.canvas, view.road
    asphalt = (84, 86, 90) if road.weather != "rain" else (62, 66, 72)
    if road.weather == "snow":
        asphalt = (150, 154, 160)
    for near, far in pairwise(DEPTHS):
        shade = view.hazy(asphalt, near)
        canvas.polygon(view.space.ground(-view.edge - 1.6, view.edge + 1.6, (near, far)), shade)
        for lane in lanes(road):
            centre = lane_centre(lane)
            for wheel in (-0.85, 0.85):
                strip = view.space.ground(centre + wheel - 0.35, centre + wheel + 0.35, (near, far))
                canvas.polygon(strip, view.hazy(lit(asphalt, 0.94), near))
    if road.weather == "rain":
        glare = view.space.ground(-view.edge, view.edge, DEPTHS)
        canvas.polygon(glare, view.haze, 0.14)


def lanes(road: Road) -> list[int]:
    return [side * lane for lane in range(1, road.lanes + 1) for side in (-1, 1)]


def draw_lines(view: RoadView) -> None:
    canvas, space, road = view.canvas, view.space, view.road
    solid = [-view.edge, -MEDIAN, MEDIAN, view.edge]
    for x in solid:
        for near, far in pairwise(DEPTHS):
            strip = space.ground(x - 0.09, x + 0.09, (near, far))
            canvas.polygon(strip, view.hazy(WHITE, near))
    if road.backdrop != "city":
        median = view.ground_colour((92, 106, 64))
        for near, far in pairwise(DEPTHS):
            strip = space.ground(-MEDIAN + 0.35, MEDIAN - 0.35, (near, far))
            canvas.polygon(strip, view.hazy(median, near))
    for lane in range(1, road.lanes):
        for side in (-1, 1):
            x = side * (MEDIAN + lane * LANE)
            for z in range(9, 260, 12):
                dash = space.ground(x - 0.08, x + 0.08, (z, z + 3, z + 6))
                canvas.polygon(dash, view.hazy(WHITE, z))


def draw_furniture(view: RoadView) -> None:
    if view.road.backdrop == "bridge":
        draw_bridge(view)
    for x in (-view.edge - 1.9, 0.0, view.edge + 1.9):
        if x or view.road.backdrop != "city":
            draw_rail(view, x)
    if view.road.backdrop in {"city", "bridge"}:
        for z in range(LAMP_STEP * 6, 14, -LAMP_STEP):
            for side in (-1, 1):
                draw_street_lamp(view, side * (view.edge + 2.6), z, -side)


def draw_rail(view: RoadView, x: float) -> None:
    steel = (160, 164, 168)
    for z in range(120, 10, -4):
        foot, head = view.space.at(x, 0, z), view.space.at(x, 0.7, z)
        width = max(view.space.size(0.1, z), 0.5)
        view.canvas.line([foot, head], view.hazy(lit(steel, 0.7), z), width)
    for near, far in zip(reversed(DEPTHS[:-1]), reversed(DEPTHS[1:]), strict=True):
        colour = view.hazy(steel, near)
        view.canvas.polygon(view.space.wall(x, 0.45, 0.78, (near, far)), colour)
        view.canvas.polygon(view.space.wall(x, 0.58, 0.64, (near, far)), lit(colour, 0.72))


def draw_street_lamp(view: RoadView, x: float, z: float, toward: int) -> None:
    foot, head = view.space.at(x, 0, z), view.space.at(x, 9, z)
    arm = view.space.at(x + toward * 2.2, 9.3, z)
    width = max(view.space.size(0.16, z), 0.6)
    view.canvas.line([foot, head, arm], view.hazy((96, 100, 104), z), width)
    if view.shot.light == "day":
        return
    warm = (255, 190, 112)
    view.light.lamp(arm, max(view.space.size(0.28, z), 0.9), warm, 4, 0.6)
    below = view.space.at(x + toward * 4, 0, z)
    reach = (view.space.size(9, z), view.space.size(9, z) * 0.42)
    view.light.pool(below, reach, warm, 0.5)


def draw_bridge(view: RoadView) -> None:
    z, wide = 72, view.edge + 40
    slab = view.hazy((150, 148, 144), z)
    for x in (-view.edge - 4, 0, view.edge + 4):
        view.canvas.polygon(view.space.front(x - 0.6, x + 0.6, 0, 6.2, z), lit(slab, 0.78))
    shade = view.space.ground(-view.edge - 2, view.edge + 2, (z - 6, z + 9))
    view.canvas.polygon(shade, (20, 22, 26), 0.4)
    view.canvas.polygon(view.space.front(-wide, wide, 5.6, 7.4, z), slab)
    view.canvas.polygon(view.space.front(-wide, wide, 5.4, 5.9, z), lit(slab, 0.6))
    view.canvas.polygon(view.space.front(-wide, wide, 7.4, 8.3, z), lit(slab, 0.86))


def draw_sign(view: RoadView) -> None:
    """A round speed-limit sign at the roadside; none where there is no limit."""
    limit = view.road.speed_limit
    if limit is None:
        return
    z, x = 27.0, view.edge + 3.1
    centre, radius = view.space.at(x, 3.4, z), view.space.size(0.75, z)
    view.canvas.line([view.space.at(x, 0, z), centre], (120, 122, 124), radius * 0.16)
    view.canvas.disc(centre, radius, (206, 34, 40))
    view.canvas.disc(centre, radius * 0.78, (246, 246, 244))
    words, size = str(limit), radius * (1.39 - len(str(limit)) * 0.22)
    room = len(words) * size * 0.56
    view.canvas.text((centre[0] - room / 2, centre[1] - size * 0.62), words, size, (24, 24, 26))
    if view.shot.light == "night":
        view.light.pool(centre, (radius, radius), (255, 255, 255), 0.35)
