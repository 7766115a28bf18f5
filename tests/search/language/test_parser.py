"""Text → tree. A row for every line of the language's table, and for each of its traps."""

from __future__ import annotations

import pytest

from assetlib.search.language import (
    Ago,
    And,
    ClassCount,
    Compares,
    Condition,
    Date,
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
    Number,
    OneOf,
    Or,
    OriginOf,
    Pattern,
    QueryError,
    Quoted,
    Size,
    Sort,
    Text,
    TypeOf,
    Within,
    Word,
    parse,
)


def is_(text: str) -> Equals:
    return Equals(Word(text))


def said(text: str) -> Equals:
    return Equals(Quoted(text))


def like(*parts: str) -> Matches:
    return Matches(Pattern(parts))


A, B, C, D = (Text(letter) for letter in "abcd")

KEYS = [
    ("metadata.camera_id:cam001", "camera_id", is_("cam001")),
    ('metadata.camera_id:"cam 001"', "camera_id", said("cam 001")),
    ("metadata:camera_id=cam001", "camera_id", is_("cam001")),
    ('metadata:camera_id="cam 001"', "camera_id", said("cam 001")),
    ("metadata:camera_id>5", "camera_id", Compares(">", Number(5))),
    ("camera_id:cam001", "camera_id", is_("cam001")),
    ("capture.temperature:5", "capture.temperature", is_("5")),
    ("metadata.quality_score>80", "quality_score", Compares(">", Number(80))),
    ("quality_score>=80", "quality_score", Compares(">=", Number(80))),
    ("quality_score<80", "quality_score", Compares("<", Number(80))),
    ("quality_score<=80.5", "quality_score", Compares("<=", Number(80.5))),
    ("quality_score=80", "quality_score", is_("80")),
    ("quality_score!=80", "quality_score", Differs(is_("80"))),
    ("quality_score:>80", "quality_score", Compares(">", Number(80))),
    ("quality_score:>=80", "quality_score", Compares(">=", Number(80))),
    ("quality_score:=80", "quality_score", is_("80")),
    ("quality_score:!=80", "quality_score", Differs(is_("80"))),
    ("quality_score > 80", "quality_score", Compares(">", Number(80))),
    ("quality_score >80", "quality_score", Compares(">", Number(80))),
    ("quality_score> 80", "quality_score", Compares(">", Number(80))),
    ('k = "a b"', "k", said("a b")),
    ("k != a", "k", Differs(is_("a"))),
    ("temperature:70..80", "temperature", Within(Number(70), Number(80))),
    ("temperature=70..80", "temperature", Within(Number(70), Number(80))),
    ("temperature:70..", "temperature", Within(Number(70), None)),
    ("temperature:..80", "temperature", Within(None, Number(80))),
    ("k:-5..-1", "k", Within(Number(-5), Number(-1))),
    ("k:1...5", "k", Within(Number(1), Number(0.5))),
    ("k:1....5", "k", is_("1....5")),
    ("k:..", "k", is_("..")),
    ("k:a..b", "k", is_("a..b")),
    ("k:1..x", "k", is_("1..x")),
    ('k:"1..5"', "k", said("1..5")),
    ("k:2026-05-01..2026-06", "k", Within(Date("2026-05-01"), Date("2026-06"))),
    ("k:2026..2027", "k", Within(Number(2026), Number(2027))),
    ("k>2026-05", "k", Compares(">", Date("2026-05"))),
    ('k>="2026-05-01 10:00"', "k", Compares(">=", Date("2026-05-01 10:00"))),
    ("k<2026-05-01T10:00:59", "k", Compares("<", Date("2026-05-01T10:00:59"))),
    ("k>2026", "k", Compares(">", Number(2026))),
    ("reviewed:true", "reviewed", is_("true")),
    ("location:ware*", "location", like("ware", "")),
    ("location:*house*", "location", like("", "house", "")),
    ('location:*"ware house"*', "location", like("", "ware house", "")),
    ('location:"a*b"*c', "location", like("a*b", "c")),
    ('location:"ware house"', "location", said("ware house")),
    ('location:"ware*"', "location", said("ware*")),
    ("location:a**b*", "location", like("a", "b", "")),
    ("location!=a*", "location", Differs(like("a", ""))),
    (
        'camera_id:[cam001, cam002, "cam 3"]',
        "camera_id",
        OneOf((Word("cam001"), Word("cam002"), Quoted("cam 3"))),
    ),
    ("k:[a]", "k", OneOf((Word("a"),))),
    ("k:[ a ,b ]", "k", OneOf((Word("a"), Word("b")))),
    ('k=["a*"]', "k", OneOf((Quoted("a*"),))),
    ("k!=[a,b]", "k", Differs(OneOf((Word("a"), Word("b"))))),
    ("k:[a(b, c)]", "k", OneOf((Word("a(b"), Word("c)")))),
    # After the first operator everything is value.
    ("k:-5", "k", is_("-5")),
    ("k>-5", "k", Compares(">", Number(-5))),
    ("k:12:30", "k", is_("12:30")),
    ("k:a=b", "k", is_("a=b")),
    ("k:a,b", "k", is_("a,b")),
    ("k:OR", "k", is_("OR")),
    ("k:NOT", "k", is_("NOT")),
    ("k = AND", "k", is_("AND")),
    ("k:s3://x", "k", is_("s3://x")),
    ("k:=>5", "k", is_(">5")),
    ("k:==5", "k", is_("=5")),
    ("k::x", "k", is_(":x")),
    ("k:a-b", "k", is_("a-b")),
    ("k:(b)", "k", is_("(b)")),
    ("k:a[1]", "k", is_("a[1]")),
    ("12:30", "12", is_("30")),
    ("http://x", "http", is_("//x")),
    ("AND:5", "AND", is_("5")),
    # The prefix is stripped once; built-in names are keys behind it.
    ("metadata.metadata.x:1", "metadata.x", is_("1")),
    ("metadata.metadata:1", "metadata", is_("1")),
    ("metadata.width:1", "width", is_("1")),
    ("metadata.tag:1", "tag", is_("1")),
    ("Width:1", "Width", is_("1")),
    # Quotes and their two escapes.
    (r'k:"a\"b"', "k", said('a"b')),
    (r'k:"a\\"', "k", said("a\\")),
    (r'k:"C:\new"', "k", said(r"C:\new")),
    (r"k:C:\new", "k", is_(r"C:\new")),
    ("k:“cam 001”", "k", said("cam 001")),
    ("k:”cam 001“", "k", said("cam 001")),
    ('k:“cam 001"', "k", said("cam 001")),
    ('k:"say “hi”"', "k", said("say “hi”")),
    ('k:"AND"', "k", said("AND")),
]


