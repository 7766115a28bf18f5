"""The one door to S3. It lists, looks at and reads objects, and changes nothing there.

What goes wrong is told in words that say what to do: `BucketError` ends a run, `ObjectError` is
about one object.
"""

from __future__ import annotations

from assetlib.mirror.bucket.objects import Bucket
from assetlib.mirror.bucket.refusals import BucketError, ObjectError
from assetlib.mirror.bucket.trial import Step, try_connection

__all__ = ["Bucket", "BucketError", "ObjectError", "Step", "try_connection"]
