"""Which image an object is, by its bytes: the same as before, another, a new one, or a held one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assetlib.changes.act import Acting
from assetlib.mirror.models import LedgerRow, Mirror, OutcomeName
from assetlib.mirror.plan import LEFT
from images.ingest import Examined, add_many
from images.memberships import join
from images.models import Image
from images.replace import replace_file
from images.trash import restore


@dataclass(frozen=True, slots=True)
class Placed:
    """The image at a path. `moved` is the one that the path was before, if it was another."""

    image: Image
    new: bool = False
    replaced: bool = False
    held: bool = False
    moved: Image | None = None


def place(
    acting: Acting,
    mirror: Mirror,
    examined: Mapping[str, Examined],
    rows: Mapping[str, LedgerRow],
) -> dict[str, Placed]:
    """Give each path, of those whose bytes were read, its image. Paths come in their order.

    Changed bytes replace the file of the same image, unless they are another image's already or
    the image has another path: then the path moves.
    """
    placing = _Placing(acting, mirror, rows)
    placing.look_up([each.sha256 for each in examined.values()])
    for path, each in examined.items():
        placing.place(path, each)
    return placing.finish(examined)


@dataclass(slots=True)
class _Placing:
    acting: Acting
    mirror: Mirror
    rows: Mapping[str, LedgerRow]
    known: dict[str, Image] = field(default_factory=dict)
    # Of images, by primary key: where they are, of all mirrors.
    paths: dict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    removed: set[int] = field(default_factory=set)
    placed: dict[str, Placed] = field(default_factory=dict)
    new: dict[str, Examined] = field(default_factory=dict)
    moved: dict[str, Image] = field(default_factory=dict)

    def look_up(self, hashes: Sequence[str]) -> None:
        images = self.acting.workspace.images.filter(sha256__among=hashes)
        self.known = {image.sha256: image for image in images}
        trashed = [image.pk for image in self.known.values() if image.deleted_at is not None]
        gone = LedgerRow.objects.of(trashed).filter(outcome=OutcomeName.REMOVED)
        self.removed = set(gone.values_list("image_id", flat=True))
        now = [row.image_id for row in self.rows.values() if row.image_id]
        for image, mirror, path in (
            LedgerRow.objects.live().of(now).values_list("image_id", "mirror_id", "path")
        ):
            self.paths[image].add((mirror, path))

    def place(self, path: str, examined: Examined) -> None:
        before, found = self._before(path), self.known.get(examined.sha256)
        if before is not None and before.sha256 == examined.sha256:
            self.placed[path] = Placed(before)
            return
        if found is None and before is not None and self._is_alone(before, path):
            self.known.pop(before.sha256, None)
            replace_file(self.acting, before, examined)
            self.known[examined.sha256] = before
            self.placed[path] = Placed(before, replaced=True)
            return
        if before is not None:
            self.moved[path] = before
            self.paths[before.pk].discard((self.mirror.pk, path))
        if found is None:
            self.new.setdefault(examined.sha256, examined)
        else:
            self._put(path, found)

    def _before(self, path: str) -> Image | None:
        row = self.rows.get(path)
        return row.image if row is not None and row.outcome not in LEFT else None

    def _is_alone(self, image: Image, path: str) -> bool:
        return image.deleted_at is None and self.paths[image.pk] <= {(self.mirror.pk, path)}

    def _put(self, path: str, image: Image) -> None:
        held = image.deleted_at is not None and image.pk not in self.removed
        self.paths[image.pk].add((self.mirror.pk, path))
        self.placed[path] = Placed(image, held=held, moved=self.moved.get(path))

    def finish(self, examined: Mapping[str, Examined]) -> dict[str, Placed]:
        added = add_many(self.acting, list(self.new.values()))
        made = {each.image.sha256: each.image for each in added}
        first = set(made)
        for path, each in examined.items():
            if path not in self.placed:
                new = each.sha256 in first
                first.discard(each.sha256)
                image = made[each.sha256]
                self.placed[path] = Placed(image, new=new, moved=self.moved.get(path))
        present = {each.image.pk: each.image for each in self.placed.values() if not each.held}
        restore(self.acting, [image for image in present.values() if image.deleted_at is not None])
        if self.mirror.project is not None and present:
            join(self.acting, list(present.values()), self.mirror.project)
        return self.placed
