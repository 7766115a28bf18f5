"""What a query means, in plain Python, from the specification: nothing of the engine is used.

A random query is a text with its meaning beside it: a question asked of one picture. `scope` holds
the projects named in the AND group, of which `split:` and `batch:` speak.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

Datum = str | float | bool


@dataclass(slots=True)
class Picture:
    """An image as a dictionary would hold it.

    `projects` maps a slug to (split, batch); `boxes` are the class of each box.
    """

    ord: int
    filename: str
    size: int
    width: int
    height: int
    format: str
    origin: str
    uploaded: datetime
    taken: datetime | None
    entries: dict[str, Datum] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    # As (mirror, path).
    places: set[tuple[str, str]] = field(default_factory=set)
    projects: dict[str, tuple[str, str]] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)
    trashed: bool = False


Scope = frozenset[str] | None
Meaning = Callable[[Picture, Scope], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    text: str
    meaning: Meaning
    project: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node
    sign: str = "-"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]
    joint: str = " "


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


Node = Filter | Not | And | Or


def written(node: Node) -> str:
    match node:
        case Filter():
            return node.text
        case Not():
            return node.sign + _bracketed(node.inner)
        case And():
            return node.joint.join(map(_bracketed, node.parts))
        case Or():
            return " OR ".join(map(_bracketed, node.parts))


def _bracketed(node: Node) -> str:
    return node.text if isinstance(node, Filter) else f"({written(node)})"


def matches(node: Node, picture: Picture, scope: Scope = None) -> bool:
    match node:
        case Filter():
            if node.project:
                scope = frozenset({node.project})
            return node.meaning(picture, scope)
        case Not():
            return not matches(node.inner, picture, scope)
        case Or():
            return any(matches(part, picture, scope) for part in node.parts)
        case And():
            parts = _flat(node)
            named = {part.project for part in parts if isinstance(part, Filter) and part.project}
            inner = frozenset(named) if named else scope
            return all(matches(part, picture, inner) for part in parts)


def _flat(node: And) -> list[Node]:
    flat: list[Node] = []
    for part in node.parts:
        flat += _flat(part) if isinstance(part, And) else [part]
    return flat


def same(one: str, other: str) -> bool:
    return form(one) == form(other)


def form(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", folded)


def dated(value: object, operand: str) -> str | None:
    """Return as much of a string that begins with a date as the operand says, else None."""
    if isinstance(value, str) and re.match(r"\d{4}-(0[1-9]|1[0-2])(?!\d)", value, re.ASCII):
        return form(value).replace(" ", "t")[: len(operand)]
    return None


def number(value: object) -> float | None:
    return None if isinstance(value, bool | str) or value is None else float(value)  # type: ignore[arg-type]


def found(node: Node | None, pictures: Iterable[Picture]) -> list[Picture]:
    """Return what matches, newest first."""
    alive = [picture for picture in pictures if not picture.trashed]
    hits = [picture for picture in alive if node is None or matches(node, picture)]
    return sorted(hits, key=lambda picture: -picture.ord)


def arranged(
    hits: Iterable[Picture], value: Callable[[Picture], object], *, down: bool
) -> list[Picture]:
    """Order by a value: booleans, numbers, strings; pictures without one last either way.

    Of a string the first 200 characters count.
    """
    hits = sorted(hits, key=lambda picture: -picture.ord)
    # Sorting keeps what is equal as it is, also in reverse: ties stay newest first.
    have = [picture for picture in hits if value(picture) is not None]
    have.sort(key=lambda picture: _rank(value(picture)), reverse=down)
    return have + [picture for picture in hits if value(picture) is None]


def _rank(value: object) -> tuple[int, float, str]:
    match value:
        case bool():
            return 1, float(value), ""
        case str():
            return 3, 0.0, form(value)[:200]
        case datetime():
            return 2, value.timestamp(), ""
        case int() | float():
            return 2, float(value), ""
        case _:
            raise TypeError(value)
