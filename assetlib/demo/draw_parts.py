"""Machined parts seen from straight above: turned metal, bolts, teeth, balls, and their faults."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from assetlib.demo.draw_canvas import SCALE, Canvas, Colour, Point, lit, mix
from assetlib.demo.facts import Part, PartKind

DEEP: Colour = (16, 17, 20)
STEEL: Colour = (176, 182, 190)
BRASS: Colour = (206, 168, 96)
BOLTS = 6
TEETH = 18
LABEL_END = 0.74
BALLS = 10
TEXTURE = 360
BOXES: tuple[Colour, ...] = (
    (206, 168, 120),
    (172, 128, 82),
    (226, 222, 214),
    (190, 150, 102),
    (140, 106, 74),
)


@lru_cache(maxsize=8)
def turned(colour: Colour) -> Image.Image:
    """Metal off a lathe: its sheen turns with the angle, with fine rings in it."""
    axis = np.linspace(-1, 1, TEXTURE)
    x, y = axis[None, :], axis[:, None]
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    sheen = 0.72 + 0.2 * np.cos(2 * (angle + 0.9)) + 0.1 * np.cos(4 * (angle + 0.35))
    rings = np.random.default_rng(3).normal(0, 0.02, 400)
    sheen = sheen + rings[np.clip((radius * 250).astype(int), 0, 399)]
    bands = [np.clip(sheen * colour[band] * 1.1, 0, 255) for band in range(3)]
    return Image.fromarray(np.stack(bands, axis=2).astype(np.uint8))


@lru_cache(maxsize=24)
def turned_disc(size: int, colour: Colour) -> tuple[Image.Image, Image.Image]:
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=255)
    return turned(colour).resize((size, size), Image.Resampling.BILINEAR), mask


def lay_disc(canvas: Canvas, centre: Point, radius: float, colour: Colour) -> None:
    disc, mask = turned_disc(round(radius * 2 * SCALE), colour)
    canvas.disc(centre, radius + 1.2, lit(colour, 0.36))
    canvas.paste(disc, (centre[0] - radius, centre[1] - radius), mask)


def around(centre: Point, radius: float, count: int, turn: float, number: float) -> Point:
    angle = turn + 2 * pi * number / count
    return (centre[0] + radius * cos(angle), centre[1] + radius * sin(angle))


def cast_shadow(canvas: Canvas, centre: Point, radius: float) -> None:
    drop = radius * 0.14
    middle = (centre[0] + drop, centre[1] + drop * 1.3)
    canvas.shadow([around(middle, radius, 20, 0, n) for n in range(20)], radius * 0.12, 0.62)


def lay_part(canvas: Canvas, centre: Point, radius: float, kind: PartKind, part: Part) -> None:
    """Draw one part with its defect, if it has one, on the shadow that was drawn before."""
    match kind:
        case "flange":
            lay_flange(canvas, centre, radius, part)
        case "gear":
            lay_gear(canvas, centre, radius, part)
        case "bearing":
            lay_bearing(canvas, centre, radius, part)
        case "carton":
            lay_carton(canvas, centre, radius, part)
    if part.defect == "scratch":
        scratch(canvas, centre, radius, part.turn)


def hole(canvas: Canvas, centre: Point, radius: float) -> None:
    canvas.disc(centre, radius * 1.14, (226, 230, 234))
    canvas.disc((centre[0] - radius * 0.05, centre[1] - radius * 0.05), radius * 1.08, (70, 74, 80))
    canvas.disc(centre, radius, DEEP)


def bolt(canvas: Canvas, centre: Point, radius: float, turn: float) -> None:
    shade = (centre[0] + radius * 0.22, centre[1] + radius * 0.28)
    canvas.disc(shade, radius * 1.3, (30, 32, 36), 0.5)
    canvas.disc(centre, radius * 1.28, (128, 132, 138))
    corners = [around(centre, radius, 6, turn, n) for n in range(6)]
    for number in range(6):
        towards = cos(turn + pi * (2 * number + 1) / 6 + 2.3)
        tone = mix((104, 106, 112), (236, 238, 240), 0.5 + 0.5 * towards)
        canvas.polygon([centre, corners[number], corners[(number + 1) % 6]], tone)
    canvas.disc(centre, radius * 0.55, (190, 194, 200))


def lay_flange(canvas: Canvas, centre: Point, radius: float, part: Part) -> None:
    lay_disc(canvas, centre, radius, STEEL)
    canvas.ring(centre, radius * 0.95, (216, 220, 226), radius * 0.02)
    lay_disc(canvas, centre, radius * 0.5, (196, 200, 206))
    hole(canvas, centre, radius * 0.28)
    for number in range(BOLTS):
        spot = around(centre, radius * 0.73, BOLTS, part.turn, number)
        if part.defect == "missing bolt" and number == 0:
            hole(canvas, spot, radius * 0.085)
        else:
            bolt(canvas, spot, radius * 0.115, part.turn * 3 + number)


def lay_gear(canvas: Canvas, centre: Point, radius: float, part: Part) -> None:
    points = []
    for tooth in range(TEETH):
        low = part.defect == "chipped tooth" and tooth in {4, 5}
        for share, reach in ((0.0, 0.86), (0.14, 1.0), (0.42, 1.0), (0.56, 0.86)):
            far = radius * (0.85 if low else reach)
            points.append(around(centre, far, TEETH, part.turn, tooth + share))
    size = round(radius * 2 * SCALE)
    mask = Image.new("L", (size, size))
    corner = (centre[0] - radius, centre[1] - radius)
    spots = [((x - corner[0]) * SCALE, (y - corner[1]) * SCALE) for x, y in points]
    ImageDraw.Draw(mask).polygon(spots, fill=255)
    canvas.polygon([(x + 1.4, y + 1.6) for x, y in points], (44, 40, 30))
    canvas.paste(turned_disc(size, BRASS)[0], corner, mask)
    canvas.ring(centre, radius * 0.76, lit(BRASS, 0.62), radius * 0.025)
    for number in range(5):
        hole(canvas, around(centre, radius * 0.52, 5, part.turn, number), radius * 0.13)
    lay_disc(canvas, centre, radius * 0.27, lit(BRASS, 1.08))
    hole(canvas, centre, radius * 0.15)


def lay_bearing(canvas: Canvas, centre: Point, radius: float, part: Part) -> None:
    lay_disc(canvas, centre, radius, (164, 172, 184))
    canvas.ring(centre, radius * 0.96, (214, 220, 228), radius * 0.02)
    canvas.disc(centre, radius * 0.8, (48, 50, 56))
    for number in range(BALLS):
        if part.defect == "missing ball" and number == 0:
            continue
        spot = around(centre, radius * 0.645, BALLS, part.turn, number)
        ball = radius * 0.135
        for share, tone in ((1, 92), (0.86, 150), (0.62, 196), (0.3, 246)):
            lift = ball * (1 - share) * 0.4
            canvas.disc((spot[0] - lift, spot[1] - lift), ball * share, (tone, tone + 4, tone + 9))
    lay_disc(canvas, centre, radius * 0.49, (182, 188, 198))
    canvas.ring(centre, radius * 0.46, (226, 230, 236), radius * 0.02)
    hole(canvas, centre, radius * 0.3)


def lay_carton(canvas: Canvas, centre: Point, radius: float, part: Part) -> None:
    lean = (part.turn - 0.5) * 0.24
    tone = BOXES[int(part.turn * 1000) % len(BOXES)]

    def at(x: float, y: float) -> Point:
        across, down = x * radius, y * radius
        return (
            centre[0] + across * cos(lean) - down * sin(lean),
            centre[1] + across * sin(lean) + down * cos(lean),
        )

    def plate(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
        return [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)]

    canvas.polygon(plate(-0.98, -0.78, 1.0, 0.82), lit(tone, 0.5))
    canvas.polygon(plate(-1, -0.8, 0.97, 0.78), tone)
    canvas.polygon(plate(-1, -0.8, 0.97, -0.74), lit(tone, 1.14))
    canvas.line([at(-1, 0), at(0.97, 0)], lit(tone, 0.5), 1.4)
    canvas.polygon(plate(-1, -0.09, 0.97, 0.09), (222, 196, 146), 0.75)
    if part.defect == "missing label":
        canvas.polygon(plate(0.2, 0.2, 0.82, 0.62), lit(tone, 1.08))
        return
    canvas.polygon(plate(0.2, 0.2, 0.82, 0.62), (246, 246, 242))
    bars = Random(round(part.turn * 1e6))  # noqa: S311 -- a drawing, not a secret
    x = 0.26
    while x < LABEL_END:
        wide = bars.choice((0.012, 0.02, 0.03))
        canvas.polygon(plate(x, 0.26, x + wide, 0.45), (20, 20, 22))
        x += wide + bars.choice((0.014, 0.022))
    for row in (0.5, 0.55):
        canvas.polygon(plate(0.26, row, 0.26 + bars.uniform(0.25, 0.5), row + 0.02), (70, 70, 74))


def scratch(canvas: Canvas, centre: Point, radius: float, turn: float) -> None:
    path = Random(round(turn * 1e6))  # noqa: S311 -- a drawing, not a secret
    angle = turn * 2
    for start in (-0.62, -0.4, -0.52):
        points = []
        for step in range(9):
            along = (start + step * 0.14) * radius
            # Off the middle: across a bore there is nothing to scratch.
            aside = (0.62 + path.uniform(-0.025, 0.025) + (start + 0.5) * 0.4) * radius
            x = centre[0] + along * cos(angle) - aside * sin(angle)
            points.append((x, centre[1] + along * sin(angle) + aside * cos(angle)))
        thin = max(1.0, radius * 0.014)
        canvas.line([(x + thin, y + thin) for x, y in points], (34, 30, 30), thin)
        canvas.line(points, (250, 250, 246), thin)
