"""Images as a table of pandas, which is asked for only here."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assetlib.sdk._errors import ConfigurationError
from assetlib.sdk._images import Image

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "id",
    "filename",
    "width",
    "height",
    "size",
    "format",
    "sha256",
    "tags",
    "projects",
    "split",
    "uploaded_at",
    "taken_at",
    "origin",
)


def to_frame(images: Iterable[Image]) -> pd.DataFrame:
    try:
        pandas: Any = import_module("pandas")
    except ModuleNotFoundError as error:
        raise ConfigurationError("to_pandas needs pandas: pip install pandas.") from error
    rows = [_row(image) for image in images]
    # The image's own columns are there also when no image is; keys in the order they are met.
    keys = dict.fromkeys(key for row in rows for key in row)
    frame: pd.DataFrame = pandas.DataFrame(rows, columns=[*dict.fromkeys((*COLUMNS, *keys))])
    for moments in ("uploaded_at", "taken_at"):
        frame[moments] = pandas.to_datetime(frame[moments], utc=True)
    return frame


def _row(image: Image) -> dict[str, Any]:
    own = {name: getattr(image, name) for name in COLUMNS}
    own |= {"tags": [*image.tags], "projects": dict(image.projects)}
    return own | {f"metadata.{key}": value for key, value in image.metadata.items()}
