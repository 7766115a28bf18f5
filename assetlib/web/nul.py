from __future__ import annotations

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase

NUL = re.compile(r"\0|%00")


class WithoutNul:
    """Take NUL out of what an address asks for, and find nothing at a path that has it.

    No text of ours has one, and PostgreSQL refuses to compare with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise Http404("No address has NUL in it.")
        query = request.META.get("QUERY_STRING", "")
        while NUL.search(query):
            # What stood around one may make another: %0%000.
            query = NUL.sub("", query)
        request.META["QUERY_STRING"] = query
        return self.get_response(request)
