"""What stands behind a road: sky and clouds, hills, trees, a town with lit windows."""

from __future__ import annotations

from math import sin
from random import Random

from assetlib.demo.draw_canvas import Colour, lit, mix
from assetlib.demo.draw_roadview import RoadView

LIT_WINDOWS = 0.3


def draw_sky(view: RoadView) -> None:
    canvas, level = view.canvas, view.space.vanish[1]
    canvas.gradient((0, 0, canvas.width, level + 2), view.sky)
    cover = {"clear": 0.45, "cloudy": 0.85, "rain": 0.5, "snow": 0.5, "fog": 0.0}
    bright = mix(view.haze, (255, 255, 255), 0.5 if view.shot.light == "day" else 0.1)
    if view.road.weather == "rain":
        bright = (84, 90, 98)
    corner = (view.chance.randrange(500), view.chance.randrange(500))
    sky = (0, -level * 0.4, canvas.width, level * 0.92)
    canvas.stain(sky, bright, cover[view.road.weather] * 0.8, corner)


def ridge(view: RoadView, height: float, rough: float, colour: Colour) -> None:
    canvas, level = view.canvas, view.space.vanish[1]
    # Seeded by the camera: the same hills stand behind every picture of one camera.
    phase = sum(map(ord, view.shot.camera.id)) + height * 10
    points = [(0.0, level + 2)]
    for step in range(0, canvas.width + 16, 16):
        share = step / canvas.width
        wave = sin(share * 5.1 + phase) + 0.5 * sin(share * 13 + phase * 2)
        wave += rough * (sin(share * 97 + phase) + sin(share * 211))
        points.append((float(step), level - canvas.height * height * (1 + 0.35 * wave)))
    canvas.polygon([*points, (canvas.width + 16.0, level + 2)], colour)


def draw_backdrop(view: RoadView) -> None:
    match view.road.backdrop:
        case "hills" | "bridge":
            for height, share in ((0.12, 0.72), (0.075, 0.5), (0.035, 0.25)):
                ridge(view, height, 0.02, mix((64, 84, 66), view.haze, fogged(view, share)))
        case "forest":
            ridge(view, 0.07, 0.02, mix((58, 84, 74), view.haze, fogged(view, 0.6)))
            draw_trees(view)
        case "city":
            ridge(view, 0.03, 0.05, mix((84, 92, 100), view.haze, fogged(view, 0.6)))
            draw_city(view)


def fogged(view: RoadView, share: float) -> float:
    return min(share + 0.35, 0.95) if view.road.weather == "fog" else share


def draw_trees(view: RoadView) -> None:
    same = Random(view.shot.camera.id)  # noqa: S311 -- a drawing, not a secret
    for depth in (230, 170, 120, 85, 60, 42):
        for side in (-1, 1):
            for _ in range(7):
                x = side * (view.edge + 5 + same.random() * 34)
                tall = 8 + same.random() * 9
                base = mix((38, 66, 36), (74, 96, 44), same.random())
                draw_tree(view, x, depth + same.random() * 14, tall, base)


def draw_tree(view: RoadView, x: float, z: float, tall: float, colour: Colour) -> None:
    colour = view.hazy(
        mix(colour, (228, 232, 236), 0.45) if view.road.weather == "snow" else colour, z * 1.4
    )
    for low, wide in ((0.08, 0.27), (0.3, 0.22), (0.52, 0.16), (0.72, 0.1)):
        left = view.space.at(x - tall * wide, tall * low, z)
        right = view.space.at(x + tall * wide, tall * low, z)
        tip = view.space.at(x, tall * min(low + 0.42, 1), z)
        middle = (tip[0], left[1])
        view.canvas.polygon([left, middle, tip], lit(colour, 0.84))
        view.canvas.polygon([middle, right, tip], lit(colour, 1.08))


def draw_city(view: RoadView) -> None:
    same = Random(view.shot.camera.id)  # noqa: S311 -- a drawing, not a secret
    canvas, level = view.canvas, view.space.vanish[1]
    for row, share in ((0, 0.66), (1, 0.4), (2, 0.12)):
        x = -20.0
        while x < canvas.width:
            wide = canvas.width * (0.03 + same.random() * 0.05)
            middle = abs(x + wide / 2 - view.space.vanish[0]) / canvas.width
            tall = canvas.height * (0.05 + same.random() * 0.14 + middle * 0.22 * (row + 0.4))
            tone = mix((122, 110, 102), (94, 106, 122), same.random())
            colour = mix(tone, view.haze, fogged(view, share))
            canvas.rectangle((x, level - tall, x + wide, level + 4), colour)
            canvas.rectangle((x + wide * 0.8, level - tall, x + wide, level + 4), lit(colour, 0.84))
            draw_windows(view, (x, level - tall, wide, tall), colour, same)
            x += wide * (1.05 + same.random() * 0.5)


def draw_windows(
    view: RoadView, place: tuple[float, float, float, float], wall: Colour, same: Random
) -> None:
    x, y, wide, tall = place
    step = max(view.canvas.width / 130, 5)
    dark = view.shot.light != "day"
    for row in range(int(tall / step / 1.3) - 1):
        for column in range(int(wide / step) - 1):
            left, top = x + step * (0.6 + column), y + step * (0.7 + row * 1.3)
            pane = (left, top, left + step * 0.55, top + step * 0.7)
            view.canvas.rectangle(pane, lit(wall, 0.72))
            chance = same.random()
            if dark and chance < LIT_WINDOWS:
                warm = mix((255, 176, 92), (250, 236, 200), chance / LIT_WINDOWS)
                view.light.panel(pane, lit(warm, 0.5 + chance), 0.35)
