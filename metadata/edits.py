"""What is to change, and what therefore changes: decided here, carried out by `annotate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from metadata.errors import EntryConflictError, InvalidEditError
from metadata.json_rules import Problem
from metadata.keynames import KeyProblem, TagProblem, check_key, check_tag
from metadata.values import Value

if TYPE_CHECKING:
    from assetlib.changes.models import Origin
    from images.models import Brief, Image

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Saying(Protocol):
    """What is said of an image, whichever it is."""

    @property
    def set(self) -> Mapping[str, Value]: ...

    @property
    def remove(self) -> Collection[str]: ...

    @property
    def add_tags(self) -> Collection[str]: ...

    @property
    def remove_tags(self) -> Collection[str]: ...


class Edit(NamedTuple):
    """What is to change on one image.

    `expected` holds what the writer saw (None: no entry); a key that differs by now is a conflict.
    `origins` says where a value comes from when it is not the act's own origin, as in an undo, and
    `mirrors` then whose bucket it is. With `take_over` an equal value becomes the act's own, too.
    """

    image: Image | Brief
    set: Mapping[str, Value] = NOTHING
    remove: Collection[str] = ()
    add_tags: Collection[str] = ()
    remove_tags: Collection[str] = ()
    expected: Mapping[str, Value | None] = NOTHING
    origins: Mapping[str, Origin] = NOTHING
    mirrors: Mapping[str, int | None] = NOTHING
    take_over: bool = False


class Held(NamedTuple):
    """An entry as it is now; `mirror` is the key of the one whose bucket it is from."""

    value: Value
    origin: Origin
    mirror: int | None = None


class EntryStep(NamedTuple):
    """What becomes of an entry: added (`old` is None), replaced, or removed (`new` is None)."""

    key: str
    old: Held | None
    new: Held | None


class TagStep(NamedTuple):
    """What becomes of a tag on an image: put there, or taken off."""

    tag: str
    added: bool


class Outcome(NamedTuple):
    """What one edit came to; nothing at all when the image was like that already."""

    image: Image | Brief
    entries: tuple[EntryStep, ...]
    tags: tuple[TagStep, ...]

    @property
    def changed(self) -> bool:
        return bool(self.entries or self.tags)


def check_edits(edits: Sequence[Edit]) -> None:
    """Raise InvalidEditError with every rule that is broken."""
    problems = list(problems_of(edits))
    counts = Counter(edit.image.id for edit in edits)
    if len(counts) < len(edits):
        twice = {edit.image.public_id: None for edit in edits if counts[edit.image.id] > 1}
        problems += [Problem(image, "this image is in the batch twice") for image in twice]
    if problems:
        raise InvalidEditError(problems)


def problems_of(said: Sequence[Saying]) -> Iterator[Problem]:
    """Yield what no image could be given: wrong keys and tags, and what contradicts itself."""
    yield from _problems_of_keys(dict.fromkeys(chain.from_iterable(each.set for each in said)))
    yield from _problems_of_tags(dict.fromkeys(chain.from_iterable(each.add_tags for each in said)))
    for each in said:
        if each.remove or each.remove_tags:
            yield from _contradictions(each)


def _problems_of_keys(names: Iterable[str]) -> Iterator[Problem]:
    for key in names:
        try:
            check_key(key)
        except KeyProblem as problem:
            yield Problem(key, problem.message)


def _problems_of_tags(names: Iterable[str]) -> Iterator[Problem]:
    for tag in names:
        try:
            check_tag(tag)
        except TagProblem as problem:
            yield Problem(tag, problem.message)


def _contradictions(edit: Saying) -> Iterator[Problem]:
    for key in {*edit.set} & {*edit.remove}:
        yield Problem(key, "is both set and removed; say one of them")
    removed = {tag.lower() for tag in edit.remove_tags}
    for tag in {tag.lower() for tag in edit.add_tags} & removed:
        yield Problem(tag, "is both added and removed; say one of them")


def entry_steps(
    edit: Edit, held: Mapping[str, Held], origin: Origin, mirror: int | None = None
) -> Iterator[EntryStep]:
    """Yield what becomes of the entries of `edit.image`, given those it holds.

    An equal value changes nothing, whoever sets it: value and origin stay, unless the edit takes
    over or says the origin itself.
    Raises EntryConflictError when a value is no longer the one the writer saw.
    """
    _check_expected(edit, held)
    for key, value in edit.set.items():
        old, new = held.get(key), Held(value, origin, mirror)
        if key in edit.origins:
            new = Held(value, edit.origins[key], edit.mirrors.get(key))
        if old is None or old.value != value:
            yield EntryStep(key, old, new)
        elif (edit.take_over or key in edit.origins) and old[1:] != new[1:]:
            yield EntryStep(key, old, new._replace(value=old.value))
    for key in dict.fromkeys(edit.remove):
        if key in held:
            yield EntryStep(key, held[key], None)


def _check_expected(edit: Edit, held: Mapping[str, Held]) -> None:
    for key, shown in edit.expected.items():
        current = held[key].value if key in held else None
        if current not in (shown, edit.set.get(key)):
            raise EntryConflictError(edit.image, key, shown, current)


def tag_steps(edit: Edit, held: Collection[str]) -> Iterator[TagStep]:
    """Yield what becomes of the tags of `edit.image`; `held` are its tags in lower case."""
    for tag in {tag.lower(): tag for tag in edit.add_tags}.values():
        if tag.lower() not in held:
            yield TagStep(tag, added=True)
    for tag in {tag.lower(): tag for tag in edit.remove_tags}.values():
        if tag.lower() in held:
            yield TagStep(tag, added=False)
