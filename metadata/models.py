from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from assetlib.accounts.models import Workspace
from assetlib.changes.models import Origin
from images.models import Image
from metadata.values import Value as TypedValue
from metadata.values import from_number, from_stored

if TYPE_CHECKING:
    from collections.abc import Iterable

# Longer strings are told apart by their digest, and by reading them: PostgreSQL's b-tree rows end
# near 2.7 kB.
NORM_LENGTH = 200


class StoredType(models.TextChoices):
    """The types whose values lie in the dictionary; numbers lie in the entry itself."""

    STRING = "string", "string"
    BOOLEAN = "boolean", "boolean"


class KeyQuerySet(models.QuerySet["Key"]):
    def in_use(self) -> KeyQuerySet:
        return self.filter(image_count__gt=0)


class Key(models.Model):
    """The name of entries, discovered rather than declared.

    Counts are of entries on images that are not in the trash. A key nobody uses any more stays, for
    the history's sake, and is shown nowhere.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="keys", db_index=False)
    name = models.CharField(max_length=255)
    image_count = models.IntegerField(default=0)
    string_count = models.IntegerField(default=0)
    number_count = models.IntegerField(default=0)
    boolean_count = models.IntegerField(default=0)
    next_code = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_key_a_name")]
        indexes = [models.Index(fields=["workspace", "-image_count"], name="keys_by_use")]

    def __str__(self) -> str:
        return self.name

    @property
    def type_counts(self) -> dict[str, int]:
        """The types seen, most frequent first, with the number of images for each."""
        counts = {
            "string": self.string_count,
            "number": self.number_count,
            "boolean": self.boolean_count,
        }
        ordered = sorted(counts.items(), key=lambda item: -item[1])
        return {name: count for name, count in ordered if count}


class Value(models.Model):
    """The dictionary of a key's strings and booleans; `code` is dense in the key, never reused.

    `norm` is what matching compares, cut at 200 characters.
    """

    key = models.ForeignKey(Key, models.CASCADE, related_name="values", db_index=False)
    code = models.IntegerField()
    type = models.CharField(max_length=7, choices=StoredType)
    text = models.TextField()
    digest = models.BinaryField(max_length=16)
    norm = models.CharField(max_length=NORM_LENGTH)
    image_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "code"], name="one_value_a_code"),
            models.UniqueConstraint(fields=["key", "type", "digest"], name="one_value_a_text"),
        ]
        indexes = [
            models.Index(fields=["key", "norm"], name="values_by_norm"),
            models.Index(fields=["key", "-image_count", "norm"], name="values_by_use"),
        ]

    def __str__(self) -> str:
        return self.text


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self) -> EntryQuerySet:
        """By key, with all that an editor or a card says of an entry: one query."""
        return self.select_related("key", "value", "changed_by", "mirror").order_by("key__name")

    def of(self, images: Iterable[Image]) -> EntryQuerySet:
        return self.filter(image_id__among=[image.pk for image in images])


class Entry(models.Model):
    """One key with its value on one image, and where it came from: the truth.

    Just one of `value` (strings, booleans) and `number` is set.
    """

    # The constraint's index begins with the image.
    image = models.ForeignKey(Image, models.CASCADE, related_name="entries", db_index=False)
    # Keys and values go only with their workspace, and so with its images; which images have one,
    # the columns say. So nothing looks these up, and an index of each would cost a half more time.
    key = models.ForeignKey(
        Key, models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    value = models.ForeignKey(
        Value,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    number = models.FloatField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    mirror = models.ForeignKey(
        "mirror.Mirror",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="whose bucket it is, where the origin is one",
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["image", "key"], name="one_entry_a_key"),
            models.CheckConstraint(
                name="value_or_number",
                condition=models.Q(value=None) ^ models.Q(number=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key.name}: {self.typed.text}"

    @property
    def typed(self) -> TypedValue:
        if self.value is None:
            assert self.number is not None  # noqa: S101 -- the constraint value_or_number
            return from_number(self.number)
        return from_stored(self.value.type, self.value.text)


class Tag(models.Model):
    """A bare label; case is kept as first written, and ignored in matching."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=64)
    folded = models.CharField(max_length=64, editable=False)
    image_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "folded"], name="one_tag_a_name")
        ]
        indexes = [models.Index(fields=["workspace", "-image_count"], name="tags_by_use")]

    def __str__(self) -> str:
        return self.name


class ImageTag(models.Model):
    """A tag on an image."""

    image = models.ForeignKey(Image, models.CASCADE, related_name="image_tags", db_index=False)
    # As with an entry's key: nothing looks it up.
    tag = models.ForeignKey(
        Tag, models.DO_NOTHING, related_name="image_tags", db_constraint=False, db_index=False
    )
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
        constraints = [models.UniqueConstraint(fields=["image", "tag"], name="one_tag_an_image")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.image}"
