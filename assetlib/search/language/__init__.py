"""The query language: text ⇄ tree, and the edits, completions and errors between them.

    text → lexer → filters, parser → tree → printer → text

Pure Python: what a query finds is decided elsewhere.
"""

from __future__ import annotations

from assetlib.search.language.completion import Context, context_at, quote_if_needed
from assetlib.search.language.editing import (
    Chip,
    Editing,
    chips,
    toggle,
    with_filter,
    with_sort,
    without_filter,
)
from assetlib.search.language.errors import QueryError, Span
from assetlib.search.language.names import NAMES, ORIGINS, SORTABLE, TYPES, Name
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
from assetlib.search.language.parser import parse
from assetlib.search.language.printer import print_node, print_query, print_sort
from assetlib.search.language.ranges import days_within, numbers_within
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
    Filter,
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

__all__ = [
    "NAMES",
    "ORIGINS",
    "SORTABLE",
    "TYPES",
    "Ago",
    "And",
    "Bound",
    "Chip",
    "ClassCount",
    "Compares",
    "Condition",
    "Context",
    "Date",
    "Differs",
    "During",
    "Editing",
    "Equals",
    "Everything",
    "FieldFilter",
    "Filter",
    "Has",
    "Is",
    "KeyFilter",
    "Matches",
    "Name",
    "Node",
    "Not",
    "Number",
    "OneOf",
    "Or",
    "OriginOf",
    "Pattern",
    "Query",
    "QueryError",
    "Quoted",
    "Scalar",
    "Size",
    "Sort",
    "Span",
    "Text",
    "TypeOf",
    "Within",
    "Word",
    "chips",
    "context_at",
    "days_within",
    "numbers_within",
    "parse",
    "print_node",
    "print_query",
    "print_sort",
    "quote_if_needed",
    "toggle",
    "with_filter",
    "with_sort",
    "without_filter",
]
