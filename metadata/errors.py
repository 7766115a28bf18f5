"""What can be wrong with a write. Each carries what a page or the API needs to say so.

AnnotationError
├── InvalidEditError      a key, value or tag breaks a rule, or one edit contradicts itself
├── EntryConflictError    someone changed the value since it was shown
├── StaleVersionError     someone changed the image's metadata since it was read
└── TrashedImageError     the image lies in the trash
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from images.models import Brief, Image
    from metadata.json_rules import Problem
    from metadata.values import Value


class AnnotationError(Exception):
    """A write that was refused as a whole; nothing was changed."""


class InvalidEditError(AnnotationError):
    """`problems` name the keys and tags and say what is wrong with each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.key}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class EntryConflictError(AnnotationError):
    """`current` is there now, `shown` was there when the editor was drawn; None is no entry."""

    def __init__(
        self, image: Image | Brief, key: str, shown: Value | None, current: Value | None
    ) -> None:
        super().__init__(f"{key} was changed by someone else since you saw it.")
        self.image, self.key, self.shown, self.current = image, key, shown, current


class StaleVersionError(AnnotationError):
    """`current` is the version by now."""

    def __init__(self, image: Image, current: int) -> None:
        super().__init__(f"{image.filename} was changed since; its version is {current} by now.")
        self.image, self.current = image, current


class TrashedImageError(AnnotationError):
    """Restore it first."""

    def __init__(self, image: Image | Brief) -> None:
        super().__init__(f"{image.filename} is in the trash. Restore it to change its metadata.")
        self.image = image
