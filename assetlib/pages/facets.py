"""The facet panel beside the grid: what the found images have in common, as links to narrow them.

The panel has no state but the query: each link is the library with a filter in it, out of it, or
the other way round. It is asked for once the grid stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict
from urllib.parse import quote_plus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from assetlib.accounts.access import enter
from assetlib.accounts.models import Workspace
from assetlib.pages.library import Address, address_of
from assetlib.pages.ranges import ends_of, narrowed, written
from assetlib.search.facets import FIELDS, SHOWN, Asked, Facet, Line, facets
from assetlib.search.language import Editing, QueryError
from assetlib.web.pages import render
from metadata.suggest import KeySuggestion, suggest_keys

KEY = "metadata."
# How many keys are listed, and how many of them open unless one has opened or shut others.
LISTED, OPEN_KEYS = 40, 5
# How many values a facet shows when more are asked for.
MORE = 100
OPEN = ("project", "tag", "uploaded")
TITLES = {
    "project": "Projects",
    "tag": "Tags",
    "class": "Classes",
    "format": "Format",
    "uploaded": "Uploaded",
    "taken": "Taken",
}
# The drawing of a histogram, in units of its view box.
WIDTH, HEIGHT, GAP = 240, 48, 1


# Dictionaries, which a template reads in half the time of attributes: there are hundreds a panel.


class Choice(TypedDict):
    """A line of a facet as links. `state` is "in" or "out" as the query has it, or empty."""

    label: str
    counted: str
    state: str
    classes: str
    include_url: str
    exclude_url: str
    exclude_label: str


class Column(TypedDict):
    """A bar of a histogram as it is drawn: the paths of all that answers a click, and of itself."""

    label: str
    url: str
    is_in: bool
    ground: str
    bar: str


@dataclass(frozen=True, slots=True)
class Range:
    """What a query has of ranges of a facet: `text` as typed, and what the fields hold of it."""

    text: str = ""
    low: str = ""
    high: str = ""
    clear_url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One facet of the panel; `facet` is None while it is shut, for it is counted when opened."""

    name: str
    title: str
    url: str
    types: Sequence[str] = ()
    facet: Facet | None = None
    choices: Sequence[Choice] = ()
    columns: Sequence[Column] = ()
    range: Range = Range()

    @property
    def is_key(self) -> bool:
        return self.name.startswith(KEY)

    @property
    def is_date(self) -> bool:
        return self.name in {"uploaded", "taken"}


@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """All facets of `?q=`, the open ones counted; with `?key=` those of keys that are like it."""
    access = enter(request, slug)
    here = address_of(request, slug)
    find = request.GET.get("key", "").strip()
    address = _address(here)
    fields = [] if find else [_of_field(address, name) for name in FIELDS]
    keys = [_of_key(address, key) for key in suggest_keys(access.workspace, find, LISTED)]
    sections = [*fields, *keys]
    opened = [] if find else _opened(request, sections)
    counted = facets(access.workspace, here.query, [_asked(name) for name in opened])
    linking = None if counted.error else _linking(here)
    by_name = {facet.asked: facet for facet in counted.facets}
    filled = [
        linking.section(section, facet)
        if linking and (facet := by_name.get(_asked(section.name)))
        else section
        for section in sections
    ]
    context = {
        "here": here,
        "query": here.query,
        "groups": [
            ("facet-fields", [section for section in filled if not section.is_key]),
            ("facet-keys", [section for section in filled if section.is_key]),
        ],
        "find": find,
        "key_count": access.workspace.keys.in_use().count(),
        "keys_url": here.at("facets", here.query),
    }
    return render(request, "pages/facets.html", context, partial="panel")


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """The facet `?name=`; with `?find=` those of its values that contain it, with `?more=` more."""
    access = enter(request, slug)
    here = address_of(request, slug)
    find = request.GET.get("find", "").strip()
    section = _section(access.workspace, here, request.GET.get("name", ""))
    limit = MORE if request.GET.get("more") else SHOWN
    asked = replace(_asked(section.name), find=find, limit=limit)
    counted = facets(access.workspace, here.query, [asked])
    if counted.facets:
        section = _linking(here).section(section, counted.facets[0])
    context = {
        "section": section,
        "here": here,
        "query": here.query,
        "find": find,
        "is_long": limit > SHOWN,
    }
    return render(request, "pages/facet.html", context, partial="body")


