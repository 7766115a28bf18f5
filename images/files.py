"""Where the bytes of an image and its renditions lie, and the signed addresses they are served at.

Names are made of the workspace's uid and the content's hash: equal bytes lie there once, and a name
never means other bytes, so that what is served under one may be cached for as long as it lives.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from assetlib.accounts.models import Workspace
from images.models import Format, Image

Kind = Literal["original", "thumb", "preview"]
# The longest side of each rendition, in pixels.
SIDES = {"thumb": 400, "preview": 1_600}
DAY = 86_400
SIGNER = Signer(salt="images.files")
CONTENT_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.AVIF: "image/avif",
    Format.BMP: "image/bmp",
    Format.TIFF: "image/tiff",
    Format.GIF: "image/gif",
}
# How names of files end; the first is given where one ends otherwise than its bytes would have it.
ENDINGS: dict[str, tuple[str, ...]] = {
    Format.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    Format.PNG: (".png",),
    Format.WEBP: (".webp",),
    Format.AVIF: (".avif",),
    Format.BMP: (".bmp", ".dib"),
    Format.TIFF: (".tiff", ".tif"),
    Format.GIF: (".gif",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a signed address asks for."""

    kind: str
    workspace_uid: str
    sha256: str
    format: Format
    expires: int

    @property
    def original_name(self) -> str:
        return _original_name(self.workspace_uid, self.sha256, self.format)

    @property
    def rendition_name(self) -> str:
        return f"{_folder('renditions', self.workspace_uid, self.sha256)}-{SIDES[self.kind]}.webp"


def original_url(image: Image) -> str:
    return _url(image, "original")


def rendition_url(image: Image, kind: Literal["thumb", "preview"]) -> str:
    return _url(image, kind)


def _url(image: Image, kind: Kind) -> str:
    # Rounded up to the day after next: within a day the address stays the same, for the browser's
    # cache, and whatever the hour it lives for a day at least.
    expires = (int(time.time()) // DAY + 2) * DAY
    uid = image.workspace.uid.hex
    token = SIGNER.sign(f"{kind}.{uid}.{image.sha256}.{image.format}.{expires // DAY}")
    return _media() + token


@functools.cache
def _media() -> str:
    """Return what the addresses of all files begin with."""
    return reverse("media", args=["-"]).removesuffix("-")


def read_token(token: str) -> Asked | None:
    """Return what the address asks for; None when it is forged or has expired. No database."""
    try:
        kind, uid, sha256, format_, day = SIGNER.unsign(token).split(".")
    except (BadSignature, ValueError):
        return None
    asked = Asked(kind, uid, sha256, Format(format_), int(day) * DAY)
    return asked if asked.expires > time.time() else None


def keep_original(workspace: Workspace, sha256: str, format_: Format, file: IO[bytes]) -> None:
    """Store the bytes, unless they are there. The storage gives a whole file its name, or none."""
    name = _original_name(workspace.uid.hex, sha256, format_)
    if not default_storage.exists(name):
        _save(name, file)


def open_original(image: Image) -> IO[bytes]:
    """Open the image's file; raises FileNotFoundError when it is not in storage."""
    return default_storage.open(next(names_of(image)))


def keep_rendition(name: str, file: IO[bytes]) -> None:
    _save(name, file)


def _save(name: str, file: IO[bytes]) -> None:
    default_storage.save(name, File(file))


def names_of(image: Image) -> Iterator[str]:
    """Yield the names of all that may be stored for the image."""
    uid = image.workspace.uid.hex
    yield _original_name(uid, image.sha256, Format(image.format))
    for side in SIDES.values():
        yield f"{_folder('renditions', uid, image.sha256)}-{side}.webp"


def remove(names: Iterator[str]) -> None:
    for name in names:
        default_storage.delete(name)


def original_folder(workspace: Workspace) -> str:
    """Return the folder of the workspace's originals; in it lies one for each first byte."""
    return f"originals/{workspace.uid.hex}"


def _original_name(uid: str, sha256: str, format_: Format) -> str:
    return f"{_folder('originals', uid, sha256)}.{format_.value}"


def _folder(what: str, uid: str, sha256: str) -> str:
    return f"{what}/{uid}/{sha256[:2]}/{sha256}"
