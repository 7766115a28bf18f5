"""Space in metres, seen by a camera that looks straight ahead: x right, y up, z away from us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from assetlib.demo.draw_canvas import Canvas, Colour, Point, lit

NEAREST = 0.8


@dataclass(frozen=True, slots=True)
class Block:
    """A block in space; `taper` draws its upper side in, in metres (left-right, front, back)."""

    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float
    taper: tuple[float, float, float] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Space:
    """`vanish` is where straight ahead meets the horizon; `curve` bends the way, in 1/m."""

    vanish: Point
    focal: float
    eye: float
    offset: float = 0
    curve: float = 0

    def at(self, x: float, y: float, z: float) -> Point:
        z = max(z, NEAREST)
        scale = self.focal / z
        across = x - self.offset + self.curve * z * z
        return (self.vanish[0] + across * scale, self.vanish[1] + (self.eye - y) * scale)

    def size(self, metres: float, z: float) -> float:
        return metres * self.focal / max(z, NEAREST)

    def ground(self, x0: float, x1: float, depths: Sequence[float], y: float = 0) -> list[Point]:
        """The outline of a strip on the ground that follows the way."""
        left = [self.at(x0, y, z) for z in depths]
        return left + [self.at(x1, y, z) for z in reversed(depths)]

    def wall(self, x: float, y0: float, y1: float, depths: Sequence[float]) -> list[Point]:
        """The outline of an upright strip beside the way."""
        return [self.at(x, y0, z) for z in depths] + [self.at(x, y1, z) for z in reversed(depths)]

    def front(self, x0: float, x1: float, y0: float, y1: float, z: float) -> list[Point]:
        return [self.at(x0, y0, z), self.at(x1, y0, z), self.at(x1, y1, z), self.at(x0, y1, z)]

    def wheel(self, x: float, z: float, radius: float) -> list[Point]:
        turns = [pi * step / 9 for step in range(18)]
        return [self.at(x, radius + radius * sin(a), z + radius * cos(a)) for a in turns]

    def side(self, block: Block) -> list[Point]:
        """The left or right side of a block, whichever can be seen."""
        inward, front, back = block.taper
        # A bent way turns blocks too; where they stand on screen decides, not where in the world.
        middle = self.at((block.x0 + block.x1) / 2, block.y0, block.z0)[0]
        x, inward = (block.x0, inward) if middle > self.vanish[0] else (block.x1, -inward)
        return [
            self.at(x, block.y0, block.z0),
            self.at(x, block.y0, block.z1),
            self.at(x + inward, block.y1, block.z1 - back),
            self.at(x + inward, block.y1, block.z0 + front),
        ]

    def face(self, block: Block) -> list[Point]:
        inward, front, _ = block.taper
        return [
            self.at(block.x0, block.y0, block.z0),
            self.at(block.x1, block.y0, block.z0),
            self.at(block.x1 - inward, block.y1, block.z0 + front),
            self.at(block.x0 + inward, block.y1, block.z0 + front),
        ]

    def top(self, block: Block) -> list[Point]:
        inward, front, back = block.taper
        left, right = block.x0 + inward, block.x1 - inward
        near, far = block.z0 + front, block.z1 - back
        y = block.y1
        return [
            self.at(left, y, near),
            self.at(right, y, near),
            self.at(right, y, far),
            self.at(left, y, far),
        ]

    def draw(
        self, canvas: Canvas, block: Block, colour: Colour, roof: Colour | None = None
    ) -> None:
        """Draw the sides that can be seen, the upper one lightest."""
        canvas.polygon(self.side(block), lit(colour, 0.68))
        if block.y1 < self.eye:
            canvas.polygon(self.top(block), roof or lit(colour, 1.16))
        canvas.polygon(self.face(block), colour)
