"""What stands in a warehouse: loaded pallets, cartons, a forklift, people in safety vests."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from assetlib.demo.draw_canvas import Canvas, Colour, lit, mix
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_space import Block, Space
from assetlib.demo.facts import Forklift

NEAR = 13
FAR = 18
ORANGE: Colour = (238, 150, 22)
STEEL_BLACK: Colour = (40, 42, 46)
WOOD: Colour = (176, 138, 92)
CARDBOARD: tuple[Colour, ...] = (
    (190, 150, 104),
    (172, 132, 88),
    (204, 168, 122),
    (158, 122, 84),
)
FILMED: tuple[Colour, ...] = ((196, 206, 214), (60, 64, 72), (74, 110, 150), (206, 206, 198))
DRUMS: tuple[Colour, ...] = ((34, 86, 150), (190, 50, 40), (44, 120, 84))


def draw_base(canvas: Canvas, space: Space, place: Block, colour: Colour) -> None:
    if place.z0 > FAR:
        return
    board = Block(place.x0, place.x1, place.y0, place.y0 + 0.14, place.z0, place.z1)
    space.draw(canvas, board, colour)
    gap = lit(colour, 0.3)
    if place.z0 < NEAR:
        third = (place.x1 - place.x0) / 3
        for left in (place.x0 + third * 0.25, place.x0 + third * 1.75):
            low, high = place.y0 + 0.02, place.y0 + 0.09
            canvas.polygon(space.front(left, left + third, low, high, place.z0), gap)


def draw_goods(
    canvas: Canvas,
    space: Space,
    place: Block,
    chance: Random,
    tone: Callable[[Colour, float], Colour],
) -> None:
    """Fill a place of a rack with one of several kinds of goods."""
    draw_base(canvas, space, place, tone(WOOD, place.z0))
    tall = place.y0 + 0.14 + (place.y1 - place.y0 - 0.14) * chance.choice((0.55, 0.75, 0.95, 1))
    load = Block(place.x0, place.x1, place.y0 + 0.14, tall, place.z0, place.z1)
    kind = chance.choices(("cartons", "film", "drums"), (62, 26, 12))[0]
    if kind == "cartons":
        draw_cartons(canvas, space, load, tone(chance.choice(CARDBOARD), place.z0))
    elif kind == "film":
        colour = tone(chance.choice(FILMED), place.z0)
        space.draw(canvas, load, colour)
        side = space.side(load)
        gloss = [side[0], side[3], between(side[3], side[2], 0.3), between(side[0], side[1], 0.2)]
        canvas.polygon(gloss, (255, 255, 255), 0.16)
    else:
        draw_drums(canvas, space, load, tone(chance.choice(DRUMS), place.z0))


def draw_cartons(canvas: Canvas, space: Space, load: Block, colour: Colour) -> None:
    space.draw(canvas, load, colour)
    if load.z0 > NEAR:
        return
    seam, tape = lit(colour, 0.5), lit(colour, 1.14)
    thin = max(space.size(0.018, load.z0), 0.5)
    for outline in (space.side(load), space.face(load)):
        for share in (0.33, 0.66):
            low, high = (
                between(outline[0], outline[3], share),
                between(outline[1], outline[2], share),
            )
            canvas.line([low, high], seam, thin)
        canvas.line([between(outline[0], outline[1]), between(outline[3], outline[2])], seam, thin)
        for share in (0.25, 0.75):
            low, high = (
                between(outline[0], outline[1], share),
                between(outline[3], outline[2], share),
            )
            canvas.line([low, high], tape, thin * 1.6, 0.6)
        a, b = between(outline[0], outline[1], 0.56), between(outline[0], outline[1], 0.7)
        c, d = between(outline[3], outline[2], 0.56), between(outline[3], outline[2], 0.7)
        label = [between(a, c, 0.4), between(b, d, 0.4), between(b, d, 0.56), between(a, c, 0.56)]
        canvas.polygon(label, (240, 240, 236))


def draw_drums(canvas: Canvas, space: Space, load: Block, colour: Colour) -> None:
    middle = (load.z0 + load.z1) / 2
    radius = (load.z1 - load.z0) / 4.2
    high = load.y0 + 0.92
    for z in (middle + radius, middle - radius):
        for share in (0.26, 0.74):
            x = load.x0 + (load.x1 - load.x0) * share
            foot, head = space.at(x, load.y0, z), space.at(x, high, z)
            wide = space.size(radius, z)
            canvas.rectangle((foot[0] - wide, head[1], foot[0] + wide, foot[1]), colour)
            canvas.rectangle(
                (foot[0] - wide, head[1], foot[0] - wide * 0.4, foot[1]), lit(colour, 0.7)
            )
            canvas.rectangle(
                (foot[0] + wide * 0.1, head[1], foot[0] + wide * 0.4, foot[1]), lit(colour, 1.35)
            )
            flat = abs(space.eye - high) / z * wide * 0.5
            canvas.ellipse(head, (wide, max(flat, 0.5)), lit(colour, 1.2))


def between(
    one: tuple[float, float], other: tuple[float, float], share: float = 0.5
) -> tuple[float, float]:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


def draw_pallet(canvas: Canvas, space: Space, spot: tuple[float, float], chance: Random) -> None:
    """A loaded pallet on the floor."""
    x, z = spot
    wide = 0.5
    under = space.ground(x - wide - 0.08, x + wide + 0.08, (z - 0.1, z + 1.2))
    canvas.shadow(under, space.size(0.12, z), 0.6)
    place = Block(x - wide, x + wide, 0, 1.2, z, z + 1.1)
    draw_base(canvas, space, place, WOOD)
    tall = 0.14 + chance.choice((0.5, 0.8, 1.1))
    load = Block(x - wide + 0.03, x + wide - 0.03, 0.14, tall, z + 0.03, z + 1.05)
    draw_cartons(canvas, space, load, chance.choice(CARDBOARD))


def draw_person(canvas: Canvas, space: Space, spot: tuple[float, float], chance: Random) -> None:
    x, z = spot
    vest = chance.choice(((246, 128, 22), (208, 230, 40)))
    canvas.shadow(space.ground(x - 0.35, x + 0.35, (z - 0.2, z + 0.3)), space.size(0.1, z), 0.6)
    for leg in (-0.19, 0.03):
        stride = chance.uniform(-0.05, 0.05)
        limb = space.front(x + leg, x + leg + 0.17, 0.06, 0.95, z + stride)
        canvas.polygon(limb, (38, 44, 62))
        shoe = space.front(x + leg - 0.02, x + leg + 0.19, 0, 0.1, z + stride)
        canvas.polygon(shoe, (24, 24, 26))
    for arm in (-0.37, 0.25):
        canvas.polygon(space.front(x + arm, x + arm + 0.12, 0.82, 1.45, z), (52, 60, 84))
    left, right = space.at(x - 0.27, 1.5, z), space.at(x + 0.27, 0.86, z)
    canvas.rectangle((*left, *right), vest, radius=space.size(0.08, z))
    for low in (0.98, 1.18):
        canvas.polygon(space.front(x - 0.27, x + 0.27, low, low + 0.06, z), (232, 236, 232))
    head = space.at(x, 1.64, z)
    canvas.disc(head, space.size(0.115, z), (206, 160, 130))
    helmet = space.at(x, 1.71, z)
    canvas.ellipse(helmet, (space.size(0.14, z), space.size(0.09, z)), (250, 250, 246))


def draw_forklift(canvas: Canvas, space: Space, truck: Forklift, light: Light) -> None:
    """A forklift that comes towards us, with its load on the forks or without."""
    x, z = truck.side, truck.distance
    paint, dark = ORANGE, STEEL_BLACK
    under = space.ground(x - 0.75, x + 0.75, (z - 1.1, z + 2.6))
    canvas.shadow(under, space.size(0.2, z), 0.65)
    for wheel in (z + 2.0, z + 0.4):
        for side in (-0.62, 0.62):
            canvas.polygon(space.wheel(x + side, wheel, 0.3), (22, 22, 24))
    space.draw(
        canvas, Block(x - 0.58, x + 0.58, 0.3, 1.15, z + 0.9, z + 2.5, (0.05, 0, 0.2)), paint
    )
    space.draw(canvas, Block(x - 0.34, x + 0.34, 1.1, 1.75, z + 1.5, z + 1.7), (36, 52, 92))
    canvas.disc(space.at(x, 1.86, z + 1.4), space.size(0.13, z + 1.4), (204, 160, 132))
    canvas.ellipse(
        space.at(x, 1.94, z + 1.4),
        (space.size(0.15, z + 1.4), space.size(0.1, z + 1.4)),
        (244, 200, 40),
    )
    space.draw(canvas, Block(x - 0.58, x + 0.58, 0.25, 0.85, z + 0.2, z + 0.9, (0, 0.1, 0)), paint)
    thick = max(space.size(0.07, z), 1)
    for side in (-0.54, 0.54):
        bars = [space.at(x + side, 0.9, z + 0.4), space.at(x + side, 2.2, z + 0.7)]
        canvas.line([*bars, space.at(x + side, 2.2, z + 2.2)], dark, thick)
    roof = Block(x - 0.58, x + 0.58, 2.15, 2.25, z + 0.6, z + 2.3)
    space.draw(canvas, roof, dark)
    draw_mast(canvas, space, truck)
    for side in (-0.44, 0.44):
        lamp = space.at(x + side, 2.02, z + 0.5)
        light.lamp(lamp, max(space.size(0.06, z), 1), (255, 236, 190), 2.4)
    light.lamp(space.at(x, 2.34, z + 1.6), max(space.size(0.06, z), 1), (255, 150, 30), 3.5)


def draw_mast(canvas: Canvas, space: Space, truck: Forklift) -> None:
    """Draw what is in front of a forklift: its mast, and the load or the bare forks."""
    x, z = truck.side, truck.distance
    for side in (-0.34, 0.22):
        space.draw(canvas, Block(x + side, x + side + 0.12, 0.1, 2.9, z, z + 0.12), STEEL_BLACK)
    edge = mix(STEEL_BLACK, ORANGE, 0.15)
    for rung in (0.75, 1.7, 2.8):
        canvas.polygon(space.front(x - 0.34, x + 0.34, rung, rung + 0.1, z), edge)
    if truck.loaded:
        place = Block(x - 0.55, x + 0.55, 0.3, 0.44, z - 1.15, z - 0.05)
        draw_base(canvas, space, place, WOOD)
        load = Block(x - 0.52, x + 0.52, 0.44, 1.4, z - 1.1, z - 0.1)
        draw_cartons(canvas, space, load, CARDBOARD[round(z * 10) % 4])
    else:
        for side in (-0.3, 0.18):
            fork = Block(x + side, x + side + 0.12, 0.08, 0.14, z - 1.1, z)
            space.draw(canvas, fork, (96, 98, 102))
