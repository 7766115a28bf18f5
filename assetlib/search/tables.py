"""What the tables of one workspace say of names: keys, values, tags, projects and their like.

A query names few of many, and each question takes half a millisecond however little it asks: what
is asked for together is read together, and once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar

from assetlib.accounts.models import Workspace
from assetlib.columns.form import normalise
from images.models import Batch, Project
from metadata.models import NORM_LENGTH, Key, StoredType, Value
from metadata.values import MAX_STRING

T = TypeVar("T")


class Named(NamedTuple):
    """A tag or batch: its primary key, and its name normalised."""

    pk: int
    norm: str
    project_id: int = 0


class Tables:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._kept: dict[Hashable, Any] = {}

    def _once(self, name: Hashable, load: Callable[[], T]) -> T:
        if name not in self._kept:
            self._kept[name] = load()
        kept: T = self._kept[name]
        return kept

    # Keys and their values

    def keys(self) -> list[str]:
        """Return the names of the keys that some image outside the trash has."""
        names = self.workspace.keys.in_use().values_list("name", flat=True)
        return self._once("keys", lambda: list(names))

    def key(self, name: str) -> Key | None:
        return self._once(("key", name), lambda: self.workspace.keys.filter(name=name).first())

    def know_keys(self, names: Iterable[str]) -> None:
        """Read these keys in one question, before each is asked for."""
        unknown = {name for name in names if name and ("key", name) not in self._kept}
        if unknown:
            found = {key.name: key for key in self.workspace.keys.filter(name__in=unknown)}
            self._kept |= {("key", name): found.get(name) for name in unknown}

    def codes_of(self, key: Key, texts: Iterable[str], type_: StoredType) -> list[int]:
        """Return the codes of the strings, or the booleans, that match one of the texts."""
        norms = _askable(texts)
        self.know_values((key, norm) for norm in norms)
        return [
            code
            for norm in norms
            for code, held, text in self._kept["values", key.pk, norm[:NORM_LENGTH]]
            if held == type_ and normalise(text) == norm
        ]

    def know_values(self, wanted: Iterable[tuple[Key, str]]) -> None:
        """Read what the keys' dictionaries have of these texts in one question."""
        # Neither their type, by which SQLite might read a million instead, nor more than the
        # dictionary has of a long text is asked for: whoever looks for a value compares both.
        places = {(key.pk, norm[:NORM_LENGTH]) for key, text in wanted for norm in _askable([text])}
        unknown = {place for place in places if ("values", *place) not in self._kept}
        if not unknown:
            return
        keys, norms = ({*each} for each in zip(*unknown, strict=True))
        read: dict[tuple[int, str], list[tuple[int, str, str]]] = {place: [] for place in unknown}
        rows = Value.objects.filter(key_id__in=keys, norm__in=norms)
        for key, norm, code, type_, text in rows.values_list(
            "key_id", "norm", "code", "type", "text"
        ):
            if (key, norm) in read:
                read[key, norm].append((code, type_, text))
        self._kept |= {("values", *place): held for place, held in read.items()}

    def booleans(self, key: Key) -> dict[str, int]:
        """Return the codes of true and false, as far as the key has them."""
        rows = key.values.filter(type=StoredType.BOOLEAN).values_list("text", "code")
        return self._once(("booleans", key.pk), lambda: dict(rows))

    def strings_like(self, text: str) -> list[tuple[int, int]]:
        """Return key and code of the strings, of whatever key, that match the text."""
        norm = normalise(text)
        if not askable(norm):
            return []
        rows = Value.objects.filter(key__workspace=self.workspace, norm=norm[:NORM_LENGTH])
        return [
            (key, code)
            for key, code, held, full in rows.values_list("key_id", "code", "type", "text")
            if held == StoredType.STRING and normalise(full) == norm
        ]

    # Tags, projects, batches, mirrors, classes

    def tags(self) -> list[Named]:
        rows = self.workspace.tags.values_list("pk", "folded")
        return self._once("tags", lambda: [Named(*row) for row in rows])

    def tags_called(self, norms: Iterable[str]) -> list[Named]:
        return [tag for tag, _ in self._tags_called(norms)]

    def tags_used(self, norms: Iterable[str]) -> set[str]:
        """Return which of these tags an image outside the trash has."""
        return {tag.norm for tag, image_count in self._tags_called(norms) if image_count}

    def know_tags(self, norms: Iterable[str]) -> None:
        """Read these tags in one question, with the counts of their images."""
        unknown = {norm for norm in norms if askable(norm) and ("tag", norm) not in self._kept}
        if unknown:
            rows = self.workspace.tags.filter(folded__in=unknown)
            found = rows.values_list("pk", "folded", "image_count")
            read = {norm: (Named(pk, norm), count) for pk, norm, count in found}
            self._kept |= {("tag", norm): read.get(norm) for norm in unknown}

    def _tags_called(self, norms: Iterable[str]) -> list[tuple[Named, int]]:
        asked = [norm for norm in dict.fromkeys(norms) if askable(norm)]
        self.know_tags(asked)
        known = (self._kept["tag", norm] for norm in asked)
        return [tag for tag in known if tag is not None]

    def projects(self) -> list[Project]:
        return self._once("projects", lambda: list(self.workspace.projects.all()))

    def batches(self) -> list[Named]:
        rows = Batch.objects.filter(project__workspace=self.workspace)
        found = rows.values_list("pk", "name", "project_id")
        return self._once(
            "batch names", lambda: [Named(pk, normalise(name), p) for pk, name, p in found]
        )

    def batch_names(self) -> list[str]:
        """Return what the batches are called, as people wrote it."""
        rows = Batch.objects.filter(project__workspace=self.workspace)
        return sorted(set(rows.values_list("name", flat=True)))

    def mirrors(self) -> list[Named]:
        rows = self.workspace.mirrors.values_list("pk", "name")
        return self._once("mirrors", lambda: [Named(pk, normalise(name)) for pk, name in rows])

    def classes_called(self, norm: str) -> list[int]:
        """Return the primary key of the class of this name, if there is one."""
        rows = self.workspace.class_names.filter(norm=norm) if askable(norm) else ()
        return self._once(("class", norm), lambda: [each.pk for each in rows])


# Case folding makes at most three characters of one.
LONGEST = 3 * MAX_STRING


def askable(text: str) -> bool:
    """Whether a database takes the text.

    One with NUL or half a character it refuses, and SQLite a pattern of 50,000 bytes; no table has
    any of them anyway.
    """
    if len(text) > LONGEST or "\0" in text:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _askable(texts: Iterable[str]) -> list[str]:
    """Return the different texts normalised, as far as the database takes them."""
    return [norm for norm in dict.fromkeys(map(normalise, texts)) if askable(norm)]
