"""Files of exports are kept for some days; their jobs then say so."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from assetlib.jobs.models import Job, Status
from images.storage import folders

# A file younger than this may be one that a worker is about to name in its job.
GRACE = timedelta(hours=1)
EXPIRED = "Expired: its file was kept for {days} days. Export it again to have what is there now."


def remove_old_exports() -> None:
    """Remove the files that were kept for long enough, and those that no job speaks of."""
    before = timezone.now() - timedelta(days=settings.EXPORT_DAYS)
    old = Job.objects.filter(kind="export", status=Status.DONE, finished_at__lt=before)
    for job in old.filter(result__has_key="file").defer("frozen").iterator():
        # The row first: a link that finds it says why there is no file.
        stored = job.result.pop("file")
        job.result |= {"said": EXPIRED.format(days=settings.EXPORT_DAYS), "expired": True}
        job.save(update_fields=["result"])
        default_storage.delete(stored)
    for folder in folders("exports"):
        _remove_strays(f"exports/{folder}")


def _remove_strays(folder: str) -> None:
    """Remove what workers left behind that were killed, and of jobs that are no more."""
    for name in default_storage.listdir(folder)[1]:
        stored = f"{folder}/{name}"
        job = Job.objects.filter(kind="export", public_id=name.partition("-")[0])
        known = job.filter(result__file=stored) | job.under_way()
        old = default_storage.get_modified_time(stored) < timezone.now() - GRACE
        if old and not known.exists():
            default_storage.delete(stored)
