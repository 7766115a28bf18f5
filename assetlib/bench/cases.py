"""What is measured: for each target the questions that are asked, none of them twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.random import Generator

from assetlib.accounts.models import Workspace
from assetlib.bench.plan import START, YEAR, Plan, serial_of
from assetlib.search.cursor import Cursor, read_cursor
from assetlib.search.find import find

Kind = Literal["page", "suggest", "facets"]


@dataclass(frozen=True, slots=True)
class Target:
    """Milliseconds at a million images on SQLite; PostgreSQL has twice as many."""

    median: float
    p95: float


STRUCTURED, TEXT = Target(20, 40), Target(60, 250)
BY_NUMBER, BY_TEXT = Target(30, 60), Target(150, 300)
PANEL, SUGGESTION, EDIT = Target(40, 80), Target(5, 15), Target(10, 30)
FIRST = Target(500, 500)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: a query with the page's cursor, or a text that is being typed."""

    text: str
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Questions of one kind; the first half of them is asked to warm up."""

    name: str
    target: Target
    kind: Kind
    asks: tuple[Ask, ...]

    @property
    def warming(self) -> tuple[Ask, ...]:
        return self.asks[: len(self.asks) // 2]

    @property
    def timed(self) -> tuple[Ask, ...]:
        return self.asks[len(self.asks) // 2 :]


class Words:
    """What may stand in a question about the plan's library."""

    def __init__(self, plan: Plan, rng: Generator) -> None:
        self._plan, self._rng = plan, rng

    def below(self, n: int) -> int:
        return int(self._rng.integers(0, max(n, 1)))

    def camera(self) -> str:
        return f"cam{self.below(40):02}"

    def score(self) -> str:
        return f"{self.below(990) / 10 + 0.05:.2f}"

    def tag(self) -> str:
        # Not those of the tail, which a handful of images have.
        return self._plan.tags[self.below(100)]

    def day(self) -> str:
        return f"{START + timedelta(days=self.below(YEAR.days)):%Y-%m-%d}"

    def serial(self) -> str:
        return serial_of(self.below(self._plan.images)).removeprefix("SN-")

    def rare(self) -> str:
        return f"probe_{self.below(970):03}.value"

    def letters(self, n: int) -> str:
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(n))

    def pick(self, *options: str) -> str:
        return options[self.below(len(options))]


Make = Callable[[Words], str]

QUERIES: tuple[tuple[str, Target, Make], ...] = (
    ("everything", STRUCTURED, lambda w: w.pick("*", "") + " " * w.below(9)),
    ("one key equals", STRUCTURED, lambda w: f"{w.pick('camera_id')}:{w.camera()}"),
    ("a serial number equals", STRUCTURED, lambda w: f"serial:SN-{w.serial()}"),
    (
        "key, number and tag",
        STRUCTURED,
        lambda w: f"camera_id:{w.camera()} quality_score>{w.score()} tag:{w.tag()}",
    ),
    (
        "number range and boolean",
        STRUCTURED,
        lambda w: f"temperature:{w.below(20)}..{20 + w.below(20)}.5 -reviewed:true",
    ),
    (
        "project, split and date",
        STRUCTURED,
        lambda w: (
            f"project:{w.pick('line-1', 'line-2', 'warehouse')} split:{w.pick('train', 'test')}"
            f" uploaded>={w.day()}"
        ),
    ),
    (
        "batch, format and width",
        STRUCTURED,
        lambda w: f'batch:"Week {1 + w.below(52)}" format:jpeg width>{600 + w.below(900)}',
    ),
    (
        "OR and NOT",
        STRUCTURED,
        lambda w: (
            f"(camera_id:{w.camera()} OR tag:{w.tag()}) NOT (line:{1 + w.below(8)} OR shift:late)"
        ),
    ),
    ("list of values", STRUCTURED, lambda w: f"camera_id:[{w.camera()}, {w.camera()}, cam07]"),
    (
        "has, missing and a rare key",
        STRUCTURED,
        lambda w: f"has:{w.pick('lot', 'note')} missing:ticket -has:{w.rare()}",
    ),
    (
        "ISO dates of a key",
        STRUCTURED,
        lambda w: f"captured_at>={w.day()} -captured_at:{w.day()}*",
    ),
    ("prefix of a value", STRUCTURED, lambda w: f"ticket:TK-0{w.below(500):03}*"),
    ("bare word", TEXT, lambda w: w.pick(w.tag(), w.camera(), w.letters(3), "berlin", "rain")),
    ("file name contains", TEXT, lambda w: f"filename:*{w.below(100_000):05}*"),
    (
        "file name contains 1 letter",
        TEXT,
        lambda w: f"filename:*{w.letters(1)}* -id:{w.letters(9)}",
    ),
    ("file name contains 2 letters", TEXT, lambda w: f"filename:*{w.letters(2)}*"),
    ("serial contains", TEXT, lambda w: f"serial:*{w.serial()[2:7]}*"),
    ("serial contains 1 letter", TEXT, lambda w: f"serial:*{w.letters(1)}* -id:{w.letters(9)}"),
    ("serial contains 2 letters", TEXT, lambda w: f"serial:*{w.letters(2)}*"),
    (
        "sorted by a number",
        BY_NUMBER,
        lambda w: f"quality_score<{w.score()} sort:{w.pick('-', '')}metadata.quality_score",
    ),
    (
        "sorted by file name",
        BY_TEXT,
        lambda w: f"quality_score<{w.score()} sort:{w.pick('-', '')}filename",
    ),
    (
        "sorted by serial number",
        BY_TEXT,
        lambda w: f"quality_score<{w.score()} sort:{w.pick('-', '')}metadata.serial",
    ),
)

