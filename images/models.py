from __future__ import annotations

import secrets
import string
import time
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.models import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What stands for each byte of chance: evenly, as 32 goes into 256.
CHANCE = bytes(ord((string.digits + string.ascii_lowercase)[byte % 32]) for byte in range(256))


def new_public_id() -> str:
    """Return an id for addresses and the API: 20 characters, the last 9 of them (45 bits) chance.

    It begins with the millisecond: ids of images that come together lie together in the index,
    where those of chance alone would touch as many of its pages as there are images.
    """
    moment = time.time_ns() // 1_000_000
    return f"{moment:011x}{secrets.token_bytes(9).translate(CHANCE).decode()}"


class Split(models.TextChoices):
    """The part of a project an image is for."""

    NONE = "", "no split"
    TRAIN = "train", "train"
    VALID = "valid", "valid"
    TEST = "test", "test"


class Format(models.TextChoices):
    """What the bytes are, whatever the file is called."""

    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    AVIF = "avif", "AVIF"
    BMP = "bmp", "BMP"
    TIFF = "tiff", "TIFF"
    GIF = "gif", "GIF"


class ProjectQuerySet(models.QuerySet["Project"]):
    def with_image_counts(self) -> ProjectQuerySet:
        """Annotate `image_count`: images that are not in the trash."""
        alive = Q(memberships__image__deleted_at=None)
        return self.annotate(image_count=Count("memberships", filter=alive))


class Project(models.Model):
    """A named set of images; an image may be in several, or in none."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=63)
    description = models.TextField(blank=True, max_length=2_000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="one_project_a_slug")
        ]

    def __str__(self) -> str:
        return self.name


class Brief(NamedTuple):
    """Which image it is, and no more: what those who change many pass on."""

    id: int
    workspace_id: int
    ord: int
    public_id: str
    filename: str

    @property
    def pk(self) -> int:
        return self.id


class ImageQuerySet(models.QuerySet["Image"]):
    def alive(self) -> ImageQuerySet:
        return self.filter(deleted_at=None)

    def trashed(self) -> ImageQuerySet:
        return self.exclude(deleted_at=None)

    def expired(self) -> ImageQuerySet:
        """Those that have lain in the trash for longer than the setting says."""
        return self.filter(deleted_at__lt=timezone.now() - timedelta(days=settings.TRASH_DAYS))

    def brief(self) -> Iterator[Brief]:
        """Yield each as all that a change of its metadata looks at: in a tenth of the time."""
        return map(Brief._make, self.values_list(*Brief._fields))

    def at(self, ords: Iterable[int]) -> ImageQuerySet:
        return self.filter(ord__among=ords)


class Image(models.Model):
    """One picture with its file.

    `ord` is dense in the workspace, in upload order, and never used again: the default order and
    the cursor. `metadata_version` rises with every change of entries or tags: it is the ETag.
    Width and height are as shown, with the camera's orientation applied.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="images", db_index=False)
    ord = models.IntegerField()
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=4, choices=Format)
    size = models.BigIntegerField(help_text="bytes")
    width = models.IntegerField(help_text="pixels, as shown")
    height = models.IntegerField(help_text="pixels, as shown")
    orientation = models.PositiveSmallIntegerField(default=1, help_text="EXIF, 1 to 8")
    camera = models.JSONField(default=dict, blank=True, help_text="EXIF fields, read-only")
    taken_at = models.DateTimeField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(max_length=10, choices=Origin)
    updated_at = models.DateTimeField()
    metadata_version = models.IntegerField(default=0)
    touched_at = models.DateTimeField(
        null=True, blank=True, help_text="when a user first changed the metadata"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "ord"], name="one_image_an_ord"),
            models.UniqueConstraint(fields=["workspace", "sha256"], name="one_image_a_content"),
        ]
        # Of those that lie there: else a planner takes it for a way to all the others.
        indexes = [
            models.Index(
                fields=["workspace", "deleted_at"],
                name="images_trash",
                condition=models.Q(deleted_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.filename


class Batch(models.Model):
    """The name of a batch in a project: what the column of batches has for it is its key."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="batches", db_index=False)
    name = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_batch_a_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships", db_index=False)
    image = models.ForeignKey(Image, models.CASCADE, related_name="memberships")
    split = models.CharField(max_length=5, choices=Split, blank=True)
    batch = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "image"], name="one_membership_a_project")
        ]

    def __str__(self) -> str:
        return f"{self.image} in {self.project}"
