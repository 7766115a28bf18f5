"""Which sidecar is whose, and every way in which one can be wrong, with its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetlib.mirror.listing import Listed
from assetlib.mirror.sidecar import (
    ALONE,
    PASSED_OVER,
    WRONG_CASE,
    Alone,
    Pair,
    Paired,
    Pairing,
    Said,
    Unreadable,
    read,
    refused,
)
from assetlib.transfer.pairing import pair as paired_by_name


def listed(path: str, size: int = 10) -> Listed:
    return Listed(path, "e", size, 0.0)


def walked(paths: Iterable[str]) -> Iterator[Paired]:
    pairing = Pairing()
    for path in sorted(paths):
        yield from pairing.meet(listed(path))
    yield from pairing.finish()


def pairs(*paths: str) -> dict[str, str | None]:
    found = [each for each in walked(paths) if isinstance(each, Pair)]
    return {each.path: each.sidecar.path if each.sidecar else None for each in found}


def alone(*paths: str) -> dict[str, str]:
    return {each.path: each.reason for each in walked(paths) if isinstance(each, Alone)}


@pytest.mark.parametrize(
    ("paths", "then"),
    [
        (["a/img1.jpg", "a/img1.json"], {"a/img1.jpg": "a/img1.json"}),
        (["a/img1.png", "a/img1.json"], {"a/img1.png": "a/img1.json"}),
        (["img1.jpg", "img1.jpg.json"], {"img1.jpg": "img1.jpg.json"}),
        (["img1.png", "img1.png.json"], {"img1.png": "img1.png.json"}),
        (["img1.jpg", "img1.jpg.json", "img1.json"], {"img1.jpg": "img1.json"}),
        (
            ["img1.jpg", "img1.png", "img1.json"],
            dict.fromkeys(["img1.jpg", "img1.png"], "img1.json"),
        ),
        (["img1", "img1.json"], {"img1": "img1.json"}),
        (["img1", "img1-2", "img1.json"], {"img1": "img1.json", "img1-2": None}),
        (["a.b.jpg", "a.json"], {"a.b.jpg": None}),
        (["a.d/x.jpg", "a.json"], {"a.d/x.jpg": None}),
        ([".jpg", ".jpg.json"], {".jpg": ".jpg.json"}),
        (["IMG1.JPG", "IMG1.JSON"], {"IMG1.JPG": None}),
        (["img1.jpg", "IMG1.json"], {"img1.jpg": None}),
        (["a/img1.jpg", "b/img1.json"], {"a/img1.jpg": None}),
        (
            ["img1.jpg", "img1.jpga", "img1.jpg.json"],
            {"img1.jpg": "img1.jpg.json", "img1.jpga": None},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_image_has_the_sidecar_of_its_name(
    paths: list[str], then: dict[str, str | None]
) -> None:
    assert pairs(*paths) == then


@pytest.mark.parametrize(
    ("paths", "then"),
    [
        (["img2.json", "img1.jpg"], {"img2.json": ALONE}),
        (["img1.jpg", "img1.json", "img1.jpg.json"], {"img1.jpg.json": PASSED_OVER}),
        (["img1.png", "img1.json", "img1.png.json"], {"img1.png.json": PASSED_OVER}),
        (["img1.png", "img1.json", "img1.png-2.json"], {"img1.png-2.json": ALONE}),
        (["img1.jpg", "img1.JSON"], {"img1.JSON": WRONG_CASE}),
        (["img1.jpg", "img1.json"], {}),
    ],
)
def test_a_sidecar_that_no_image_claims_is_told(paths: list[str], then: dict[str, str]) -> None:
    assert alone(*paths) == then


names = st.text("ab.-/", min_size=1, max_size=5)
paths_of_buckets = st.sets(
    st.builds(str.__add__, names, st.sampled_from(["", ".jpg", ".png", ".json", ".jpg.json"])),
    max_size=12,
)


@given(paths_of_buckets)
def test_a_listing_is_paired_as_a_folder_is(paths: set[str]) -> None:
    expected = paired_by_name(sorted(paths))

    assert pairs(*paths) == dict(expected.pairs)
    assert set(alone(*paths)) == set(expected.orphans)


@given(paths_of_buckets)
def test_images_come_in_the_order_of_their_paths(paths: set[str]) -> None:
    images = [each.path for each in walked(paths) if isinstance(each, Pair)]

    assert images == sorted(images)


def test_what_waits_for_a_far_sidecar_does_not_hold_up_a_large_folder() -> None:
    inner = [f"day-{number:05}.jpg" for number in range(5_000)]
    pairing = Pairing()
    most = 0
    found: list[Paired] = []
    for path in sorted([*inner, "day", "day.json"]):
        found += pairing.meet(listed(path))
        most = max(most, len(pairing.ready) + len(pairing.waiting))
    found += pairing.finish()

    assert most < 1_100
    assert len(found) == 5_001
    assert Pair(listed("day"), listed("day.json")) in found


def good(data: bytes) -> Said:
    found = read(data)
    assert isinstance(found, Said)
    return found


ALLOWED = "letters, digits, “_” and “.” are"
FAULTS: list[tuple[bytes, str, str]] = [
    (
        b'{"a": [1, 2], "good": 1}',
        "a",
        "key “a”: is an array. One value a key; join them, or use tags.",
    ),
    (
        b'{"camera/id": 1, "good": 1}',
        "camera/id",
        f"key “camera/id”: “/” is not allowed in a key; {ALLOWED}. “camera_id” would work.",
    ),
    (
        b'{"has spaces": 1, "good": 1}',
        "has spaces",
        f"key “has spaces”: A space is not allowed in a key; {ALLOWED}. “has_spaces” would work.",
    ),
    (
        b'{".dot": 1, "good": 1}',
        ".dot",
        "key “.dot”: A key begins with a letter, a digit or “_”, not with “.”. “dot” would work.",
    ),
    (b'{"a": 1, "a": 2, "good": 1}', "a", "key “a”: stands twice in one object"),
    (
        b'{"a.b": 1, "a": {"b": 2}, "good": 1}',
        "a.b",
        "key “a.b”: is said twice, by a name with a dot and by nesting",
    ),
    (b'{"a": NaN, "good": 1}', "a", "key “a”: NaN is no JSON number"),
    (b'{"a": Infinity, "good": 1}', "a", "key “a”: Infinity is no JSON number"),
    (
        b'{"a": 1e400, "good": 1}',
        "a",
        "key “a”: The number 1e400 would lose digits. Send it as a string to keep them.",
    ),
    (
        b'{"a": 9007199254740993, "good": 1}',
        "a",
        "key “a”: The number 9007199254740993 would lose digits. Send it as a string to keep them.",
    ),
    (b'{"a": "", "good": 1}', "a", "key “a”: A value is needed. To have none, remove the key."),
    (
        b'{"a": "' + b"x" * 4_097 + b'", "good": 1}',
        "a",
        "key “a”: This text has 4,097 characters. At most 4,096 are kept.",
    ),
    (
        b'{"a": "\\u0000", "good": 1}',
        "a",
        "key “a”: This text holds a NUL character. Take it out.",
    ),
    (
        b'{"a": "\\ud800", "good": 1}',
        "a",
        "key “a”: This text holds half of a character. Send it as valid Unicode.",
    ),
]


@pytest.mark.parametrize(("data", "key", "sentence"), FAULTS, ids=[each[1] for each in FAULTS])
def test_a_bad_entry_is_held_and_the_others_are_taken(data: bytes, key: str, sentence: str) -> None:
    said = good(data)

    assert {name: value.json for name, value in said.entries.items()} == {"good": 1}
    assert said.held == {key}
    assert said.problems == (sentence,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{\n"a": 1,\n"line":    tru }', "line 3 column 12: Expecting value"),
        (b'{"a": 1', "line 1 column 8: Expecting ',' delimiter"),
        (b"\xff\xfe{}", "not UTF-8: byte 1 cannot be read"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"", "line 1 column 1: Expecting value"),
        (b"[" * 100_000, "nested too deeply to be read"),
        (b" " * 300_000, "too large: 300 KB; at most 262 KB"),
        (b" " * 262_145, "too large: 263 KB; at most 262 KB"),
        (
            b"{" + b",".join(b'"k%d": 1' % n for n in range(1_001)) + b"}",
            "1,001 entries; 1,000 are allowed",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    assert read(data) == Unreadable(reason)


def test_a_byte_order_mark_null_and_nothing_are_no_fault() -> None:
    assert good(b'\xef\xbb\xbf{"a": null}') == good(b"{}") == Said({})


def test_keys_that_differ_in_case_are_told_and_both_kept() -> None:
    said = good(b'{"Camera_ID": 1, "camera_id": 2}')

    assert set(said.entries) == {"Camera_ID", "camera_id"}
    assert said.problems == ()
    assert said.notes == (
        "“Camera_ID” and “camera_id” are different keys: upper and lower case count",
    )


def test_a_sidecar_too_large_is_refused_by_the_listing_alone() -> None:
    assert refused(listed("a.json", 262_144)) is None
    assert refused(listed("a.json", 300_000)) == Unreadable("too large: 300 KB; at most 262 KB")
