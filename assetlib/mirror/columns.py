"""The columns that say where in which buckets images are, and their derivation.

Most images are at one path; where one is at several the column has the first, and the ledger is
asked for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from assetlib.accounts.models import Workspace
from assetlib.columns.form import normalise
from assetlib.columns.kinds import BITS, LISTS, TEXTS, Column
from assetlib.columns.writing import Sheet
from assetlib.mirror.models import LedgerRow

MIRRORS = Column("mirrors", LISTS)
PATH = Column("path", TEXTS)
MORE_PATHS = Column("path.more", BITS)


def put_places(sheet: Sheet, ord_by_id: Mapping[int, int]) -> None:
    """Put where the images, given as ord by primary key, are by now."""
    _put(sheet, ord_by_id.values(), _places(ord_by_id))


def put_stretch(sheet: Sheet, workspace: Workspace, ords: range) -> None:
    """Put all that the ledger says of the images with these ords. Reads only."""
    images = workspace.images.filter(ord__gte=ords.start, ord__lt=ords.stop)
    places = _places(dict(images.values_list("pk", "ord")))
    _put(sheet, places, places)


Places = dict[int, list[tuple[str, int]]]


def _places(ord_by_id: Mapping[int, int]) -> Places:
    """Return (path, mirror) of the images, in the order of paths, by ord."""
    places: Places = defaultdict(list)
    rows = LedgerRow.objects.of(list(ord_by_id)).order_by()
    for image, path, mirror in rows.values_list("image_id", "path", "mirror_id"):
        places[ord_by_id[image]].append((path, mirror))
    return {ord_: sorted(found) for ord_, found in places.items()}


def _put(sheet: Sheet, ords: Iterable[int], places: Places) -> None:
    listed = list(ords)
    found = [places.get(ord_, []) for ord_ in listed]
    sheet.put(MIRRORS, listed, [sorted({mirror for _, mirror in each}) for each in found])
    sheet.put(PATH, listed, [normalise(each[0][0]) if each else "" for each in found])
    sheet.put(MORE_PATHS, listed, [len({path for path, _ in each}) > 1 for each in found])