@pytest.mark.parametrize(("text", "key", "condition"), KEYS)
def test_filters_on_a_key(text: str, key: str, condition: Condition) -> None:
    assert parse(text).node == KeyFilter(key, condition)


FIELDS = [
    ("tag:night", "tag", is_("night")),
    ("tag:ni*", "tag", like("ni", "")),
    ("tag:[a, b]", "tag", OneOf((Word("a"), Word("b")))),
    ("tag:*", "tag", like("", "")),
    ("filename:*factory*", "filename", like("", "factory", "")),
    ('filename:"x.png"', "filename", said("x.png")),
    ("filename:img(1).jpg", "filename", is_("img(1).jpg")),
    ("project:line-3", "project", is_("line-3")),
    ("project:false", "project", is_("false")),
    ("split:train", "split", is_("train")),
    ('batch:"May 3"', "batch", said("May 3")),
    ("split!=train", "split", Differs(is_("train"))),
    ("width>1000", "width", Compares(">", Number(1000))),
    ("width > 1000", "width", Compares(">", Number(1000))),
    ("height:480", "height", Is(Number(480))),
    ("height!=480", "height", Differs(Is(Number(480)))),
    ("height:480..640", "height", Within(Number(480), Number(640))),
    ("size>2MB", "size", Compares(">", Size("2", "MB"))),
    ("size:1.5kib", "size", Is(Size("1.5", "kib"))),
    ('size<"2 MB"', "size", Compares("<", Size("2", "MB"))),
    ("size:1kB..2MB", "size", Within(Size("1", "kB"), Size("2", "MB"))),
    ("size:500", "size", Is(Size("500", ""))),
    ("aspect>1.5", "aspect", Compares(">", Number(1.5))),
    ("min-width:1000", "width", Compares(">=", Number(1000))),
    ("max-width:1000", "width", Compares("<=", Number(1000))),
    ("min-height:480", "height", Compares(">=", Number(480))),
    ("max-height:480", "height", Compares("<=", Number(480))),
    ("min-annotations:1", "min-annotations", Compares(">=", Number(1))),
    ("format:png", "format", is_("png")),
    ("uploaded:2026-05-01", "uploaded", During(Date("2026-05-01"))),
    ("uploaded:2026", "uploaded", During(Date("2026"))),
    ("uploaded>=2026-05", "uploaded", Compares(">=", Date("2026-05"))),
    ("uploaded>2026", "uploaded", Compares(">", Date("2026"))),
    ("uploaded:7d", "uploaded", During(Ago(7))),
    ("uploaded:today", "uploaded", During(Ago(0))),
    ("uploaded:2026-05..", "uploaded", Within(Date("2026-05"), None)),
    ("uploaded!=2026-05", "uploaded", Differs(During(Date("2026-05")))),
    ("updated:Today", "updated", During(Ago(0))),
    ("taken:..2026-05", "taken", Within(None, Date("2026-05"))),
    ("mirror:line3", "mirror", is_("line3")),
    ("path:raw/2026/*", "path", like("raw/2026/", "")),
    ("path:s3://x", "path", is_("s3://x")),
    ("id:ab12", "id", is_("ab12")),
]