SUGGESTIONS: tuple[tuple[str, Make], ...] = (
    ("suggest: a term", lambda w: w.pick("ca", "te", "pro", "be", "li", "for") + w.pick("", "r")),
    ("suggest: one letter", lambda w: w.letters(1)),
    ("suggest: values of serial", lambda w: f"serial:SN-{w.serial()[: w.below(5)]}"),
    ("suggest: values of a key", lambda w: f"{w.pick('camera_id:cam', 'ticket:TK-0')}{w.below(5)}"),
    ("suggest: tags", lambda w: f"tag:{w.tag()[: 1 + w.below(3)]}"),
    (
        "suggest: file names",
        lambda w: f"filename:{w.pick('cam', 'IMG_000', 'frame-0')}{w.below(4)}",
    ),
    ("suggest: batches", lambda w: f"batch:{w.pick('Week', 'week', 'We')} {w.below(6)}"[:12]),
)

FACETED: tuple[tuple[str, Target, Make], ...] = (
    ("facets of everything", PANEL, lambda w: " " * w.below(30)),
    ("facets of a filter", PANEL, lambda w: f"quality_score>{w.score()} -tag:{w.tag()}"),
)


def cases(plan: Plan, workspace: Workspace, rounds: int) -> Iterator[Case]:
    """Yield all there is to ask, as often for warming as for the clock."""
    for name, target, make in QUERIES:
        yield Case(name, target, "page", _asks(plan, name, make, rounds))
    yield _deep(plan, workspace, rounds)
    for name, make in SUGGESTIONS:
        yield Case(name, SUGGESTION, "suggest", _asks(plan, name, make, rounds))
    for name, target, make in FACETED:
        yield Case(name, target, "facets", _asks(plan, name, make, rounds))


def mixed(plan: Plan, count: int) -> list[str]:
    """Return queries as several people might ask them: mostly filters, some text, some orders."""
    # What reads the whole of a text is asked rarely by people, and would hide all else.
    usual = [make for name, target, make in QUERIES if target == STRUCTURED] * 3
    usual += [make for name, target, make in QUERIES if name in {"bare word", "sorted by a number"}]
    words = Words(plan, np.random.default_rng([plan.seed, 2]))
    return [usual[words.below(len(usual))](words) for _ in range(count)]


def _asks(plan: Plan, name: str, make: Make, rounds: int) -> tuple[Ask, ...]:
    words = Words(plan, np.random.default_rng([plan.seed, *name.encode()]))
    return tuple(Ask(make(words)) for _ in range(2 * rounds))


def _deep(plan: Plan, workspace: Workspace, rounds: int) -> Case:
    """Return pages from all over the library; one gets there by a cursor only."""
    words = Words(plan, np.random.default_rng([plan.seed, 1]))
    asks = []
    for number in range(2 * rounds):
        text = ("*", f"quality_score>{words.score()}")[number % 2]
        first = find(workspace, text, limit=1)
        if not first.next_cursor:
            asks.append(Ask(text))
            continue
        at = read_cursor(first.next_cursor, workspace, "-uploaded")
        ord_ = words.below(plan.images)
        place = replace(at.place, value=float(ord_), ord=ord_)
        asks.append(Ask(text, Cursor(place, at.sort).text(workspace)))
    return Case("a page deep inside", STRUCTURED, "page", tuple(asks))
