"""What a drawing shows and where: noted while it is drawn, so that the boxes are true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

# Nobody draws a box around so few pixels, or around what hides behind something else.
LEAST_SIDE = 7
MOST_HIDDEN = 0.8


@dataclass(frozen=True, slots=True)
class Outline:
    """A thing by its class, and its edges in pixels of the picture."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(self.right - self.left, 0) * max(self.bottom - self.top, 0)

    def within(self, other: Outline) -> Outline:
        """Return what of it lies within the other; its area is 0 when nothing does."""
        return Outline(
            self.name,
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def turned(self, height: float) -> Outline:
        """Return it in a picture of that height that was turned by a quarter, clockwise."""
        return Outline(self.name, height - self.bottom, self.left, height - self.top, self.right)


@dataclass(frozen=True, slots=True)
class Drawing:
    picture: Image.Image
    outlines: tuple[Outline, ...] = ()


def visible(outlines: Sequence[Outline], size: tuple[int, int]) -> tuple[Outline, ...]:
    """Return what a person would draw a box around; what comes later lies in front."""
    frame = Outline("frame", 0, 0, *size)
    framed = [outline.within(frame) for outline in outlines]
    return tuple(
        outline
        for place, outline in enumerate(framed)
        if min(outline.right - outline.left, outline.bottom - outline.top) >= LEAST_SIDE
        and not any(
            outline.within(nearer).area > MOST_HIDDEN * outline.area
            for nearer in framed[place + 1 :]
        )
    )
