"""Apply to images what their sidecars say: the strategy decides, inside the act that writes.

The bucket of an image is the union of the sidecars of all its paths in this mirror; where they
contradict each other the first path, in the order of bytes, is right, and the ledger says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind, Origin
from assetlib.changes.record import Recorded
from assetlib.mirror.models import Base, LedgerRow, Mirror, Remark, write_keys
from assetlib.mirror.strategies import STRATEGIES, Kept, Whose, is_held, leaves_alone, next_base
from assetlib.rows import bulk
from images.models import Image
from metadata.annotate import annotate
from metadata.edits import Edit, Held
from metadata.shown import held_by
from metadata.values import Value

BASE = ("mirror_id", "image_id", "keys")
TAKES_OVER = {"overwrite", "untilFirstChange"}
LEFT_ALONE = Remark("the metadata is left alone: somebody changed it here first", wrong=False)


@dataclass(frozen=True, slots=True)
class Union:
    """What the sidecars of an image say together; `known` if any was ever read.

    It is not `whole` while there is one of which nothing is known: nobody can say what left then.
    """

    entries: dict[str, Value]
    held: frozenset[str]
    known: bool
    whole: bool
    conflicts: tuple[str, ...] = ()

    def concerns(self, base: Base | None) -> bool:
        """Whether it is to be applied: only a sidecar that was once applied, a base, can leave."""
        return self.whole and (self.known or base is not None)


def union(rows: Iterable[LedgerRow]) -> Union:
    """Return what the rows, which are of one image, say together."""
    entries: dict[str, Value] = {}
    from_path: dict[str, str] = {}
    held: set[str] = set()
    conflicts: list[str] = []
    known, whole = False, True
    for row in sorted(rows, key=lambda row: row.path):
        known = known or row.has_sidecar
        whole = whole and not row.is_unheard
        held |= row.held_keys
        for key, value in row.values.items():
            if key not in entries:
                entries[key], from_path[key] = value, row.path
            elif entries[key] != value:
                conflicts.append(
                    f"key “{key}”: {entries[key].text} at {from_path[key]},"
                    f" {value.text} at {row.path}; the first holds"
                )
    good = {key: value for key, value in entries.items() if not is_held(key, held)}
    return Union(good, frozenset(held), known, whole, tuple(conflicts))


def apply(
    acting: Acting,
    mirror: Mirror,
    images: Sequence[Image],
    unions: Mapping[int, Union],
    *,
    follow: Collection[int] = (),
) -> dict[int, Remark]:
    """Apply the unions to the images; those in `follow` count as untouched from now on.

    Returned is what is to be known of it, by image.
    """
    bases = {base.image_id: base for base in mirror.bases.filter(image_id__among=_keys(images))}
    concerned = [each for each in images if unions[each.pk].concerns(bases.get(each.pk))]
    touched = _touched(concerned)
    forgotten = touched.keys() if mirror.strategy == "overwrite" else touched.keys() & follow
    _forget_touch(acting, mirror, {image: touched[image] for image in forgotten})
    merging = _Merging(acting, mirror, bases, touched.keys() - forgotten)
    held = held_by(_keys(concerned))
    for image in concerned:
        merging.merge(image, unions[image.pk], held[image.pk])
    merging.write()
    return merging.remarks


@dataclass(slots=True)
class _Merging:
    """Decides image by image, and writes for all at once."""

    acting: Acting
    mirror: Mirror
    bases: dict[int, Base]
    touched: Collection[int]
    edits: list[Edit] = field(default_factory=list)
    advanced: list[Base] = field(default_factory=list)
    remarks: dict[int, Remark] = field(default_factory=dict)

    def merge(self, image: Image, said: Union, held: Mapping[str, Held]) -> None:
        name, is_touched = self.mirror.strategy, image.pk in self.touched
        if leaves_alone(name, touched=is_touched):
            self.remarks[image.pk] = LEFT_ALONE
            return
        current = {key: Kept(each.value, whose(self.mirror, each)) for key, each in held.items()}
        base = self.bases.get(image.pk)
        known = base.names if base else frozenset[str]()
        then = STRATEGIES[name](current, known, said.entries, said.held, is_touched)
        if len(then) > max(settings.MAX_ENTRIES, len(current)):
            most = f"{settings.MAX_ENTRIES:,} are allowed"
            many = f"the image would hold {len(then):,} entries; {most}"
            self.remarks[image.pk] = Remark(many)
            return
        self._edit(image, current, then)
        self._advance(image, base, next_base(name, current, known, said.entries, said.held))

    def _edit(self, image: Image, current: Mapping[str, Kept], then: Mapping[str, Kept]) -> None:
        changed = {key: kept.value for key, kept in then.items() if current.get(key) != kept}
        gone = [key for key in current if key not in then]
        if changed or gone:
            takes_over = self.mirror.strategy in TAKES_OVER
            self.edits.append(Edit(image, changed, gone, take_over=takes_over))

    def _advance(self, image: Image, base: Base | None, following: frozenset[str]) -> None:
        if base is not None and base.names == following:
            return
        old, new = base.keys if base else "", write_keys(following)
        self.advanced.append(Base(mirror=self.mirror, image=image, keys=new))
        if image.pk not in self.acting.arrived:
            self.acting.record(base_change(self.mirror, image.pk, old, new))

    def write(self) -> None:
        put_bases(self.advanced)
        annotate(self.acting, self.edits)


def whose(mirror: Mirror, held: Held) -> Whose:
    """Return who set the entry, as the mirror's strategies ask."""
    if held.origin != Origin.BUCKET:
        return "user"
    return "mirror" if held.mirror == mirror.pk else "other"


def put_bases(bases: Sequence[Base]) -> None:
    """Write what is from now on the base of images."""
    rows = ((base.mirror_id, base.image_id, base.keys) for base in bases)
    bulk.put("mirror_base", BASE, rows, one=("image_id", "mirror_id"))


def base_change(mirror: Mirror, image: int, old: str, new: str) -> Recorded:
    """Return what the history says of another base; an empty text is none."""
    return Recorded(
        image,
        ChangeKind.BASE,
        mirror.name,
        old_type="base" if old else "",
        old=old,
        old_mirror_id=mirror.pk,
        new_type="base" if new else "",
        new=new,
        new_mirror_id=mirror.pk,
    )


def _keys(images: Sequence[Image]) -> list[int]:
    return [image.pk for image in images]


def _touched(images: Sequence[Image]) -> dict[int, datetime]:
    rows = Image.objects.filter(pk__among=_keys(images)).exclude(touched_at=None)
    return {pk: at for pk, at in rows.values_list("pk", "touched_at") if at is not None}


def _forget_touch(acting: Acting, mirror: Mirror, touched: Mapping[int, datetime]) -> None:
    Image.objects.filter(pk__among=list(touched)).update(touched_at=None)
    for image, at in touched.items():
        change = Recorded(image, ChangeKind.TOUCHED, mirror.name)
        acting.record(change._replace(old_type="moment", old=at.isoformat()))
