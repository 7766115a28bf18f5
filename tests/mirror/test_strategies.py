"""The five strategies: tables, laws, and every sequence of five acts against the page's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetlib.mirror.strategies import (
    STRATEGIES,
    Kept,
    Whose,
    is_held,
    leaves_alone,
    next_base,
)
from metadata.values import Scalar, Value, from_json

NAMES = list(STRATEGIES)
Plain = dict[str, tuple[Scalar, Whose]]


def kept(plain: Plain) -> dict[str, Kept]:
    return {key: Kept(from_json(raw), whose) for key, (raw, whose) in plain.items()}


def bucket_of(plain: dict[str, Scalar]) -> dict[str, Value]:
    return {key: from_json(raw) for key, raw in plain.items()}


# current, base, bucket, held, touched → entries
U: Final = "user"
M: Final = "mirror"
O: Final = "other"  # noqa: E741 -- as whose an entry is
TABLE: list[tuple[str, Plain, set[str], dict[str, Scalar], set[str], bool, Plain]] = [
    ("mergeBucketWins", {"a": (1, U)}, set(), {"b": 2}, set(), False, {"a": (1, U), "b": (2, M)}),
    ("mergeBucketWins", {"a": (1, U)}, set(), {"a": 2}, set(), True, {"a": (2, M)}),
    ("mergeBucketWins", {"a": (2, U)}, set(), {"a": 2}, set(), True, {"a": (2, U)}),
    ("mergeBucketWins", {"a": (1, M)}, {"a"}, {}, set(), False, {}),
    ("mergeBucketWins", {"a": (1, U)}, {"a"}, {}, set(), True, {"a": (1, U)}),
    ("mergeBucketWins", {"a": (1, O)}, {"a"}, {}, set(), False, {"a": (1, O)}),
    ("mergeBucketWins", {"a": (1, O)}, set(), {"a": 2}, set(), False, {"a": (2, M)}),
    ("mergeBucketWins", {"a": (1, M)}, {"a"}, {}, {"a"}, False, {"a": (1, M)}),
    ("mergeBucketWins", {"a.b": (1, M)}, {"a.b"}, {}, {"a"}, False, {"a.b": (1, M)}),
    ("mergeBucketWins", {"ab": (1, M)}, {"ab"}, {}, {"a"}, False, {}),
    ("mergeBucketWins", {}, {"a"}, {"a": 1}, set(), True, {"a": (1, M)}),
    (
        "mergeUserWins",
        {"a": (1, U)},
        set(),
        {"a": 2, "b": 2},
        set(),
        True,
        {"a": (1, U), "b": (2, M)},
    ),
    ("mergeUserWins", {"a": (1, M)}, {"a"}, {"a": 2}, set(), True, {"a": (2, M)}),
    ("mergeUserWins", {"a": (1, O)}, set(), {"a": 2}, set(), True, {"a": (2, M)}),
    ("mergeUserWins", {"a": (1, M)}, {"a"}, {}, set(), True, {}),
    ("mergeUserWins", {"a": (1, U)}, {"a"}, {}, set(), True, {"a": (1, U)}),
    ("mergeUserWins", {}, {"a"}, {"a": 2}, set(), True, {}),
    ("mergeUserWins", {}, set(), {"a": 2}, set(), True, {"a": (2, M)}),
    ("overwrite", {"a": (1, U), "b": (1, O)}, set(), {"c": 3}, set(), True, {"c": (3, M)}),
    ("overwrite", {"a": (1, U)}, set(), {"a": 1}, set(), True, {"a": (1, M)}),
    ("overwrite", {"a": (1, U), "b": (2, U)}, set(), {}, {"a"}, True, {"a": (1, U)}),
    ("untilFirstChange", {"a": (1, U)}, set(), {"b": 2}, set(), False, {"b": (2, M)}),
    ("untilFirstChange", {"a": (1, U)}, {"b"}, {"b": 2}, set(), True, {"a": (1, U)}),
    ("append", {"a": (1, U)}, set(), {"a": 2, "b": 3}, set(), False, {"a": (1, U), "b": (3, M)}),
    ("append", {"a": (1, M)}, {"a"}, {"a": 2}, set(), False, {"a": (1, M)}),
    ("append", {"a": (1, M)}, {"a"}, {}, set(), False, {"a": (1, M)}),
    ("append", {}, {"a"}, {"a": 2}, set(), True, {}),
]


@pytest.mark.parametrize(("name", "current", "base", "bucket", "held", "touched", "then"), TABLE)
def test_what_becomes_of_entries(
    name: str,
    current: Plain,
    base: set[str],
    bucket: dict[str, Scalar],
    held: set[str],
    touched: bool,
    then: Plain,
) -> None:
    found = STRATEGIES[name](kept(current), base, bucket_of(bucket), held, touched)

    assert found == kept(then)


def test_there_are_the_five_by_their_names() -> None:
    assert NAMES == ["mergeBucketWins", "mergeUserWins", "overwrite", "untilFirstChange", "append"]


def test_equal_means_same_type_and_same_value() -> None:
    merge, touched = STRATEGIES["mergeBucketWins"], True
    current = kept({"whole": (95, U), "truth": (True, U), "text": ("95", U)})

    found = merge(
        current, set(), bucket_of({"whole": 95.0, "truth": 1, "text": 95}), set(), touched
    )

    assert [found[key].whose for key in ("whole", "truth", "text")] == [U, M, M]


KEYS = ["a", "a.b", "a.b.c", "b", "c"]
VALUES: list[Scalar] = [1, 2, True, "1"]
entries = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(Kept, st.sampled_from(VALUES).map(from_json), st.sampled_from([U, M, O])),
)
buckets = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES).map(from_json))
some_keys = st.frozensets(st.sampled_from(KEYS))


@dataclass(frozen=True)
class Case:
    name: str
    current: dict[str, Kept]
    base: frozenset[str]
    bucket: dict[str, Value]
    held: frozenset[str]
    touched: bool

    def applied(self) -> dict[str, Kept]:
        return STRATEGIES[self.name](self.current, self.base, self.bucket, self.held, self.touched)

    def after(self) -> Case:
        """The image after the sidecar was applied, with the same sidecar beside it."""
        if leaves_alone(self.name, touched=self.touched):
            return self
        base = next_base(self.name, self.current, self.base, self.bucket, self.held)
        touched = self.touched and self.name != "overwrite"
        return replace(self, current=self.applied(), base=base, touched=touched)


@st.composite
def cases(draw: st.DrawFn, *names: str) -> Case:
    held = draw(some_keys)
    bucket = {key: value for key, value in draw(buckets).items() if not is_held(key, held)}
    name = draw(st.sampled_from(names or NAMES))
    return Case(name, draw(entries), draw(some_keys), bucket, held, draw(st.booleans()))


@given(cases())
def test_no_value_is_invented(case: Case) -> None:
    for key, found in case.applied().items():
        known = [case.bucket.get(key), *([case.current[key].value] if key in case.current else [])]
        assert found.value in known
        assert found.whose == M or found == case.current[key]


@given(cases())
def test_what_is_bad_stays_as_it_is(case: Case) -> None:
    found = case.applied()

    for key in KEYS:
        if is_held(key, case.held):
            assert found.get(key) == case.current.get(key)


@given(cases())
def test_a_sidecar_applied_twice_changes_nothing_more(case: Case) -> None:
    once = case.after()

    assert once.after() == once


@given(cases("append"))
def test_append_never_removes_or_overwrites(case: Case) -> None:
    assert case.applied().items() >= case.current.items()
    assert case.after().base >= case.base | case.bucket.keys()


@given(cases("mergeUserWins"))
def test_merge_user_wins_never_changes_what_a_user_set(case: Case) -> None:
    users = {key: each for key, each in case.current.items() if each.whose == U}

    assert case.applied().items() >= users.items()


@given(cases("mergeBucketWins"))
def test_merge_bucket_wins_has_all_of_the_bucket(case: Case) -> None:
    values = {key: each.value for key, each in case.applied().items()}

    assert values.items() >= case.bucket.items()


@given(cases("overwrite"))
def test_overwrite_is_the_bucket_and_the_buckets(case: Case) -> None:
    read = {key: each for key, each in case.applied().items() if not is_held(key, case.held)}

    assert {key: each.value for key, each in read.items()} == case.bucket
    assert all(each.whose == M for each in read.values())


@given(cases(), buckets)
def test_undone_and_then_mended_is_as_if_it_had_never_been(
    case: Case, mended: dict[str, Value]
) -> None:
    """An undo restores entries, base and touched: what counts is that no strategy keeps more."""
    wrong = case.after()
    undone = replace(wrong, current=case.current, base=case.base, touched=case.touched)

    fixed = replace(undone, bucket=mended, held=frozenset())

    assert fixed.after() == replace(case, bucket=mended, held=frozenset()).after()


# Every sequence of five acts. The model below is written from the page's words, not from the code:
# it knows one key, and remembers what happened to it.

Says = int | str | None  # a value, "bad", or no such key in the sidecar
ACTS: list[tuple[str, Says]] = [
    ("sidecar", 1),
    ("sidecar", 2),
    ("sidecar", None),
    ("sidecar", "bad"),
    ("user", 1),
    ("user", 9),
    ("user", None),
]


@dataclass(frozen=True)
class Story:
    """What has happened to the key: `entry` is its value and who set it."""

    entry: tuple[int, str] | None = None
    seen: Says = None
    # The sidecar, last time its entry was good, had the key; ever had it.
    had: bool = False
    ever: bool = False
    touched: bool = False
    # A user deleted what was the sidecar's.
    refused: bool = False


def user_acts(story: Story, value: int | None) -> Story:
    if value is None:
        if story.entry is None:
            return story
        refused = story.refused or story.had
        return replace(story, entry=None, touched=True, refused=refused)
    if story.entry is not None and story.entry[0] == value:
        return story
    return replace(story, entry=(value, "user"), touched=True)


def bucket_wins(story: Story, says: int | None) -> Story:
    if says is None:
        leaves = story.had and story.entry is not None and story.entry[1] == "mirror"
        return replace(story, entry=None if leaves else story.entry)
    if story.entry is not None and story.entry[0] == says:
        return story
    return replace(story, entry=(says, "mirror"))


def user_wins(story: Story, says: int | None) -> Story:
    if story.entry is not None and story.entry[1] == "user":
        # It is theirs; what was the sidecar's before is no more when it leaves there.
        return replace(story, refused=story.refused and says is not None)
    if story.entry is None and story.refused:
        return story
    return bucket_wins(story, says)


def bucket_alone(story: Story, says: int | None) -> Story:
    return replace(story, entry=None if says is None else (says, "mirror"), touched=False)


def until_touched(story: Story, says: int | None) -> Story:
    return story if story.touched else bucket_alone(story, says)


def only_new(story: Story, says: int | None) -> Story:
    if says is None or story.ever or story.entry is not None:
        return story
    return replace(story, entry=(says, "mirror"))


WORDS: dict[str, Callable[[Story, int | None], Story]] = {
    "mergeBucketWins": bucket_wins,
    "mergeUserWins": user_wins,
    "overwrite": bucket_alone,
    "untilFirstChange": until_touched,
    "append": only_new,
}


def told(name: str, story: Story, act: tuple[str, Says]) -> Story:
    who, says = act
    if who == "user":
        assert not isinstance(says, str)
        return user_acts(story, says)
    if says == story.seen:
        return story
    story = replace(story, seen=says)
    if isinstance(says, str):
        return story
    after = WORDS[name](story, says)
    return replace(after, had=says is not None, ever=story.ever or says is not None)


@dataclass(frozen=True)
class Machine:
    """The same by the strategies, as a run and an editor drive them."""

    current: dict[str, Kept]
    base: frozenset[str] = frozenset()
    seen: Says = None
    touched: bool = False

    def after(self, name: str, act: tuple[str, Says]) -> Machine:
        who, says = act
        return self._edited(says) if who == "user" else self._synced(name, says)

    def _edited(self, says: Says) -> Machine:
        now = self.current.get("k")
        if says is None:
            return self if now is None else replace(self, current={}, touched=True)
        value = from_json(says)
        if now is not None and now.value == value:
            return self
        return replace(self, current={"k": Kept(value, U)}, touched=True)

    def _synced(self, name: str, says: Says) -> Machine:
        if says == self.seen or leaves_alone(name, touched=self.touched):
            return replace(self, seen=says)
        bucket = {"k": from_json(says)} if isinstance(says, int) else {}
        held = frozenset({"k"}) if says == "bad" else frozenset[str]()
        return Machine(
            STRATEGIES[name](self.current, self.base, bucket, held, self.touched),
            next_base(name, self.current, self.base, bucket, held),
            says,
            self.touched and name != "overwrite",
        )

    @property
    def entry(self) -> tuple[int, str] | None:
        found = self.current.get("k")
        return None if found is None else (int(found.value.json), found.whose)


@pytest.mark.parametrize("name", NAMES)
def test_every_sequence_of_five_acts_ends_as_the_page_says(name: str) -> None:
    nothing: tuple[tuple[str, Says], ...] = ()
    told_and_done = [(nothing, Story(), Machine({}))]
    count = 0
    for _ in range(5):
        told_and_done = [
            ((*acts, act), told(name, story, act), machine.after(name, act))
            for acts, story, machine in told_and_done
            for act in ACTS
        ]
        for acts, story, machine in told_and_done:
            assert machine.entry == story.entry, acts
            count += 1

    assert count == sum(len(ACTS) ** length for length in range(1, 6))
