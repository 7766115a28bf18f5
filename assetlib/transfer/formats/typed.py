"""A column for each key, of one type: for formats whose columns have one.

A key whose values all have one type is the column `metadata.KEY` of that type. One with several is
`metadata.KEY` with every value as text, and `metadata.KEY:TYPE` for each type, with the values of
that type alone: no key has a colon in its name, so nothing else is ever called that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from metadata.values import STRING, Value, from_json

PREFIX = "metadata."
Metadata = Mapping[str, str | float | bool]


class KeyColumns:
    """Learns which types each key has, and then says what stands in its columns."""

    def __init__(self) -> None:
        self._types: defaultdict[str, set[str]] = defaultdict(set)

    def learn(self, metadata: Mapping[str, Value]) -> None:
        for key, value in metadata.items():
            self._types[key].add(value.type.name)

    @property
    def types(self) -> dict[str, str]:
        """The columns with their types, by name."""
        columns: dict[str, str] = {}
        for key, types in sorted(self._types.items()):
            if len(types) == 1:
                columns[PREFIX + key] = next(iter(types))
                continue
            columns[PREFIX + key] = STRING.name
            columns |= {f"{PREFIX}{key}:{type_}": type_ for type_ in sorted(types)}
        return columns

    def cells(self, metadata: Metadata) -> Iterator[tuple[str, str | float | bool]]:
        """Yield the columns the metadata stands in, each with what stands there."""
        for key, raw in metadata.items():
            if len(self._types[key]) == 1:
                yield PREFIX + key, raw
                continue
            value = from_json(raw)
            yield PREFIX + key, value.text
            yield f"{PREFIX}{key}:{value.type.name}", raw
