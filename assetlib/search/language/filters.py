"""One filter token into its node: what the name takes, and what the text of the value is."""

from __future__ import annotations

import re
from collections.abc import Callable

from assetlib.search.language.errors import QueryError
from assetlib.search.language.lexer import CLASS_AND_COUNT, FilterToken, Items, Piece, Run
from assetlib.search.language.names import NAMES, ORIGINS, SORTABLE, TYPES, UNANSWERED, Name
from assetlib.search.language.operands import (
    Bound,
    Date,
    Pattern,
    Quoted,
    Scalar,
    Word,
    as_ago,
    as_date,
    as_number,
    as_size,
)
from assetlib.search.language.tree import (
    ClassCount,
    Compares,
    Condition,
    Differs,
    During,
    Equals,
    FieldFilter,
    Filter,
    Has,
    Is,
    KeyFilter,
    Matches,
    OneOf,
    Order,
    OriginOf,
    Sort,
    TypeOf,
    Within,
)

KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")
KEY_AND_VALUE = re.compile(r"(?P<key>[A-Za-z0-9_][A-Za-z0-9_.]*)=(?P<value>.*)", re.DOTALL)
ORDERS: dict[str, Order] = {">": ">", ">=": ">=", "<": "<", "<=": "<="}

Reader = Callable[[str], Bound | None]


def read_filter(token: FilterToken) -> Filter:
    """Return the node of a filter token (any but `sort:`); raise QueryError for a wrong value."""
    if token.name in UNANSWERED:
        raise QueryError(
            f"This server cannot answer “{token.name}:”.", token.span, UNANSWERED[token.name]
        )
    name = NAMES.get(token.name)
    if name is None:
        return _key_filter(_key(token.name, token), token)
    match name.takes:
        case "has":
            return _has(token, present=name.name == "has")
        case "type":
            return _type_of(token)
        case "origin":
            return _origin_of(token)
        case "class":
            return _class_count(token)
        case "metadata":
            raise QueryError(
                "“metadata:” needs a key and a value.",
                token.span,
                "Write metadata.camera_id:cam001, or has:camera_id for any value.",
            )
        case _:
            return FieldFilter(name.of or name.name, _field_condition(token, name), token.span)


def read_sort(token: FilterToken) -> Sort:
    """Return the order that a `sort:` token asks for."""
    text = _word(token, "Write a field or key, as in sort:filename or sort:-metadata.score.")
    descending, text = text.startswith("-"), text.removeprefix("-")
    if not KEY.fullmatch(text):
        raise QueryError(
            f"“{text}” is nothing to sort by.",
            token.span,
            "sort:filename or sort:-uploaded would work.",
        )
    if text in SORTABLE:
        return Sort(text, descending=descending, span=token.span)
    if text in NAMES:
        raise QueryError(
            f"Images have no order by “{text}”.",
            token.span,
            f"sort:{SORTABLE[0]} would work; for a key of this name write sort:metadata.{text}.",
        )
    return Sort(_key(text, token), is_key=True, descending=descending, span=token.span)


def _key_filter(key: str, token: FilterToken) -> Filter:
    sign = _sign(token)
    if sign in ORDERS:
        return KeyFilter(key, Compares(ORDERS[sign], _ordered_operand(token)), token.span)
    said = _between(token, lambda text: as_number(text) or as_date(text)) or _plain(token)
    if said == Matches(Pattern(("", ""))):
        if sign == "!=":
            raise QueryError(
                "“!=” compares with a value.",
                token.span,
                f"Write missing:{key} for images without it.",
            )
        return Has("key", key, span=token.span)
    return KeyFilter(key, said if sign == "=" else _differs(said, token), token.span)


def _ordered_operand(token: FilterToken) -> Bound:
    piece = _single(token, "An order compares with one number or date, as in >80 or >2026-05-01.")
    operand = as_date(piece.text) if piece.quoted else as_number(piece.text) or as_date(piece.text)
    if operand is None:
        raise QueryError(
            f"“{piece.text}” is no number and no date.",
            piece.span,
            f"An order compares numbers and ISO dates: {token.name}>80, {token.name}>=2026-05-01.",
        )
    return operand


def _field_condition(token: FilterToken, name: Name) -> Condition:
    sign = _sign(token)
    if sign in ORDERS and not name.ordered:
        raise QueryError(f"“{name.name}” has no order.", token.span, f"Write {name.example}.")
    if name.takes in {"text", "label"}:
        condition = _plain(token)
        return condition if sign == "=" else _differs(condition, token)
    return _measured(token, name, sign)


def _measured(token: FilterToken, name: Name, sign: str) -> Condition:
    """Return the condition of a field that is a number, a size or a date by nature."""
    read = _READERS[name.takes]
    if name.bound:
        _equals_only(token, f"Write {name.example}.")
    if not name.bound and sign not in ORDERS and sign != "!=":
        if between := _between(token, read):
            return between
        if name.takes == "date" and (ago := as_ago(_single(token, f"Write {name.example}.").text)):
            return During(ago)
    piece = _single(token, f"Write one value, as in {name.example}, or several with OR.")
    operand = read(piece.text)
    if operand is None:
        raise QueryError(
            f"“{piece.text}” is no {name.takes}.", piece.span, f"{name.example} would work."
        )
    if name.bound:
        return Compares(name.bound, operand)
    if sign in ORDERS:
        return Compares(ORDERS[sign], operand)
    is_ = _is(operand)
    return Differs(is_) if sign == "!=" else is_


