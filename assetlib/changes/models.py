"""What was changed, by whom, and from what to what: the history, and what undo reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from assetlib.accounts.models import ApiKey, User, Workspace


class Origin(models.TextChoices):
    """Where a value came from."""

    USER = "user", "web"
    API = "api", "API"
    IMPORT = "import", "import"
    BUCKET = "bucket", "bucket"


class ActKind(models.TextChoices):
    """What kind of act a change set is."""

    EDIT = "edit", "edited"
    UPLOAD = "upload", "uploaded"
    IMPORT = "import", "imported"
    DELETE = "delete", "moved to the trash"
    RESTORE = "restore", "restored"
    KEY_RENAME = "key-rename", "renamed a key"
    KEY_CONVERT = "key-convert", "converted a key"
    KEY_DELETE = "key-delete", "deleted a key"
    MIRROR = "mirror", "synced"
    UNDO = "undo", "undid"


class State(models.TextChoices):
    RUNNING = "running", "running"
    DONE = "done", "done"
    CANCELLED = "cancelled", "cancelled"
    UNDONE = "undone", "undone"


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def listed(self) -> ChangeSetQuerySet:
        """Newest first, with all that a list says of each: one query."""
        return self.select_related("workspace", "by", "api_key", "undo_of__by").order_by("-id")


class ChangeSet(models.Model):
    """Everything one act changed, shown in the history and undone as one."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="change_sets")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(max_length=10, choices=Origin)
    kind = models.CharField(max_length=20, choices=ActKind)
    state = models.CharField(max_length=10, choices=State, default=State.DONE)
    image_count = models.IntegerField(default=0)
    change_count = models.IntegerField(default=0)
    undo_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="undos"
    )

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="changes_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def who(self) -> User | ApiKey | None:
        """The person or the program that acted; None is the server, or who is gone."""
        return self.by or self.api_key

    @property
    def undoable(self) -> bool:
        return self.state in {State.DONE, State.CANCELLED}


class ChangeKind(models.TextChoices):
    """What of an image a change is about; the rooms that undo each are named in the settings."""

    ENTRY = "entry", "entry"
    TAG = "tag", "tag"
    MEMBERSHIP = "membership", "project"
    PRESENCE = "presence", "image"
    FILENAME = "filename", "file name"
    BOXES = "boxes", "boxes"
    FILE = "file", "file"
    BASE = "base", "applied keys"
    TOUCHED = "touched", "first change"


class Change(models.Model):
    """One thing changed on one image.

    `subject` names it as it was called then: the key, tag or project. `old` and `new` are texts as
    their types write them; an empty `old_type` means there was nothing before, an empty `new_type`
    that nothing is left.
    """

    # The index by change set and image begins with it.
    change_set = models.ForeignKey(
        ChangeSet, models.CASCADE, related_name="changes", db_index=False
    )
    image = models.ForeignKey("images.Image", models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=ChangeKind)
    subject = models.CharField(max_length=255, blank=True)
    # Keys and tags go only with their workspace, and so with their history: nothing looks these up.
    key = models.ForeignKey(
        "metadata.Key",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    tag = models.ForeignKey(
        "metadata.Tag",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    project = models.ForeignKey(
        "images.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="changes",
        db_index=False,
    )
    old_type = models.CharField(max_length=10, blank=True)
    old = models.TextField(blank=True)
    old_origin = models.CharField(max_length=10, choices=Origin, blank=True)
    new_type = models.CharField(max_length=10, blank=True)
    new = models.TextField(blank=True)
    new_origin = models.CharField(max_length=10, choices=Origin, blank=True)
    # Whose bucket it was; a mirror that is deleted is just no longer there.
    old_mirror_id = models.BigIntegerField(null=True, blank=True, editable=False)
    new_mirror_id = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["change_set", "image"], name="changes_of_an_act"),
            # Most changes are of no project: the index is of those that are.
            models.Index(
                fields=["project"],
                name="changes_of_a_project",
                condition=models.Q(project__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.old or '–'} → {self.new or '–'}"
