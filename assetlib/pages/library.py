"""The Asset Library: the search page over a workspace. `?q=` is its whole state."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Workspace
from assetlib.search.cursor import CursorError
from assetlib.search.explain import explain
from assetlib.search.find import Found, Wanted, find
from assetlib.search.language import (
    And,
    KeyFilter,
    Node,
    Not,
    Or,
    Query,
    QueryError,
    Sort,
    chips,
    parse,
    with_sort,
)
from assetlib.search.suggest import suggest as suggest_options
from assetlib.web.pages import render, wants_partial
from images.files import rendition_url
from images.models import Image

PAGE = 50
# How many keys a card shows besides those the query asks for.
SHOWN_KEYS = 3
# How many keys one may choose from, and how many of them are shown.
OFFERED_KEYS, MOST_KEYS = 60, 12
# What a card shows of an image's own; the hash is in the address of its picture.
FIELDS = ("public_id", "filename", "sha256", "format", "width", "height", "uploaded_at")
SORTS = (
    ("Newest first", None),
    ("Oldest first", Sort("uploaded")),
    ("File name", Sort("filename")),
    ("Taken, latest first", Sort("taken", descending=True)),
    ("Largest file", Sort("size", descending=True)),
    ("Widest", Sort("width", descending=True)),
)


class Card(TypedDict):
    """An image of the grid or the table; `values` stand under the page's shown keys.

    A dictionary, which a template reads in half the time of attributes: there are hundreds a page.
    """

    url: str
    thumb_url: str
    filename: str
    width: int
    height: int
    uploaded_at: datetime
    values: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    tags: Sequence[str]
    box_count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the query in another order."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Address:
    """The page's own address, to be had with another query or view."""

    slug: str
    query: str
    view: str
    keys: str

    def to(self, query: str | None = None, **changed: str) -> str:
        return self.at("library", self.query if query is None else query, **changed)

    def at(self, page: str, query: str, **changed: str) -> str:
        """Return the address of another page about the query."""
        asked = {"q": query, "view": self.view, "keys": self.keys}
        said = {name: value for name, value in (asked | changed).items() if value}
        url = reverse(page, args=[self.slug])
        return f"{url}?{urlencode(said)}" if said else url


def address_of(request: HttpRequest, slug: str) -> Address:
    """Return the library's address with what this request says of query, view and keys."""
    return Address(
        slug,
        request.GET.get("q", ""),
        "table" if request.GET.get("view") == "table" else "",
        ",".join(request.GET.getlist("keys")),
    )


