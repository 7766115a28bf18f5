"""A canvas that is drawn at twice its size and shrunk, so that edges come out smooth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from assetlib.demo.draw_seen import Outline

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
Stops: TypeAlias = Sequence[tuple[float, Colour]]

SCALE = 2
TILE = 1024


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with a `share` of `other` in it, 0 to 1."""
    share = min(max(share, 0.0), 1.0)
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def lit(colour: Colour, strength: float) -> Colour:
    """Return the colour under more or less light; 1 leaves it as it is."""
    return (
        min(255, round(colour[0] * strength)),
        min(255, round(colour[1] * strength)),
        min(255, round(colour[2] * strength)),
    )


def faded(colour: Colour, opacity: float) -> tuple[int, int, int, int]:
    return (*colour, round(opacity * 255))


@lru_cache(maxsize=1)
def clouds() -> Image.Image:
    """A soft grey pattern with detail at every size: clouds, stains, worn concrete."""
    source = np.random.default_rng(7)
    total = np.zeros((TILE, TILE), dtype=np.float32)
    for octave in range(2, 8):
        cells = source.random((2**octave, 2**octave), dtype=np.float32)
        wide = Image.fromarray(cells).resize((TILE, TILE), Image.Resampling.BICUBIC)
        total += np.asarray(wide) / np.float32(1.7 ** (octave - 2))
    total -= total.min()
    return Image.fromarray((total * (255 / total.max())).astype(np.uint8))


def ramp(stops: Stops, steps: int = 128) -> Image.Image:
    """A picture one pixel wide that runs through the colours of `stops` from top to bottom."""
    places = [place for place, _ in stops]
    at = np.linspace(0, 1, steps)
    bands = [np.interp(at, places, [colour[band] for _, colour in stops]) for band in range(3)]
    return Image.fromarray(np.stack(bands, axis=1).astype(np.uint8).reshape(steps, 1, 3))


