"""What was counted of a whole library, asked for again and after each kind of write."""

from __future__ import annotations

import pytest

from assetlib.accounts.models import Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.search.facets import Asked, Facet, facets
from images.models import Image
from images.trash import trash
from tests.factories import make_workspace
from tests.search.conftest import NOW, picture
from tests.search.libraries import set_entries, store

# Outside a transaction, as requests search: inside one no column is kept.
pytestmark = pytest.mark.django_db(transaction=True)

CAMERA, LINE = Asked("camera", is_key=True), Asked("line", is_key=True)
ASKED = [CAMERA, LINE, Asked("tag"), Asked("uploaded")]


@pytest.fixture
def images() -> dict[int, Image]:
    pictures = [
        picture(
            n,
            f"{n}.jpg",
            f"2026-05-0{n + 1}T10:00",
            entries={"camera": f"cam{n % 2}", "line": float(n)},
            tags={"night"} if n else {"night", "rain"},
        )
        for n in range(4)
    ]
    return store(make_workspace("kept"), pictures)


def asked_of(workspace: Workspace, text: str = "") -> dict[str, Facet]:
    return {facet.asked.name: facet for facet in facets(workspace, text, ASKED, now=NOW).facets}


def lines(facet: Facet) -> dict[str, int]:
    return {line.label: line.count for line in facet.lines}


def test_what_did_not_change_is_not_counted_again(images: dict[int, Image]) -> None:
    workspace = images[0].workspace
    before = asked_of(workspace)

    set_entries(workspace, images, {0: {"line": 9.0}})
    after = asked_of(workspace, "*")

    assert after["camera"] is before["camera"]
    assert after["line"].histogram is not None
    assert after["line"].histogram.high == "9"


def test_a_changed_value_counts_at_once(images: dict[int, Image]) -> None:
    workspace = images[0].workspace
    assert lines(asked_of(workspace)["camera"]) == {"cam0": 2, "cam1": 2}

    set_entries(workspace, images, {0: {"camera": "cam1"}, 1: {"camera": None}})

    camera = asked_of(workspace)["camera"]
    assert (lines(camera), camera.missing) == ({"cam0": 1, "cam1": 2}, 1)


def test_an_image_in_the_trash_counts_no_more(images: dict[int, Image]) -> None:
    workspace = images[0].workspace
    before = asked_of(workspace)

    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [images[0]])

    after = asked_of(workspace)
    assert lines(before["tag"]) == {"night": 4, "rain": 1}
    assert lines(after["tag"]) == {"night": 3}
    assert lines(after["camera"]) == {"cam0": 1, "cam1": 2}
    assert (before["uploaded"].count, after["uploaded"].count) == (4, 3)


def test_what_a_filter_finds_is_counted_by_itself(images: dict[int, Image]) -> None:
    workspace = images[0].workspace
    asked_of(workspace)

    assert lines(asked_of(workspace, "line>1")["camera"]) == {"cam0": 1, "cam1": 1}
    assert lines(asked_of(workspace, "line>=0")["camera"]) == {"cam0": 2, "cam1": 2}
