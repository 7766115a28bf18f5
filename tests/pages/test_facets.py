"""The facet panel's links: each leads to what its count says, and back again."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.search.find import find
from metadata.values import Scalar
from tests.factories import make_image
from tests.metadata.writes import edit


@pytest.fixture
def library(workspace: Workspace) -> Workspace:
    for number in range(6):
        entries: dict[str, Scalar] = {
            "site": "Porto" if number < 4 else "Lyon",
            "score": number * 10,
        }
        edit(make_image(workspace), entries, add_tags=["night"] if number % 2 else [])
    edit(make_image(workspace), {"seen": True})
    return workspace


class Links(HTMLParser):
    """Collects links by what they are called."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._href, self._text = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._href, self._text = given.get("href") or "", ""
            if label := given.get("aria-label"):
                self.found[label] = self._href

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.found[" ".join(self._text.split())] = self._href


def links(client: Client, query: str = "", name: str = "metadata.site") -> dict[str, str]:
    answer = client.get("/acme/facets/one", {"q": query, "name": name})
    assert answer.status_code == 200
    return Links(answer.content.decode()).found


def query_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("q", [""])[0]


def test_a_value_is_put_in_and_taken_out_again(as_viewer: Client, library: Workspace) -> None:
    porto = next(url for text, url in links(as_viewer).items() if text.startswith("Porto"))
    assert query_of(porto) == "site:Porto"
    assert find(library, query_of(porto)).total == 4

    again = next(u for t, u in links(as_viewer, "site:Porto").items() if t.startswith("Porto"))
    assert query_of(again) == ""


def test_a_value_is_left_out_and_let_in_again(as_viewer: Client, library: Workspace) -> None:
    out = query_of(links(as_viewer, "tag:night")["Leave out Lyon"])
    assert find(library, out).total == find(library, "tag:night -site:Lyon").total == 2

    assert query_of(links(as_viewer, out)["Stop leaving out Lyon"]) == "tag:night"


def test_images_without_the_key_can_be_asked_for(as_viewer: Client, library: Workspace) -> None:
    none = next(url for text, url in links(as_viewer).items() if text.startswith("missing"))

    assert query_of(none) == "missing:site"
    assert find(library, query_of(none)).total == 1


def test_a_bar_leads_to_as_many_as_it_says(as_viewer: Client, library: Workspace) -> None:
    bars = {
        label: url
        for label, url in links(as_viewer, name="metadata.score").items()
        if "score" in query_of(url) and re.search(r"\d", label)
    }

    assert len(bars) > 3
    for label, url in bars.items():
        count = re.findall(r"[\d,]+", label)[-1]
        assert find(library, query_of(url)).total == int(count.replace(",", "")), label


@pytest.mark.parametrize(
    ("name", "low", "high", "query", "expected"),
    [
        ("metadata.score", "10", "30", "", "score:10..30"),
        ("metadata.score", "10", "", "tag:night", "tag:night score:10.."),
        ("metadata.score", "", "9", "score:1..2", "score:..9"),
        ("uploaded", "2026-05-01", "2026-05-02", "", "uploaded:2026-05-01..2026-05-02"),
        ("metadata.score", "", "", "tag:night", "tag:night"),
        ("metadata.score", "", "", "tag:night score:1..2", "tag:night"),
        ("metadata.score", "much", "more", "", "score:much..more"),
        ("metadata.score", "5", "10", "score>5 tag:night score<10", "score>5 tag:night score<10"),
        ("metadata.score", "5", "20", "score>5 score<=10", "score>5 score:..20"),
        (
            "metadata.score",
            "6",
            "10",
            "score:5..20 score<10 score>5",
            "score:6.. metadata.score:..20 score<10",
        ),
        ("metadata.score", "6", "10", "tag:night metadata.score:5..10", "tag:night score:6..10"),
        ("metadata.score", "", "10", "score>5 score<10", "score<10"),
        (
            "uploaded",
            "2026-05-02",
            "2026-05-03",
            "uploaded:2026-05-01..2026-05-03T09:30",
            "uploaded:2026-05-02.. uploaded:..2026-05-03T09:30",
        ),
        (
            "uploaded",
            "2026-05-02",
            "2026-05-31",
            "uploaded:2026-05",
            "uploaded:2026-05-02.. uploaded:..2026-05",
        ),
    ],
)
def test_from_and_to_become_a_range_of_the_query(
    as_viewer: Client,
    library: Workspace,
    name: str,
    low: str,
    high: str,
    query: str,
    expected: str,
) -> None:
    told = {"name": name, "from": low, "to": high, "q": query}
    answer = as_viewer.get("/acme/facets/between", told)

    assert answer.status_code == 302
    assert query_of(unescape(answer["Location"])) == expected
    assert as_viewer.get(answer["Location"]).status_code == 200


