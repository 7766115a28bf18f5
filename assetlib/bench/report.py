"""The figures of a bench beside their targets, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assetlib.bench.cases import EDIT, FIRST, STRUCTURED, Target

Figures = dict[str, Any]

MILLION = 1_000_000
BULK_SECONDS, BULK_IMAGES, INGEST_IMAGES = 4.0, 100_000, 8_000
TRANSACTION_MS = 200
HEADS = ("", "target", "engine", "HTTP", "found", "")


def judged(figures: Figures) -> Figures:
    """Return the figures of one library with targets put beside, and whether each is met."""
    slower = 2 if figures["database"].startswith("PostgreSQL") else 1
    rows = [_case(case, slower) for case in figures["cases"]]
    rows += [
        _row("first query", FIRST, slower, figures["first_engine"], figures["first_http"]),
        _row("single edit", EDIT, slower, figures["edits"], figures["web_edits"]),
        _row("search after an edit", STRUCTURED, slower, figures["searches_after_edits"], None),
    ]
    return {**figures, "cases": rows, "rates": list(_rates(figures, slower))}


def _case(case: Figures, slower: int) -> Figures:
    target = Target(**case["target"])
    return _row(case["name"], target, slower, case["engine"], case["http"])


def _row(name: str, target: Target, slower: int, engine: Figures, http: Figures | None) -> Figures:
    """The target is of the server's whole time: HTTP where it was measured, else the engine."""
    judge = http or engine
    wanted = {"median": target.median * slower, "p95": target.p95 * slower}
    met = not judge["error"] and all(judge[each] <= wanted[each] for each in wanted)
    return {"name": name, "target": wanted, "engine": engine, "http": http, "met": met}


def _rates(figures: Figures, slower: int) -> Iterator[Figures]:
    bulk, ingest, writers = figures["bulk"], figures["ingest"], figures["writers"]
    for name, of in (("bulk set", bulk), ("undo", figures["undo"])):
        allowed = BULK_SECONDS * slower * of["images"] / BULK_IMAGES
        seconds = of["seconds"]
        yield _rate(f"{name} of {of['images']:,} images, s", allowed, seconds, seconds <= allowed)
    for name, of in (("bulk", bulk), ("ingest", ingest)):
        p95 = of["transactions"]["p95"]
        yield _rate(f"{name}: a transaction, p95 ms", TRANSACTION_MS, p95, p95 <= TRANSACTION_MS)
    least, reached = INGEST_IMAGES / slower, ingest["per_second"]
    yield _rate("ingest of metadata, images/s", least, reached, reached >= least)
    yield _rate("errors of several writers", 0, writers["errors"], not writers["errors"])


def _rate(name: str, target: float, reached: float, met: bool) -> Figures:  # noqa: FBT001
    return {"name": name, "target": target, "reached": reached, "met": met}


def lines(report: Figures) -> Iterator[str]:
    """Yield the report for people: the machine, a table a library, and how it grows."""
    of = report["machine"]
    yield (
        f"{of['cpu']}, {of['cores']} cores, {of['memory_bytes'] / 1e9:.0f} GB ·"
        f" Python {of['python']}, Django {of['django']}, numpy {of['numpy']}"
    )
    for figures in report["libraries"]:
        yield from _library(figures)
    if len(report["libraries"]) > 1:
        yield from _growth(report["libraries"])


def _library(figures: Figures) -> Iterator[str]:
    held = figures["sizes"]
    yield ""
    yield (
        f"{held['images']:,} images, {held['entries']:,} entries, seed {figures['seed']} ·"
        f" {figures['database']} · built or found in {figures['build_seconds']:.0f} s"
    )
    yield "milliseconds, median / p95; targets are of 1,000,000 images, HTTP with everything"
    yield ""
    yield from _aligned([HEADS, *(_cells(row) for row in figures["cases"])])
    for row in figures["cases"]:
        for where in ("engine", "http"):
            if row[where] and row[where]["error"]:
                yield f"{row['name']}, {where}: {row[where]['error']}"
    yield ""
    yield from _aligned(
        [
            ("", "target", "reached", ""),
            *(
                (row["name"], _number(row["target"]), _number(row["reached"]), _word(row["met"]))
                for row in figures["rates"]
            ),
        ]
    )
    yield ""
    yield from _aligned(list(_crowds(figures)))
    yield ""
    yield (
        f"database {held['database_bytes'] / 1e6:,.0f} MB ({held['database_bytes_per_image']:,}"
        f" bytes an image), of it columns {held['chunk_bytes'] / 1e6:,.1f} MB"
        f" ({held['chunk_bytes_per_image']:,}) in {held['chunks']:,} chunks;"
        f" kept in memory {figures['cache_bytes'] / 1e6:,.0f} MB"
    )


def _cells(row: Figures) -> tuple[str, ...]:
    found = row["engine"]["found"]
    return (
        row["name"],
        f"{row['target']['median']:g} / {row['target']['p95']:g}",
        _pair(row["engine"]),
        _pair(row["http"]) if row["http"] else "–",
        "" if found is None else f"{found:,.0f}",
        _word(row["met"]),
    )


def _crowds(figures: Figures) -> Iterator[tuple[str, ...]]:
    yield ("at the same time", "done", "each second", "median", "p95", "errors")
    for row in figures["together"]:
        yield (
            f"{row['clients']} searching",
            f"{row['requests']:,}",
            *(f"{row[name]:.1f}" for name in ("per_second", "median", "p95")),
            str(row["errors"]),
        )
    writers = figures["writers"]
    yield (
        f"{writers['processes']} processes editing",
        f"{writers['edits']:,}",
        f"{writers['per_second']:.1f}",
        *(f"{writers['times'][name]:.1f}" for name in ("median", "p95")),
        str(writers["errors"]),
    )


def _growth(libraries: Sequence[Figures]) -> Iterator[str]:
    yield ""
    sizes = (f"{figures['images']:,}" for figures in libraries)
    table = [("growth, HTTP median ms", *sizes)]
    for number, row in enumerate(libraries[0]["cases"]):
        rows = [figures["cases"][number] for figures in libraries]
        table.append((row["name"], *(_median(each["http"] or each["engine"]) for each in rows)))
    for name, of in (("database, bytes each", "database"), ("columns, bytes each", "chunk")):
        each = (f"{figures['sizes'][f'{of}_bytes_per_image']:,}" for figures in libraries)
        table.append((name, *each))
    yield from _aligned(table)


def _pair(measured: Figures) -> str:
    if measured["error"]:
        return "failed"
    return f"{measured['median']:.1f} / {measured['p95']:.1f}"


def _median(measured: Figures) -> str:
    return "failed" if measured["error"] else f"{measured['median']:.1f}"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value % 1 and value < 100 else f"{value:,.0f}"  # noqa: PLR2004


def _word(met: bool) -> str:  # noqa: FBT001
    return "met" if met else "missed"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows with their columns below one another: names left, figures right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells]).rstrip()
