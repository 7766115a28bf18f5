"""An inspection camera straight above a conveyor: the belt, its rails, the parts on it."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from PIL import Image

from assetlib.demo.draw_canvas import Canvas, Colour, lit, mix
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_parts import cast_shadow, lay_part
from assetlib.demo.draw_seen import Drawing, visible
from assetlib.demo.facts import Conveyor, Shot

RAIL = 0.11
ROLL = 120
UPRIGHT = {2}
SHARES = {"flange": 0.19, "gear": 0.19, "bearing": 0.16, "carton": 0.24}
BELTS: dict[int, Colour] = {
    1: (42, 98, 74),
    2: (46, 47, 51),
    3: (44, 92, 148),
    4: (120, 124, 130),
}
LAMPS: dict[int, tuple[float, float, float]] = {
    1: (0.84, 0.85, 0.86),
    2: (0.94, 0.88, 0.78),
    3: (0.8, 0.83, 0.88),
    4: (0.86, 0.84, 0.8),
}


def draw_conveyor(shot: Shot, belt: Conveyor, chance: Random) -> Drawing:
    width, height = shot.camera.size
    if belt.line in UPRIGHT:
        width, height = height, width
    canvas = Canvas((width, height), scale=1)
    canvas.take(running_line((width, height), belt.line, chance.randrange(ROLL)))
    wear(canvas, chance)
    room = height * (1 - 2 * RAIL)
    radius = belt.size * SHARES[belt.kind] * min(height, width * 0.72)
    spots = [(width * part.along, height * RAIL + room * part.across) for part in belt.parts]
    for spot in spots:
        cast_shadow(canvas, spot, radius)
    canvas.sharpen()
    for spot, part in zip(spots, belt.parts, strict=True):
        with canvas.showing(belt.kind):
            lay_part(canvas, spot, radius, belt.kind, part)
    warmth = chance.uniform(0.9, 1.08)
    red, green, blue = LAMPS[belt.line]
    light = Light((width, height), (red * warmth, green, blue / warmth))
    middle = (width * chance.uniform(0.36, 0.64), height * chance.uniform(0.36, 0.6))
    light.pool(middle, (width * 0.42, height * 0.5), (255, 252, 244), chance.uniform(0.26, 0.42))
    picture = light.over(canvas.finished())
    seen = visible(canvas.outlines, (width, height))
    if belt.line not in UPRIGHT:
        return Drawing(picture, seen)
    upright = picture.transpose(Image.Transpose.ROTATE_270)
    return Drawing(upright, tuple(outline.turned(height) for outline in seen))


def running_line(size: tuple[int, int], line: int, rolled: int) -> Image.Image:
    """The line without parts, its belt rolled on while the rails stand still."""
    still = empty_line((size[0] + ROLL, size[1]), line)
    width, height = size
    picture = still.crop((rolled, 0, rolled + width, height))
    rail = round(height * RAIL)
    picture.paste(still.crop((0, 0, width, rail)), (0, 0))
    picture.paste(still.crop((0, height - rail, width, height)), (0, height - rail))
    return picture


@lru_cache(maxsize=4)
def empty_line(size: tuple[int, int], line: int) -> Image.Image:
    """The line at rest; each camera shows just one."""
    canvas = Canvas(size, (30, 32, 36))
    width, height = size
    top, low = height * RAIL, height * (1 - RAIL)
    colour = BELTS[line]
    canvas.gradient(
        (0, top, width, low), [(0, lit(colour, 0.74)), (0.5, colour), (1, lit(colour, 0.7))]
    )
    match line:
        case 1:
            weave(canvas, colour, (top, low))
        case 2:
            ribs(canvas, colour, (top, low))
        case 3:
            links(canvas, colour, (top, low))
        case _:
            rollers(canvas, (top, low))
    rails(canvas)
    return canvas.finished()


def weave(canvas: Canvas, colour: Colour, edges: tuple[float, float]) -> None:
    top, low = edges
    for x in range(-int(low), canvas.width, 7):
        canvas.line([(x, low), (x + (low - top), top)], lit(colour, 0.86), 1, 0.6)
        canvas.line([(x, top), (x + (low - top), low)], lit(colour, 1.12), 1, 0.4)


def ribs(canvas: Canvas, colour: Colour, edges: tuple[float, float]) -> None:
    for x in range(0, canvas.width, 46):
        canvas.rectangle((x, edges[0], x + 3, edges[1]), lit(colour, 0.6))
        canvas.rectangle((x + 3, edges[0], x + 5, edges[1]), lit(colour, 1.45))


def links(canvas: Canvas, colour: Colour, edges: tuple[float, float]) -> None:
    """A modular belt: links set like bricks, with a pin hole at each end."""
    wide, tall = 92, 38
    for column, x in enumerate(range(-wide, canvas.width, tall)):
        y = edges[0] - (column % 2) * wide / 2
        while y < edges[1]:
            box = (x + 1.2, max(y + 1.2, edges[0]), x + tall - 1.2, min(y + wide - 1.2, edges[1]))
            canvas.rectangle(box, lit(colour, 0.6), radius=5)
            box = (box[0], box[1], box[2] - 2, box[3] - 2)
            canvas.rectangle(box, mix(colour, (255, 255, 255), 0.05 * (column % 2)), radius=5)
            for hole in (0.25, 0.75):
                spot = (x + tall / 2, y + wide * hole)
                if edges[0] + 8 < spot[1] < edges[1] - 8:
                    canvas.rectangle(
                        (spot[0] - 4, spot[1] - 12, spot[0] + 4, spot[1] + 12),
                        lit(colour, 0.42),
                        radius=4,
                    )
            y += wide


def rollers(canvas: Canvas, edges: tuple[float, float]) -> None:
    step = 58
    for x in range(0, canvas.width, step):
        canvas.rectangle((x, edges[0], x + step, edges[1]), (24, 25, 28))
        stops = [
            (0.0, (66, 68, 74)),
            (0.35, (218, 222, 228)),
            (0.5, (178, 182, 190)),
            (1.0, (58, 60, 66)),
        ]
        canvas.gradient((x + 4, edges[0], x + step - 4, edges[1]), stops, sideways=True)


def rails(canvas: Canvas) -> None:
    width, height = canvas.width, canvas.height
    deep = height * RAIL
    metal = [
        (0.0, (92, 96, 102)),
        (0.25, (196, 200, 206)),
        (0.6, (150, 154, 160)),
        (1.0, (70, 73, 78)),
    ]
    for top in (0.0, height - deep):
        canvas.gradient((0, top, width, top + deep), metal)
        canvas.rectangle((0, top + deep * 0.42, width, top + deep * 0.58), (44, 46, 50))
        for x in range(60, width, 210):
            canvas.disc((x, top + deep * 0.5), deep * 0.16, (120, 123, 128))
            canvas.disc((x, top + deep * 0.5), deep * 0.08, (34, 35, 38))
    canvas.shadow([(0, deep - 4), (width, deep - 4), (width, deep + 10), (0, deep + 10)], 8, 0.7)
    guide = mix((226, 190, 40), (40, 40, 40), 0.1)
    for y in (deep - 5, height - deep):
        canvas.rectangle((0, y, width, y + 5), guide)


def wear(canvas: Canvas, chance: Random) -> None:
    """Dust, oil and marks, elsewhere on every picture: the belt runs."""
    top, low = canvas.height * RAIL + 8, canvas.height * (1 - RAIL) - 8
    for _ in range(26):
        spot = (chance.uniform(0, canvas.width), chance.uniform(top, low))
        canvas.disc(spot, chance.uniform(0.6, 3.2), (16, 17, 19), 0.35)
    for _ in range(9):
        x, y = chance.uniform(-50, canvas.width), chance.uniform(top, low)
        far = chance.uniform(30, 190)
        canvas.line([(x, y), (x + far, y + chance.uniform(-5, 5))], (236, 238, 240), 1, 0.13)
