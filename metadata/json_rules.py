"""JSON as metadata: one reader for every face, flattening, and what is refused or skipped.

Strict where a person or program waits for the answer (API, SDK, editor): one bad entry refuses all,
and every problem is named. Lenient for sidecars: a bad entry is skipped and reported.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from json import JSONDecodeError
from typing import Any

from metadata.keynames import KeyProblem, check_key
from metadata.values import MAX_NUMBER_TEXT, Value, ValueProblem, from_json, parse_typed, shortened

MAX_SIDECAR = 262_144
MAX_DEPTH = 100
MAX_ENTRIES = 1_000
LINE = re.compile(r"(?P<key>[^=:]*?)\s*[=:](?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one entry; `key` may be any text someone sent."""

    key: str
    message: str


class JsonProblem(ValueError):  # noqa: N818 -- what is wrong with a text, told to who sent it
    """A text that is not the JSON that is needed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MetadataProblem(ValueError):  # noqa: N818 -- as above
    """Metadata that is refused as a whole, with all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        # What is wrong with the whole has no key.
        said = (f"{each.key}: {each.message}" if each.key else each.message for each in problems)
        super().__init__("; ".join(said))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Flattened:
    entries: dict[str, Value]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Altered:
    """A JSON number that a float would alter, as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in place of a value that cannot be one, where only its entry is left out."""

    message: str


