"""What was counted of whole columns, kept while the columns stay what they are.

A library is mostly looked at as a whole, and its columns change by writes only: then what was
counted of all its images need not be counted anew for everybody who opens it. Columns are never
changed but replaced, so what was counted of one holds as long as it is the same object.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

# Facets and arrays of a number for each tag: kilobytes each.
MOST = 256


class Kept:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: OrderedDict[Hashable, tuple[list[weakref.ref[Any]], Any]] = OrderedDict()

    def once(self, name: Hashable, columns: Sequence[Any], count: Callable[[], T]) -> T:
        """Return what is counted under the name of these columns, counted when it is not kept."""
        with self._lock:
            of, counted = self._counted.get(name, ([], None))
        if len(of) == len(columns) and all(
            column is known() for column, known in zip(columns, of, strict=True)
        ):
            known_result: T = counted
            return known_result
        fresh = count()
        with self._lock:
            self._counted[name] = [weakref.ref(column) for column in columns], fresh
            self._counted.move_to_end(name)
            if len(self._counted) > MOST:
                self._counted.popitem(last=False)
        return fresh


kept = Kept()
