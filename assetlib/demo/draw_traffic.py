"""Cars, vans and trucks on a road, from behind on the right and from the front on the left."""

from __future__ import annotations

from assetlib.demo.draw_canvas import Canvas, Colour, lit, mix
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_space import Block, Space
from assetlib.demo.facts import Vehicle

LANE = 3.6
MEDIAN = 1.3
DETAIL = 95
GLASS: Colour = (34, 44, 56)
TYRE: Colour = (22, 22, 24)
RED: Colour = (255, 44, 30)
WARM: Colour = (255, 244, 214)


def lane_centre(lane: int) -> float:
    side = 1 if lane > 0 else -1
    return side * (MEDIAN + (abs(lane) - 0.5) * LANE)


def draw_vehicle(canvas: Canvas, space: Space, vehicle: Vehicle, haze: Colour) -> None:
    x, z = lane_centre(vehicle.lane), vehicle.distance
    long, wide = {"car": (4.4, 0.9), "van": (5.4, 1.0), "truck": (13.5, 1.25)}[vehicle.kind]
    under = space.ground(x - wide - 0.15, x + wide + 0.15, (z - 0.3, z + long + 0.2))
    canvas.shadow(under, space.size(0.35, z), 0.6)
    colour = mix(vehicle.colour, haze, min(z / 420, 0.8))
    match vehicle.kind:
        case "car":
            draw_car(canvas, space, vehicle, colour)
        case "van":
            draw_van(canvas, space, vehicle, colour)
        case "truck":
            draw_truck(canvas, space, vehicle, colour)


def draw_wheels(canvas: Canvas, space: Space, x: float, wide: float, axles: list[float]) -> None:
    for z in reversed(axles):
        side = x - wide if space.at(x, 0, axles[0])[0] > space.vanish[0] else x + wide
        canvas.polygon(space.wheel(side, z, 0.36), TYRE)
        canvas.polygon(space.wheel(side, z, 0.19), (120, 122, 126))
    for side in (x - wide + 0.05, x + wide - 0.3):
        canvas.polygon(space.front(side, side + 0.25, 0, 0.42, axles[0] - 0.3), TYRE)


def draw_car(canvas: Canvas, space: Space, vehicle: Vehicle, colour: Colour) -> None:
    x, z = lane_centre(vehicle.lane), vehicle.distance
    coming = vehicle.lane < 0
    draw_wheels(canvas, space, x, 0.88, [z + 0.8, z + 3.5])
    body = Block(x - 0.9, x + 0.9, 0.28, 0.86, z, z + 4.4, (0.07, 0.08, 0.08))
    space.draw(canvas, body, colour)
    front, back = (1.15, 3.9) if coming else (0.45, 3.2)
    slope, end = (0.75, 0.5) if coming else (0.5, 0.75)
    cabin = Block(x - 0.83, x + 0.83, 0.86, 1.44, z + front, z + back, (0.17, slope, end))
    space.draw(canvas, cabin, GLASS, lit(colour, 1.08))
    if z < DETAIL:
        edge = space.face(cabin)
        thick = space.size(0.06, z)
        canvas.line([edge[0], edge[3], edge[2], edge[1]], lit(colour, 0.9), thick)
        side = space.side(cabin)
        canvas.line([side[0], side[3], side[2], side[1]], lit(colour, 0.62), thick)
        shine = [mid(edge[0], edge[3], 0.2), mid(edge[1], edge[2], 0.2), edge[2], edge[3]]
        canvas.polygon(shine, (150, 176, 200), 0.22)
        canvas.polygon(space.front(x - 0.86, x + 0.86, 0.28, 0.42, z), lit(colour, 0.5))
        canvas.polygon(space.front(x - 0.27, x + 0.27, 0.46, 0.57, z), (230, 230, 222))
    draw_lights(canvas, space, vehicle, (0.86, 0.52, 0.72))


