"""What a query finds, page by page, counted, and as a table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assetlib.sdk import FieldError, InvalidError, Library
from tests.sdk.filling import fill


def test_a_search_pages_itself_and_counts(library: Library, colours: Iterator[bytes]) -> None:
    ids = fill(library, colours, 7)

    found = library.search("sort:metadata.number", page_size=2)

    assert [image.id for image in found] == ids
    assert [image.id for image in found] == ids
    assert len(found) == found.count() == 7
    assert found.first() == library.image(ids[0])
    assert library.search("number:9").first() is None
    assert len(library.search("number>=5")) == 2


def test_images_that_come_and_go_shift_no_page(library: Library, colours: Iterator[bytes]) -> None:
    ids = fill(library, colours, 6)

    images = iter(library.search("sort:metadata.number", page_size=2))
    seen = [next(images).id, next(images).id]
    library.image(ids[0]).delete()
    seen += [image.id for image in images]

    assert seen == ids


def test_a_bad_query_says_where_and_what_would_work(library: Library) -> None:
    with pytest.raises(InvalidError) as caught:
        library.search("a (b").count()

    (error,) = caught.value.errors
    assert isinstance(error, FieldError)
    assert (error.field, error.span) == ("query", (2, 3))


def test_a_notice_says_what_the_library_lacks(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 1)

    (notice,) = library.search("numbr:0").notices()

    assert "numbr" in notice.message
    assert notice.span == (0, 7)
    assert notice.suggestion == "number:0"
    assert library.search("number:0").notices() == ()


def test_facets_keys_tags_and_suggestions(library: Library, colours: Iterator[bytes]) -> None:
    for image_id in fill(library, colours, 5)[3:]:
        library.image(image_id).update({"site": "A"}, add_tags=["night"])

    facets = library.search("number>0").facets("site", "number")

    assert facets.total == 4
    assert [*facets] == ["site", "number"]
    (site,) = facets["site"].values
    assert (site.value, site.type, site.count) == ("A", "string", 2)
    assert (facets["site"].missing, facets["site"].distinct) == (2, 1)
    drawn = facets["number"].histogram
    assert drawn is not None
    assert (drawn.min, drawn.max, sum(drawn.counts)) == (1, 4, 4)
    number, site_key = library.keys()
    assert (number.name, number.count, number.types) == ("number", 5, {"number": 5})
    assert (site_key.name, site_key.count, site_key.types) == ("site", 2, {"string": 2})
    assert [(tag.name, tag.count) for tag in library.tags()] == [("night", 2)]
    offered = library.suggest("num")
    assert (offered.start, offered.end) == (0, 3)
    assert "number" in [option.label for option in offered.options]


def test_a_table_of_pandas(library: Library, colours: Iterator[bytes]) -> None:
    fill(library, colours, 3)

    frame = library.search("sort:metadata.number").to_pandas()
    empty = library.search("number:9").to_pandas()

    assert frame["metadata.number"].tolist() == [0, 1, 2]
    assert frame["filename"].tolist() == ["000.png", "001.png", "002.png"]
    assert str(frame["uploaded_at"].dt.tz) == "UTC"
    assert frame["taken_at"].isna().all()
    assert list(empty.columns) == [name for name in frame.columns if name != "metadata.number"]
