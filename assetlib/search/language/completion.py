"""What is being typed at the cursor, in a text that need not be whole or right. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assetlib.search.language.errors import Span
from assetlib.search.language.lexer import QUOTES
from assetlib.search.language.names import NAMES
from assetlib.search.language.operands import as_date, as_number
from assetlib.search.language.printer import quote

KEY_PREFIX = "metadata."
NAME = re.compile(
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.]*(?:-[a-z]+)?)(?P<op>:(?:>=|<=|!=|>|<|=)?| ?(?:>=|<=|!=|>|<|=) ?)"
)
SECOND = re.compile(r"(?P<key>[A-Za-z0-9_][A-Za-z0-9_.]*)(?P<op>>=|<=|!=|>|<|=|:)")
PLAIN_VALUE = re.compile(r"[^\s()\[\]\"“”*<>=!,][^\s()\"“”*,\]]*")
OPERATOR_WORDS = {"AND", "OR", "NOT"}


@dataclass(frozen=True, slots=True)
class Context:
    """`prefix` is what stands before the cursor of the thing being typed, unquoted; `span` is what
    an accepted option replaces. `name` is the key or built-in filter whose value it is.
    """

    kind: Literal["term", "key value", "value", "has", "type key", "type", "origin", "sort"]
    span: Span
    prefix: str
    name: str = ""
    quoted: bool = False
    in_list: bool = False
    negated: bool = False


def context_at(text: str, cursor: int) -> Context:
    """Return what is being typed at the cursor."""
    cursor = max(0, min(cursor, len(text)))
    start = _term_start(text, cursor)
    negated = text[start : start + 1] == "-" and start < cursor
    start += negated
    end = _term_end(text, cursor)
    term = text[start:cursor]
    found = NAME.match(text, start)
    if found is None or found.end() > cursor:
        return Context("term", (start, end), term.lstrip(QUOTES), negated=negated)
    name, value_start = found["name"], found.end()
    if name == "metadata" and (second := SECOND.match(text, value_start, cursor)):
        name, value_start = f"{KEY_PREFIX}{second['key']}", second.end()
    return _value_context(text, (value_start, cursor, end), name, negated=negated)


def _value_context(text: str, at: tuple[int, int, int], name: str, *, negated: bool) -> Context:
    start, cursor, end = at
    typed = text[start:cursor]
    in_list = typed.startswith("[")
    if in_list:
        item = _item_start(typed)
        start, typed = start + item, typed[item:]
        end = _item_end(text, cursor)
    quoted = typed[:1] in QUOTES and bool(typed)
    prefix = _unescape(typed[1:]) if quoted else typed
    built_in = NAMES.get(name)
    if built_in is None:
        key = name.removeprefix(KEY_PREFIX)
        return Context("key value", (start, end), prefix, key, quoted, in_list, negated)
    kind = _KINDS.get(built_in.takes)
    if kind == "type" and "=" in prefix:
        key, _, prefix = prefix.partition("=")
        return Context("type", (end - len(text[cursor:end]) - len(prefix), end), prefix, key)
    if kind == "type":
        return Context("type key", (start, end), prefix, name, negated=negated)
    return Context(kind or "value", (start, end), prefix, name, quoted, in_list, negated)


_KINDS: dict[str, Literal["has", "type", "origin", "sort"]] = {
    "has": "has",
    "type": "type",
    "origin": "origin",
    "sort": "sort",
}


def _term_start(text: str, cursor: int) -> int:
    """Return where the term at the cursor begins: behind a space that is in no quotes or list."""
    start, quoted, listed = 0, False, False
    for at in range(cursor):
        character = text[at]
        if quoted:
            quoted = not (character in QUOTES and text[at - 1 : at] != "\\")
        elif character in QUOTES:
            quoted = True
        elif character == "[" and text[at - 1 : at] in {":", "="}:
            listed = True
        elif character == "]":
            listed = False
        elif not listed and (character.isspace() or character == "("):
            start = _after_space(text, at, start, cursor)
    return start


def _after_space(text: str, at: int, start: int, cursor: int) -> int:
    """Return where a term begins once `at` was read; `key > ` goes on over its one space."""
    if text[at] == " " and (found := NAME.match(text, start, cursor)) and found.end() > at:
        return start
    return at + 1


def _term_end(text: str, cursor: int) -> int:
    end = cursor
    while end < len(text) and not text[end].isspace() and text[end] not in ")]":
        end += 1
    return end


def _item_start(typed: str) -> int:
    """Return where the last item of an open list begins."""
    start, quoted = 1, False
    for at, character in enumerate(typed):
        if character in QUOTES:
            quoted = not quoted
        elif character == "," and not quoted:
            start = at + 1
    while start < len(typed) and typed[start].isspace():
        start += 1
    return start


def _item_end(text: str, cursor: int) -> int:
    end = cursor
    while end < len(text) and text[end] not in ",]" and not text[end].isspace():
        end += 1
    return end


def _unescape(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text)


def quote_if_needed(value: str) -> str:
    """Return a string as an operand that finds this string and nothing else.

    A text that would read as a number, boolean, date, range or pattern is quoted, and so is one
    that would not be read as one word.
    """
    reads_otherwise = (
        value.lower() in {"true", "false"}
        or as_number(value) is not None
        or as_date(value) is not None
        or ".." in value
    )
    if reads_otherwise or not PLAIN_VALUE.fullmatch(value):
        return quote(value)
    return value
