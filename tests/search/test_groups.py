"""How a part of the images is taken in the order of their texts."""

from __future__ import annotations

import numpy as np
import pytest

from assetlib.columns.kinds import TEXTS
from assetlib.columns.texts import Texts
from assetlib.search.groups import Strings, Way
from tests.columns.patches import patch

WAY = Way(down=False, newest_first=False)


@pytest.mark.parametrize(
    ("images", "texts", "skip", "ranked"),
    [
        # Many images of few texts: what is arranged are the images of the first texts.
        (1_000, 4, 150, False),
        (1_000, 4, 300, True),
        # As many texts as images, and a few images among many texts.
        (1_000, 1_000, 150, False),
        (1_000, 1_000, 300, True),
        (100, 1_000, 90, False),
    ],
)
def test_texts_are_ranked_only_far_behind(
    images: int, texts: int, skip: int, ranked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ranks, asked = Texts.ranks, []

    def ranks(of: Texts) -> object:
        asked.append(of)
        return all_ranks(of)

    monkeypatch.setattr(Texts, "ranks", ranks)
    known = TEXTS.whole({0: patch(TEXTS, b"", {n: f"{n:04}" for n in range(texts)})}, texts)
    ords = np.arange(images)

    first = Strings(known, ords % texts + 1).first(ords, 5, WAY, skip)

    assert first == sorted(range(images), key=lambda n: (n % texts, n))[skip : skip + 5]
    assert bool(asked) == ranked
