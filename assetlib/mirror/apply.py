"""Carry out what was planned and read: image, metadata and ledger row of an object in one act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db import connection

from assetlib.changes.act import Acting
from assetlib.mirror import sidecar
from assetlib.mirror.columns import put_places
from assetlib.mirror.hold import IN_TRASH
from assetlib.mirror.listing import Listed
from assetlib.mirror.merge import apply, union
from assetlib.mirror.models import (
    LIVE,
    LedgerRow,
    Mirror,
    OutcomeName,
    Run,
    write_keys,
    write_values,
)
from assetlib.mirror.placing import Placed, place
from assetlib.mirror.plan import LEFT, Forget, Note, Reapply, Skip, Take, Tell, Untell, Vanish
from assetlib.mirror.reading import Got
from assetlib.rows import bulk
from images.models import Image

# Of a reason, in characters.
LONGEST = 2_000
KEEPS_FILE = "The image keeps the file it had."


def carry_out(acting: Acting, mirror: Mirror, run: Run, got: Sequence[Got]) -> Counter[str]:
    """Write what was read for a part of a plan; return what became of how many objects."""
    paths = [each.action.path for each in got]
    rows = {row.path: row for row in mirror.ledger.at(paths).select_related("image")}
    examined = {each.action.path: each.examined for each in got if each.examined is not None}
    placed = place(acting, mirror, examined, rows)
    writing = _Writing(acting, mirror, run, rows, placed)
    for each in got:
        writing.write(each)
    writing.finish()
    return writing.counts


@dataclass(slots=True)
class _Writing:
    """Brings the rows of the ledger to what was read, and knows whose metadata is to be merged."""

    acting: Acting
    mirror: Mirror
    run: Run
    rows: dict[str, LedgerRow]
    placed: Mapping[str, Placed]
    counts: Counter[str] = field(default_factory=Counter)
    written: dict[str, LedgerRow] = field(default_factory=dict)
    merged: dict[int, Image] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)

    def write(self, got: Got) -> None:
        match got.action:
            case Take():
                self._take(got.action, got)
            case Tell(path, listed):
                self._tell(self._row(path), listed, got)
            case Untell(path):
                self._untell(self._row(path))
            case Reapply(path):
                self._merge(self._row(path))
                self._count("reapplied")
            case Skip() | Note() | Forget():
                self._note(got.action)
            case Vanish():
                raise TypeError("What vanishes is seen to at the end.")

    def _note(self, action: Skip | Note | Forget) -> None:
        match action:
            case Skip(image, reason):
                self._skipped(self._seen(image), reason)
            case Note(listed, reason):
                row = self._seen(listed)
                row.outcome, row.reason, row.image = OutcomeName.ALONE, reason, None
                self._count("alone")
            case Forget(path):
                self.forgotten.append(path)

    def _take(self, action: Take, got: Got) -> None:
        if got.failed:
            self._failed(self._row(action.path), got.failed)
            return
        row = self._seen(action.image)
        if got.refused:
            self._skipped(row, got.refused)
            return
        if action.new:
            row.said = row.held = row.sidecar_path = row.sidecar_etag = ""
        placed = self.placed[action.path]
        row.was = placed.moved or row.was
        row.image, row.outcome, row.reason = placed.image, OutcomeName.SYNCED, ""
        if got.unread:
            self._failed(row, got.unread)
        elif action.follow:
            self._hear(row, action.sidecar, got.sidecar)
        if placed.held:
            row.outcome, row.reason = OutcomeName.HELD, IN_TRASH
            self._count("held")
            return
        if action.new or action.follow or placed.moved:
            self._merge(row)
        self._count("new" if placed.new else "changed" if not action.new else "known")

    def _tell(self, row: LedgerRow, listed: Listed, got: Got) -> None:
        if got.unread:
            self._failed(row, got.unread)
            return
        row.outcome, row.reason = OutcomeName.SYNCED, ""
        self._hear(row, listed, got.sidecar)
        if isinstance(got.sidecar, sidecar.Said):
            self._merge(row)
            self._count("metadata")

    def _untell(self, row: LedgerRow) -> None:
        row.sidecar_path = row.sidecar_etag = row.said = row.held = ""
        row.outcome, row.reason = OutcomeName.SYNCED, ""
        self._merge(row)
        self._count("metadata")

    def _hear(
        self,
        row: LedgerRow,
        listed: Listed | None,
        said: sidecar.Said | sidecar.Unreadable | None,
    ) -> None:
        """Note what the sidecar says; of one that cannot be read what it said before."""
        row.sidecar_path, row.sidecar_etag = (listed.path, listed.etag) if listed else ("", "")
        match said:
            case sidecar.Said():
                row.said, row.held = write_values(said.entries), write_keys(said.held)
                row.reason = "; ".join((*said.problems, *said.notes))[:LONGEST]
                if said.problems:
                    row.outcome = OutcomeName.PROBLEM
            case sidecar.Unreadable(reason):
                row.outcome, row.reason = OutcomeName.PROBLEM, reason
            case None:
                row.said = row.held = ""
        if row.outcome == OutcomeName.PROBLEM:
            self._count("problem")

    def _skipped(self, row: LedgerRow, reason: str) -> None:
        if row.image_id is None or row.outcome in LEFT:
            row.image, row.outcome, row.reason = None, OutcomeName.SKIPPED, reason
            self._count("skipped")
        else:
            row.outcome, row.reason = OutcomeName.PROBLEM, f"{reason} {KEEPS_FILE}"
            self._count("problem")

    def _failed(self, row: LedgerRow, reason: str) -> None:
        row.outcome, row.reason = OutcomeName.FAILED, reason[:LONGEST]
        self._count("failed")

    def _row(self, path: str) -> LedgerRow:
        row = self.rows.get(path) or LedgerRow(mirror=self.mirror, path=path)
        row.run, row.at = self.run, self.acting.at
        self.rows[path] = self.written[path] = row
        return row

    def _seen(self, listed: Listed) -> LedgerRow:
        row = self._row(listed.path)
        row.etag, row.size = listed.etag, listed.size
        row.modified_at = datetime.fromtimestamp(listed.modified, UTC)
        return row

    def _merge(self, row: LedgerRow) -> None:
        row.applied = self.mirror.strategy
        if row.image is not None:
            self.merged[row.image.pk] = row.image

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def finish(self) -> None:
        self.mirror.ledger.at(self.forgotten).delete()
        save_rows(self.written.values())
        images = [row.image for row in self.written.values() if row.image is not None]
        put_places(self.acting.sheet, {image.pk: image.ord for image in images})
        images = list(self.merged.values())
        notes = merge(self.acting, self.mirror, images, written=self.written.values())
        self._note_on_all(notes)

    def _note_on_all(self, notes: Mapping[int, str]) -> None:
        """Note what was said against an image at all its paths, also those not read this time."""
        noted = []
        for row in self.mirror.ledger.live().of(list(notes)):
            note = notes[row.image_id or 0]
            if note in row.reason:
                continue
            if row.outcome == OutcomeName.SYNCED:
                self._count("problem")
                row.outcome = OutcomeName.PROBLEM
            row.reason = "; ".join(filter(None, (row.reason, note)))[:LONGEST]
            noted.append(row)
        save_rows(noted)


def merge(
    acting: Acting,
    mirror: Mirror,
    images: Sequence[Image],
    *,
    follow: Iterable[int] = (),
    written: Iterable[LedgerRow] = (),
) -> dict[int, str]:
    """Apply to the images what all their sidecars in this mirror say; return what to note."""
    known = [image.pk for image in images if image.pk not in acting.arrived]
    # An image that has only just arrived has no other rows than this act has `written`.
    new = (row for row in written if row.image_id in acting.arrived and row.outcome in LIVE)
    by_image: dict[int, list[LedgerRow]] = defaultdict(list)
    for row in chain(mirror.ledger.live().of(known), new):
        by_image[row.image_id or 0].append(row)
    unions = {image.pk: union(by_image[image.pk]) for image in images}
    notes = {pk: "; ".join(each.conflicts) for pk, each in unions.items() if each.conflicts}
    return notes | apply(acting, mirror, images, unions, follow=set(follow))


COLUMNS = (
    "mirror_id",
    "path",
    "etag",
    "size",
    "modified_at",
    "sidecar_path",
    "sidecar_etag",
    "said",
    "held",
    "applied",
    "image_id",
    "outcome",
    "reason",
    "at",
    "was_id",
    "run_id",
)


def save_rows(rows: Iterable[LedgerRow]) -> None:
    """Write rows of the ledger, new ones and known ones."""
    bulk.put("mirror_ledgerrow", COLUMNS, map(_stored, rows), one=("mirror_id", "path"))


def _stored(row: LedgerRow) -> tuple[Any, ...]:
    moment = connection.ops.adapt_datetimefield_value
    return (
        row.mirror_id,
        row.path,
        row.etag,
        row.size,
        moment(row.modified_at),
        row.sidecar_path,
        row.sidecar_etag,
        row.said,
        row.held,
        str(row.applied),
        row.image_id,
        str(row.outcome),
        row.reason,
        moment(row.at),
        row.was_id,
        row.run_id,
    )
