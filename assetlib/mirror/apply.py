"""Carry out what was planned and read: image, metadata and ledger row of an object in one act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from assetlib.changes.act import Acting
from assetlib.mirror import sidecar
from assetlib.mirror.columns import put_places
from assetlib.mirror.hold import IN_TRASH
from assetlib.mirror.listing import Listed
from assetlib.mirror.merge import apply, union
from assetlib.mirror.models import (
    LIVE,
    LONGEST,
    LedgerRow,
    Mirror,
    OutcomeName,
    Remark,
    Run,
    write_keys,
    write_values,
)
from assetlib.mirror.placing import Placed, place
from assetlib.mirror.plan import LEFT, Forget, Note, Reapply, Skip, Take, Tell, Untell, Vanish
from assetlib.mirror.reading import Got
from assetlib.mirror.rows import save_rows
from images.models import Image

KEEPS_FILE = "The image keeps the file it had."


def carry_out(acting: Acting, mirror: Mirror, run: Run, got: Sequence[Got]) -> Counter[str]:
    """Write what was read for a part of a plan; return what became of how many objects."""
    paths = [each.action.path for each in got]
    rows = {row.path: row for row in mirror.ledger.at(paths).select_related("image")}
    # Somebody may have deleted the image since this was planned: nothing is done of it then.
    held = {path for path, row in rows.items() if _is_held(row)}
    wanted = [each for each in got if each.action.path not in held]
    examined = {each.action.path: each.examined for each in wanted if each.examined is not None}
    placed = place(acting, mirror, examined, rows)
    writing = _Writing(acting, mirror, run, rows, placed, Counter(held=len(held)))
    for each in wanted:
        writing.write(each)
    writing.finish()
    return writing.counts


def _is_held(row: LedgerRow) -> bool:
    trashed = row.image is not None and row.image.deleted_at is not None
    return row.outcome == OutcomeName.HELD or (trashed and row.outcome not in LEFT)


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
    # Of the images that the paths were and are, by primary key: the ord.
    placing: dict[int, int] = field(default_factory=dict)

    def write(self, got: Got) -> None:
        match got.action:
            case Take():
                self._take(got.action, got)
            case Tell(path, listed):
                self._tell(self._row(path), listed, got)
            case Untell(path):
                self._untell(self._row(path), got)
            case Reapply(path):
                self._reapply(self._row(path))
            case Skip(image, reason) as action:
                self._refused(self._seen(image), reason, action, got)
            case Note() | Forget():
                self._note(got.action)
            case Vanish():
                raise TypeError("What vanishes is seen to at the end.")

    def _note(self, action: Note | Forget) -> None:
        match action:
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
        other = self._is_other(action.image)
        row = self._seen(action.image)
        if got.refused:
            self._refused(row, got.refused, action, got)
            return
        if action.new and action.follow:
            row.said = row.held = row.remarks = row.sidecar_path = row.sidecar_etag = ""
        placed = self.placed[action.path]
        another = row.image_id != placed.image.pk
        row.image, row.was = placed.image, placed.moved or row.was
        row.remark("file", None)
        if action.follow:
            self._hear(row, action.sidecar, got)
        if placed.held:
            row.outcome, row.reason = OutcomeName.HELD, IN_TRASH
            self._count("held")
            return
        if (another or action.follow) and (action.new or not got.is_bad):
            self._merge(row)
        if got.unread:
            self._failed(row, got.unread)
        else:
            self._synced(row)
        again = "known" if action.new else "changed" if other else "again"
        self._count("new" if placed.new else again)

    def _is_other(self, listed: Listed) -> bool:
        """Whether the file is another than the ledger knows; it may be read again as it was."""
        row = self.rows.get(listed.path)
        return row is None or (row.etag, row.size) != (listed.etag, listed.size)

    def _tell(self, row: LedgerRow, listed: Listed, got: Got) -> None:
        self._hear(row, listed, got)
        if got.unread:
            self._failed(row, got.unread)
            return
        if not got.is_bad:
            self._merge(row)
            self._count("metadata")
        self._synced(row)

    def _untell(self, row: LedgerRow, got: Got) -> None:
        self._hear(row, None, got)
        self._merge(row)
        self._synced(row)
        self._count("metadata")

    def _reapply(self, row: LedgerRow) -> None:
        self._merge(row)
        # What failed is still to be read again.
        if row.outcome != OutcomeName.FAILED:
            self._synced(row)
        self._count("reapplied")

    def _hear(self, row: LedgerRow, listed: Listed | None, got: Got) -> None:
        """Note what the sidecar says; of one that cannot be read what it said before."""
        row.sidecar_path, row.sidecar_etag = (listed.path, listed.etag) if listed else ("", "")
        if got.unread:
            row.sidecar_etag = ""
            return
        match got.sidecar:
            case sidecar.Said() as said:
                row.said, row.held = write_values(said.entries), write_keys(said.held)
                text = "; ".join((*said.problems, *said.notes))
                row.remark("sidecar", Remark(text, wrong=bool(said.problems)) if text else None)
            case sidecar.Unreadable(reason):
                row.remark("sidecar", Remark(reason))
            case None:
                row.said = row.held = ""
                row.remark("sidecar", None)

    def _refused(self, row: LedgerRow, reason: str, action: Take | Skip, got: Got) -> None:
        """Leave the file; an image that was there keeps its own, and its sidecar is followed."""
        if row.image_id is None or row.outcome in LEFT:
            row.image, row.outcome, row.reason = None, OutcomeName.SKIPPED, reason
            self._count("skipped")
            return
        row.remark("file", Remark(f"{reason} {KEEPS_FILE}"))
        if not action.follow:
            self._synced(row)
        elif action.sidecar is None:
            self._untell(row, got)
        else:
            self._tell(row, action.sidecar, got)

    def _synced(self, row: LedgerRow) -> None:
        row.conclude()
        if row.outcome == OutcomeName.PROBLEM:
            self._count("problem")

    def _failed(self, row: LedgerRow, reason: str) -> None:
        row.outcome, row.reason = OutcomeName.FAILED, reason[:LONGEST]
        self._count("failed")

    def _row(self, path: str) -> LedgerRow:
        row = self.rows.get(path) or LedgerRow(mirror=self.mirror, path=path)
        row.run, row.at = self.run, self.acting.at
        self._put(row.image)
        self.rows[path] = self.written[path] = row
        return row

    def _seen(self, listed: Listed) -> LedgerRow:
        row = self._row(listed.path)
        row.etag, row.size = listed.etag, listed.size
        row.modified_at = datetime.fromtimestamp(listed.modified, UTC)
        return row

    def _merge(self, row: LedgerRow) -> None:
        row.applied = self.mirror.strategy
        # It may be overtaken; the merge says it anew.
        row.remark("image", None)
        if row.image is not None:
            self.merged[row.image.pk] = row.image

    def _put(self, image: Image | None) -> None:
        if image is not None:
            self.placing[image.pk] = image.ord

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def finish(self) -> None:
        self.mirror.ledger.at(self.forgotten).delete()
        save_rows(self.written.values())
        for row in self.written.values():
            self._put(row.image)
        put_places(self.acting.sheet, self.placing)
        images = list(self.merged.values())
        rows = self.written.values()
        self.counts["problem"] += merge(self.acting, self.mirror, images, written=rows)


def merge(
    acting: Acting,
    mirror: Mirror,
    images: Sequence[Image],
    *,
    follow: Iterable[int] = (),
    written: Iterable[LedgerRow] = (),
) -> int:
    """Apply to the images what all their sidecars in this mirror say.

    What is to be said of an image is said at all its paths, also those not read this time; return
    how many of these had no problem before.
    """
    known = [image.pk for image in images if image.pk not in acting.arrived]
    # An image that has only just arrived has no other rows than this act has `written`.
    new = (row for row in written if row.image_id in acting.arrived and row.outcome in LIVE)
    by_image: dict[int, list[LedgerRow]] = defaultdict(list)
    for row in chain(mirror.ledger.live().of(known), new):
        by_image[row.image_id or 0].append(row)
    unions = {image.pk: union(by_image[image.pk]) for image in images}
    remarks = {
        pk: Remark("; ".join(each.conflicts)) for pk, each in unions.items() if each.conflicts
    }
    for pk, remark in apply(acting, mirror, images, unions, follow=set(follow)).items():
        remarks[pk] = remarks[pk].and_also(remark) if pk in remarks else remark
    return _remark_on(by_image, remarks)


def _remark_on(by_image: Mapping[int, list[LedgerRow]], remarks: Mapping[int, Remark]) -> int:
    changed, problems = [], 0
    for image, rows in by_image.items():
        for row in rows:
            before = row.outcome, row.reason, row.remarks
            row.remark("image", remarks.get(image))
            if row.outcome != OutcomeName.FAILED:
                row.conclude()
            if before != (row.outcome, row.reason, row.remarks):
                changed.append(row)
                problems += (before[0], row.outcome) == (OutcomeName.SYNCED, OutcomeName.PROBLEM)
    save_rows(changed)
    return problems
