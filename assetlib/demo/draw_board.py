"""A circuit board under an inspection camera, laid out by its model, so that boards recur."""

from __future__ import annotations

from functools import lru_cache
from math import cos, sin
from random import Random

from PIL import Image

from assetlib.demo.draw_canvas import SCALE, Canvas, Colour, lit, mix
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_parts import scratch
from assetlib.demo.draw_seen import Drawing
from assetlib.demo.facts import Board, Shot

WIDE, HIGH = 1180, 900
CELL = 118
MARGIN = 60
MASKS: dict[str, Colour] = {
    "green": (20, 92, 58),
    "blue": (22, 62, 132),
    "black": (30, 32, 36),
    "red": (138, 28, 34),
}
TABLE: Colour = (46, 48, 52)
GOLD: Colour = (214, 178, 92)
TIN: Colour = (200, 204, 208)
SILK: Colour = (232, 236, 232)
CERAMIC: Colour = (176, 142, 104)
EPOXY: Colour = (34, 35, 38)


def draw_board(shot: Shot, board: Board, chance: Random) -> Drawing:
    """Lay the board under the camera: turned, shifted and as near as the facts say."""
    width, height = shot.camera.size
    canvas = Canvas((WIDE, HIGH), scale=1)
    canvas.take(populated(board.model, board.revision, board.colour).copy())
    for number in range(board.defect_count):
        spoil(canvas, board, number)
    light = Light(shot.camera.size, (0.76, 0.77, 0.8))
    middle = (width * chance.uniform(0.3, 0.7), height * chance.uniform(0.25, 0.6))
    light.pool(middle, (width * 0.45, height * 0.5), (255, 250, 240), 0.42)
    return Drawing(light.over(seen(canvas.image, board, shot.camera.size)))


def seen(whole: Image.Image, board: Board, size: tuple[int, int]) -> Image.Image:
    """Return what the camera sees of the board."""
    width, height = size
    near = board.zoom * HIGH / height
    across, down = near * cos(board.turn), near * sin(board.turn)
    x = WIDE * (0.5 + board.shift[0]) - across * width / 2 + down * height / 2
    y = HIGH * (0.5 + board.shift[1]) - down * width / 2 - across * height / 2
    if not board.turn:
        # The same as below for a board that lies straight, four times as fast.
        whole = whole.crop((round(x), round(y), round(x + near * width), round(y + near * height)))
        return whole.resize(size, Image.Resampling.BILINEAR)
    return whole.transform(
        size,
        Image.Transform.AFFINE,
        (across, -down, x, down, across, y),
        Image.Resampling.BILINEAR,
        fillcolor=TABLE,
    )


