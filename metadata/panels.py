"""What the editor's panels show: the image's page includes them, the editor's views answer so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from assetlib.accounts.access import Access
from images.models import Image
from metadata.errors import EntryConflictError
from metadata.forms import ChangeForm, EntryForm, ManyForm, TagForm, write_shown
from metadata.models import Entry
from metadata.values import Value


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the editor lists it; with a form when it is being edited in place."""

    entry: Entry
    typed: Value
    form: ChangeForm | None

    @property
    def multiline(self) -> bool:
        return "\n" in self.typed.text

    @property
    def shown(self) -> str:
        return write_shown(self.typed)


def editor_context(  # noqa: PLR0913 -- each names one part of the panel
    access: Access,
    image: Image,
    *,
    add: EntryForm | None = None,
    many: ManyForm | None = None,
    change: ChangeForm | None = None,
    editing: str = "",
    conflict: EntryConflictError | None = None,
    focus: str = "",
) -> dict[str, Any]:
    """Return the editor's context; a bound form keeps what was typed, with its errors.

    `focus` names the field of the add row to go on in: "key", "value", or none.
    """
    rows = [
        _row(entry, change if entry.key.name == editing else None, editing)
        for entry in Entry.objects.filter(image=image).shown()
    ]
    return {
        "image": image,
        "rows": rows,
        "add": add or EntryForm(),
        "many": many or ManyForm(),
        "conflict": conflict,
        "conflict_shown": write_shown(conflict.current) if conflict else "",
        "focus": focus,
        # What was there when this was drawn: a key set by someone else after it is a conflict.
        "seen": timezone.now().isoformat(),
        "may_edit": access.may_edit and image.deleted_at is None,
    }


def _row(entry: Entry, form: ChangeForm | None, editing: str) -> Row:
    typed = entry.typed
    if form is None and entry.key.name == editing:
        form = ChangeForm(initial={"value": typed.text, "type": typed.type.name})
    return Row(entry, typed, form)


def tags_context(
    access: Access, image: Image, *, form: TagForm | None = None, focus: bool = False
) -> dict[str, Any]:
    return {
        "focus": focus,
        "image": image,
        "image_tags": image.image_tags.select_related("tag", "changed_by").order_by("tag__folded"),
        "form": form or TagForm(),
        "may_edit": access.may_edit and image.deleted_at is None,
    }
