"""What a query found stays what it was, however the library changes."""

from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.search.frozen import NoticesError, batches_of, freeze, freeze_ids, thaw
from assetlib.search.language import QueryError
from tests.factories import make_image, make_workspace
from tests.metadata.writes import edit
from tests.search.libraries import trash


@pytest.fixture
def ten(workspace: Workspace) -> Workspace:
    for number in range(10):
        edit(make_image(workspace), {"n": number})
    return workspace


def test_it_holds_what_was_found_then(ten: Workspace) -> None:
    frozen = freeze(ten, "n>=4")

    for image in ten.images.all():
        edit(image, {"n": 0})

    assert frozen.count == 6
    assert thaw(frozen.data).tolist() == [4, 5, 6, 7, 8, 9]
    assert freeze(ten, "n>=4").count == 0


def test_it_comes_in_batches_and_goes_on_after_any_of_them(ten: Workspace) -> None:
    data = freeze(ten, "n>=4").data

    assert list(batches_of(data, size=4)) == [[4, 5, 6, 7], [8, 9]]
    assert list(batches_of(data, after=7, size=4)) == [[8, 9]]
    assert list(batches_of(data, after=9)) == []


def test_an_empty_library_freezes_to_nothing(workspace: Workspace) -> None:
    assert list(batches_of(freeze(workspace, "*").data)) == []
    assert list(batches_of(freeze_ids(workspace, []).data)) == []


def test_a_query_that_speaks_of_what_is_not_there_must_be_meant(ten: Workspace) -> None:
    with pytest.raises(NoticesError, match="There is no key “m”"):
        freeze(ten, "-m:1")

    assert freeze(ten, "-m:1", force=True).count == 10


def test_a_query_that_cannot_be_read_freezes_nothing(ten: Workspace) -> None:
    with pytest.raises(QueryError):
        freeze(ten, "n>", force=True)


def test_ids_that_are_none_are_told(ten: Workspace) -> None:
    first, second, third = ten.images.order_by("ord")[:3]
    trash(ten, [second])
    foreign = make_image(make_workspace("elsewhere"))
    ids = [third.public_id, second.public_id, foreign.public_id, first.public_id, "a\0b"]

    frozen = freeze_ids(ten, [*ids, first.public_id])

    assert thaw(frozen.data).tolist() == [first.ord, third.ord]
    assert frozen.count == 2
    assert frozen.missing == (second.public_id, foreign.public_id, "a\0b")
