"""What a bulk edit is to do, and what it comes to on one image: pure, and so a preview is free.

    change = BulkChange(set={"site": from_json("A")}, rename={"camra_id": "camera_id"})
    decide(change, {"camra_id": from_json("cam001")})

Each key is spoken of once. What cannot be done to an image is left as it is, and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metadata.edits import problems_of
from metadata.errors import InvalidEditError
from metadata.json_rules import Problem
from metadata.values import TYPES, Value, ValueProblem, from_json

BOTH = "the image has both keys, with different values"


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What to do to many images. Raises InvalidEditError, when it is made, for what is no such.

    `set_missing` sets where the key is missing, `rename` is by old key, `convert` gives the type
    that the values of a key are to have.
    """

    set: Mapping[str, Value] = field(default_factory=dict)
    set_missing: Mapping[str, Value] = field(default_factory=dict)
    remove: Sequence[str] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    convert: Mapping[str, str] = field(default_factory=dict)
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise InvalidEditError(problems)

    @property
    def compared(self) -> Sequence[str]:
        """The keys whose values on an image decide what is done to it."""
        return [*self.set_missing, *self.rename, *self.rename.values(), *self.convert]

    @property
    def keys(self) -> Sequence[str]:
        return [*self.compared, *self.set, *self.remove]

    def _problems(self) -> Iterator[Problem]:
        if not (self.keys or self.add_tags or self.remove_tags):
            yield Problem("change", "says nothing to do; set a key or add a tag, for example")
        for key, count in Counter(self.keys).items():
            if count > 1:
                yield Problem(key, "is spoken of more than once; one thing a key can be done")
        for key, type_name in self.convert.items():
            if type_name not in TYPES:
                yield Problem(key, f"{type_name!r} is no type; {', '.join(TYPES)} are")
        yield from problems_of([_Given(self)])

    @property
    def json(self) -> dict[str, Any]:
        """What `from_said` reads, with nothing that is empty."""
        said: dict[str, Any] = {
            "set": {key: value.json for key, value in self.set.items()},
            "set_missing": {key: value.json for key, value in self.set_missing.items()},
            "remove": list(self.remove),
            "rename": dict(self.rename),
            "convert": dict(self.convert),
            "add_tags": list(self.add_tags),
            "remove_tags": list(self.remove_tags),
        }
        return {name: value for name, value in said.items() if value}


def from_said(said: Mapping[str, Any]) -> BulkChange:
    """Return the change that `.json` wrote."""
    values = {
        name: {key: from_json(raw) for key, raw in said.get(name, {}).items()}
        for name in ("set", "set_missing")
    }
    return BulkChange(**{**said, **values})


class _Given:
    """The keys and tags that images would be given, as the rules of edits are asked for them."""

    def __init__(self, change: BulkChange) -> None:
        names = [*change.set, *change.set_missing, *change.rename.values()]
        self.set: Mapping[str, Any] = dict.fromkeys(names)
        self.remove: Sequence[str] = ()
        self.add_tags, self.remove_tags = change.add_tags, change.remove_tags


@dataclass(frozen=True, slots=True)
class Decision:
    """What to set and remove on one image; `left` are keys that stay as they are, and why."""

    set: Mapping[str, Value]
    remove: Sequence[str]
    left: Mapping[str, str]


def decide(change: BulkChange, held: Mapping[str, Value]) -> Decision:
    """Return what the change comes to on an image that holds these values of its `compared`."""
    given = dict(change.set)
    remove = list(change.remove)
    left: dict[str, str] = {}
    given |= {key: value for key, value in change.set_missing.items() if key not in held}
    for old, new in change.rename.items():
        if old not in held:
            continue
        if held.get(new, held[old]) != held[old]:
            left[old] = BOTH
            continue
        given[new] = held[old]
        remove.append(old)
    for key, type_name in change.convert.items():
        if key not in held or held[key].type.name == type_name:
            continue
        try:
            given[key] = TYPES[type_name].read(held[key].text)
        except ValueProblem:
            left[key] = f"its value cannot be read as a {type_name}"
    return Decision(given, remove, left)
