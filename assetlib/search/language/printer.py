"""A tree into text. Canonical: keys carry their `metadata.`, and reading it gives the tree again."""

from __future__ import annotations

import re

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
    if query.sort is None:
        return text
    # Behind an OR it would read as part of it to a person, though not to the parser.
    node = f"({text})" if isinstance(query.node, Or) else text
    return f"{node} {print_sort(query.sort)}"


def print_sort(sort: Sort) -> str:
    name = f"metadata.{sort.name}" if sort.is_key else sort.name
    return f"sort:{'-' if sort.descending else ''}{name}"


def print_node(node: Node) -> str:
    match node:
        case Everything():
            return "*"
        case And(items):
            return " ".join(_bracketed(item) for item in items)
        case Or(items):
            return " OR ".join(_bracketed(item) for item in items)
        case Not(item):
            return f"-{_bracketed(item)}"
        case Text(text):
            return text if SAFE_TEXT.fullmatch(text) and text not in OPERATORS else quote(text)
        case KeyFilter(key, condition):
            return f"metadata.{key}{print_condition(condition)}"
        case FieldFilter(name, condition):
            return f"{name}{_field_condition(name, condition)}"
        case Has(subject, key, present):
            what = key if subject == "key" else subject
            prefix = "metadata." if subject == "key" and _needs_prefix(key) else ""
            return f"{'has' if present else 'missing'}:{prefix}{what}"
        case TypeOf(key, type_name):
            return f"type:{_prefixed(key)}={type_name}"
        case OriginOf(origin, key):
            return f"origin:{_prefixed(key)}={origin}" if key else f"origin:{origin}"
        case ClassCount(name, order, count):
            return f"class:{quote(name.text) if isinstance(name, Quoted) else name.text}" + (
                "" if (order, count) == (">=", 1) else f"{order}{count}"
            )


def _needs_prefix(key: str) -> bool:
    return key in {"metadata", "tag"} or key.startswith("metadata.")


def _prefixed(key: str) -> str:
    return f"metadata.{key}" if key.startswith("metadata.") else key


def _bracketed(node: Node) -> str:
    text = print_node(node)
    return f"({text})" if isinstance(node, And | Or | Not) else text


def _field_condition(name: str, condition: Condition) -> str:
    # min-annotations:1 holds the comparison in its name.
    if isinstance(condition, Compares) and NAMES[name].bound:
        return f":{_bound(condition.operand)}"
    return print_condition(condition)


def print_condition(condition: Condition) -> str:
    """Return operator and value, as they stand behind a name."""
    match condition:
        case Equals(operand):
            return _valued(_scalar(operand))
        case Matches(operand):
            return _valued(_pattern(operand))
        case OneOf(operands):
            return f":[{', '.join(map(_scalar, operands))}]"
        case Is(operand):
            return f":{_bound(operand)}"
        case During(operand):
            return f":{_moment(operand)}"
        case Compares(order, operand):
            return f"{order}{_bound(operand)}"
        case Within(low, high):
            return f":{_bound(low) if low else ''}..{_bound(high) if high else ''}"
        case Differs(inner):
            # Not _valued: the sign is there, and a space may stand between it and the value.
            return f"!={print_condition(inner).removeprefix(':').removeprefix('=')}"


def _valued(value: str) -> str:
    # A word that begins like an operator would be read as one.
    return f":={value}" if value[0] in "<>=!" else f":{value}"


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


def _bound(bound: Bound) -> str:
    match bound:
        case Number(value):
            return from_number(value).text
        case Size(number, unit):
            return f"{number}{unit}"
        case Date(text):
            return quote(text) if " " in text else text


def _moment(operand: Date | Ago) -> str:
    match operand:
        case Ago(days):
            return f"{days}d" if days else "today"
        case Date():
            return _bound(operand)


def quote(text: str) -> str:
    """Return the text in quotes, with the two escapes there are."""
    escaped = re.sub(r'(["“”\\])', r"\\\1", text)
    return f'"{escaped}"'
