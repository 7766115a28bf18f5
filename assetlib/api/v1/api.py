"""The native face as a whole: its resources, its errors, its description and its addresses.

A new resource is a module with a `router`, and one line in RESOURCES.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI

from assetlib.api.v1 import (
    api_keys,
    batch,
    bulk,
    changes,
    credentials,
    docs,
    exports,
    finding,
    images,
    jobs,
    keys,
    me,
    metadata,
    mirror_runs,
    mirrors,
    projects,
    tags,
)
from assetlib.api.v1.entrance import door, nowhere
from assetlib.api.v1.problems import CONTENT_TYPE, TOLD, tell

RESOURCES = (
    me,
    images,
    metadata,
    batch,
    bulk,
    exports,
    finding,
    keys,
    tags,
    projects,
    changes,
    jobs,
    api_keys,
    credentials,
    mirrors,
    mirror_runs,
)
DESCRIPTION = """Images with their metadata and tags: found, changed, and undone.

Send an API key as `Authorization: Bearer al_…`; a page that a person has open may send the
session's cookie instead, with `X-CSRFToken`. Lists are pages: `next` of one is `cursor` of the
next. Errors are RFC 9457: `detail` is a sentence, `errors` name the fields."""
FIRST_ERROR = 400
FORMATS = ("query", "cursor")


class Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description, in which errors have the type they are sent with.

        A query and a cursor are no texts like any other: they have a format of their own.
        """
        described = super().get_openapi_schema(**options)
        for operations in described["paths"].values():
            for told in operations.values():
                for parameter in told["parameters"]:
                    if parameter["name"] in FORMATS and parameter["schema"].get("type") == "string":
                        parameter["schema"]["format"] = parameter["name"]
                for status, response in told["responses"].items():
                    if status >= FIRST_ERROR:
                        (content,) = response["content"].values()
                        response["content"] = {CONTENT_TYPE: content}
        return described


api = Api(
    title="assetlib",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    docs_url=None,
)
for kind in TOLD:
    api.add_exception_handler(kind, tell)
for resource in RESOURCES:
    api.add_router("", resource.router)


def _opened(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = door(pattern.callback)
    return patterns


patterns, _, namespace = api.urls
urlpatterns = [
    path("docs", docs.docs, name="docs"),
    *(
        path(f"docs/{name}", docs.asset, {"name": name}, name=f"docs-{name}")
        for name in docs.ASSETS
    ),
    *_opened(patterns),
    re_path(r"^.*\Z", nowhere),
]
urls = (urlpatterns, "api", namespace)
