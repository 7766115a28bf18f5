from __future__ import annotations

import threading


class SetLater(threading.Event):
    """An event that is set when it is looked at for the nth time: a worker stops in the middle."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks <= 0