@lru_cache(maxsize=6)
def populated(model: str, revision: str, colour: str) -> Image.Image:
    """The faultless board of a model and revision."""
    canvas = Canvas((WIDE, HIGH), TABLE)
    same = Random(model + revision)  # noqa: S311 -- a drawing, not a secret
    mask = MASKS[colour]
    canvas.shadow([(40, 40), (WIDE - 20, 40), (WIDE - 20, HIGH - 20), (40, HIGH - 20)], 14, 0.8)
    canvas.rectangle((30, 30, WIDE - 30, HIGH - 30), lit(mask, 0.7), radius=18)
    canvas.rectangle((30, 30, WIDE - 32, HIGH - 33), mask, radius=18)
    draw_traces(canvas, mask, same)
    for x, y in ((72, 72), (WIDE - 72, 72), (72, HIGH - 72), (WIDE - 72, HIGH - 72)):
        canvas.disc((x, y), 24, GOLD)
        canvas.disc((x, y), 14, TABLE)
    for row in range(1, HIGH // CELL - 1):
        for column in range(1, WIDE // CELL - 1):
            place_part(canvas, (column * CELL + 36, row * CELL + 24), same, row * 10 + column)
    draw_edge(canvas)
    canvas.text((112, 46), f"{model}  REV  {revision}", 24, SILK)
    return canvas.finished()


def draw_traces(canvas: Canvas, mask: Colour, same: Random) -> None:
    light, dark = mix(mask, (150, 220, 170), 0.2), lit(mask, 0.78)
    for _ in range(150):
        x, y = same.uniform(50, WIDE - 200), same.uniform(110, HIGH - 60)
        far, step = same.uniform(40, 260), same.choice((-1, 1)) * same.uniform(10, 60)
        bend = (x + far, y), (x + far + abs(step), y + step)
        end = (min(bend[1][0] + same.uniform(20, 200), WIDE - 50), bend[1][1])
        if not MARGIN < bend[1][1] < HIGH - MARGIN or bend[1][0] > WIDE - MARGIN:
            continue
        for lane in range(same.choice((1, 1, 3, 5))):
            shift = lane * 6.5
            run = [(px, py + shift) for px, py in ((x, y), *bend, end)]
            canvas.line([(px, py + 1.5) for px, py in run], dark, 2.6)
            canvas.line(run, light, 2.4)
        canvas.disc(end, 5, GOLD)
        canvas.disc(end, 2.2, (24, 26, 26))


def place_part(canvas: Canvas, corner: tuple[float, float], same: Random, number: int) -> None:
    x, y = corner
    kind = same.choices(("chip", "can", "small", "none"), (24, 14, 48, 14))[0]
    if kind == "chip":
        chip(canvas, (x + 8, y + 14), same, number)
    elif kind == "can":
        can(canvas, (x + 52, y + 52), same.choice((34, 40)), f"C{number}")
    elif kind == "small":
        for row in range(3):
            for column in range(2):
                spot = (x + 12 + column * 52, y + 12 + row * 32)
                small_part(canvas, spot, same.choice((CERAMIC, EPOXY, EPOXY, (206, 190, 150))))
        canvas.text((x + 8, y + 100), f"R{number}", 11, SILK)


def small_part(canvas: Canvas, corner: tuple[float, float], body: Colour) -> None:
    x, y = corner
    canvas.rectangle((x - 4, y - 2, x + 12, y + 18), TIN, radius=2)
    canvas.rectangle((x + 26, y - 2, x + 42, y + 18), TIN, radius=2)
    canvas.rectangle((x + 2, y + 2, x + 38, y + 19), (10, 12, 12), 0.5)
    canvas.rectangle((x, y, x + 38, y + 16), lit(TIN, 0.86), radius=1)
    canvas.rectangle((x + 8, y, x + 30, y + 16), body)
    canvas.rectangle((x + 8, y, x + 30, y + 3), lit(body, 1.35))


def chip(canvas: Canvas, corner: tuple[float, float], same: Random, number: int) -> None:
    x, y = corner
    wide, tall = 88.0, same.choice((62.0, 84.0))
    for pin in range(8):
        at = x + 6 + pin * 10
        canvas.rectangle((at, y - 9, at + 5, y + tall + 9), TIN)
    canvas.shadow(
        [
            (x + 3, y + 5),
            (x + wide + 5, y + 5),
            (x + wide + 5, y + tall + 6),
            (x + 3, y + tall + 6),
        ],
        4,
    )
    canvas.gradient(
        (x, y, x + wide, y + tall), [(0, (58, 60, 64)), (0.2, EPOXY), (1, (26, 27, 30))]
    )
    canvas.disc((x + 10, y + tall - 10), 3.4, (74, 76, 80))
    canvas.text(
        (x + 16, y + 16),
        f"{same.choice(('AL', 'MX', 'TP', 'KV'))}{same.randint(100, 999)}",
        17,
        (172, 174, 176),
    )
    canvas.text((x + 16, y + 38), f"{same.randint(1, 52):02}26", 13, (136, 138, 140))
    canvas.text((x, y + tall + 11), f"U{number}", 11, SILK)


def can(canvas: Canvas, centre: tuple[float, float], radius: float, name: str) -> None:
    x, y = centre
    canvas.rectangle(
        (x - radius - 4, y - radius - 4, x + radius + 4, y + radius + 4), (24, 25, 28), radius=8
    )
    for share, tone in ((1, 108), (0.93, 196), (0.86, 176), (0.5, 188)):
        canvas.disc(
            (x - radius * (1 - share) * 0.3, y - radius * (1 - share) * 0.3),
            radius * share,
            (tone, tone + 3, tone + 7),
        )
    canvas.pen.chord(
        tuple(n * SCALE for n in (x - radius, y - radius, x + radius, y + radius)),
        115,
        245,
        fill=(38, 40, 46),
    )
    canvas.text((x - 4, y - 14), "47", 14, (60, 62, 66))
    canvas.text((x + radius - 6, y + radius + 4), name, 11, SILK)


def draw_edge(canvas: Canvas) -> None:
    """The connectors: a row of pins, a socket, gold fingers."""
    for pin in range(20):
        x = 330 + pin * 27
        canvas.rectangle((x, 52, x + 20, 72), (24, 24, 26), radius=3)
        canvas.rectangle((x + 5, 57, x + 15, 67), GOLD)
    canvas.rectangle((14, HIGH * 0.42, 112, HIGH * 0.42 + 118), (176, 180, 186), radius=6)
    canvas.rectangle((14, HIGH * 0.42 + 6, 104, HIGH * 0.42 + 20), (226, 229, 233))
    canvas.rectangle((14, HIGH * 0.42 + 40, 60, HIGH * 0.42 + 80), (40, 42, 46))
    for finger in range(26):
        x = 300 + finger * 23
        canvas.rectangle((x, HIGH - 74, x + 15, HIGH - 33), GOLD)
        canvas.rectangle((x, HIGH - 74, x + 4, HIGH - 33), lit(GOLD, 1.2))


def spoil(canvas: Canvas, board: Board, number: int) -> None:
    """Add one defect near the middle of what the camera sees."""
    x = WIDE * (0.5 + board.shift[0]) + (number * 150 - 90)
    y = HIGH * (0.5 + board.shift[1]) + (number * 90 - 50)
    if board.defect == "scratch":
        scratch(canvas, (x, y), 130, board.turn + number + 0.3)
        return
    mask = MASKS[board.colour]
    canvas.rectangle((x - 30, y - 24, x + 62, y + 44), mask, radius=4)
    for left in (x - 22, x + 36):
        canvas.rectangle((left, y - 14, left + 18, y + 32), lit(TIN, 0.8), radius=3)
        canvas.ellipse((left + 8, y + 8), (6, 14), lit(TIN, 1.15))
