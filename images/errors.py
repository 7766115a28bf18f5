from __future__ import annotations


class RefusedFileError(Exception):
    """A file that does not become an image: why, what would work, and the HTTP status to use."""

    def __init__(self, message: str, hint: str = "", *, status: int = 422) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint
        self.status = status
