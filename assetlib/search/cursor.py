"""Where a page of results ends and the next begins, as text for an address.

A cursor holds the place of an image, not a number of rows: images that come and go between two
pages neither repeat nor skip others. It is signed, so its contents need no further check.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from assetlib.accounts.models import Workspace
from assetlib.search.order import Place

SALT = "assetlib.search.cursor"


class CursorError(ValueError):
    """The cursor is damaged, or of another workspace or order; start again from the first page."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A page begins after `place`; with `turned` it ends before it. `sort` is the order's name."""

    place: Place
    sort: str
    turned: bool = False

    def text(self, workspace: Workspace) -> str:
        place = [self.place.kind, self.place.value, self.place.ord]
        return _signer(workspace).sign_object([self.sort, self.turned, *place])


def read_cursor(text: str, workspace: Workspace, sort: str) -> Cursor:
    """Raise CursorError unless the text is a cursor of this workspace and order."""
    try:
        made_for, turned, kind, value, ord_ = _signer(workspace).unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        message = "This address of a page of results is damaged; start from the first page."
        raise CursorError(message) from error
    if made_for != sort:
        raise CursorError("This page belongs to another order; start from the first page.")
    return Cursor(Place(kind, value, ord_), sort, turned)


def _signer(workspace: Workspace) -> signing.Signer:
    return signing.Signer(salt=f"{SALT}.{workspace.uid}")
