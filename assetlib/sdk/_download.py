"""Download a file so that it is whole or not there, and go on where a broken connection stopped."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import httpx

from assetlib.sdk._connection import Connection
from assetlib.sdk._errors import DownloadError, UnreachableError, refusal
from assetlib.sdk._retry import PATIENT, UNANSWERED, is_for_later
from assetlib.sdk._types import Progress


def download(
    connection: Connection,
    address: str,
    path: Path,
    *,
    mark: str,
    sha256: str = "",
    progress: Progress | None = None,
) -> Path:
    """Save what lies at the address as `path`, which appears when all of it is there.

    Until then it is a `.part` file beside; `mark` names the content, so that a later call goes on
    with the part of the same content alone. Raises DownloadError, RefusedError, UnreachableError.
    """
    check_folder(path)
    part = path.with_name(f"{path.name}.{mark}.part")
    failures = 0
    while True:
        before = _size(part)
        try:
            if _fetch(connection, address, part, progress):
                break
            failures += 1
            error: Exception | None = None
        except UNANSWERED as broken:
            # Some of it came: that is an answer.
            failures = 1 if _size(part) > before else failures + 1
            error = broken
        if failures >= PATIENT.attempts:
            raise UnreachableError(f"The download of {path.name} does not go on.") from error
        time.sleep(PATIENT.pause(failures))
    if sha256 and _digest(part) != sha256:
        part.unlink()
        raise DownloadError(f"{path.name} arrived with other bytes than the library has.")
    part.replace(path)
    return path


def check_folder(path: Path) -> None:
    """Raise FileNotFoundError, in a sentence, where a file is to lie in a folder that is not."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}.")


def _fetch(connection: Connection, address: str, part: Path, progress: Progress | None) -> bool:
    """Fetch what is missing; False when it is to be tried again."""
    have = _size(part)
    # Compressed on the way, a range would count other bytes than the file has.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with connection.download(address, headers) as answer:
        match answer.status_code:
            case httpx.codes.OK:
                _write(answer, part, 0, progress)
            case httpx.codes.PARTIAL_CONTENT:
                _write(answer, part, have, progress)
            case httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                # Nothing is missing, or the part is longer than the whole: then from the start.
                if answer.headers.get("Content-Range", "") == f"bytes */{have}":
                    return True
                part.unlink()
                return False
            case _ if is_for_later(answer):
                return False
            case _:
                answer.read()
                raise refusal(answer)
    return True


def _write(answer: httpx.Response, part: Path, have: int, progress: Progress | None) -> None:
    total = have + int(answer.headers.get("Content-Length", 0))
    with part.open("ab" if have else "wb") as file:
        # As they come: gathered into blocks, those of an unfinished one would be lost.
        for block in answer.iter_raw():
            file.write(block)
            have += len(block)
            if progress is not None:
                progress(have, max(total, have))


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _digest(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
