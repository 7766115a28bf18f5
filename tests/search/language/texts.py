"""Texts for the laws of the query language: any text at all, and texts that a grammar makes."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = [
    *' \t\n()[]"“”\\*-:=<>!.,/#7aé\0\u00a0',
    "..",
    "AND ",
    " OR ",
    "NOT ",
    "--",
    "a:",
    "metadata.",
    "metadata:",
    "sort:",
    "has:",
    "type:",
    "origin:",
    "class:",
    "tag:",
    "size>",
    "width",
    "min-width:",
    "uploaded:",
    "2026-05",
    "1e5",
    "true",
    "[a,",
    '"a b"',
]
nasty = st.lists(st.sampled_from(NASTY), max_size=14).map("".join)

keys = st.sampled_from(
    ["a", "_k", "12", "AND", "capture.temperature", "metadata", "metadata.", "metadata.x", "tag"]
)
names = keys.map("metadata.{}".format) | st.sampled_from(["a", "12", "Width", "x.y", "metadata:a"])
# What a word may be made of, besides that it must not begin with a minus, a bracket or an operator.
words = st.text(alphabet="a7é.-*=:<>!,\\/[]{}#'", min_size=1, max_size=6)
quoted = st.text(alphabet='a7 ()“”*\\"-.', max_size=6).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
bracketed = words.map(lambda word: f"img({word})")
items = st.text(alphabet="a7é.-=<>!\\(){}", min_size=1, max_size=5) | quoted
lists = st.lists(items, min_size=1, max_size=3).map(lambda found: f"[{' , '.join(found)}]")
patterns = st.lists(quoted | words.map(lambda word: word.strip("*")), min_size=2, max_size=3).map(
    "*".join
)
numbers = st.sampled_from(["80", "-5", "0", "3.14", ".5", "1e5", "-0", "1e300", "9007199254740992"])
dates = st.sampled_from(["2026-05", "2026-05-01", "2026-05-01T10:00", "2026-05-01T10:00:09"])
ranges = st.builds("{}..{}".format, numbers | dates | st.just(""), numbers | dates | st.just(""))
values = words | quoted | bracketed | lists | patterns | numbers | dates | ranges
signs = st.sampled_from([":", "=", "!=", ":=", ":!=", " = ", " != "])
orders = st.sampled_from([">", ">=", " < ", "<= ", ":>", ":<="])
labels = st.sampled_from(["tag", "filename", "project", "split", "batch", "format", "path", "id"])
measures = st.sampled_from(["width", "height", "size", "aspect", "uploaded", "taken", "updated"])
amounts = st.sampled_from(
    ["5", "5MB", "1.5KiB", '"2 kB"', "..5", "1...5", "7d", "today", "2026", "2026-05..", "70..80"]
)
special = st.sampled_from(
    [
        "has:a",
        "has:metadata",
        "missing:metadata.tag",
        "has:metadata.metadata.x",
        "a:*",
        "a:**",
        "type:a=string",
        "type:metadata.metadata.b=number",
        "origin:bucket",
        "origin:metadata=user",
        "class:forklift",
        'class:"hard hat">=4',
        "class:a>=4>=1",
        "class::=b",
        "class:=b=2",
        "min-width:1000",
        "max-height:.5",
        "min-annotations:1",
        "*",
        ">5",
        "-",
        "- ",
    ]
)
filters = (
    st.tuples(names | labels, signs, values).map("".join)
    | st.tuples(names, orders, numbers | dates).map("".join)
    | st.tuples(measures, signs | orders, amounts).map("".join)
    | special
    | words
    | quoted
)


def _combined(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.lists(terms, min_size=2, max_size=3).map(" ".join)
        | st.lists(terms, min_size=2, max_size=3).map(" AND ".join)
        | st.lists(terms, min_size=2, max_size=3).map(" OR\t".join)
        | terms.map("-{}".format)
        | terms.map("NOT {}".format)
        | terms.map("({})".format)
        | terms.map("( {} )".format)
    )


queries = st.recursive(filters, _combined, max_leaves=6)
sorts = st.sampled_from(
    ["", "sort:filename", "sort:-metadata.score", "sort:score AND", "AND sort:-size"]
)
sorted_queries = st.tuples(queries, sorts, queries | st.just("")).map(" ".join) | st.tuples(
    sorts, queries
).map(" ".join)

texts = nasty | queries | sorted_queries
