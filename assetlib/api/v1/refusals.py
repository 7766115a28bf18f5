"""What is refused, or goes wrong, outside a view: a problem to programs, a page to people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from assetlib.api.v1.entrance import nowhere
from assetlib.api.v1.problems import ProblemError
from assetlib.web import refusals

ROOT = "/api/v1/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = refusals.bad_request(request, exception)
    if not request.path.startswith(ROOT):
        return page
    return ProblemError(page.status_code, "This request cannot be read.").response()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(ROOT):
        return nowhere(request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(ROOT):
        return defaults.server_error(request)
    detail = "Something went wrong here, and it is in the server's log."
    return ProblemError(500, detail).response()
