"""A tree into text.

Canonical: keys carry their `metadata.`, and brackets stand only where the tree needs them, so that
the text nests no deeper than the one it was read from. Reading it gives the same tree again.
"""

from __future__ import annotations

import re
from collections.abc import Set

from assetlib.search.language.lexer import CLASS_AND_COUNT
from assetlib.search.language.names import NAMES
from assetlib.search.language.operands import (
    Ago,
    Bound,
    Date,
    Number,
    Pattern,
    Quoted,
    Scalar,
    Size,
    Word,
)
from assetlib.search.language.tree import (
    And,
    ClassCount,
    Compares,
    Condition,
    Differs,
    During,
    Equals,
    Everything,
    FieldFilter,
    Has,
    Is,
    KeyFilter,
    Matches,
    Node,
    Not,
    OneOf,
    Or,
    OriginOf,
    Query,
    Sort,
    Text,
    TypeOf,
    Within,
)
from metadata.values import from_number

# A word that reads as itself wherever a term may stand.
SAFE_TEXT = re.compile(r"\w[\w./\\#%&+@~,;-]*")
SAFE_LITERAL = re.compile(r"[\w./\\#%&+@~,;:=-]+")
OPERATORS = {"AND", "OR", "NOT"}


def print_query(query: Query) -> str:
    """Return the canonical text of a query; `*` when it asks for everything."""
    text = print_node(query.node)
    return f"{text} {print_sort(query.sort)}" if query.sort else text


def print_sort(sort: Sort) -> str:
    name = f"metadata.{sort.name}" if sort.is_key else sort.name
    return f"sort:{'-' if sort.descending else ''}{name}"


def print_node(node: Node) -> str:
    match node:
        case Everything():
            return "*"
        case And() | Or() | Not():
            return _combination(node)
        case Text(text):
            return text if SAFE_TEXT.fullmatch(text) and text not in OPERATORS else quote(text)
        case KeyFilter(key, condition):
            return f"metadata.{key}{_condition(condition)}"
        case FieldFilter(name, condition):
            return f"{name}{_field_condition(name, condition)}"
        case Has() | TypeOf() | OriginOf() | ClassCount():
            return _second_level(node)


def _combination(node: And | Or | Not) -> str:
    match node:
        case And(items):
            return " ".join(_bracketed(item) for item in items)
        case Or(items):
            return " OR ".join(
                print_node(item) if isinstance(item, And) else _bracketed(item) for item in items
            )
        case Not(Not() as item):
            # Two minus signs side by side are refused; a bracket would nest one level deeper.
            return f"NOT {_combination(item)}"
        case Not(item):
            return f"-{_bracketed(item)}"


def _bracketed(node: Node) -> str:
    text = print_node(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _second_level(node: Has | TypeOf | OriginOf | ClassCount) -> str:
    match node:
        case Has(subject, key, present):
            what = _key(key, {"metadata", "tag"}) if subject == "key" else subject
            return f"{'has' if present else 'missing'}:{what}"
        case TypeOf(key, type_name):
            return f"type:{_key(key)}={type_name}"
        case OriginOf(origin, key):
            return f"origin:{_key(key)}={origin}" if key else f"origin:{origin}"
        case ClassCount(name, order, count):
            return f"class{_valued(_scalar(name))}{_count(name, order, count)}"


def _key(key: str, taken: Set[str] = frozenset()) -> str:
    """Return a key as it stands behind a colon: with its prefix only where it would be lost."""
    return f"metadata.{key}" if key in taken or key.startswith("metadata.") else key


def _count(name: Scalar, order: str, count: int) -> str:
    # A class that is itself named like one with a count needs its own count said.
    said = isinstance(name, Word) and CLASS_AND_COUNT.fullmatch(name.text)
    return "" if (order, count) == (">=", 1) and not said else f"{order}{count}"


def _field_condition(name: str, condition: Condition) -> str:
    # min-annotations:1 holds the comparison in its name.
    if isinstance(condition, Compares) and NAMES[name].bound:
        return f":{_operand(condition.operand)}"
    return _condition(condition)


def _condition(condition: Condition) -> str:
    """Return operator and value, as they stand behind a name."""
    match condition:
        case Compares(order, operand):
            return f"{order}{_operand(operand)}"
        case Within(low, high):
            return f":{_operand(low) if low else ''}..{_operand(high) if high else ''}"
        case Differs(inner):
            return f"!={_value(inner)}"
        case Equals() | Matches() | OneOf() | Is() | During():
            return _valued(_value(condition))


def _valued(value: str) -> str:
    # A word that begins like an operator would be read as one.
    return f":={value}" if value[0] in "<>=!" else f":{value}"


def _value(condition: Equals | Matches | OneOf | Is | During) -> str:
    match condition:
        case Equals(operand):
            return _scalar(operand)
        case Matches(operand):
            return _pattern(operand)
        case OneOf(operands):
            return f"[{', '.join(map(_scalar, operands))}]"
        case Is(operand):
            return _operand(operand)
        case During(operand):
            return _operand(operand)


def _scalar(operand: Scalar) -> str:
    match operand:
        case Word(text):
            return text
        case Quoted(text):
            return quote(text)


def _pattern(pattern: Pattern) -> str:
    return "*".join(
        part if not part or SAFE_LITERAL.fullmatch(part) else quote(part) for part in pattern.parts
    )


def _operand(operand: Bound | Ago) -> str:
    match operand:
        case Number(value):
            return from_number(value).text
        case Size(number, unit):
            return f"{number}{unit}"
        case Date(text):
            return quote(text) if " " in text else text
        case Ago(days):
            return f"{days}d" if days else "today"


def quote(text: str) -> str:
    """Return the text in quotes, with the two escapes there are."""
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'