def enlarged(soft: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Enlarge something without edges, smoothly but for the last doubling, which is cheap."""
    half = (max(1, size[0] // 2), max(1, size[1] // 2))
    smooth = soft.resize(half, Image.Resampling.BILINEAR)
    return smooth.resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    # Pillow's own face: what is drawn must not depend on the fonts of the machine.
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so the demo's text cannot be drawn.")
    return face


class Canvas:
    """Coordinates are pixels of the finished picture; colours may carry an opacity."""

    def __init__(
        self, size: tuple[int, int], colour: Colour = (0, 0, 0), *, scale: int = SCALE
    ) -> None:
        self.width, self.height = size
        self.scale = scale
        self.outlines: list[Outline] = []
        self._edges: list[Box] | None = None
        self.take(Image.new("RGB", (self.width * scale, self.height * scale), colour))

    def take(self, image: Image.Image) -> None:
        self.image = image
        self.pen = ImageDraw.Draw(image, "RGB")
        # Blending costs three times as much, so it is used only where something shines through.
        self.veil = ImageDraw.Draw(image, "RGBA")

    @contextmanager
    def showing(self, name: str) -> Iterator[None]:
        """Note the outline of all that is drawn meanwhile, shadows left out."""
        edges = self._edges = []
        yield
        self._edges = None
        lefts, tops, rights, bottoms = zip(*edges, strict=True)
        self.outlines.append(Outline(name, min(lefts), min(tops), max(rights), max(bottoms)))

    def _note(self, points: Sequence[Point], around: Point = (0, 0)) -> None:
        if self._edges is not None:
            xs, ys = zip(*points, strict=True)
            wide, tall = around
            self._edges.append((min(xs) - wide, min(ys) - tall, max(xs) + wide, max(ys) + tall))

    def sharpen(self) -> None:
        """Go from drawing soft things at the finished size to drawing edges at twice that."""
        self.scale = SCALE
        size = (self.width * SCALE, self.height * SCALE)
        self.take(self.image.resize(size, Image.Resampling.NEAREST))

    def polygon(self, points: Sequence[Point], colour: Colour, opacity: float = 1) -> None:
        self._note(points)
        spots = [(x * self.scale, y * self.scale) for x, y in points]
        if opacity == 1:
            self.pen.polygon(spots, fill=colour)
        else:
            self.veil.polygon(spots, fill=faded(colour, opacity))

    def line(
        self, points: Sequence[Point], colour: Colour, width: float = 1, opacity: float = 1
    ) -> None:
        self._note(points, (width / 2, width / 2))
        spots = [(x * self.scale, y * self.scale) for x, y in points]
        thick = max(1, round(width * self.scale))
        if opacity == 1:
            self.pen.line(spots, fill=colour, width=thick, joint="curve")
        else:
            self.veil.line(spots, fill=faded(colour, opacity), width=thick)

    def rectangle(self, box: Box, colour: Colour, opacity: float = 1, radius: float = 0) -> None:
        self._note([box[:2], box[2:]])
        x0, y0, x1, y1 = (edge * self.scale for edge in box)
        if x1 > x0 and y1 > y0:
            fill, pen = (colour, self.pen) if opacity == 1 else (faded(colour, opacity), self.veil)
            if radius:
                pen.rounded_rectangle((x0, y0, x1, y1), radius=radius * self.scale, fill=fill)
            else:
                pen.rectangle((x0, y0, x1, y1), fill=fill)

    def disc(self, centre: Point, radius: float, colour: Colour, opacity: float = 1) -> None:
        self.ellipse(centre, (radius, radius), colour, opacity)

    def ellipse(self, centre: Point, radii: Point, colour: Colour, opacity: float = 1) -> None:
        self._note([centre], radii)
        x, y, rx, ry = (n * self.scale for n in (*centre, *radii))
        box = (x - rx, y - ry, x + rx, y + ry)
        if opacity == 1:
            self.pen.ellipse(box, fill=colour)
        else:
            self.veil.ellipse(box, fill=faded(colour, opacity))

    def ring(self, centre: Point, radius: float, colour: Colour, width: float) -> None:
        x, y, r = centre[0] * self.scale, centre[1] * self.scale, radius * self.scale
        thick = max(1, round(width * self.scale))
        self.pen.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=thick)

    def gradient(self, box: Box, stops: Stops, *, sideways: bool = False) -> None:
        x0, y0, x1, y1 = (round(edge * self.scale) for edge in box)
        if x1 <= x0 or y1 <= y0:
            return
        long = x1 - x0 if sideways else y1 - y0
        strip = ramp(stops).resize((1, long), Image.Resampling.BILINEAR)
        if sideways:
            strip = strip.transpose(Image.Transpose.ROTATE_90)
        self.image.paste(strip.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST), (x0, y0))

    def paste(self, picture: Image.Image, corner: Point, mask: Image.Image | None = None) -> None:
        far = corner[0] + picture.width / self.scale, corner[1] + picture.height / self.scale
        self._note([corner, far])
        spot = (round(corner[0] * self.scale), round(corner[1] * self.scale))
        self.image.paste(picture, spot, mask)

    def shadow(self, points: Sequence[Point], blur: float, opacity: float = 0.5) -> None:
        """Darken a polygon with soft edges; drawn at a quarter of the size, for speed."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = int(min(xs) - 3 * blur), int(min(ys) - 3 * blur)
        left, top = max(left, -self.width), max(top, -self.height)
        right = min(int(max(xs) + 3 * blur), 2 * self.width)
        bottom = min(int(max(ys) + 3 * blur), 2 * self.height)
        small = (max(2, (right - left) // 4), max(2, (bottom - top) // 4))
        mask = Image.new("L", small)
        spots = [((x - left) / 4, (y - top) / 4) for x, y in points]
        ImageDraw.Draw(mask).polygon(spots, fill=round(opacity * 255))
        soft = mask.filter(ImageFilter.GaussianBlur(max(blur / 4, 0.6)))
        wide = enlarged(soft, (small[0] * 4 * self.scale, small[1] * 4 * self.scale))
        x, y = left * self.scale, top * self.scale
        self.image.paste((6, 7, 10), (x, y, x + wide.width, y + wide.height), wide)

    def stain(self, box: Box, colour: Colour, opacity: float, corner: tuple[int, int]) -> None:
        """Lay the cloud pattern over a box in one colour: wear, dirt, clouds."""
        x0, y0, x1, y1 = (round(edge * self.scale) for edge in box)
        if x1 <= x0 or y1 <= y0:
            return
        x, y = corner[0] % (TILE // 2), corner[1] % (TILE // 2)
        crop = clouds().crop((x, y, x + TILE // 2, y + TILE // 2))
        # Contrast first: the pattern's middle greys would lie over everything as a veil.
        mask = crop.point([round(min(max(n - 105, 0) * 2.6, 255) * opacity) for n in range(256)])
        wide = enlarged(mask, (x1 - x0, y1 - y0))
        self.image.paste(colour, (x0, y0, x1, y1), wide)

    def text(self, corner: Point, words: str, size: float, colour: Colour) -> None:
        face = font(max(6, round(size * self.scale)))
        self.pen.text(
            (corner[0] * self.scale, corner[1] * self.scale), words, font=face, fill=colour
        )

    def finished(self) -> Image.Image:
        return self.image.reduce(self.scale)
