"""Pages of lists: a cursor holds the last row's place, so rows that come and go shift nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from ninja import Query

from assetlib.search.cursor import CursorError

MOST = 1_000
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items a page has at most.")]
Cursor = Annotated[
    str,
    Query(description="`next` of the page before; empty for the first page.", max_length=2_000),
]

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    items: Sequence[M]
    next: str | None


def page_of(rows: QuerySet[M], by: str, *, limit: int, cursor: str) -> Page[M]:
    """Return the rows behind the cursor, in the order of a field that is unique among them.

    `by` begins with “-” where it falls. Raises CursorError.
    """
    name = by.removeprefix("-")
    signer = signing.Signer(salt=f"assetlib.api.v1.{rows.model.__name__}.{by}")
    if cursor:
        place = _read(signer, cursor)
        rows = rows.filter(**{f"{name}__{'lt' if by[0] == '-' else 'gt'}": place})
    found = list(rows.order_by(by)[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    found.pop()
    return Page(found, signer.sign_object([getattr(found[-1], name)]))


def _read(signer: signing.Signer, text: str) -> Any:
    try:
        (place,) = signer.unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise CursorError("This is no “next” of this list; begin without a cursor.") from error
    return place
