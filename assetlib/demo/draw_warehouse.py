"""A warehouse aisle between two high racks: goods on every level, a forklift, people, pallets."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from assetlib.demo.draw_canvas import Canvas, Colour, lit, mix
from assetlib.demo.draw_goods import draw_forklift, draw_goods, draw_pallet, draw_person
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_seen import Drawing, visible
from assetlib.demo.draw_space import Block, Space
from assetlib.demo.facts import Shot, Warehouse, likely

BAY = 2.9
BAYS = 9
START = 2.2
LEVELS = (0.0, 1.9, 3.8, 5.7)
CEILING = 8.6
DIM: Colour = (20, 24, 30)
FULL_LIGHT = {"day": (1.0, 1.0, 1.0), "dusk": (0.8, 0.79, 0.8), "night": (0.44, 0.46, 0.53)}
# Uprights, beams and floor: every warehouse has its own.
PAINT: dict[int, tuple[Colour, Colour, Colour]] = {
    1: ((38, 78, 142), (226, 112, 34), (150, 150, 146)),
    2: ((96, 102, 108), (232, 186, 40), (128, 134, 136)),
    3: ((34, 104, 84), (212, 66, 44), (164, 156, 144)),
}


class AisleView:
    """One picture under way: what the steps of drawing it share."""

    def __init__(self, shot: Shot, hall: Warehouse, chance: Random) -> None:
        width, height = shot.camera.size
        self.shot, self.hall, self.chance = shot, hall, chance
        self.canvas = Canvas(shot.camera.size, scale=1)
        eye = 1.7 + hall.aisle % 4 * 0.75
        across = width * (0.44 + hall.aisle % 3 * 0.06)
        self.half = 1.9 + hall.aisle % 2 * 0.5
        self.space = Space((across, height * 0.44), max(width, height * 0.95) * 0.68, eye)
        gain = chance.uniform(0.92, 1.12)
        red, green, blue = (share * gain for share in FULL_LIGHT[shot.light])
        self.light = Light(shot.camera.size, (red, green, blue * chance.uniform(0.88, 1.06)))

    def shows(self, x: float, y: float, z: float) -> bool:
        """Whether anything beyond this edge of a place can be within the frame."""
        across, down = self.space.at(x, y, z)
        return 0 < across < self.canvas.width and down > 0

    def deep(self, colour: Colour, z: float) -> Colour:
        return mix(colour, DIM, min(z / 62, 0.72))


def draw_warehouse(shot: Shot, hall: Warehouse, chance: Random) -> Drawing:
    view = AisleView(shot, hall, chance)
    draw_hall(view)
    view.canvas.sharpen()
    draw_markings(view)
    draw_ceiling(view)
    for bay in reversed(range(BAYS)):
        for side in (-1, 1):
            draw_bay(view, side, START + bay * BAY)
    draw_floor_things(view)
    seen = visible(view.canvas.outlines, shot.camera.size)
    return Drawing(view.light.over(view.canvas.finished()), seen)


def draw_hall(view: AisleView) -> None:
    canvas, (_, level) = view.canvas, view.space.vanish
    floor = PAINT[view.hall.number][2]
    canvas.gradient((0, 0, canvas.width, level), [(0, (52, 58, 66)), (1, (30, 34, 40))])
    stops = [(0.0, view.deep(floor, 50)), (0.3, view.deep(floor, 14)), (1.0, lit(floor, 1.08))]
    canvas.gradient((0, level, canvas.width, canvas.height), stops)
    corner = (view.chance.randrange(500), view.chance.randrange(500))
    canvas.stain((0, level, canvas.width, canvas.height), lit(floor, 0.62), 0.3, corner)


def draw_markings(view: AisleView) -> None:
    yellow = (226, 182, 46)
    depths = [1.4, 3, 6, 12, 28]
    for x in (-view.half + 0.22, view.half - 0.22):
        for near, far in pairwise(depths):
            strip = view.space.ground(x - 0.06, x + 0.06, (near, far))
            view.canvas.polygon(strip, view.deep(yellow, near))
    end = START + BAYS * BAY
    gate = view.space.front(-view.half, view.half, 0, 5.2, end)
    bright = view.shot.light == "day" and view.hall.aisle % 2 == 0
    view.canvas.polygon(gate, (214, 224, 232) if bright else (70, 74, 80))
    if bright:
        middle = view.space.at(0, 2.4, end)
        view.light.lamp(middle, view.space.size(0.4, end), (226, 238, 250), 5)
        shine = view.space.ground(-view.half * 0.8, view.half * 0.8, (6, end))
        view.canvas.polygon(shine, (230, 236, 240), 0.12)


def draw_ceiling(view: AisleView) -> None:
    for z in range(28, 2, -5):
        beam = view.space.front(-14, 14, CEILING + 0.2, CEILING + 0.6, z)
        view.canvas.polygon(beam, view.deep((82, 88, 94), z))
    shining = {"day": 1, "dusk": 1, "night": 2}[view.shot.light]
    for number, z in enumerate(range(27, 3, -5)):
        if number % shining:
            continue
        tube = view.space.front(-0.75, 0.75, CEILING - 0.3, CEILING - 0.12, z)
        (x0, y0), (x1, y1) = tube[0], tube[2]
        view.light.panel((x0, min(y0, y1) - 1, x1, max(y0, y1) + 1), (246, 250, 255), 0.9)
        below = view.space.at(0, 0, z)
        reach = (view.space.size(3.2, z), view.space.size(1.6, z) * 0.6)
        view.light.pool(below, reach, (236, 242, 255), 0.1 * shining * shining)


def draw_bay(view: AisleView, side: int, z: float) -> None:
    """One bay of a rack: the goods of every level, then the steel in front of them."""
    uprights, beams, _ = PAINT[view.hall.number]
    inner, outer = side * view.half, side * (view.half + 1.15)
    left, right = min(inner, outer), max(inner, outer)
    for level in LEVELS:
        back = view.space.wall(outer, level, level + 1.8, (z, z + BAY))
        view.canvas.polygon(back, view.deep((40, 44, 50), z))
        for slot in (1, 0):
            deep = z + 0.2 + slot * 1.32
            if likely(view.chance, view.hall.fill) and view.shows(inner, level, deep + 1.18):
                place = Block(left + 0.1, right - 0.1, level, level + 1.7, deep, deep + 1.18)
                draw_goods(view.canvas, view.space, place, view.chance, view.deep)
        if level:
            beam = Block(left, right, level - 0.16, level, z, z + BAY)
            view.canvas.polygon(view.space.side(beam), view.deep(lit(beams, 0.92), z))
            view.canvas.polygon(view.space.face(beam), view.deep(lit(beams, 0.6), z))
    for x in (outer, inner):
        post = Block(min(x, x - side * 0.1), max(x, x - side * 0.1), 0, 7.6, z - 0.06, z + 0.06)
        view.canvas.polygon(view.space.side(post), view.deep(lit(uprights, 0.72), z))
        view.canvas.polygon(view.space.face(post), view.deep(uprights, z))
    guard = Block(
        min(inner, inner - side * 0.14), max(inner, inner - side * 0.14), 0, 0.5, z, z + 0.1
    )
    view.space.draw(view.canvas, guard, view.deep((232, 190, 40), z))


def draw_floor_things(view: AisleView) -> None:
    """Draw what stands in the aisle, the farthest first."""
    things: list[tuple[float, str]] = [(abs(z), "person") for z in view.hall.people]
    things += [(z, "pallet") for z in view.hall.pallets]
    if view.hall.forklift is not None:
        things.append((view.hall.forklift.distance, "forklift"))
    for order, (z, kind) in enumerate(sorted(things, reverse=True)):
        side = -1 if order % 2 else 1
        with view.canvas.showing(kind):
            draw_thing(view, kind, side, z)


def draw_thing(view: AisleView, kind: str, side: int, z: float) -> None:
    match kind:
        case "person":
            draw_person(view.canvas, view.space, (side * view.half * 0.42, z), view.chance)
        case "pallet":
            draw_pallet(view.canvas, view.space, (side * (view.half - 0.75), z), view.chance)
        case _ if view.hall.forklift is not None:
            draw_forklift(view.canvas, view.space, view.hall.forklift, view.light)
