"""The library: where everything begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from assetlib.sdk._changes import Changes
from assetlib.sdk._connection import Account, Connection
from assetlib.sdk._credentials import Credentials
from assetlib.sdk._edits import Edit, EditReport, send_edits
from assetlib.sdk._folder import Uploading, UploadReport
from assetlib.sdk._images import NOTHING, Image, read_image
from assetlib.sdk._jobs import Jobs
from assetlib.sdk._keys import Key, Tag, read_key, read_tag
from assetlib.sdk._login import find_login
from assetlib.sdk._mirrors import Mirrors
from assetlib.sdk._pairing import Paired, list_files, list_folder
from assetlib.sdk._progress import shown
from assetlib.sdk._projects import Projects
from assetlib.sdk._retry import PATIENT, Retry
from assetlib.sdk._search import Search
from assetlib.sdk._suggest import Suggestions, read_suggestions
from assetlib.sdk._types import FilePath, Progress, Writable, part
from assetlib.sdk._upload import About, Source, send

# Images a request: of much fewer the way there and back counts, of many more the first waits.
PAGE = 500
# Seconds: to connect, and for each answer. A write waits for its turn behind others.
TIMEOUT = httpx.Timeout(60.0, connect=10.0)


class Library:
    """An asset library, seen from the workspace of an API key.

        with Library("http://localhost:8000", api_key="al_…") as lib:
            image = lib.upload("frame.jpg", metadata={"camera_id": "cam001"}, tags=["night"])

    What is not given is read from ASSETLIB_URL and ASSETLIB_API_KEY, and else as `assetlib login`
    has kept it. Threads may share one library. Raises ConfigurationError.

    What can be asked twice without harm is asked again, as `retry` says, when no answer came or the
    server was overloaded. `transport` is httpx's: `httpx.WSGITransport` needs no network.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float | httpx.Timeout = TIMEOUT,
        retry: Retry | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        login = find_login(url, api_key)
        self._connection = Connection(
            login.url,
            login.api_key,
            retry=retry or Retry(),
            timeout=httpx.Timeout(timeout),
            transport=transport,
        )
        self.jobs = Jobs(self._connection)
        self.changes = Changes(self._connection)
        self.projects = Projects(self._connection)
        self.credentials = Credentials(self._connection)
        self.mirrors = Mirrors(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._connection.close()

    def __repr__(self) -> str:
        return f"Library({self._connection.address!r})"

    def whoami(self) -> Account:
        """Return whose the API key is. Raises AuthenticationError when it is nobody's."""
        return self._connection.account()

    def upload(
        self,
        source: Source,
        metadata: Writable = NOTHING,
        *,
        tags: Sequence[str] = (),
        project: str = "",
        split: str = "",
        batch: str = "",
        filename: str = "",
    ) -> Image:
        """Send a file, its bytes or an open file, and return the image that it is.

        Bytes that the library has already are a `duplicate`: that image is given the metadata and
        tags, too. Raises UnsupportedFileError, TooLargeError, InvalidError.
        """
        about = About(metadata, tags, project, split, batch)
        said = send(self._connection, source, about, filename=filename)
        return read_image(self._connection, said)

    def upload_folder(  # noqa: PLR0913 -- as above, and how it is sent
        self,
        folder: FilePath,
        *,
        sidecars: bool = True,
        metadata: Writable = NOTHING,
        tags: Sequence[str] = (),
        project: str = "",
        split: str = "",
        batch: str = "",
        workers: int = 8,
        retry: Retry = PATIENT,
        progress: Progress | bool = True,
    ) -> UploadReport:
        """Send all images of a folder and of those inside, each with the `.json` file beside it.

        A sidecar is `a.json` or `a.jpg.json` beside `a.jpg`; what it says goes before `metadata`.
        Call it again after it was stopped: what is there already is a duplicate. A server that
        restarts meanwhile is waited for. `progress` is called with (done, total); True shows a bar
        in a terminal when `rich` is installed.
        """
        listed = list_folder(Path(folder), sidecars=sidecars)
        about = About(metadata, tags, project, split, batch)
        return self._send(listed, Uploading(self._connection, about, workers, retry), progress)

    def upload_files(  # noqa: PLR0913 -- as above
        self,
        paths: Iterable[FilePath],
        *,
        sidecars: bool = True,
        metadata: Writable = NOTHING,
        tags: Sequence[str] = (),
        project: str = "",
        split: str = "",
        batch: str = "",
        workers: int = 8,
        retry: Retry = PATIENT,
        progress: Progress | bool = True,
    ) -> UploadReport:
        """Send these files as `upload_folder` sends a folder's, in the order they are given."""
        listed = list_files(map(Path, paths), sidecars=sidecars)
        about = About(metadata, tags, project, split, batch)
        return self._send(listed, Uploading(self._connection, about, workers, retry), progress)

    def _send(
        self,
        listed: Paired,
        uploading: Uploading,
        progress: Progress | bool,  # noqa: FBT001 -- as the caller's caller gave it
    ) -> UploadReport:
        with shown("upload", progress) as tell:
            return uploading.run(listed, tell)

    def image(self, image_id: str) -> Image:
        """Return the image. Raises NotFoundError."""
        return read_image(self._connection, self._connection.get(f"images/{part(image_id)}"))

    def search(self, query: str = "", *, page_size: int = PAGE) -> Search:
        """Return what the query finds, lazily: nothing is asked before it is needed.

        A bad query raises InvalidError then, whose `errors[0].span` says where in it.
        """
        return Search(query, page_size, self._connection)

    def update_many(self, edits: Iterable[Edit | Mapping[str, Any]]) -> EditReport:
        """Edit many images, each in its own way; 10,000 of them are one request and one change set.

        lib.update_many([Edit("…", set={"site": "A"}), {"id": "…", "remove": ["site"]}])
        """
        return send_edits(self._connection, edits)

    def keys(self) -> list[Key]:
        """Return the key catalogue: every key with the types and counts of its values."""
        return [read_key(self._connection, said) for said in self._connection.pages("keys")]

    def tags(self) -> list[Tag]:
        return [read_tag(self._connection, said) for said in self._connection.pages("tags")]

    def suggest(self, text: str, cursor: int | None = None) -> Suggestions:
        """Return what would go on at the cursor of a query, which is at its end unless given."""
        place = len(text) if cursor is None else cursor
        return read_suggestions(self._connection.get("suggest", {"text": text, "cursor": place}))
