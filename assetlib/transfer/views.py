"""The files of exports. The signed address is the permission: no session, no API key."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from assetlib.transfer.links import ExpiredLinkError, ForgedLinkError, read_link
from assetlib.web.ranges import Content, serve
from images.storage import read_part


@login_not_required
@require_safe
def export_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve the file the address was signed for: 404 when it never was, 410 when no more."""
    try:
        result = read_link(token).result
    except ForgedLinkError as forged:
        return _refused(str(forged), 404)
    except ExpiredLinkError as expired:
        return _refused(str(expired), 410)
    stored = result["file"]
    if not default_storage.exists(stored):
        return _refused("The file of this export is missing in storage; export it again.", 410)
    # Each attempt to write an export has a name of its own: another file is never called the same.
    etag = f'"{stored.rpartition("/")[2].partition(".")[0]}"'
    content = Content(result["size"], etag, result["content_type"], partial(read_part, stored))
    response = serve(request, content)
    response["Content-Disposition"] = content_disposition_header(True, result["filename"]) or ""  # noqa: FBT003 -- Django's
    response["Cache-Control"] = "private, no-transform"
    return response


def _refused(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