@pytest.mark.parametrize(("text", "name", "condition"), FIELDS)
def test_filters_on_a_field(text: str, name: str, condition: Condition) -> None:
    assert parse(text).node == FieldFilter(name, condition)


OTHERS: list[tuple[str, Node]] = [
    ("has:camera_id", Has("key", "camera_id")),
    ("missing:camera_id", Has("key", "camera_id", present=False)),
    ("camera_id:*", Has("key", "camera_id")),
    ("camera_id:**", Has("key", "camera_id")),
    ("has:metadata", Has("metadata")),
    ("has:tag", Has("tag")),
    ("missing:tag", Has("tag", present=False)),
    ("has:metadata.tag", Has("key", "tag")),
    ("has:metadata.metadata", Has("key", "metadata")),
    ("type:temperature=string", TypeOf("temperature", "string")),
    ("type:metadata.a.b=number", TypeOf("a.b", "number")),
    ("origin:bucket", OriginOf("bucket")),
    ("origin:camera_id=user", OriginOf("user", "camera_id")),
    ("origin:metadata.x=api", OriginOf("api", "x")),
    ("class:forklift", ClassCount(Word("forklift"))),
    ("class:forklift>=4", ClassCount(Word("forklift"), ">=", 4)),
    ("class:forklift=0", ClassCount(Word("forklift"), "=", 0)),
    ('class:"hard hat"', ClassCount(Quoted("hard hat"))),
    ('class:"hard hat">=4', ClassCount(Quoted("hard hat"), ">=", 4)),
    ('class:"hard hat"<2', ClassCount(Quoted("hard hat"), "<", 2)),
    ('class:"a>=4"', ClassCount(Quoted("a>=4"))),
    ("class:a>=4>=1", ClassCount(Word("a>=4"), ">=", 1)),
]


@pytest.mark.parametrize(("text", "node"), OTHERS)
def test_filters_of_their_own_kind(text: str, node: Node) -> None:
    assert parse(text).node == node


TREES: list[tuple[str, Node]] = [
    ("", Everything()),
    (" \t\n", Everything()),
    ("*", Everything()),
    ("(*)", Everything()),
    ("a", A),
    ('"two words"', Text("two words")),
    ('"*"', Text("*")),
    ('"AND"', Text("AND")),
    ("“two words”", Text("two words")),
    ("and", Text("and")),
    ("a b", And((A, B))),
    ("a AND b", And((A, B))),
    ("a\nb", And((A, B))),
    ("a b AND c", And((A, B, C))),
    ("a OR b", Or((A, B))),
    ("a OR b c", Or((A, And((B, C))))),
    ("a b OR c d", Or((And((A, B)), And((C, D))))),
    ("a (b OR c)", And((A, Or((B, C))))),
    ("(a)(b)", And((A, B))),
    ("a(b c)", And((A, And((B, C))))),
    ("(a b) c", And((And((A, B)), C))),
    ("((a))", A),
    ("-a", Not(A)),
    ("NOT a", Not(A)),
    ("NOT(a)", Not(A)),
    ("NOT NOT a", Not(Not(A))),
    ("-NOT a", Not(Not(A))),
    ("-(-a)", Not(Not(A))),
    ("-a b", And((Not(A), B))),
    ("NOT a OR b", Or((Not(A), B))),
    ("-(a OR b)", Not(Or((A, B)))),
    ('-"a b"', Not(Text("a b"))),
    ("-reviewed:true", Not(KeyFilter("reviewed", is_("true")))),
    ("-uploaded:7d", Not(FieldFilter("uploaded", During(Ago(7))))),
    # A minus negates only at the start of a term and before something.
    ("-5", Not(Text("5"))),
    ("a-b", Text("a-b")),
    ("a -b", And((A, Not(B)))),
    ("-", Text("-")),
    ("a - b", And((A, Text("-"), B))),
    ("(-)", Text("-")),
    ("a-b:c", Text("a-b:c")),
    ("min-width", Text("min-width")),
    # Brackets belong to a word when they balance in it and hold no space.
    ("img(1).jpg", Text("img(1).jpg")),
    ("f(a(b))c", Text("f(a(b))c")),
    ("(k:v)", KeyFilter("k", is_("v"))),
    ("(k:v(w))", KeyFilter("k", is_("v(w)"))),
    ("(k:[a])", KeyFilter("k", OneOf((Word("a"),)))),
    ("ORacle NOTe", And((Text("ORacle"), Text("NOTe")))),
    ("a  >5", And((A, Text(">5")))),
]


