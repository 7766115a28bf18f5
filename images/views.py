"""Originals and renditions. The signed address is the permission: no session, no database."""

from __future__ import annotations

import time
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from assetlib.web.ranges import Content, serve
from images.files import CONTENT_TYPES, Asked, read_token
from images.renditions import NoRenditionError, rendition
from images.storage import read_part


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
        response = _original(request, asked, etag)
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


def _original(request: HttpRequest, asked: Asked, etag: str) -> HttpResponseBase:
    name = asked.original_name
    try:
        size = default_storage.size(name)
    except OSError as error:
        raise Http404("The file is missing.") from error
    part = partial(read_part, name)
    response = serve(request, Content(size, etag, CONTENT_TYPES[asked.format], part))
    response["Content-Disposition"] = "inline"
    return response
