"""Where a run of some paths looks: at these, and at all that decides which sidecar is whose."""

from __future__ import annotations

from collections.abc import Iterable

from assetlib.mirror.bucket import Bucket
from assetlib.mirror.listing import Listed
from assetlib.mirror.sidecar import ENDING, names_of_sidecar


def paths_for(bucket: Bucket, path: str) -> list[str]:
    """Return the path, and those of what may be its sidecars; of a sidecar of what it may be.

    Raises BucketError.
    """
    images = _claimants(bucket, path) if path.endswith(ENDING) else [path]
    beside = (name for image in images for name in names_of_sidecar(image))
    return list(dict.fromkeys((path, *images, *beside)))


def _claimants(bucket: Bucket, sidecar: str) -> list[str]:
    """Return the paths of the objects that the sidecar could be of."""
    stem = sidecar.removesuffix(ENDING)
    alike = (each.path for page in bucket.pages(f"{stem}.") for each in page)
    images = (path for path in alike if not path.endswith(ENDING))
    return [stem, *(path for path in images if names_of_sidecar(path)[0] == sidecar)]


def found_at(bucket: Bucket, paths: Iterable[str]) -> list[Listed]:
    """Return the objects at the paths, as far as they are there, and below the bucket's prefix.

    Raises BucketError.
    """
    found = (bucket.find(path) for path in paths if path.startswith(bucket.prefix))
    return [each for each in found if each is not None]
