"""Buckets that the library follows: how to get in, what to follow, what is known of each object.

The ledger has a row for each object; it says which image the object is, what its sidecar last said,
and what came of it. A `Base` has, for one image, the keys this mirror last applied to it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.mirror.listing import Globs, read_globs
from assetlib.mirror.plan import Rules
from assetlib.mirror.secrets import seal, unseal
from metadata.values import Value, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

named = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,62}\Z", "Lower-case letters, digits, “-”, “_” and “.” make a name."
)


# Django's own check of addresses takes no host without a dot, as `http://minio:9000` has.
addressed = RegexValidator(
    r"^https?://[^\s/?#@]+/?\Z", "An address such as https://s3.example.org is needed."
)


class CredentialKind(models.TextChoices):
    KEYS = "keys", "access keys"
    SESSION = "session", "access keys and session token"
    ROLE = "role", "assumed role"
    MACHINE = "machine", "the machine’s own"


class Addressing(models.TextChoices):
    """How a bucket's name stands in an address."""

    AUTO = "auto", "automatic"
    PATH = "path", "in the path"
    VIRTUAL = "virtual", "in the host’s name"


class Credential(models.Model):
    """How to get into buckets. What is secret of it is stored encrypted."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=63, validators=[named])
    kind = models.CharField(max_length=10, choices=CredentialKind, default=CredentialKind.KEYS)
    access_key_id = models.CharField(max_length=255, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    role_arn = models.CharField("role ARN", max_length=2_048, blank=True)
    external_id = models.CharField("external id", max_length=1_224, blank=True)
    session_name = models.CharField(max_length=64, blank=True)
    endpoint_url = models.CharField(
        "endpoint URL",
        max_length=500,
        blank=True,
        validators=[addressed],
        help_text="of stores other than AWS",
    )
    region = models.CharField(max_length=63, blank=True)
    addressing = models.CharField(max_length=10, choices=Addressing, default=Addressing.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_credential_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """`secret_access_key` and `session_token`, as far as there are. Raises SealedError."""
        return unseal(self.sealed)

    def seal(self, **secrets: str) -> None:
        """Keep these secrets; to be followed by `save`."""
        self.sealed = seal({name: secret for name, secret in secrets.items() if secret})


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


class Mirror(models.Model):
    """A bucket that the library follows."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mirrors")
    name = models.CharField(max_length=63, validators=[named])
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="mirrors")
    bucket = models.CharField(max_length=255)
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


class RunState(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    COMPLETED = "completed", "completed"
    PROBLEMS = "problems", "completed with problems"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


RUNS_UNDER_WAY = (RunState.WAITING, RunState.RUNNING)


class Scope(models.TextChoices):
    """What a run looks at."""

    ALL = "all", "the whole bucket"
    PATHS = "paths", "some paths"
    REAPPLY = "reapply", "what is known, applied again"


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> RunQuerySet:
        return self.filter(state__in=RUNS_UNDER_WAY)

    def newest_of(self, mirrors: Iterable[Mirror]) -> dict[int, Run]:
        """Return the newest run of each mirror that has one, by the mirror's primary key."""
        newest = self.filter(mirror__in=list(mirrors)).order_by().values("mirror")
        last = newest.annotate(last=models.Max("pk")).values("last")
        return {run.mirror_id: run for run in self.select_related("job").filter(pk__in=last)}


class Run(models.Model):
    """One carried-out sync of a mirror; the work itself is its job."""

    mirror = models.ForeignKey(Mirror, models.CASCADE, related_name="runs")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.ALL)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    job = models.OneToOneField(
        "jobs.Job", models.SET_NULL, null=True, blank=True, related_name="mirror_run"
    )
    change_set = models.ForeignKey(
        "changes.ChangeSet", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    counters = models.JSONField(default=dict, help_text="what became of how many objects")
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mirror"],
                name="one_run_a_mirror",
                condition=Q(state__in=RUNS_UNDER_WAY),
            )
        ]
        indexes = [models.Index(fields=["mirror", "-id"], name="runs_newest_first")]

    def __str__(self) -> str:
        return f"{self.mirror} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def under_way(self) -> bool:
        return self.state in RUNS_UNDER_WAY


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
    by which that was applied, empty to have it applied again.
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

    @cached_property
    def has_sidecar(self) -> bool:
        """Whether some sidecar of it was ever read."""
        return bool(self.said)


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


def next_due(mirror: Mirror) -> None:
    """Say when the mirror's next scheduled run is; to be followed by `save`."""
    mirror.due_at = timezone.now() + mirror.every if mirror.every else None
