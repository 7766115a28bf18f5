"""What is being typed at the cursor, in a text that need not be whole or right. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assetlib.search.language.errors import Span
from assetlib.search.language.lexer import FILTER, QUOTES, SECOND_FORM, brackets_in_words
from assetlib.search.language.names import NAMES
from assetlib.search.language.operands import Quoted, Word, as_date, as_number
from assetlib.search.language.printer import quote

KEY_PREFIX = "metadata."
PLAIN_VALUE = re.compile(r"[^\s()\[\]\"“”*<>=!,][^\s()\"“”*,\]]*")
# Quoted text, or as much of it as is there.
QUOTED = re.compile(r'"(?:\\["\\]|[^"])*"?|[“”](?:\\["\\]|[^"“”])*["“”]?')
WHOLE_QUOTED = re.compile(
    r'(?:"(?:\\["\\]|[^"\\]|\\(?!["\\]))*"|[“”](?:\\["\\]|[^"“”\\]|\\(?!["\\]))*["“”])(?=[\s)\],*]|\Z)'
)
REST_OF_TERM = re.compile(r"[^\s)\]]*")
REST_OF_ITEM = re.compile(r"[^\s,\]]*")


@dataclass(frozen=True, slots=True)
class Context:
    """What is being typed.

    `prefix` is what stands of it before the cursor, unquoted; `span` is what an accepted option
    replaces; `name` is the key or built-in filter whose value it is.
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
    found = SECOND_FORM.match(text, start, cursor) or FILTER.match(text, start, cursor)
    if found is None:
        end = _end(text, start, cursor, REST_OF_TERM)
        prefix = _unquoted(text[start:cursor])
        return Context("term", (start, end), prefix, negated=negated)
    second = found.re is SECOND_FORM
    name = f"{KEY_PREFIX}{found['name']}" if second else found["name"]
    return _value_context(text, found.end(), cursor, name, negated=negated)


def _value_context(text: str, start: int, cursor: int, name: str, *, negated: bool) -> Context:
    in_list = text.startswith("[", start, cursor)
    if in_list:
        start = _item_start(text, start + 1, cursor)
    end = _end(text, start, cursor, REST_OF_ITEM if in_list else REST_OF_TERM)
    typed = text[start:cursor]
    quoted, prefix = typed[:1] in {*QUOTES}, _unquoted(typed)
    built_in = NAMES.get(name)
    if built_in is None:
        key = name.removeprefix(KEY_PREFIX)
        return Context("key value", (start, end), prefix, key, quoted, in_list, negated)
    kind = _KINDS.get(built_in.takes)
    if kind == "type" and "=" in prefix:
        key, _, prefix = prefix.partition("=")
        return Context("type", (cursor - len(prefix), end), prefix, key, negated=negated)
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
    closing = brackets_in_words(text)
    start = at = 0
    while at < cursor:
        character = text[at]
        if character in QUOTES:
            at = _behind_quoted(text, at, cursor)
        elif character == "[" and text[at - 1 : at] in {":", "="}:
            at = _behind_list(text, at + 1, cursor)
        elif character == "(" and start < at and closing.get(at, cursor) < cursor:
            at = closing[at] + 1
        else:
            if character == "(" or (character.isspace() and not _goes_on(text, start, at, cursor)):
                start = at + 1
            at += 1
    return start


def _goes_on(text: str, start: int, at: int, cursor: int) -> bool:
    """Whether the term goes on over a space: the one on either side of `key > 5`."""
    if text[at] != " ":
        return False
    found = FILTER.match(text, start, cursor)
    return found is not None and found.end() > at


def _behind_quoted(text: str, at: int, cursor: int) -> int:
    found = QUOTED.match(text, at, cursor)
    return found.end() if found else at + 1


def _behind_list(text: str, at: int, cursor: int) -> int:
    while at < cursor and text[at] != "]":
        at = _behind_quoted(text, at, cursor) if text[at] in QUOTES else at + 1
    return at


def _item_start(text: str, start: int, cursor: int) -> int:
    """Return where the last item of an open list begins."""
    at = start
    while at < cursor:
        if text[at] in QUOTES:
            at = _behind_quoted(text, at, cursor)
        else:
            at += 1
            if text[at - 1] == ",":
                start = at
    while start < cursor and text[start].isspace():
        start += 1
    return start


def _end(text: str, start: int, cursor: int, rest: re.Pattern[str]) -> int:
    """Return where the thing being typed ends; quotes that are not closed end at a space."""
    whole = WHOLE_QUOTED.match(text, start)
    if whole and whole.end() > cursor:
        return whole.end()
    found = rest.match(text, cursor)
    return found.end() if found else cursor


def _unquoted(typed: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", typed[1:]) if typed[:1] in {*QUOTES} else typed


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


def operand_of(value: str) -> Word | Quoted:
    """Return the same as the tree has it."""
    return Word(value) if quote_if_needed(value) == value else Quoted(value)
