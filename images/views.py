"""Originals and renditions. The signed address is the permission: no session, no database."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import IO

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from images.files import CONTENT_TYPES, Asked, read_token
from images.renditions import NoRenditionError, rendition

BLOCK = 1 << 18
RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


@login_not_required
@require_safe
def media(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve what the address was signed for; 404 when it was not, or no more."""
    asked = read_token(token)
    if asked is None:
        raise Http404("This address is not valid, or no more; load the page again.")
    etag = f'"{asked.kind}-{asked.sha256[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponse(status=304)
    elif asked.kind == "original":
        response = _original(request, asked)
    else:
        response = _rendition(asked)
    response["ETag"] = etag
    left = max(0, int(asked.expires - time.time()))
    response["Cache-Control"] = f"private, max-age={left}, immutable"
    return response


def _rendition(asked: Asked) -> HttpResponse:
    try:
        return HttpResponse(rendition(asked), content_type="image/webp")
    except NoRenditionError as error:
        raise Http404("There is no picture to show.") from error


def _original(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    try:
        file = default_storage.open(asked.original_name)
        size = file.size
    except OSError as error:
        raise Http404("The file is missing.") from error
    start, end = 0, size
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if found and (found[1] or found[2]):
        start, end = _asked_range(found[1], found[2], size)
        if start >= end:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(
        _Part(file, start, end),
        status=206 if found and (found[1] or found[2]) else 200,
        content_type=CONTENT_TYPES[asked.format],
    )
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = "inline"
    if response.status_code == 206:  # noqa: PLR2004 -- Partial Content
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _asked_range(first: str, last: str, size: int) -> tuple[int, int]:
    """Return where the range starts and where it is over; `-500` is the last 500 bytes."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


class _Part:
    """The bytes of a file from `start` to `end`; closed with the response, read or not."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.end - self.start
        while left > 0 and (block := self.file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
