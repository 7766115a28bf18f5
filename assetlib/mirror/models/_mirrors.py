"""Which bucket is followed, and how."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.mirror.listing import Globs, read_globs
from assetlib.mirror.models._credentials import Credential, named
from assetlib.mirror.models._named import Named
from assetlib.mirror.plan import Rules

NO_BUCKET = "3 to 63 lower-case letters, digits, “.” and “-” are the name of a bucket."
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def of_bucket(name: str) -> None:
    """Refuse what no bucket is called; of an address say what of it goes where."""
    if BUCKET.fullmatch(name):
        return
    bucket, slash, prefix = name.removeprefix("s3://").strip("/").partition("/")
    if bucket == name or not BUCKET.fullmatch(bucket):
        raise ValidationError(NO_BUCKET)
    works = f"“{bucket}” as the bucket" + (f" and “{prefix}/” as the prefix" if slash else "")
    raise ValidationError(f"“{name}” is no name of a bucket; {works} would work.")


class StrategyName(models.TextChoices):
    """How what a bucket says meets what an image has: `strategies` has the functions."""

    MERGE_BUCKET_WINS = "mergeBucketWins", "merge; the bucket wins"
    MERGE_USER_WINS = "mergeUserWins", "merge; the user wins"
    OVERWRITE = "overwrite", "overwrite with the bucket"
    UNTIL_FIRST_CHANGE = "untilFirstChange", "follow until a user’s first change"
    APPEND = "append", "only add new keys"


# What each means for an edit of an entry that is from the bucket.
OF_EDITS: dict[str, str] = {
    StrategyName.MERGE_BUCKET_WINS: "From the bucket: the next sidecar change replaces this.",
    StrategyName.MERGE_USER_WINS: "From the bucket: what you set here stays.",
    StrategyName.OVERWRITE: "From the bucket: an edit lives until the sidecar next changes.",
    StrategyName.UNTIL_FIRST_CHANGE: "From the bucket: with an edit, this image’s metadata "
    "stops following it.",
    StrategyName.APPEND: "From the bucket, which never overwrites: what you set here stays.",
}


class Orphans(models.TextChoices):
    """What becomes of images whose object has left the bucket."""

    KEEP = "keep", "keep them"
    REMOVE = "remove", "move them to the trash"


class Naming(models.TextChoices):
    PATH = "path", "the path below the prefix, with “-” for “/”"
    FILENAME = "filename", "the last part of the path"


class MirrorQuerySet(models.QuerySet["Mirror"]):
    def listed(self) -> MirrorQuerySet:
        """By name, with how to get in and where images go: one query."""
        return self.select_related("workspace", "credential", "project").order_by("name")


class Mirror(Named):
    """A bucket that the library follows."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mirrors")
    name = models.CharField(max_length=63, validators=[named])
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="mirrors")
    bucket = models.CharField(max_length=255, validators=[of_bucket])
    prefix = models.CharField(max_length=1_024, blank=True)
    include = models.TextField(blank=True, help_text="globs over paths, one a line")
    exclude = models.TextField(blank=True, help_text="globs over paths, one a line")
    manifest = models.CharField(
        max_length=1_024, blank=True, help_text="an object with one path a line, instead of a list"
    )
    project = models.ForeignKey(
        "images.Project",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="to add images to",
    )
    strategy = models.CharField(
        max_length=20, choices=StrategyName, default=StrategyName.MERGE_BUCKET_WINS
    )
    update_images = models.BooleanField("update images when newer", default=True)
    update_metadata = models.BooleanField("update metadata when newer", default=True)
    orphans = models.CharField(max_length=10, choices=Orphans, default=Orphans.KEEP)
    every_minutes = models.PositiveIntegerField(default=0, help_text="0: only when asked for")
    naming = models.CharField(max_length=10, choices=Naming, default=Naming.PATH)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A worker is taking its ledger down; nothing else is done with it any more.
    being_deleted = models.BooleanField(default=False, editable=False)

    objects = MirrorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_mirror_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> Rules:
        return Rules(
            self.strategy,
            Globs(read_globs(self.include), read_globs(self.exclude)),
            update_images=self.update_images,
            update_metadata=self.update_metadata,
            most_bytes=settings.UPLOAD_MAX_BYTES,
        )

    @property
    def of_edits(self) -> str:
        """What becomes of an edit of an entry that is from the bucket."""
        return OF_EDITS[self.strategy]

    @property
    def every(self) -> timedelta | None:
        return timedelta(minutes=self.every_minutes) if self.every_minutes else None


def next_due(mirror: Mirror) -> None:
    """Say when the mirror's next scheduled run is; to be followed by `save`."""
    mirror.due_at = timezone.now() + mirror.every if mirror.every else None
