"""Random filters, each with its meaning as the specification has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.search.oracle import (
    And,
    Filter,
    Meaning,
    Node,
    Not,
    Or,
    Picture,
    dated,
    form,
    number,
    same,
)

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LONG = "frame " * 45

KEYS = ["k", "cam.id", "Reviewed", "_t"]
STRINGS = [
    "a",
    "A",
    "ab",
    "Straße",
    "STRASSE",
    "cafe\u0301",
    "caf\u00e9",
    "95",
    "true",
    "ware house",
    "a*b",
]
STRINGS += [
    "2026-05",
    "2026-05-01",
    "2026-05-01T10:00",
    "2026-06-30",
    "20260501",
    LONG + "one",
    LONG + "two",
]
DATES = ["2026-05", "2026-05-01", "2026-06", "2026-05-01T10:00"]
NUMBERS = [95.0, -5.0, 0.0, 1.5, 100.0, 1e300]
TAGS = ["night", "Bad", "nightly", "a"]
PROJECTS = ["line-1", "line-2", "yard"]
MIRRORS = ["line3", "line4", "yard"]
PATHS = ["raw/2026/a.jpg", "raw/2026/B.png", "Archive/a.jpg", "caf\u00c9"]
SPLITS = ["", "train", "valid", "test"]
BATCHES = ["", "May 3", "may", "b"]
CLASSES = ["forklift", "Hard Hat", "hard hat", "95", "Stra\u00dfe"]
NAMES = ["a.jpg", "Factory-1.png", "img(1).jpg", "night.png", "CAF\u00c9 95.jpg", "true"]
FORMATS = ["jpeg", "png", "gif"]
ORIGINS = ["user", "api", "import", "bucket"]
MOMENTS = [
    datetime(2026, 3, 31, 23, 59, 59, 999999, UTC),
    datetime(2026, 4, 30, 22, 30, tzinfo=UTC),
    datetime(2026, 5, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 5, 1, 12, 30, 15, tzinfo=UTC),
    datetime(2026, 5, 2, 3, 59, 59, tzinfo=UTC),
    datetime(2026, 5, 13, 12, 0, tzinfo=UTC),
    datetime(2026, 5, 19, 23, 0, tzinfo=UTC),
    datetime(2026, 5, 20, 11, 0, tzinfo=UTC),
]

# What an unquoted word reads as besides a string.
WORDS: dict[str, float | bool | None] = {
    "a": None,
    "A": None,
    "strasse": None,
    "CAF\u00c9": None,
    "95": 95.0,
    "95.0": 95.0,
    "9.5e1": 95.0,
    "095": None,
    "-5": -5.0,
    "true": True,
    "FALSE": False,
    "2026-05": None,
    "2026-05-01": None,
    "missing": None,
}

Compare = Callable[[object, object], bool]
ORDERINGS: dict[str, Compare] = {
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
}


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def equals_word(value: object, word: str) -> bool:
    """An unquoted word finds the string, the number and the boolean it reads as."""
    match value:
        case None:
            return False
        case str():
            return same(value, word)
        case bool():
            return value is WORDS[word]
        case _:
            return not isinstance(WORDS[word], bool) and value == WORDS[word]


def equals_text(value: object, text: str) -> bool:
    return isinstance(value, str) and same(value, text)


@st.composite
def entry_filters(draw: st.DrawFn) -> Filter:
    key = draw(st.sampled_from(KEYS))
    written = draw(st.sampled_from(["", "metadata."])) + key

    def asking(text: str, test: Callable[[object], bool]) -> Filter:
        return Filter(text, lambda picture, _: test(picture.entries.get(key)))

    word, text = draw(st.sampled_from(sorted(WORDS))), draw(st.sampled_from(STRINGS))
    size, top = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(NUMBERS))
    date, until = draw(st.sampled_from(DATES)), draw(st.sampled_from(DATES))
    sign, compare = draw(st.sampled_from(sorted(ORDERINGS.items(), key=lambda item: item[0])))
    colon = draw(st.sampled_from(["", ":"]))
    prefix = draw(st.sampled_from(["a", "ware", "9", "Stra", "2026"]))
    type_name = draw(st.sampled_from(["string", "number", "boolean"]))
    origin = draw(st.sampled_from(ORIGINS))
    choices = [
        asking(f"{written}:{word}", lambda v: equals_word(v, word)),
        asking(f"{written}={word}", lambda v: equals_word(v, word)),
        asking(f"{written}:{quoted(text)}", lambda v: equals_text(v, text)),
        asking(f"{written}!={word}", lambda v: v is not None and not equals_word(v, word)),
        asking(f"{written}!={quoted(text)}", lambda v: v is not None and not equals_text(v, text)),
        asking(
            f"{written}{colon}{sign}{size!r}",
            lambda v: number(v) is not None and compare(number(v), size),
        ),
        asking(
            f"{written}{colon}{sign}{date}",
            lambda v: dated(v, date) is not None and compare(dated(v, date), form(date)),
        ),
        asking(
            f"{written}:{size!r}..{top!r}",
            lambda v: (n := number(v)) is not None and size <= n <= top,
        ),
        asking(f"{written}:..{top!r}", lambda v: (n := number(v)) is not None and n <= top),
        asking(
            f"{written}:{date}..{until}",
            lambda v: (
                (d := dated(v, date)) is not None
                and d >= form(date)
                and (dated(v, until) or "") <= form(until)
            ),
        ),
        asking(
            f"{written}:{prefix}*",
            lambda v: isinstance(v, str) and form(v).startswith(form(prefix)),
        ),
        asking(
            f"{written}:*{quoted(prefix)}*",
            lambda v: isinstance(v, str) and form(prefix) in form(v),
        ),
        asking(
            f"{written}:*{prefix}", lambda v: isinstance(v, str) and form(v).endswith(form(prefix))
        ),
        asking(
            f"{written}:[{word}, {quoted(text)}]",
            lambda v: equals_word(v, word) or equals_text(v, text),
        ),
        asking(f"{written}:*", lambda v: v is not None),
        asking(f"has:{key}", lambda v: v is not None),
        asking(f"missing:{key}", lambda v: v is None),
        asking(f"type:{key}={type_name}", lambda v: type_of(v) == type_name),
        Filter(f"origin:{key}={origin}", lambda picture, _: picture.origins.get(key) == origin),
    ]
    return draw(st.sampled_from(choices))


def type_of(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "boolean"
        case str():
            return "string"
        case _:
            return "number"


def plain(text: str, test: Callable[[Picture], bool]) -> Filter:
    return Filter(text, lambda picture, _: test(picture))


def text_meaning(text: str) -> Meaning:
    """A file name that contains it, or a tag or a string that equals it."""
    return lambda picture, _: (
        form(text) in form(picture.filename)
        or any(same(tag, text) for tag in picture.tags)
        or any(equals_text(value, text) for value in picture.entries.values())
    )


@st.composite
def label_filters(draw: st.DrawFn) -> Filter:
    tag, name = draw(st.sampled_from(TAGS)), draw(st.sampled_from(NAMES))
    text = draw(st.sampled_from(["a", "NIGHT", "jpg", "caf\u00e9 95", "true", LONG + "one"]))
    start = draw(st.sampled_from(["n", "NIGHT", "b"]))
    choices = [
        plain(f"tag:{tag.upper()}", lambda p: any(same(tag, own) for own in p.tags)),
        plain(f"tag:{start}*", lambda p: any(form(own).startswith(form(start)) for own in p.tags)),
        plain("has:tag", lambda p: bool(p.tags)),
        plain("missing:tag", lambda p: not p.tags),
        plain("has:metadata", lambda p: bool(p.entries)),
        plain("missing:metadata", lambda p: not p.entries),
        plain(f"filename:{quoted(name)}", lambda p: same(p.filename, name)),
        plain(f"filename:*{start}*", lambda p: form(start) in form(p.filename)),
        Filter(quoted(text), text_meaning(text)),
        Filter("night", text_meaning("night")),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def place_filters(draw: st.DrawFn) -> Filter:
    mirror, whole = draw(st.sampled_from(MIRRORS)), f"{draw(st.sampled_from(PATHS))} 1"
    part = draw(st.sampled_from(["raw/", "A.JPG", "/2026/", "é 1"]))

    def some(test: Callable[[str], bool]) -> Meaning:
        return lambda picture, _: any(test(path) for _, path in picture.places)

    choices = [
        plain(f"mirror:{mirror}", lambda p: any(own == mirror for own, _ in p.places)),
        plain("mirror:line*", lambda p: any(own != "yard" for own, _ in p.places)),
        plain(f"mirror!={mirror}", lambda p: any(own != mirror for own, _ in p.places)),
        Filter(f"path:{quoted(whole)}", some(lambda path: same(path, whole))),
        Filter(f"path!={quoted(whole)}", some(lambda path: not same(path, whole))),
        Filter(f"path:{quoted(part)}*", some(lambda path: form(path).startswith(form(part)))),
        Filter(f"path:*{quoted(part)}*", some(lambda path: form(part) in form(path))),
        Filter("path:*", some(lambda _: True)),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def project_filters(draw: st.DrawFn) -> Filter:
    slug = draw(st.sampled_from(PROJECTS))
    split, batch = draw(st.sampled_from(SPLITS[1:])), draw(st.sampled_from(BATCHES[1:]))
    choices = [
        Filter(f"project:{slug}", lambda picture, _: slug in picture.projects, project=slug),
        plain("project:false", lambda p: not p.projects),
        Filter(
            f"split:{split}",
            lambda picture, scope: any(
                own == split
                for project, (own, _) in picture.projects.items()
                if scope is None or project in scope
            ),
        ),
        Filter(
            f"batch:{quoted(batch)}",
            lambda picture, scope: any(
                same(own, batch)
                for project, (_, own) in picture.projects.items()
                if scope is None or project in scope
            ),
        ),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def file_filters(draw: st.DrawFn) -> Filter:
    field = draw(st.sampled_from(["width", "height", "size"]))
    sign, compare = draw(st.sampled_from(sorted(ORDERINGS.items(), key=lambda item: item[0])))
    bound = draw(st.sampled_from([100, 640, 1000]))
    ratio = draw(st.sampled_from([0.5, 1, 1.5]))
    kind, origin = draw(st.sampled_from(FORMATS)), draw(st.sampled_from(ORIGINS))
    choices = [
        plain(f"{field}{sign}{bound}", lambda p: compare(getattr(p, field), bound)),
        plain(f"{field}:{bound}", lambda p: getattr(p, field) == bound),
        plain(f"{field}:..{bound}", lambda p: getattr(p, field) <= bound),
        plain(f"size{sign}1kB", lambda p: compare(p.size, 1_000)),
        plain(f"size{sign}1KiB", lambda p: compare(p.size, 1_024)),
        plain(f"aspect{sign}{ratio}", lambda p: compare(p.width / p.height, ratio)),
        plain(f"min-width:{bound}", lambda p: p.width >= bound),
        plain(f"max-height:{bound}", lambda p: p.height <= bound),
        plain(f"format:{kind}", lambda p: p.format == kind),
        plain("format:JPG", lambda p: p.format == "jpeg"),
        plain(f"origin:{origin}", lambda p: origin in p.origins.values()),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def box_filters(draw: st.DrawFn) -> Filter:
    name, count = draw(st.sampled_from([*CLASSES, "STRASSE", "nowhere"])), draw(st.integers(0, 3))
    sign, compare = draw(st.sampled_from(sorted(ORDERINGS.items(), key=lambda item: item[0])))

    def number_of(picture: Picture) -> int:
        return sum(same(name, own) for own in picture.boxes)

    choices = [
        plain(f"class:{quoted(name)}", lambda p: number_of(p) > 0),
        plain(f"class:{quoted(name)}{sign}{count}", lambda p: compare(number_of(p), count)),
        plain(f"class:{quoted(name)}={count}", lambda p: number_of(p) == count),
        plain("class:FORKLIFT", lambda p: any(same("forklift", own) for own in p.boxes)),
        plain(f"min-annotations:{count}", lambda p: len(p.boxes) >= count),
    ]
    return draw(st.sampled_from(choices))


def time_filters(zone: ZoneInfo) -> st.SearchStrategy[Filter]:
    def local(moment: datetime | None, precision: int) -> str | None:
        return None if moment is None else moment.astimezone(zone).isoformat()[:precision]

    @st.composite
    def filters(draw: st.DrawFn) -> Filter:
        field = draw(st.sampled_from(["uploaded", "taken"]))
        date = draw(
            st.sampled_from(["2026-04", "2026-05", "2026-05-01", "2026-05-02", "2026-05-20"])
        )
        sign, compare = draw(st.sampled_from(sorted(ORDERINGS.items(), key=lambda item: item[0])))
        today = NOW.astimezone(zone).isoformat()[:10]
        choices = [
            plain(f"{field}:{date}", lambda p: local(getattr(p, field), len(date)) == date),
            plain(
                f"{field}{sign}{date}",
                lambda p: (
                    (own := local(getattr(p, field), len(date))) is not None and compare(own, date)
                ),
            ),
            plain(
                f"{field}:2026-05..{date}",
                lambda p: (
                    (own := local(getattr(p, field), len(date))) is not None
                    and own <= date
                    and (local(getattr(p, field), 7) or "") >= "2026-05"
                ),
            ),
            plain(f"{field}:today", lambda p: local(getattr(p, field), 10) == today),
            plain(
                f"{field}:7d",
                lambda p: (
                    getattr(p, field) is not None and NOW - timedelta(days=7) <= getattr(p, field)
                ),
            ),
        ]
        return draw(st.sampled_from(choices))

    return filters()


def queries(zone: ZoneInfo) -> st.SearchStrategy[Node]:
    filters = st.one_of(
        entry_filters(),
        entry_filters(),
        label_filters(),
        project_filters(),
        place_filters(),
        file_filters(),
        box_filters(),
        time_filters(zone),
    )
    return st.recursive(
        filters,
        lambda inner: st.one_of(
            st.builds(Not, inner, st.sampled_from(["-", "NOT "])),
            st.builds(
                And,
                st.lists(inner, min_size=2, max_size=3).map(tuple),
                st.sampled_from([" ", " AND "]),
            ),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )
