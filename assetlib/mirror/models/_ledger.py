"""What is known of each object of a bucket, and what of it was last applied to each image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from django.db import models
from django.db.models import Q

from assetlib.mirror.models._mirrors import Mirror
from assetlib.mirror.models._runs import Run
from metadata.values import Value, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

About: TypeAlias = Literal["file", "sidecar", "image"]


class OutcomeName(models.TextChoices):
    """What came of an object, last time a run looked at it."""

    SYNCED = "synced", "synced"
    PROBLEM = "problem", "synced, with a problem"
    SKIPPED = "skipped", "skipped"
    FAILED = "failed", "failed"
    HELD = "held", "held"
    GONE = "gone", "left the bucket"
    REMOVED = "removed", "left the bucket, and the library"
    ALONE = "alone", "sidecar without an image"


# The object is in the bucket; it may be an image, read or not this time.
LIVE = (OutcomeName.SYNCED, OutcomeName.PROBLEM, OutcomeName.FAILED)
WRONG = (OutcomeName.PROBLEM, OutcomeName.FAILED)
# Of a reason, in characters.
LONGEST = 2_000
# What remarks are about, in the order in which a reason says them.
ABOUT: tuple[About, ...] = ("file", "sidecar", "image")


class Remark(NamedTuple):
    """Something to know of an object that is synced; a `wrong` one makes it a problem."""

    said: str
    wrong: bool = True

    def and_also(self, other: Remark) -> Remark:
        return Remark(f"{self.said}; {other.said}", self.wrong or other.wrong)


class LedgerQuerySet(models.QuerySet["LedgerRow"]):
    def live(self) -> LedgerQuerySet:
        """Those in the bucket that are images of the library."""
        return self.filter(outcome__in=LIVE, image__isnull=False)

    def at(self, paths: Iterable[str]) -> LedgerQuerySet:
        return self.filter(path__among=paths)

    def of(self, images: Iterable[int]) -> LedgerQuerySet:
        return self.filter(image_id__among=images)

    def asked(self, outcome: str | None, part: str) -> LedgerQuerySet:
        """Those with the outcome, if one is given, whose path holds the part."""
        rows = self.filter(path__contains=part) if part else self
        if outcome is None:
            return rows
        found = rows.filter(outcome=outcome)
        # Said in the words of the index, which SQLite would not use otherwise.
        return found if outcome == OutcomeName.SYNCED else found.exclude(outcome=OutcomeName.SYNCED)

    def wrong_in(self, run: Run) -> LedgerQuerySet:
        """Those of the run's mirror that went wrong in it."""
        rows = self.filter(mirror=run.mirror_id, outcome__in=WRONG, run=run)
        return rows.exclude(outcome=OutcomeName.SYNCED)


class LedgerRow(models.Model):
    """One object of a bucket. Paths are ordered by their bytes, as buckets list them.

    `said` and `held` are what its sidecar last said that could be read; `applied` is the strategy
    by which that was applied, empty to have it applied again. `remarks` are kept apart by what they
    are about, as each is overtaken by something else; `reason` says them together.
    """

    mirror = models.ForeignKey(Mirror, models.CASCADE, related_name="ledger", db_index=False)
    path = models.TextField()
    etag = models.CharField("ETag", max_length=128, blank=True)
    size = models.BigIntegerField(default=0)
    modified_at = models.DateTimeField(null=True, blank=True)
    sidecar_path = models.TextField(blank=True)
    sidecar_etag = models.CharField("sidecar’s ETag", max_length=128, blank=True)
    said = models.TextField(blank=True)
    held = models.TextField(blank=True)
    applied = models.CharField(max_length=20, blank=True)
    image = models.ForeignKey(
        "images.Image", models.SET_NULL, null=True, blank=True, related_name="ledger"
    )
    outcome = models.CharField(max_length=10, choices=OutcomeName)
    reason = models.TextField(blank=True)
    remarks = models.TextField(blank=True)
    at = models.DateTimeField()
    # The image it was before its bytes became those of another; seen to at the end of a run.
    was = models.ForeignKey(
        "images.Image", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    run = models.ForeignKey(
        Run, models.SET_NULL, null=True, blank=True, related_name="rows", db_index=False
    )

    objects = LedgerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mirror", "path"], name="one_row_an_object")]
        # Of those that people look for; nearly all rows are synced.
        indexes = [
            models.Index(
                fields=["mirror", "outcome", "path"],
                name="ledger_by_outcome",
                condition=~Q(outcome=OutcomeName.SYNCED),
            ),
            models.Index(fields=["mirror"], name="ledger_moved", condition=Q(was__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def values(self) -> dict[str, Value]:
        """What the sidecar says; empty when there is none."""
        return read_values(self.said)

    @property
    def held_keys(self) -> frozenset[str]:
        return frozenset(json.loads(self.held)) if self.held else frozenset()

    @property
    def has_sidecar(self) -> bool:
        """Whether some sidecar of it was ever read."""
        return bool(self.said)

    @property
    def is_unheard(self) -> bool:
        """Whether there is a sidecar that nobody could read so far."""
        return bool(self.sidecar_path) and not self.said

    def remark(self, about: About, remark: Remark | None) -> None:
        """Keep what is to be known of the object's file, sidecar or image, instead of before."""
        if remark is None and not self.remarks:
            return
        known = json.loads(self.remarks) if self.remarks else {}
        known.pop(about, None)
        if remark is not None:
            known[about] = remark
        self.remarks = json.dumps(known, ensure_ascii=False) if known else ""

    def conclude(self) -> None:
        """Be synced, with a problem where a remark says so."""
        known = json.loads(self.remarks) if self.remarks else {}
        remarks = [Remark(*known[about]) for about in ABOUT if about in known]
        wrong = any(remark.wrong for remark in remarks)
        self.outcome = OutcomeName.PROBLEM if wrong else OutcomeName.SYNCED
        self.reason = "; ".join(remark.said for remark in remarks)[:LONGEST]


def write_values(values: Mapping[str, Value]) -> str:
    return json.dumps({key: value.json for key, value in values.items()}, ensure_ascii=False)


def read_values(text: str) -> dict[str, Value]:
    return {key: from_json(raw) for key, raw in json.loads(text).items()} if text else {}


class Base(models.Model):
    """The keys of the sidecars that a mirror last applied to an image."""

    mirror = models.ForeignKey(Mirror, models.CASCADE, related_name="bases")
    image = models.ForeignKey("images.Image", models.CASCADE, related_name="bases", db_index=False)
    keys = models.TextField(default="[]")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "mirror"], name="one_base_an_image")
        ]

    def __str__(self) -> str:
        return f"{self.mirror}: {self.image}"

    @property
    def names(self) -> frozenset[str]:
        return read_keys(self.keys)


def write_keys(keys: Iterable[str]) -> str:
    return json.dumps(sorted(keys), ensure_ascii=False)


def read_keys(text: str) -> frozenset[str]:
    return frozenset(json.loads(text)) if text else frozenset()