def _is(operand: Bound) -> Is | During:
    return During(operand) if isinstance(operand, Date) else Is(operand)


def _between(token: FilterToken, read: Reader) -> Within | None:
    """Return the range a value says, parted at its first two dots; None when it is no range."""
    if not isinstance(token.value, Run) or len(token.value.pieces) != 1:
        return None
    piece = token.value.pieces[0]
    low_text, dots, high_text = piece.text.partition("..")
    if piece.quoted or not dots or not (low_text or high_text):
        return None
    low, high = read(low_text) if low_text else None, read(high_text) if high_text else None
    if (low_text and low is None) or (high_text and high is None):
        return None
    if low is not None and high is not None and isinstance(low, Date) != isinstance(high, Date):
        raise QueryError(
            "A range runs between two numbers or between two dates.",
            piece.span,
            "70..80 or 2026-05-01..2026-05-31 would work.",
        )
    return Within(low, high)


def _plain(token: FilterToken) -> Equals | Matches | OneOf:
    if isinstance(token.value, Items):
        return OneOf(tuple(_scalar(piece) for piece in token.value.pieces))
    pieces = token.value.pieces
    if any("*" in piece.text and not piece.quoted for piece in pieces):
        return Matches(_pattern(pieces))
    return Equals(_scalar(pieces[0]))


def _scalar(piece: Piece) -> Scalar:
    return Quoted(piece.text) if piece.quoted else Word(piece.text)


def _pattern(pieces: tuple[Piece, ...]) -> Pattern:
    parts = [""]
    for piece in pieces:
        first, *rest = [piece.text] if piece.quoted else piece.text.split("*")
        parts[-1] += first
        parts += rest
    # Two stars side by side say what one says.
    inner = [part for part in parts[1:-1] if part]
    return Pattern((parts[0], *inner, parts[-1]))


def _differs(condition: Equals | Matches | OneOf | Within, token: FilterToken) -> Differs:
    if isinstance(condition, Within):
        raise QueryError(
            "“!=” compares with one value.",
            token.value.span,
            f"For all outside the range write -{token.name}:70..80.",
        )
    return Differs(condition)


def _has(token: FilterToken, *, present: bool) -> Has:
    text = _word(token, f"Write a key, as in {token.name}:camera_id, or metadata, or tag.")
    if text == "metadata":
        return Has("metadata", present=present, span=token.span)
    if text == "tag":
        return Has("tag", present=present, span=token.span)
    return Has("key", _key(text, token), present, token.span)


def _type_of(token: FilterToken) -> TypeOf:
    text = _word(token, "Write a key and a type, as in type:temperature=string.")
    found = KEY_AND_VALUE.fullmatch(text)
    if found is None or found["value"] not in TYPES:
        raise QueryError(
            "“type:” needs a key and one of the types string, number and boolean.",
            token.span,
            "type:temperature=string would work.",
        )
    return TypeOf(_key(found["key"], token), found["value"], token.span)


def _origin_of(token: FilterToken) -> OriginOf:
    text = _word(token, "Write an origin, as in origin:bucket or origin:camera_id=user.")
    found = KEY_AND_VALUE.fullmatch(text)
    key, origin = (_key(found["key"], token), found["value"]) if found else ("", text)
    if origin not in ORIGINS:
        raise QueryError(
            f"“{origin}” is no origin.", token.span, f"{', '.join(ORIGINS)} would work."
        )
    return OriginOf(origin, key, token.span)


def _class_count(token: FilterToken) -> ClassCount:
    hint = 'Write a class, as in class:forklift or class:"hard hat">=4.'
    _equals_only(token, hint)
    pieces = token.value.pieces
    if isinstance(token.value, Items) or any("*" in p.text and not p.quoted for p in pieces):
        raise QueryError("“class:” takes one class.", token.span, hint)
    first, *rest = pieces
    found = None
    if rest or not first.quoted:
        found = CLASS_AND_COUNT.fullmatch((rest or pieces)[0].text)
    if found is None:
        return ClassCount(_scalar(first), span=token.span)
    name = Quoted(first.text) if rest else Word(found["name"])
    if not name.text:
        raise QueryError("“class:” needs the name of a class.", token.span, hint)
    order = ORDERS.get(found["sign"])
    return ClassCount(name, order or "=", int(found["count"]), token.span)


def _sign(token: FilterToken) -> str:
    """Return the comparison without its colon; plain equality is "="."""
    return token.op.removeprefix(":") or "="


def _equals_only(token: FilterToken, hint: str) -> None:
    if _sign(token) != "=":
        raise QueryError(f"“{token.name}” is not compared.", token.span, hint)


def _single(token: FilterToken, hint: str) -> Piece:
    if isinstance(token.value, Items) or len(token.value.pieces) != 1:
        raise QueryError(f"“{token.name}” takes one value here.", token.value.span, hint)
    return token.value.pieces[0]


def _word(token: FilterToken, hint: str) -> str:
    _equals_only(token, hint)
    return _single(token, hint).text


def _key(text: str, token: FilterToken) -> str:
    """Return the key, without the prefix it may carry."""
    key = text.removeprefix("metadata.")
    if not KEY.fullmatch(key):
        example = NAMES.get(token.name, NAMES["metadata"]).example
        raise QueryError(f"“{text}” is no key.", token.span, f"{example} would work.")
    return key


def _date(text: str) -> Date | None:
    return as_date(text, year=True)


_READERS: dict[str, Reader] = {"number": as_number, "size": as_size, "date": _date}
