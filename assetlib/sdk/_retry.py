"""When to ask again, and how long to wait before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

# No answer came, or half of one: what was asked may be done or not.
UNANSWERED = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)
AGAIN_LATER = frozenset({429, 500, 502, 503, 504})
UNDER_WAY = 409


@dataclass(frozen=True, slots=True)
class Retry:
    """How often to try, and the pauses between: twice as long each time, with chance in them.

    Only what can be asked twice without harm is asked again. The chance keeps a hundred clients of
    a server that comes back from asking it all at one moment. All pauses are seconds;
    `longest_asked` is how long a server may ask one to wait by Retry-After.
    """

    attempts: int = 4
    first_pause: float = 0.25
    longest_pause: float = 10.0
    longest_asked: float = 120.0

    def pause(self, failures: int, response: httpx.Response | None = None) -> float:
        """Return the seconds to wait after so many failures, the last of which had this answer."""
        asked = retry_after(response) if response is not None else None
        if asked is not None:
            return min(asked, self.longest_asked)
        full = min(self.longest_pause, self.first_pause * 2.0 ** (failures - 1))
        return full * random.uniform(0.5, 1)  # noqa: S311 -- to spread, not to hide


def is_for_later(response: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise in a moment.

    A conflict may, when the server says when: then a first, unanswered try of it is under way.
    """
    status = response.status_code
    return status in AGAIN_LATER or (status == UNDER_WAY and "Retry-After" in response.headers)


# Through a restart of the server, or a deployment: a little over a minute.
PATIENT = Retry(attempts=13)
NEVER = Retry(attempts=1)


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that Retry-After asks for, given as such or as a date."""
    text = response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, float((moment - datetime.now(UTC)).total_seconds()))
