"""What Django itself refuses before a view is asked, said in a sentence."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 where a limit was passed, and 400 for what else cannot be read."""
    match exception:
        case TooManyFilesSent():
            most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
            reason, status = f"At most {most:,} files are taken at once; send the rest after.", 413
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            reason, status = f"The form is larger than {most / 1e6:,.1f} MB without its files.", 413
        case TooManyFieldsSent():
            reason, status = "The form has more fields than any of ours.", 413
        case _:
            reason, status = "This request cannot be read.", 400
    return render(request, "400.html", {"reason": reason}, status=status)
