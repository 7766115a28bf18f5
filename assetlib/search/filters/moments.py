"""Which stretch of time a date in a query is, in the workspace's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assetlib.search.filters.bounds import Bounds
from assetlib.search.language.operands import Ago, Date
from assetlib.search.language.tree import Order
from images.columns import microseconds

DAY = 24 * 3_600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and where: one for the whole search."""

    now: datetime
    zone: ZoneInfo

    def start(self, date: Date) -> int:
        return self._moment(date.first)

    def end(self, date: Date) -> int:
        """Return the first moment after the date: midnight, when it is a day."""
        return self._moment(date.last)

    def during(self, operand: Date | Ago) -> Bounds:
        match operand:
            case Date():
                return Bounds(self.start(operand), self.end(operand), under=True)
            case Ago(days):
                return Bounds(self._since(days), self._midnight(1), under=True)

    def compared(self, order: Order, date: Date) -> Bounds:
        """Return what the sign says of a stretch of time: `>` begins when it is over."""
        match order:
            case ">":
                return Bounds(low=self.end(date))
            case ">=":
                return Bounds(low=self.start(date))
            case "<":
                return Bounds(high=self.start(date), under=True)
            case "<=":
                return Bounds(high=self.end(date), under=True)

    def _since(self, days: int) -> int:
        """Return when the last so many days began; 0 is today.

        They last to the end of today, not to this instant: an image added by a server whose clock
        is ahead was uploaded within them too.
        """
        if not days:
            return self._midnight(0)
        return microseconds(self.now) - days * DAY

    def _midnight(self, days: int) -> int:
        local = self.now.astimezone(self.zone).replace(tzinfo=None)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return self._moment(day + timedelta(days=days))

    def _moment(self, on_the_wall: datetime) -> int:
        return microseconds(on_the_wall.replace(tzinfo=self.zone))