@require_safe
def library(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what `?q=` finds; with `?cursor=` the page that begins there, or ends."""
    access = enter(request, slug)
    here = address_of(request, slug)
    used = _used_keys(access.workspace)
    keys = _shown_keys(here, used)
    wanted = Wanted(FIELDS, keys, tags=bool(here.view))
    search = functools.partial(find, access.workspace, here.query, limit=PAGE, wanted=wanted)
    try:
        found = search(cursor=request.GET.get("cursor", ""))
    except CursorError:
        found = search()
    context = _results(access, here, found, keys)
    if not wants_partial(request):
        context |= _around(access, here, found, keys)
        context["offered"] = _offered(used, keys)
    return render(request, "pages/library.html", context, partial="more")


@require_safe
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """Options for what is being typed at `?cursor=` of `?text=`."""
    access = enter(request, slug)
    text = request.GET.get("text", "")
    cursor = request.GET.get("cursor", "")
    at = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else len(text)  # noqa: PLR2004
    suggestion = suggest_options(access.workspace, text, at)
    return render(request, "pages/suggest.html", {"suggestion": suggestion})


def _results(access: Access, here: Address, found: Found, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "here": here,
        "query": here.query,
        "view": here.view or "grid",
        "found": found,
        "total": f"{found.total:,}",
        "keys": keys,
        "cards": _cards(access, found, here.query, keys),
        "next_url": here.to(cursor=found.next_cursor) if found.next_cursor else "",
        "previous_url": here.to(cursor=found.previous_cursor) if found.previous_cursor else "",
    }


def _around(access: Access, here: Address, found: Found, keys: Sequence[str]) -> dict[str, Any]:
    """Return what stands around the grid: chips, choices, and why nothing was found."""
    context: dict[str, Any] = {
        "grid_url": here.to(view=""),
        "table_url": here.to(view="table"),
    }
    if found.error is not None:
        start, end = found.error.span
        text = here.query
        return context | {"wrong": (text[:start], text[start:end] or " ", text[end:])}
    if not found.total:
        context["empty_library"] = not access.workspace.images.alive().exists()
        context["parts"] = [
            {
                "part": part,
                "count": f"{part.count:,}",
                "without_count": f"{part.without_count:,}",
                "without_url": here.to(part.without),
                "suggestion_url": here.to(part.suggestion) if part.suggestion else "",
            }
            for part in explain(access.workspace, here.query).parts
        ]
    return context | {
        "chips": [
            {"chip": chip, "remove": here.to(chip.without), "flip": here.to(chip.flipped)}
            for chip in chips(here.query)
        ],
        "notices": [
            {"notice": each, "url": here.to(each.suggestion) if each.suggestion else ""}
            for each in found.notices
        ],
        "sorts": list(_sorts(here, found.query, keys)),
        "columns": _columns(here, found.query, keys),
        "facets_url": here.at("facets", here.query),
        "export_url": here.at("exports", here.query, view="", keys=""),
    }


def _cards(access: Access, found: Found, query: str, keys: Sequence[str]) -> list[Card]:
    # What all the addresses share is looked up once: fifty times is a tenth of the page.
    start = reverse("image", args=[access.workspace.slug, "-"]).removesuffix("-")
    end = f"?{urlencode({'q': query})}" if query else ""
    return [_card(found, image, f"{start}{image.public_id}{end}", keys) for image in found.images]


def _card(found: Found, image: Image, url: str, keys: Sequence[str]) -> Card:
    held = {key: value.text for key, value in found.metadata[image.pk].items()}
    return Card(
        url=url,
        thumb_url=rendition_url(image, "thumb"),
        filename=image.filename,
        width=image.width,
        height=image.height,
        uploaded_at=image.uploaded_at,
        values=tuple(held.get(key, "") for key in keys),
        entries=tuple((key, held[key]) for key in keys if key in held),
        tags=found.tags.get(image.pk, ()),
        box_count=found.box_counts[image.pk],
    )


def _used_keys(workspace: Workspace) -> list[str]:
    """Return the keys most images have, the most frequent first."""
    used = workspace.keys.in_use().order_by("-image_count", "name")
    return list(used.values_list("name", flat=True)[:OFFERED_KEYS])


def _shown_keys(here: Address, used: Sequence[str]) -> list[str]:
    """Return the keys whose values are shown: those chosen, else the query's and the most used."""
    if here.keys:
        return list(dict.fromkeys(here.keys.replace(",", " ").split()))[:MOST_KEYS]
    try:
        query: Query | None = parse(here.query)
    except QueryError:
        query = None
    asked = list(dict.fromkeys(_keys_in(query.node))) if query else []
    if query and query.sort and query.sort.is_key:
        asked.append(query.sort.name)
    return list(dict.fromkeys([*asked[:6], *used[:SHOWN_KEYS]]))


def _keys_in(node: Node) -> Iterator[str]:
    match node:
        case And(items) | Or(items):
            for item in items:
                yield from _keys_in(item)
        case Not(item):
            yield from _keys_in(item)
        case KeyFilter(key=key):
            yield key
        case _:
            return


def _offered(used: Sequence[str], shown: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the keys one may have shown, those shown first, each with whether it is."""
    names = dict.fromkeys([*shown, *sorted(used)])
    return [(name, name in shown) for name in names]


def _sorts(here: Address, query: Query | None, keys: Sequence[str]) -> Iterator[Choice]:
    """Yield the orders one may choose; that of the query can be turned round."""
    current = query.sort if query else None
    by_key = ((key, Sort(key, is_key=True, descending=True)) for key in keys)
    for label, sort in (*SORTS, *by_key):
        active = current == sort
        yield Choice(label, here.to(with_sort(here.query, sort)), active)
    if current is not None:
        turned = Sort(current.name, current.is_key, not current.descending)
        yield Choice("The other way round", here.to(with_sort(here.query, turned)), active=False)


def _columns(here: Address, query: Query | None, keys: Sequence[str]) -> dict[str, Any]:
    """Return the heads of the table's columns: a press sorts by one, another turns it round."""
    current = query.sort if query else None

    def head(label: str, name: str, *, is_key: bool = False) -> dict[str, str]:
        is_current = current is not None and (current.name, current.is_key) == (name, is_key)
        descending = current.descending if current is not None and is_current else True
        sort = Sort(name, is_key, not descending if is_current else is_key)
        shown = ("descending" if descending else "ascending") if is_current else ""
        return {"label": label, "url": here.to(with_sort(here.query, sort)), "sorted": shown}

    return {
        "filename": head("Image", "filename"),
        "keys": [head(key, key, is_key=True) for key in keys],
        "width": head("Size", "width"),
        "uploaded": head("Uploaded", "uploaded"),
    }
