"""Which files of a folder are images, and which `.json` file is the sidecar of which.

By name alone, and as the server's own folder ingest pairs them: `a/1.jpg` with `a/1.json`, or with
`a/1.jpg.json` where the first is missing. Two images of one stem share a sidecar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

SIDECAR = ".json"


@dataclass(frozen=True, slots=True)
class Paired:
    """`pairs` are images by path, each with its sidecar or None; `orphans` have no image."""

    pairs: tuple[tuple[Path, Path | None], ...]
    orphans: tuple[Path, ...]


def list_folder(folder: Path, *, sidecars: bool = True) -> Paired:
    """Return what lies in the folder and in those inside, without hidden files.

    Raises NotADirectoryError.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder.")
    paths = sorted(path for path in folder.rglob("*") if _counts(path.relative_to(folder), path))
    beside = {path for path in paths if path.name.endswith(SIDECAR)}
    pairs = tuple(
        (path, _sidecar(path, beside.__contains__) if sidecars else None)
        for path in paths
        if path not in beside
    )
    taken = {sidecar for _, sidecar in pairs}
    return Paired(pairs, tuple(sorted(beside - taken)) if sidecars else ())


def list_files(paths: Iterable[Path], *, sidecars: bool = True) -> Paired:
    """Return these files, each once, with the sidecars that lie beside them."""
    each_once = dict.fromkeys(path for path in paths if not path.name.endswith(SIDECAR))
    pairs = ((path, _sidecar(path, Path.is_file) if sidecars else None) for path in each_once)
    return Paired(tuple(pairs), ())


def _sidecar(path: Path, there: Callable[[Path], bool]) -> Path | None:
    names = (path.with_name(_stem(path) + SIDECAR), path.with_name(path.name + SIDECAR))
    return next(filter(there, names), None)


def _counts(inside: Path, path: Path) -> bool:
    return not any(part.startswith(".") for part in inside.parts) and path.is_file()


def _stem(path: Path) -> str:
    # Path.stem keeps the dot of a name that ends with one.
    stem, dot, _ = path.name.rpartition(".")
    return stem if dot and stem else path.name
