"""List, look at and read the objects of a bucket."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from assetlib.mirror.bucket.client import client_of
from assetlib.mirror.bucket.guard import InsideError
from assetlib.mirror.bucket.quick import Quick
from assetlib.mirror.bucket.refusals import BucketError, Deed, ObjectError, Place
from assetlib.mirror.listing import Listed
from assetlib.mirror.secrets import SealedError

if TYPE_CHECKING:
    from assetlib.mirror.models import Credential

T = TypeVar("T")

PAGE = 1_000
# A stream that breaks in its middle is behind botocore's own retries.
STREAM_TRIES = 3


class Bucket:
    """One bucket under a prefix. May be asked from as many threads as it keeps connections.

    `calls` counts what was asked for, by deed. A hasty one gives up soon: somebody waits for it.
    """

    def __init__(
        self,
        credential: Credential,
        bucket: str,
        prefix: str = "",
        *,
        connections: int = 1,
        hasty: bool = False,
    ) -> None:
        self.bucket, self.prefix = bucket, prefix
        self._place = Place(bucket, credential.endpoint_url)
        self.calls: dict[Deed, int] = {"list": 0, "head": 0, "read": 0}
        try:
            self._client = client_of(credential, connections=connections, hasty=hasty)
        except (BotoCoreError, ValueError, SealedError) as error:
            raise BucketError(str(error)) from error
        self._quick = Quick(self._client)

    def pages(self, prefix: str | None = None) -> Iterator[list[Listed]]:
        """Yield the objects below the prefix, its own or this, a thousand at a time.

        Raises BucketError.
        """
        below = {"Prefix": self.prefix if prefix is None else prefix}
        more: dict[str, Any] = below
        while True:
            answer = self._asked("list", "", functools.partial(self._list, **more))
            yield [_listed(each["Key"], each) for each in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return
            more = below | {"ContinuationToken": answer["NextContinuationToken"]}

    def _list(self, **more: Any) -> Any:
        asked = {"MaxKeys": PAGE, **more}
        return self._client.list_objects_v2(Bucket=self.bucket, **asked)

    def find(self, path: str) -> Listed | None:
        """Return the object as the listing says it, or None: also of one that may not be read."""
        answer = self._asked("list", "", functools.partial(self._list, Prefix=path, MaxKeys=1))
        found = [_listed(each["Key"], each) for each in answer.get("Contents", ())]
        return next((each for each in found if each.path == path), None)

    def head(self, path: str) -> None:
        """Look at the object. Raises ObjectError, BucketError."""
        self._asked("head", path, lambda: self._client.head_object(Bucket=self.bucket, Key=path))

    def read(self, path: str, most: int | None = None) -> bytes:
        """Return the object, or as many of its first bytes. Raises ObjectError, BucketError."""
        options: dict[str, Any] = {} if most is None else {"Range": f"bytes=0-{most - 1}"}
        if (quick := self._quick.read(path, options)) is not None:
            self.calls["read"] += 1
            return quick
        for left in reversed(range(STREAM_TRIES)):
            answer = self._asked(
                "read",
                path,
                lambda: self._client.get_object(Bucket=self.bucket, Key=path, **options),
            )
            try:
                found: bytes = answer["Body"].read()
            except (BotoCoreError, HTTPError, OSError) as error:
                if not left:
                    raise ObjectError("The bucket stopped in the middle of it.") from error
                continue
            return found
        raise AssertionError("unreachable")

    def _asked(self, deed: Deed, path: str, ask: Callable[[], T]) -> T:
        self.calls[deed] += 1
        try:
            return ask()
        except (BotoCoreError, ClientError, InsideError) as error:
            raise self._place.refused(error, deed, path) from error


def _listed(path: str, said: Any) -> Listed:
    modified = said["LastModified"].timestamp()
    return Listed(path, said.get("ETag", "").strip('"'), int(said["Size"]), modified)
