from __future__ import annotations

from django.conf import settings
from django.db import models

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import MAX_CLASS
from assetlib.changes.models import Origin
from images.models import Image

# Case folding makes at most three characters of one.
NORM_LENGTH = 3 * MAX_CLASS


class ClassNameQuerySet(models.QuerySet["ClassName"]):
    def in_use(self) -> ClassNameQuerySet:
        """Those on some image that is not in the trash, most used first."""
        return self.filter(image_count__gt=0).order_by("-image_count", "norm")


class ClassName(models.Model):
    """What a box shows; case is kept as first written, and ignored in matching."""

    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="class_names", db_index=False
    )
    name = models.CharField(max_length=MAX_CLASS)
    norm = models.CharField(max_length=NORM_LENGTH, editable=False)
    image_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClassNameQuerySet.as_manager()

    class Meta:
        verbose_name = "class"
        verbose_name_plural = "classes"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "norm"], name="one_class_a_name")
        ]
        indexes = [models.Index(fields=["workspace", "-image_count"], name="classes_by_use")]

    def __str__(self) -> str:
        return self.name


class Box(models.Model):
    """A rectangle around something, in pixels of the image as shown."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="boxes")
    class_name = models.ForeignKey(ClassName, models.CASCADE, related_name="boxes")
    left = models.FloatField()
    top = models.FloatField()
    width = models.FloatField()
    height = models.FloatField()
    origin = models.CharField(max_length=10, choices=Origin)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name_plural = "boxes"

    def __str__(self) -> str:
        return f"{self.class_name} on {self.image}"