def read_json(data: bytes | str, *, max_bytes: int | None = None, lenient: bool = False) -> Any:
    """Return what the JSON text says. Raises JsonProblem with line and column.

    A byte-order mark is accepted; duplicate keys, NaN and Infinity are refused, and so is a number
    that a float would alter. Read leniently, what is refused of these stands there as `Wrong`.
    """
    size = len(data)
    if max_bytes is not None and size > max_bytes:
        raise JsonProblem(too_large(size, max_bytes))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise JsonProblem(f"not UTF-8: byte {error.start + 1} cannot be read") from error
    try:
        return json.loads(
            text,
            object_pairs_hook=_told_apart if lenient else _unique,
            parse_constant=_no_number if lenient else _refuse_constant,
            parse_int=_read_number,
            parse_float=_read_number,
        )
    except JSONDecodeError as error:
        raise JsonProblem(f"line {error.lineno} column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise JsonProblem("nested too deeply to be read") from error


def too_large(size: int, most: int) -> str:
    return f"too large: {math.ceil(size / 1000):,} KB; at most {most // 1000:,} KB"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonProblem(f"the key “{shortened(twice)}” stands twice in one object")
    return found


def _told_apart(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1:
                found[key] = Wrong("stands twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise JsonProblem(_no_number(name).message)


def _no_number(name: str) -> Wrong:
    return Wrong(f"{name} is no JSON number")


def _read_number(text: str) -> int | float | Altered:
    # Longer than any number a float can equal; the conversion would take quadratic time.
    if len(text) > MAX_NUMBER_TEXT:
        return Altered(shortened(text))
    number = float(text)
    if math.isinf(number) or Decimal(repr(number)) != Decimal(text):
        return Altered(shortened(text))
    return int(text) if text.lstrip("-").isdigit() else number


def flatten_strict(raw: object, *, max_entries: int = MAX_ENTRIES) -> dict[str, Value]:
    """Return the entries of a JSON object. Raises MetadataProblem naming everything wrong."""
    found = flatten(raw, max_entries=max_entries)
    if found.problems:
        raise MetadataProblem(list(found.problems))
    return found.entries


def flatten(raw: object, *, max_entries: int = MAX_ENTRIES) -> Flattened:
    """Return the good entries of a JSON object, and what is wrong with the others.

    Nested objects become keys with dots; null and empty objects vanish; of keys that collide
    neither is kept. One that would pass `max_entries` gives no entry at all.
    """
    if not isinstance(raw, dict):
        return Flattened({}, (Problem("", 'metadata is a JSON object, such as {"line": 3}'),))
    entries: dict[str, Value] = {}
    problems: list[Problem] = []
    collided: set[str] = set()
    for key, leaf in _leaves(raw):
        if key in entries or key in collided:
            entries.pop(key, None)
            if key not in collided:
                problems.append(Problem(key, "is said twice, by a name with a dot and by nesting"))
            collided.add(key)
            continue
        try:
            entries[check_key(key)] = _value(leaf)
        except (KeyProblem, ValueProblem) as problem:
            problems.append(Problem(key, str(problem)))
    if len(entries) > max_entries:
        problems.append(Problem("", f"{len(entries):,} entries; {max_entries:,} are allowed"))
        entries = {}
    return Flattened(entries, tuple(problems))


@dataclass(frozen=True, slots=True)
class Patch:
    """What a merge changes: entries to set, and the keys of those to remove."""

    set: dict[str, Value]
    remove: tuple[str, ...]


def flatten_patch(raw: object) -> Patch:
    """Return what a JSON object asks for in which null removes a key; else as `flatten_strict`."""
    entries = flatten_strict(raw)
    removed = [key for key, leaf in _leaves(raw, nulls=True) if leaf is None]  # type: ignore[arg-type] # an object by now
    problems: list[Problem] = []
    for key in dict.fromkeys(removed):
        try:
            check_key(key)
        except KeyProblem as problem:
            problems.append(Problem(key, problem.message))
        if key in entries:
            problems.append(Problem(key, "is both set and removed; say one of them"))
    if problems:
        raise MetadataProblem(problems)
    return Patch(entries, tuple(dict.fromkeys(removed)))


def _leaves(raw: dict[str, Any], *, nulls: bool = False) -> Iterator[tuple[str, object]]:
    # A stack of our own: nesting may be deeper than Python's.
    stack: list[tuple[str, Iterator[tuple[str, Any]]]] = [("", iter(raw.items()))]
    while stack:
        prefix, items = stack[-1]
        pair = next(items, None)
        if pair is None:
            stack.pop()
            continue
        name, value = pair
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict) and len(stack) < MAX_DEPTH:
            stack.append((key, iter(value.items())))
        elif value is not None or nulls:
            yield key, value


def _value(leaf: object) -> Value:
    match leaf:
        case list():
            raise ValueProblem("is an array.", "One value a key; join them, or use tags.")
        case dict():
            raise ValueProblem(f"is nested more than {MAX_DEPTH} deep.")
        case Wrong(message):
            raise ValueProblem(message)
        case Altered(text):
            raise ValueProblem(
                f"The number {text} would lose digits.", "Send it as a string to keep them."
            )
        case _:
            return from_json(leaf)


def read_sidecar(data: bytes) -> Flattened:
    """Return what a sidecar says. Raises JsonProblem when nothing of it can be read."""
    raw = read_json(data, max_bytes=MAX_SIDECAR, lenient=True)
    if not isinstance(raw, dict):
        raise JsonProblem("not a JSON object")
    return flatten(raw)


def parse_lines(text: str) -> dict[str, Value]:
    """Return the entries of a pasted JSON object, or of lines `key = value` or `key: value`.

    Lines are typed as in the editor. Raises MetadataProblem with every line that is wrong.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            return flatten_strict(read_json(text.strip()))
        except JsonProblem as problem:
            raise MetadataProblem([Problem("JSON", problem.message)]) from problem
    entries: dict[str, Value] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            key, value = _read_line(line)
        except (KeyProblem, ValueProblem) as problem:
            problems.append(Problem(f"line {number}", str(problem)))
            continue
        if key in entries:
            problems.append(Problem(f"line {number}", f"“{key}” stands twice."))
        entries[key] = value
    if problems:
        raise MetadataProblem(problems)
    return entries


def _read_line(line: str) -> tuple[str, Value]:
    found = LINE.fullmatch(line.strip())
    if found is None:
        raise KeyProblem("is not of the form key = value.")
    return check_key(found["key"]), parse_typed(found["value"])
