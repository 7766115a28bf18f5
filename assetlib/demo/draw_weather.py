"""Fog, rain and snow between the camera and the road."""

from __future__ import annotations

from PIL import Image, ImageChops

from assetlib.demo.draw_canvas import Canvas
from assetlib.demo.draw_roadview import AMBIENT, RoadView


def draw_weather(view: RoadView, picture: Image.Image) -> Image.Image:
    match view.road.weather:
        case "fog":
            return laid_over(view, picture, 0.95)
        case "rain":
            return fallen(view, laid_over(view, picture, 0.35), long=34, many=420)
        case "snow":
            return fallen(view, laid_over(view, picture, 0.5), long=4, many=620)
        case "clear" | "cloudy":
            return picture


def laid_over(view: RoadView, picture: Image.Image, most: float) -> Image.Image:
    """Lay haze over the picture, thickest at the horizon."""
    level = view.space.vanish[1] / view.canvas.height
    rows = []
    for step in range(96):
        place = step / 95
        away = (place - level) / 0.42 if place > level else (level - place) / 0.75
        rows.append(round(255 * most * max(0.0, 1 - away) ** 1.3))
    strip = Image.new("L", (1, 96))
    strip.putdata(rows)
    tall = strip.resize((1, picture.height), Image.Resampling.BILINEAR)
    mask = tall.resize(picture.size, Image.Resampling.NEAREST)
    ambient = AMBIENT[view.shot.light]
    colour = tuple(round(n * share) for n, share in zip(view.haze, ambient, strict=True))
    picture.paste(colour, (0, 0), mask)
    return picture


def fallen(view: RoadView, picture: Image.Image, *, long: int, many: int) -> Image.Image:
    canvas, chance = Canvas((picture.width // 2, picture.height // 2)), view.chance
    slant = chance.uniform(-0.25, 0.25)
    bright = 150 if view.shot.light == "day" else 96
    for _ in range(many):
        x, y = chance.uniform(-20, canvas.width), chance.uniform(-20, canvas.height)
        near = chance.random() ** 2
        end = (x + slant * long * (0.4 + near), y + long * (0.3 + near))
        tone = round(bright * (0.25 + 0.5 * near))
        canvas.line(
            [(x, y), end], (tone, tone, tone), 0.4 + near * (1 if long > many / 40 else 2.2)
        )
    return ImageChops.screen(picture, canvas.image)
