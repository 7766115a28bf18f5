"""How quick a run is and how long it will go on, as people read it."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds before there is enough to say.
SOON = 5.0
MINUTE, HOUR = 60, 3_600


@dataclass(slots=True)
class Pace:
    """Counts from what is first told: what was read ahead until then took no time of its own."""

    since: float | None = None
    first: int = 0

    def said(self, done: int, total: int, now: float) -> str:
        """Return the rate and the time left at it; empty until that can be said.

        `now` is in seconds of any clock that only rises.
        """
        if self.since is None:
            self.since, self.first = now, done
        seconds, count = now - self.since, done - self.first
        if seconds < SOON or count <= 0:
            return ""
        rate = count / seconds
        spoken = f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"  # noqa: PLR2004 -- two digits
        left = f", {_spoken((total - done) / rate)} left" if total > done else ""
        return f"{spoken} objects a second{left}"


def _spoken(seconds: float) -> str:
    if seconds < MINUTE:
        return "less than a minute"
    size, unit = (HOUR, "hour") if seconds >= 2 * HOUR else (MINUTE, "minute")
    count = round(seconds / size)
    return f"about {count:,} {unit}{'' if count == 1 else 's'}"
