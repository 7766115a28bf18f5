"""What can be wrong with boxes. Each says so in a sentence that a page or the API passes on.

BoxError
├── InvalidBoxError         a box, or the name of its class, breaks a rule
├── AlreadyAnnotatedError   the image has boxes, and nobody said to write over them
└── TrashedImageError       the image lies in the trash
"""

from __future__ import annotations


class BoxError(Exception):
    """A write that was refused as a whole; nothing was changed."""


class InvalidBoxError(BoxError):
    """What is wrong, and with which box."""


class AlreadyAnnotatedError(BoxError):
    """Ask for `overwrite` to put others in their place."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} is already annotated.")


class TrashedImageError(BoxError):
    """Restore it first."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} is in the trash. Restore it to change its boxes.")
