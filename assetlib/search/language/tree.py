"""The tree of a query. Spans say where in the text a node stands, and play no part in equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from assetlib.search.language.errors import Span
from assetlib.search.language.operands import (
    Ago,
    Bound,
    Date,
    Number,
    Pattern,
    Scalar,
    Size,
)

Order: TypeAlias = Literal[">", ">=", "<", "<="]


# What a filter asks of a value.


@dataclass(frozen=True, slots=True)
class Equals:
    """The same string; for an unquoted word also the number or boolean it reads as."""

    operand: Scalar


@dataclass(frozen=True, slots=True)
class Matches:
    operand: Pattern


@dataclass(frozen=True, slots=True)
class OneOf:
    operands: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """A field that is a number or size by nature has just this one."""

    operand: Number | Size


@dataclass(frozen=True, slots=True)
class During:
    """A field that is a date by nature lies within this one, or within the last days."""

    operand: Date | Ago


@dataclass(frozen=True, slots=True)
class Compares:
    order: Order
    operand: Bound


@dataclass(frozen=True, slots=True)
class Within:
    """Both ends are in; an open end is None, but not both."""

    low: Bound | None
    high: Bound | None

    @property
    def reversed(self) -> bool:
        """Whether the low end is above the high one, so that nothing can lie between."""
        if isinstance(self.low, Date) and isinstance(self.high, Date):
            return self.low.first >= self.high.last
        if isinstance(self.low, Number | Size) and isinstance(self.high, Number | Size):
            return self.low.value > self.high.value
        return False


@dataclass(frozen=True, slots=True)
class Differs:
    """`!=`: there is a value, and it is another."""

    condition: Equals | Matches | OneOf | Is | During


Condition: TypeAlias = Equals | Matches | OneOf | Is | During | Compares | Within | Differs


# Nodes.


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`, or no query at all."""

    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Node, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Node, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    item: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A bare word or quoted words."""

    text: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """`metadata.key …`, or its short form."""

    key: str
    condition: Condition
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A built-in filter; `name` is of names.NAMES. min-width:5 is width>=5, and so on."""

    name: str
    condition: Condition
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """With (`present`) or without: any metadata, any tag, or one key."""

    subject: Literal["metadata", "tag", "key"]
    key: str = ""
    present: bool = True
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class TypeOf:
    """Entries of the key are stored as the type: "string", "number" or "boolean"."""

    key: str
    type: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class OriginOf:
    """Some entry, or the entry of one key, has the origin."""

    origin: str
    key: str = ""
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Annotations of a class: so many of them."""

    name: Scalar
    order: Order | Literal["="] = ">="
    count: int = 1
    span: Span = field(default=(0, 0), compare=False)


Filter: TypeAlias = KeyFilter | FieldFilter | Has | TypeOf | OriginOf | ClassCount
Node: TypeAlias = Everything | And | Or | Not | Text | Filter


@dataclass(frozen=True, slots=True)
class Sort:
    """By a built-in field or, with `is_key`, by a metadata key."""

    name: str
    is_key: bool = False
    descending: bool = False
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What a text says; `sort` is None for the default, newest first."""

    node: Node
    sort: Sort | None = None
    text: str = field(default="", compare=False)