def draw_van(canvas: Canvas, space: Space, vehicle: Vehicle, colour: Colour) -> None:
    x, z = lane_centre(vehicle.lane), vehicle.distance
    draw_wheels(canvas, space, x, 0.96, [z + 0.9, z + 4.4])
    slope = (0.06, 0.95, 0.05) if vehicle.lane < 0 else (0.06, 0.06, 0.9)
    body = Block(x - 0.98, x + 0.98, 0.3, 2.25, z, z + 5.4, slope)
    space.draw(canvas, body, colour)
    face = space.face(body)
    low, high = (0.42, 0.86) if vehicle.lane < 0 else (0.55, 0.9)
    glass = [mid(face[0], face[3], low), mid(face[1], face[2], low)]
    glass += [mid(face[1], face[2], high), mid(face[0], face[3], high)]
    canvas.polygon(glass, GLASS)
    if vehicle.lane > 0:
        canvas.line([mid(face[0], face[1]), mid(face[3], face[2])], lit(colour, 0.6), 0.8)
    canvas.polygon(space.front(x - 0.96, x + 0.96, 0.3, 0.46, z), (58, 60, 64))
    draw_lights(canvas, space, vehicle, (0.94, 0.55, 0.8))


def draw_truck(canvas: Canvas, space: Space, vehicle: Vehicle, colour: Colour) -> None:
    x, z = lane_centre(vehicle.lane), vehicle.distance
    draw_wheels(canvas, space, x, 1.2, [z + 1, z + 2.3, z + 10.5])
    load = Block(x - 1.25, x + 1.25, 1.0, 3.85, z + (2.4 if vehicle.lane < 0 else 0), z + 13.5)
    white = mix((222, 224, 226), colour, 0.25)
    space.draw(canvas, load, white)
    side = space.side(load)
    band = [mid(side[0], side[3], 0.35), mid(side[1], side[2], 0.35)]
    band += [mid(side[1], side[2], 0.6), mid(side[0], side[3], 0.6)]
    canvas.polygon(band, lit(colour, 0.75))
    if vehicle.lane < 0:
        cab = Block(x - 1.2, x + 1.2, 0.45, 3.1, z, z + 2.2, (0.04, 0.22, 0))
        space.draw(canvas, cab, colour)
        face = space.face(cab)
        glass = [mid(face[0], face[3], 0.52), mid(face[1], face[2], 0.52)]
        glass += [mid(face[1], face[2], 0.86), mid(face[0], face[3], 0.86)]
        canvas.polygon(glass, GLASS)
        canvas.polygon(space.front(x - 0.7, x + 0.7, 0.75, 1.25, z), lit(colour, 0.5))
    else:
        face = space.face(load)
        canvas.line([mid(face[0], face[1]), mid(face[3], face[2])], (120, 122, 126), 1)
        for share in (0.16, 0.84):
            rod = [mid(face[0], face[1], share), mid(face[3], face[2], share)]
            canvas.line(rod, (150, 152, 156), 0.8)
        canvas.polygon(space.front(x - 1.2, x + 1.2, 0.5, 1.0, z), (44, 46, 50))
    draw_lights(canvas, space, vehicle, (1.15, 0.6, 0.86))


def mid(
    one: tuple[float, float], other: tuple[float, float], share: float = 0.5
) -> tuple[float, float]:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


def draw_lights(
    canvas: Canvas, space: Space, vehicle: Vehicle, place: tuple[float, float, float]
) -> None:
    wide, low, high = place
    x, z = lane_centre(vehicle.lane), vehicle.distance
    colour = (236, 238, 232) if vehicle.lane < 0 else (168, 24, 26)
    for left in (x - wide, x + wide - 0.32):
        canvas.polygon(space.front(left, left + 0.32, low, high, z), colour)


def light_vehicle(light: Light, space: Space, vehicle: Vehicle, *, wet: bool) -> None:
    """Switch the lamps on, with what they throw on the road."""
    x, z = lane_centre(vehicle.lane), vehicle.distance
    wide = 1.0 if vehicle.kind == "truck" else 0.72
    coming = vehicle.lane < 0
    colour = WARM if coming else RED
    radius = max(space.size(0.17 if coming else 0.1, z), 0.9)
    for side in (-wide, wide):
        spot = space.at(x + side, 0.66, z)
        light.lamp(spot, radius, colour, 6 if coming else 4)
        if wet:
            light.streak(spot, space.size(2.4, z), radius, lit(colour, 0.45))
    ahead = z - 7 if coming else z + 15
    reach = (space.size(2.6, ahead), space.size(6.4, ahead) * (0.34 if coming else 0.2))
    light.pool(space.at(x, 0, max(ahead, 9)), reach, WARM, 0.8)
    if not coming:
        light.pool(space.at(x, 0.6, z), (space.size(1.4, z), space.size(0.7, z)), RED, 0.4)