def test_only_open_facets_are_counted(as_viewer: Client, library: Workspace) -> None:
    page = as_viewer.get("/acme/facets", {"shut": ["metadata.site"], "open": ["format"]})

    shown = page.content.decode()
    assert re.search(r'data-facet="format"\s+open', shown)
    assert not re.search(r'data-facet="metadata\.site"\s+open', shown)


def test_more_values_are_shown_to_whom_eight_do_not_do(
    as_viewer: Client, library: Workspace
) -> None:
    for number in range(12):
        edit(make_image(library), {"site": f"Site & {number:02}", "lot": f"Lot {number}"})

    few = links(as_viewer, "has:lot")
    more = Links(as_viewer.get(few["Show more"]).content.decode()).found
    found = Links(as_viewer.get(few["Show more"] + "&find=site").content.decode()).found

    assert len([text for text in few if text.startswith("Site")]) == 8
    assert len([text for text in more if text.startswith("Site")]) == 12
    assert "Show more" not in more
    assert len([text for text in found if text.startswith("Site")]) == 12


def test_a_range_of_dates_can_be_made_wider_again(as_viewer: Client, library: Workspace) -> None:
    page = as_viewer.get("/acme/facets/one", {"name": "uploaded"}).content.decode()

    # A bound of the field would have the browser refuse what lies outside of what was found.
    assert ' type="date"' in page
    assert "min=" not in page


def test_a_facet_that_is_none_is_not_found(as_viewer: Client, library: Workspace) -> None:
    for name in ("nowhere", "metadata.nowhere", "site", ""):
        assert as_viewer.get("/acme/facets/one", {"name": name}).status_code == 404


class Fields(HTMLParser):
    """Collects what the fields of a page hold, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input":
            self.found[given.get("name") or ""] = given.get("value") or ""


@pytest.mark.parametrize(
    ("name", "query", "ends", "said", "cleared"),
    [
        ("metadata.score", "score:10..30", ("10", "30"), "score:10..30", ""),
        ("metadata.score", "tag:night score>=10", ("10", ""), "score>=10", "tag:night"),
        (
            "metadata.score",
            "score>=10 site:Porto metadata.score<20",
            ("10", "20"),
            "score>=10 metadata.score<20",
            "site:Porto",
        ),
        ("metadata.score", "score>=500", ("500", ""), "score>=500", ""),
        ("metadata.score", "-score:10..30 score:10", ("", ""), "", None),
        (
            "uploaded",
            "uploaded:2026-05 sort:size",
            ("2026-05-01", "2026-05-31"),
            "uploaded:2026-05",
            "sort:size",
        ),
        ("uploaded", "uploaded:7d", ("", ""), "uploaded:7d", ""),
        ("uploaded", "metadata.uploaded>3", ("", ""), "", None),
    ],
)
def test_a_range_of_the_query_is_shown_and_can_be_cleared(
    as_viewer: Client,
    library: Workspace,
    name: str,
    query: str,
    ends: tuple[str, str],
    said: str,
    cleared: str | None,
) -> None:
    page = as_viewer.get("/acme/facets/one", {"name": name, "q": query}).content.decode()

    fields = Fields(page).found
    assert (fields.get("from", ""), fields.get("to", "")) == ends
    if cleared is None:
        assert "Clear " not in page
    else:
        assert query_of(Links(page).found[f"Clear {said}"]) == cleared


def test_a_bar_that_the_query_asks_for_takes_its_range_out_again(
    as_viewer: Client, library: Workspace
) -> None:
    found = links(as_viewer, "score:20..20 site:Porto", "metadata.score")

    assert query_of(found["20: 1"]) == "site:Porto"
