"""Which are the most frequent, of a million counted values too."""

from __future__ import annotations

import numpy as np

from assetlib.columns.codec import Array

# Above it counts are so few that they may be sorted.
MANY = 4_096


def top_places(counts: Array, limit: int) -> Array:
    """Return where the highest counts are, at most `limit` of them and none of them zero.

    By a histogram of the counts: most are alike, which makes a partition twenty times as slow.
    """
    most = int(counts.max(initial=0))
    if most:
        # Where nearly all values are different ones, these are all it takes.
        places = np.flatnonzero(counts == most)
        if places.size >= limit:
            return places[:limit]
    # Of yes and no it takes a sixth of the time that it takes of numbers.
    places = np.flatnonzero(counts > 0)
    if places.size > limit:
        values = counts[places]
        at_least = np.cumsum(np.bincount(np.minimum(values, MANY))[::-1])[::-1]
        least = int(np.flatnonzero(at_least >= limit)[-1])
        above = places[values > least]
        if least == MANY:
            above = places[values >= MANY]
            return above[np.argsort(-counts[above], kind="stable")][:limit]
        places = np.concatenate([above, places[values == least][: limit - above.size]])
    ordered: Array = places[np.argsort(-counts[places], kind="stable")]
    return ordered
