"""Light and lens: pools of light, glowing lamps, and what a real camera does to a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from assetlib.demo.draw_canvas import Box, Colour, Point, enlarged, font
from assetlib.demo.facts import Shot

COARSE = 8
Floats: TypeAlias = npt.NDArray[np.float32]
GRAIN = 1700
GRAIN_LEVELS = 6
SHARP = 0.6
SEEN = ([0] * 4 + [255] * 252) * 3
DOUBLE = [min(level * 2, 255) for level in range(256)] * 3


class Light:
    """Light over a picture: an ambient colour, pools that add to it, lamps that shine at us.

    Kept at an eighth of the size: light is soft, and that makes it cheap.
    """

    def __init__(self, size: tuple[int, int], ambient: tuple[float, float, float]) -> None:
        self.size = size
        self.small = (size[0] // COARSE + 1, size[1] // COARSE + 1)
        self.map = np.empty((self.small[1], self.small[0], 3), dtype=np.float32)
        self.map[:] = ambient
        self.across = np.arange(self.small[0], dtype=np.float32)[None, :] * COARSE
        self.down = np.arange(self.small[1], dtype=np.float32)[:, None] * COARSE
        self.glow = Image.new("RGB", self.small)
        self.cores: list[tuple[Point, Point, Colour]] = []
        self.panels: list[tuple[Box, Colour]] = []

    def pool(self, centre: Point, radii: Point, colour: Colour, strength: float) -> None:
        """Let light fall around a place; a negative strength takes light away."""
        far = ((self.across - centre[0]) / max(radii[0], 1)) ** 2
        far = far + ((self.down - centre[1]) / max(radii[1], 1)) ** 2
        self.map += np.exp(-far)[:, :, None] * (np.asarray(colour, np.float32) / 255 * strength)

    def lamp(
        self, centre: Point, radius: float, colour: Colour, glow: float = 3, flat: float = 1
    ) -> None:
        """Put a lamp into the picture; `flat` squeezes it (a strip of light: 0.2)."""
        self.cores.append((centre, (radius, radius * flat), mix_white(colour)))
        x, y = centre[0] / COARSE, centre[1] / COARSE
        reach = max(radius * glow / COARSE, 0.4)
        box = (x - reach, y - reach * flat, x + reach, y + reach * flat)
        ImageDraw.Draw(self.glow).ellipse(box, fill=colour)

    def panel(self, box: Box, colour: Colour, glow: float) -> None:
        """A flat thing that shines, such as a lit window."""
        self.panels.append((box, colour))
        x, y = (box[0] + box[2]) / 2 / COARSE, (box[1] + box[3]) / 2 / COARSE
        dim = (round(colour[0] * glow), round(colour[1] * glow), round(colour[2] * glow))
        ImageDraw.Draw(self.glow).point((x, y), fill=dim)

    def streak(self, top: Point, length: float, width: float, colour: Colour) -> None:
        """A lamp's reflection on something wet or polished, below it."""
        x, y = top[0] / COARSE, top[1] / COARSE
        end = (x, y + length / COARSE)
        ImageDraw.Draw(self.glow).line([(x, y), end], colour, max(1, round(width / COARSE)))

    def falloff(self) -> Floats:
        """Full light less what every lens loses towards the corners."""
        across = self.across / self.size[0] * 2 - 1
        down = self.down / self.size[1] * 2 - 1
        loss = 0.24 * np.clip((across**2 + down**2 - 0.35) / 1.65, 0, 1)
        return np.asarray(255 * (1 - loss[:, :, None]), np.float32)

    def over(self, picture: Image.Image) -> Image.Image:
        levels = Image.fromarray(np.clip(self.map * self.falloff(), 0, 255).astype(np.uint8))
        shone = ImageChops.multiply(picture, enlarged(levels, self.size))
        if not self.cores and not self.panels:
            return shone
        pen = ImageDraw.Draw(shone)
        for box, colour in self.panels:
            pen.rectangle(box, fill=colour)
        for (x, y), (rx, ry), colour in self.cores:
            pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=colour)
        near = self.glow.filter(ImageFilter.GaussianBlur(1.2))
        far = self.glow.filter(ImageFilter.GaussianBlur(6))
        self.bloom(shone, ImageChops.screen(near, far.point(DOUBLE)))
        return shone

    def bloom(self, shone: Image.Image, glow: Image.Image) -> None:
        """Lay the glow over the part of the picture that it reaches."""
        reach = glow.point(SEEN).getbbox()
        if reach is None:
            return
        x0, y0 = reach[0] * COARSE, reach[1] * COARSE
        x1, y1 = min(reach[2] * COARSE, self.size[0]), min(reach[3] * COARSE, self.size[1])
        # Whole coarse pixels are enlarged, then cut: the frame need not be a multiple of them.
        wide = enlarged(
            glow.crop(reach), ((reach[2] - reach[0]) * COARSE, (reach[3] - reach[1]) * COARSE)
        ).crop((0, 0, x1 - x0, y1 - y0))
        shone.paste(ImageChops.screen(shone.crop((x0, y0, x1, y1)), wide), (x0, y0))


def mix_white(colour: Colour) -> Colour:
    """A lamp's core is almost white in a picture, whatever its colour."""
    return (
        (colour[0] + 510) // 3,
        (colour[1] * 2 + 255) // 3,
        (colour[2] * 2 + 255) // 3,
    )


@lru_cache(maxsize=1)
def bell() -> Floats:
    return np.random.default_rng(5).standard_normal((GRAIN, GRAIN), np.float32)


@lru_cache(maxsize=GRAIN_LEVELS)
def grain(level: int) -> Image.Image:
    """Sensor noise around 128, `level` steps strong."""
    return Image.fromarray((bell() * np.float32(level) + np.float32(128.5)).astype(np.uint8))


def through_lens(picture: Image.Image, shot: Shot) -> Image.Image:
    """Blur and add noise, as the shot says; then stamp it."""
    if shot.blur > SHARP:
        picture = picture.filter(ImageFilter.BoxBlur(shot.blur))
    level = max(1, min(GRAIN_LEVELS, round(shot.noise)))
    width, height = picture.size
    bands = []
    for band in range(3):
        # Three crops of one tile: the noise of the bands is then unlike.
        x = (shot.index * 37 + band * 113) % (GRAIN - width)
        y = (shot.index * 53 + band * 71) % (GRAIN - height)
        bands.append(grain(level).crop((x, y, x + width, y + height)))
    picture = ImageChops.add(picture, Image.merge("RGB", bands), 1, -128)
    stamp(picture, shot)
    return picture


def stamp(picture: Image.Image, shot: Shot) -> None:
    """Write camera and time into a corner, as cameras do."""
    size = max(13, picture.height // 42)
    words = f"{shot.camera.id.upper()}  {shot.taken_at:%Y-%m-%d %H:%M:%S}"
    pen = ImageDraw.Draw(picture, "RGBA")
    room = pen.textlength(words, font=font(size))
    low = int(shot.camera.id[-1]) % 2 == 0
    y = picture.height - size * 2.1 if low else size * 0.5
    x = size * 0.6 if low else picture.width - room - size * 1.4
    pen.rectangle((x, y, x + room + size * 0.8, y + size * 1.6), fill=(0, 0, 0, 120))
    pen.text((x + size * 0.4, y + size * 0.2), words, font=font(size), fill=(240, 240, 235, 235))