@pytest.mark.parametrize(("text", "node"), TREES)
def test_terms_are_joined(text: str, node: Node) -> None:
    assert parse(text).node == node


SORTS = [
    ("sort:filename", Everything(), Sort("filename")),
    ("sort:-uploaded", Everything(), Sort("uploaded", descending=True)),
    (
        "a sort:-metadata.quality_score",
        A,
        Sort("quality_score", is_key=True, descending=True),
    ),
    ("sort:score a", A, Sort("score", is_key=True)),
    ("sort:metadata.size", Everything(), Sort("size", is_key=True)),
    ("a sort:size b", And((A, B)), Sort("size")),
    ("a AND sort:size AND b", And((A, B)), Sort("size")),
    ("a sort:size OR b", Or((A, B)), Sort("size")),
    ("a OR b sort:size", Or((A, B)), Sort("size")),
]


@pytest.mark.parametrize(("text", "node", "sort"), SORTS)
def test_an_order_stands_anywhere_at_the_top(text: str, node: Node, sort: Sort) -> None:
    query = parse(text)

    assert (query.node, query.sort) == (node, sort)


def test_no_order_is_the_default_one() -> None:
    assert parse("a").sort is None


def test_both_forms_of_a_key_filter_are_one() -> None:
    assert parse("metadata:camera_id=cam001") == parse("metadata.camera_id:cam001")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("  a  b:1 ", [(2, 3), (5, 8)]),
        ('k > 5 "x y"', [(0, 5), (6, 11)]),
        ("(a) -(b c)", [(0, 3), (4, 10)]),
        ("NOT a AND k:[a, b]", [(0, 5), (10, 18)]),
    ],
)
def test_a_node_knows_where_it_stands(text: str, spans: list[tuple[int, int]]) -> None:
    node = parse(text).node

    assert isinstance(node, And)
    assert [item.span for item in node.items] == spans
    assert node.span == (spans[0][0], spans[-1][1])


@pytest.mark.parametrize(
    ("text", "is_reversed"),
    [
        ("k:80..70", True),
        ("k:70..80", False),
        ("k:70..70", False),
        ("k:..70", False),
        ("size:1MB..1kB", True),
        ("size:999..1kB", False),
        ("uploaded:2026-06..2026-05", True),
        ("uploaded:2026-05-31..2026-05", False),
    ],
)
def test_a_range_knows_when_it_is_reversed(text: str, is_reversed: bool) -> None:
    node = parse(text).node

    assert isinstance(node, KeyFilter | FieldFilter)
    assert isinstance(node.condition, Within)
    assert node.condition.reversed is is_reversed


@pytest.mark.parametrize(
    ("text", "size"), [("5", 5), ("2kB", 2_000), ("2KiB", 2_048), ("1.5MB", 1_500_000), ("1b", 1)]
)
def test_a_size_is_in_bytes(text: str, size: float) -> None:
    node = parse(f"size:{text}").node

    assert isinstance(node, FieldFilter)
    assert isinstance(node.condition, Is)
    assert node.condition.operand.value == size


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01 00:00:00", "2027-01-01 00:00:00"),
        ("2024-02", "2024-02-01 00:00:00", "2024-03-01 00:00:00"),
        ("2026-12-31", "2026-12-31 00:00:00", "2027-01-01 00:00:00"),
        ("2026-05-01T10:59", "2026-05-01 10:59:00", "2026-05-01 11:00:00"),
        ("2026-05-01T10:59:59", "2026-05-01 10:59:59", "2026-05-01 11:00:00"),
    ],
)
def test_a_date_lasts_as_long_as_it_was_written(text: str, first: str, last: str) -> None:
    date = Date(text)

    assert (str(date.first), str(date.last)) == (first, last)


def test_a_short_query_is_read_once() -> None:
    assert parse("tag:night sort:filename") is parse("tag:night sort:filename")
    assert parse("x" * 5_000) is not parse("x" * 5_000)


def test_what_is_wrong_with_a_query_is_said_each_time() -> None:
    for _ in range(2):
        with pytest.raises(QueryError):
            parse("(night")


def test_limits_are_within_reach() -> None:
    parse(" ".join(["a"] * 200) + " sort:size")
    parse("(" * 20 + "a" + ")" * 20)
    parse("NOT " * 20 + "a")
    parse("a" * 20_000)
