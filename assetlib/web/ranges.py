"""Files as answers: whole, or the part that a broken-off download goes on with. Never in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Content:
    """What is served. `read(start, end)` yields the bytes between; `etag` is quoted."""

    size: int
    etag: str
    content_type: str
    read: Callable[[int, int], Iterable[bytes]]


def serve(request: HttpRequest, content: Content) -> HttpResponseBase:
    """Answer with the content: 200, 206 for one range, 304 or 416."""
    if content.etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _headed(HttpResponse(status=304), content)
    asked = _asked(request, content)
    if asked is not None and asked.start >= content.size:
        outside = {"Content-Range": f"bytes */{content.size}"}
        return _headed(HttpResponse(status=416, headers=outside), content)
    span = asked or range(content.size)
    body = () if request.method == "HEAD" else content.read(span.start, span.stop)
    response = StreamingHttpResponse(
        body, status=200 if asked is None else 206, content_type=content.content_type
    )
    response["Content-Length"] = str(len(span))
    if asked is not None:
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{content.size}"
    return _headed(response, content)


def _headed(response: HttpResponseBase, content: Content) -> HttpResponseBase:
    response["ETag"] = content.etag
    response["Accept-Ranges"] = "bytes"
    return response


def _asked(request: HttpRequest, content: Content) -> range | None:
    """Return the one range that is asked for, cut at the end; None for all of it.

    What is no range, or several, is answered with the whole; so is one of another version.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or found is None or not (found[1] or found[2]):
        return None
    if request.headers.get("If-Range", content.etag) != content.etag:
        return None
    size = content.size
    if not found[1]:
        # The last bytes, as many as there are; the last none of them begin behind the end.
        return range(max(0, size - int(found[2])), size)
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else max(size, int(found[1]) + 1)
    return range(start, min(end, size)) if start < end else None
