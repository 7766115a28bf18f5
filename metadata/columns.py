"""The columns that say what is said of images: entries by key, their origins, tags, dictionaries.

The operations put what they change; `put_stretch` and `put_dictionary` put the same from the
tables, for a rebuild and for whoever verifies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from assetlib.accounts.models import Workspace
from assetlib.changes.models import Origin
from assetlib.columns.form import normalise
from assetlib.columns.kinds import BITS, CODES, FLOATS, LISTS, TEXTS, Column
from assetlib.columns.texts import Texts
from assetlib.columns.writing import Sheet
from images.models import Image
from metadata.models import Entry, ImageTag, Key, StoredType

TAGS = Column("tags", LISTS)
# Places in these, from 1, are the codes of origins; new ones go to the end.
ORIGINS: tuple[str, ...] = tuple(Origin.values)
# Whether some entry of the image has the origin; with any of them it has metadata.
SAID = {origin: Column(f"said.{origin}", BITS) for origin in ORIGINS}


def codes_of(key_id: int) -> Column[Any]:
    """The code of the string or boolean, plus 1."""
    return Column(f"key.{key_id}.code", CODES)


def numbers_of(key_id: int) -> Column[Any]:
    return Column(f"key.{key_id}.number", FLOATS)


def origins_of(key_id: int) -> Column[Any]:
    return Column(f"key.{key_id}.origin", CODES)


def dictionary_of(key_id: int) -> Column[Texts]:
    """The normalised strings by code; booleans are not among them."""
    return Column(f"#key.{key_id}", TEXTS)


class Cell(NamedTuple):
    """What the columns of a key have for an entry; as default for none."""

    code: int = 0
    number: float = FLOATS.none
    origin: int = 0


NO_CELL = Cell()


def cell_of(code: int | None, number: float | None, origin: str) -> Cell:
    """Return the cell of an entry; `code` is of the dictionary, without the 1 that columns add."""
    return Cell(
        0 if code is None else code + 1,
        FLOATS.none if number is None else number,
        ORIGINS.index(origin) + 1,
    )


def put_entries(sheet: Sheet, key_id: int, cells: Iterable[tuple[int, Cell]]) -> None:
    """Put what images have of a key, each with its ord."""
    ords, listed = zip(*cells, strict=True)
    codes, numbers, origins = zip(*listed, strict=True)
    sheet.put(codes_of(key_id), ords, codes)
    sheet.put(numbers_of(key_id), ords, numbers)
    sheet.put(origins_of(key_id), ords, origins)


def put_said(sheet: Sheet, origin: str, ords: Collection[int]) -> None:
    """Put that the images with these ords have an entry of that origin."""
    sheet.put(SAID[origin], ords, [True] * len(ords))


def put_said_now(sheet: Sheet, origin: str, ord_by_id: Mapping[int, int]) -> None:
    """Put whether the images, given as ord by primary key, have an entry of that origin by now."""
    # One of each image decides; most images have many.
    theirs = Entry.objects.filter(image=OuterRef("pk"), origin=origin)
    still = Image.objects.filter(Exists(theirs), pk__among=ord_by_id).values_list("pk", flat=True)
    sheet.put(SAID[origin], ord_by_id.values(), map(set(still).__contains__, ord_by_id))


def put_tags(sheet: Sheet, tags: Mapping[int, Sequence[int]]) -> None:
    """Put the tags of images, given by ord."""
    sheet.put(TAGS, tags, tags.values())


def put_tags_now(sheet: Sheet, ord_by_id: Mapping[int, int]) -> None:
    """Put which tags the images, given as ord by primary key, have by now."""
    if not ord_by_id:
        return
    tags: dict[int, list[int]] = {ord_: [] for ord_ in ord_by_id.values()}
    rows = ImageTag.objects.filter(image_id__among=ord_by_id).order_by()
    for image, tag in rows.values_list("image_id", "tag_id"):
        tags[ord_by_id[image]].append(tag)
    put_tags(sheet, tags)


def put_values(sheet: Sheet, key_id: int, strings: Iterable[tuple[int, str]]) -> None:
    """Put strings, given with their codes, in the key's dictionary."""
    listed = list(strings)
    norms = [normalise(text) for _, text in listed]
    sheet.put(dictionary_of(key_id), [code for code, _ in listed], norms)


def put_stretch(sheet: Sheet, workspace: Workspace, ords: range) -> None:
    """Put all that the tables say of the entries and tags of the images with these ords."""
    images = workspace.images.filter(ord__gte=ords.start, ord__lt=ords.stop)
    ord_by_id = dict(images.values_list("pk", "ord"))
    put_tags_now(sheet, ord_by_id)
    entries: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
    said: dict[str, set[int]] = {origin: set() for origin in ORIGINS}
    rows = Entry.objects.filter(image_id__among=ord_by_id).order_by()
    for image, key, code, number, origin in rows.values_list(
        "image_id", "key_id", "value__code", "number", "origin"
    ):
        entries[key].append((ord_by_id[image], cell_of(code, number, origin)))
        said[origin].add(ord_by_id[image])
    for key, theirs in entries.items():
        put_entries(sheet, key, theirs)
    for origin, those in said.items():
        put_said(sheet, origin, those)


def put_dictionary(sheet: Sheet, key: Key, codes: range) -> None:
    """Put the values of the key with these codes."""
    rows = key.values.filter(
        type=StoredType.STRING, code__gte=codes.start, code__lt=codes.stop
    ).order_by()
    put_values(sheet, key.pk, rows.values_list("code", "text"))
