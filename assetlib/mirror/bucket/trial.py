"""Try a credential on a bucket step by step, and say of each step what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from assetlib.mirror.bucket.objects import Bucket
from assetlib.mirror.bucket.refusals import BucketError, ObjectError

if TYPE_CHECKING:
    from assetlib.mirror.listing import Listed
    from assetlib.mirror.models import Credential


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `ok` is None where it could not even be tried."""

    name: Literal["list", "head", "read"]
    ok: bool | None
    said: str


EMPTY = "Not tried: there is no object to try it on."
UNLISTED = "Not tried: without the list no object is known to try it on."


def try_connection(credential: Credential, bucket: str, prefix: str = "") -> tuple[Step, ...]:
    """List, look at and read one object, and say in plain words how each went."""
    try:
        tried = Bucket(credential, bucket, prefix, hasty=True)
        # The first page and whether there is another.
        first, *others = islice(tried.pages(), 2)
    except BucketError as error:
        return Step("list", False, str(error)), *_untried(UNLISTED)  # noqa: FBT003
    objects = [each for each in first if not each.path.endswith("/")]
    if not objects:
        where = f"below “{prefix}”" if prefix else "in the bucket"
        said = f"The bucket answers; nothing lies {where}."
        return Step("list", True, said), *_untried(EMPTY)  # noqa: FBT003
    count = f"{len(objects):,} object{'s' * (len(objects) != 1)}"
    said = f"The first {count} listed; there are more." if others else f"{count} listed."
    listed = Step("list", True, said)  # noqa: FBT003
    return listed, _headed(tried, objects[0]), _read(tried, objects[0])


def _headed(tried: Bucket, found: Listed) -> Step:
    try:
        tried.head(found.path)
    except (BucketError, ObjectError) as error:
        return Step("head", False, str(error))  # noqa: FBT003
    return Step("head", True, f"Looked at {found.path}.")  # noqa: FBT003


def _read(tried: Bucket, found: Listed) -> Step:
    try:
        tried.read(found.path, most=1 if found.size else None)
    except (BucketError, ObjectError) as error:
        return Step("read", False, str(error))  # noqa: FBT003
    return Step("read", True, f"Read {found.path}.")  # noqa: FBT003


def _untried(why: str) -> tuple[Step, Step]:
    return Step("head", None, why), Step("read", None, why)
