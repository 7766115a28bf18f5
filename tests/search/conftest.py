from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assetlib.accounts.models import Workspace
from tests.factories import make_workspace
from tests.search.libraries import store
from tests.search.oracle import Picture

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def picture(ord_: int, filename: str, uploaded: str, **fields: object) -> Picture:
    usual: dict[str, object] = {
        "size": 500_000,
        "width": 640,
        "height": 480,
        "format": "jpeg",
        "origin": "user",
        "taken": None,
    }
    return Picture(ord_, filename, uploaded=at(uploaded), **(usual | fields))  # type: ignore[arg-type]


@pytest.fixture
def library(db: None) -> Workspace:
    """Eleven images and one in the trash, named by their letter; `a` is the oldest."""
    workspace = make_workspace(time_zone="Europe/Berlin")
    store(
        workspace,
        [
            picture(
                0,
                "a-factory.jpg",
                "2026-04-30T21:59:59",
                entries={"camera_id": "cam001", "temperature": 72.5, "reviewed": True},
                tags={"night", "Forklift"},
                projects={"line-3": ("train", "May 3"), "yard": ("test", "")},
                boxes=["Forklift", "Hard Hat", "forklift"],
            ),
            picture(
                1,
                "b-FACTORY.png",
                "2026-04-30T22:00:00",
                format="png",
                width=2000,
                height=1000,
                size=2_000_001,
                entries={"camera_id": "CAM001", "temperature": 80.0, "reviewed": False},
                tags={"nightly"},
                projects={"line-3": ("valid", "may 4")},
                boxes=["forklift"],
            ),
            picture(
                2,
                "c img(1).jpg",
                "2026-05-01T10:00:00",
                entries={"camera_id": "cam 002", "temperature": "80", "location": "warehouse 7"},
                origins={"camera_id": "api", "location": "bucket"},
                origin="bucket",
            ),
            picture(
                3,
                "d.webp",
                "2026-05-01T21:59:00",
                format="webp",
                entries={"camera_id": "cam003", "location": "the WareHouse", "reviewed": "true"},
                projects={"yard": ("train", "may 3")},
            ),
            picture(
                4,
                "e.gif",
                "2026-05-01T22:00:00",
                format="gif",
                size=1_000,
                width=100,
                height=200,
                entries={"temperature": -5.0, "shift": "Früh", "lot": "007"},
                tags={"night"},
            ),
            picture(
                5,
                "f.tiff",
                "2026-05-10T08:00:00",
                format="tiff",
                taken=at("2026-05-02T08:00:00"),
                entries={"captured": "2026-05-01", "lot": 7.0, "shift": "FRU\u0308H"},
            ),
            picture(
                6,
                "g.bmp",
                "2026-05-13T12:00:00",
                format="bmp",
                taken=at("2026-04-02T08:00:00"),
                entries={"captured": "2026-05-01T10:30", "note": 'say "hi"'},
            ),
            picture(
                7, "h.jpg", "2026-05-15T12:00:00", entries={"captured": "2026-06-02", "note": "a*b"}
            ),
            picture(
                8, "i.jpg", "2026-05-19T21:59:00", entries={"captured": 20_260_501.0, "ok": True}
            ),
            picture(9, "j.jpg", "2026-05-19T22:00:00", entries={"12": "30", "note": "12:30"}),
            picture(10, "k.jpg", "2026-05-20T11:00:00"),
            picture(
                11,
                "z-factory.jpg",
                "2026-05-20T11:30:00",
                trashed=True,
                entries={"camera_id": "cam001", "ghost": "x"},
                tags={"night"},
                projects={"line-3": ("train", "")},
                boxes=["forklift", "ghost class"],
            ),
        ],
    )
    return workspace
