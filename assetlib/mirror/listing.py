"""What a bucket lists, and which of its paths a mirror is about. Pure.

A path is compared by its bytes, as buckets and the ledger order it; for UTF-8 that is the order of
Python's strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol


class Listed(NamedTuple):
    """One object as the bucket lists it; `modified` is in seconds since 1970."""

    path: str
    etag: str
    size: int
    modified: float


class Paths(Protocol):
    """Which paths a mirror is about: those of images, and those where their sidecars would lie."""

    def __contains__(self, path: str) -> bool: ...

    @property
    def of_sidecars(self) -> Globs: ...


@dataclass(frozen=True)
class Globs:
    """Which paths are looked at: those that some of `include` fits, or all, and none of `exclude`.

    `*` and `?` stay within a folder, `**` does not; a glob without a slash is one for the name.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __contains__(self, path: str) -> bool:
        if self._included is not None and not self._included.fullmatch(path):
            return False
        return self._excluded is None or not self._excluded.fullmatch(path)

    @cached_property
    def _included(self) -> re.Pattern[str] | None:
        return _any_of(self.include)

    @cached_property
    def _excluded(self) -> re.Pattern[str] | None:
        return _any_of(self.exclude)

    @cached_property
    def of_sidecars(self) -> Globs:
        """The globs of the sidecars that would lie beside: with `.json` in place of an ending."""
        return Globs(tuple(map(_beside, self.include)), self.exclude)


def read_globs(text: str) -> tuple[str, ...]:
    """Return the globs of a text, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _any_of(globs: Iterable[str]) -> re.Pattern[str] | None:
    patterns = [_pattern(glob) for glob in globs]
    return re.compile("|".join(patterns), re.DOTALL) if patterns else None


TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _pattern(glob: str) -> str:
    anywhere = "" if "/" in glob else MEANINGS["**/"]
    tokens = TOKENS.findall(glob)
    return anywhere + "".join(MEANINGS.get(token) or re.escape(token) for token in tokens)


def _beside(glob: str) -> str:
    folder, slash, name = glob.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return folder + slash + (f"{stem}.json" if dot else name)
