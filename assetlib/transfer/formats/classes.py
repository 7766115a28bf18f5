from __future__ import annotations


class Classes:
    """The classes of boxes, numbered as they come."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, self._first + len(self._numbers))

    def listed(self) -> list[tuple[int, str]]:
        return [(number, name) for name, number in self._numbers.items()]
