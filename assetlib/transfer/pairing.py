"""Which `.json` file is the sidecar of which image, by name alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SIDECAR = ".json"


@dataclass(frozen=True, slots=True)
class Pairing:
    """`pairs` are images in their order, each with its sidecar or None; `orphans` have no image."""

    pairs: tuple[tuple[str, str | None], ...]
    orphans: tuple[str, ...]


def pair(paths: Iterable[str]) -> Pairing:
    """Pair `a/img1.jpg` with `a/img1.json`, or with `a/img1.jpg.json` where the first is missing.

    Two images of one stem share a sidecar. Names are compared as they are written: a sidecar's
    ending is `.json`, in lower case.
    """
    given = list(dict.fromkeys(paths))
    sidecars = {path for path in given if path.endswith(SIDECAR)}
    pairs: list[tuple[str, str | None]] = []
    for path in given:
        if path not in sidecars:
            names = (_stem(path) + SIDECAR, path + SIDECAR)
            pairs.append((path, next((name for name in names if name in sidecars), None)))
    taken = {sidecar for _, sidecar in pairs}
    return Pairing(tuple(pairs), tuple(path for path in given if path in sidecars - taken))


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return folder + slash + (stem if dot and stem else name)
