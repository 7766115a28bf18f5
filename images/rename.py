from __future__ import annotations

from assetlib.changes.act import Acting
from assetlib.changes.models import ChangeKind
from assetlib.changes.record import Recorded
from assetlib.columns.form import normalise
from images.columns import FILENAME, put_updated
from images.ingest import clean_filename
from images.models import Image


def rename(acting: Acting, image: Image, filename: str) -> None:
    """Give the image another file name; what is stored is named by its content, and stays."""
    old, new = image.filename, clean_filename(filename)
    if new == old:
        return
    image.filename, image.updated_at = new, acting.at
    image.save(update_fields=["filename", "updated_at"])
    acting.sheet.put(FILENAME, [image.ord], [normalise(new)])
    put_updated(acting, [image.ord])
    acting.record(
        Recorded(
            image_id=image.pk,
            kind=ChangeKind.FILENAME,
            subject="file name",
            old_type="string",
            old=old,
            new_type="string",
            new=new,
        )
    )