@require_safe
def between(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the library with `?name=` between `?from=` and `?to=`, anywhere when both are empty.

    What cannot be read, the library says.
    """
    enter(request, slug)
    here = address_of(request, slug)
    low, high = (request.GET.get(name, "").strip() for name in ("from", "to"))
    asked = _asked(request.GET.get("name", ""))
    try:
        return redirect(here.to(narrowed(here.query, asked, low, high)))
    except QueryError:
        added = written(asked, low, high) if low or high else ""
        return redirect(here.to(f"{here.query} {added}".strip()))


def _opened(request: HttpRequest, sections: Sequence[Section]) -> list[str]:
    """Return the names of the open facets: the first few, but for what one has opened or shut."""
    keys = [section.name for section in sections if section.is_key][:OPEN_KEYS]
    shut = set(request.GET.getlist("shut"))
    opened = {*OPEN, *keys, *request.GET.getlist("open")} - shut
    return [section.name for section in sections if section.name in opened]


def _asked(name: str) -> Asked:
    return Asked(name.removeprefix(KEY), is_key=name.startswith(KEY))


def _address(here: Address) -> str:
    """Return the address of a facet up to its name: made once, for there are forty a panel."""
    return here.at("facet", here.query, name="-").removesuffix("-")


def _of_field(address: str, name: str) -> Section:
    return Section(name, TITLES[name], f"{address}{name}")


def _of_key(address: str, key: KeySuggestion) -> Section:
    name = f"{KEY}{key.name}"
    return Section(name, key.name, f"{address}{quote_plus(name)}", key.types)


def _section(workspace: Workspace, here: Address, name: str) -> Section:
    if name in FIELDS:
        return _of_field(_address(here), name)
    key = workspace.keys.in_use().filter(name=name.removeprefix(KEY)).first()
    if key is None or not name.startswith(KEY):
        raise Http404("There is no such facet.")
    return _of_key(_address(here), KeySuggestion(key.name, tuple(key.type_counts), key.image_count))


def _linking(here: Address) -> _Linking:
    base, _, rest = here.to("").partition("?")
    return _Linking(f"{base}?{rest}&q=" if rest else f"{base}?q=", Editing(here.query))


@dataclass(frozen=True, slots=True)
class _Linking:
    """Turns what was counted into links that change the query; `base` ends where the query goes."""

    base: str
    editing: Editing

    def section(self, section: Section, facet: Facet) -> Section:
        is_named = facet.asked.name in self.editing.names()
        choices = [self._choice(line, is_named=is_named) for line in self._lines(facet)]
        if facet.missing_filter and not facet.asked.find and (facet.missing or is_named):
            missing = Line("missing", facet.missing_filter, facet.missing)
            choices.append(self._choice(missing, is_named=is_named, classes="line--missing"))
        columns = list(self._columns(facet))
        return replace(
            section,
            facet=facet,
            choices=choices,
            columns=columns,
            range=self._range(facet.asked) if is_named else Range(),
        )

    def _lines(self, facet: Facet) -> list[Line]:
        """Return what was counted, and what the query leaves out, so that it can come back."""
        shown = {line.filter for line in facet.lines}
        left_out = self.editing.left_out(facet.asked.name) if not facet.asked.find else []
        away = [Line(text.partition(":")[2], text, 0) for text in left_out if text not in shown]
        return [*facet.lines, *away]

    def _choice(self, line: Line, *, is_named: bool, classes: str = "") -> Choice:
        negated = line.filter.removeprefix("-") if line.filter[0] == "-" else f"-{line.filter}"
        is_in = is_named and self.editing.has(line.filter)
        is_out = is_named and not is_in and self.editing.has(negated)
        state = "in" if is_in else "out" if is_out else ""
        rest = self.editing
        if state:
            rest = Editing(self.editing.cut(line.filter if is_in else negated))
        return Choice(
            label=line.label,
            counted=f"{line.count:,}",
            state=state,
            classes=f"{classes} line--{state}" if state else classes,
            include_url=self._to(rest.text if is_in else rest.put_term(line.filter)),
            exclude_url=self._to(rest.text if is_out else rest.put_term(negated)),
            exclude_label=f"{'Stop leaving out' if is_out else 'Leave out'} {line.label}",
        )

    def _range(self, asked: Asked) -> Range:
        ranges = self.editing.ranges(asked.name, is_key=asked.is_key)
        return Range(
            " ".join(self.editing.text[slice(*each.span)] for each in ranges),
            *ends_of(self.editing, asked),
            self._to(self.editing.without_ranges(asked.name, is_key=asked.is_key).text),
        )

    def _columns(self, facet: Facet) -> Iterator[Column]:
        if facet.histogram is None:
            return
        name, is_key = facet.asked.name, facet.asked.is_key
        step = WIDTH / len(facet.histogram.bars)
        said = set(self.editing.ranges(name, is_key=is_key))
        rest = self.editing.without_ranges(name, is_key=is_key)
        for place, bar in enumerate(facet.histogram.bars):
            is_in = bool(said) and said == set(Editing(bar.filter).ranges(name, is_key=is_key))
            height = max(bar.share * HEIGHT, 1.5) if bar.count else 0
            left, width = f"{place * step:.5g}", f"{max(step - GAP, 1):.5g}"
            yield Column(
                label=f"{bar.label}: {bar.count:,}",
                url=self._to(rest.text if is_in else rest.put_term(bar.filter)),
                is_in=is_in,
                ground=f"M{left} 0h{width}v{HEIGHT + 1}h-{width}z",
                bar=f"M{left} {HEIGHT + 1}v-{height:.5g}h{width}v{height:.5g}z",
            )

    def _to(self, query: str) -> str:
        return f"{self.base}{quote_plus(query)}"
