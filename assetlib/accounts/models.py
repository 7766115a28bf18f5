from __future__ import annotations

import uuid
import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from assetlib.accounts.slugs import RESERVED_WORKSPACES, SLUG


class User(AbstractUser):
    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.IntegerChoices):
    """What a member may do; a higher role may do all that a lower one may."""

    VIEWER = 1, "viewer"
    EDITOR = 2, "editor"
    ADMIN = 3, "admin"


def check_workspace_slug(slug: str) -> None:
    if slug in RESERVED_WORKSPACES:
        raise ValidationError(f"“{slug}” is an address of the server itself; choose another.")


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"There is no time zone “{name}”; Europe/Berlin or UTC would work.")


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def of(self, user: User) -> WorkspaceQuerySet:
        """Those the user is a member of, by name."""
        return self.filter(members__user=user).order_by("name", "slug")

    def left_alone_by(self, members: models.QuerySet[Member]) -> WorkspaceQuerySet:
        """Those that have an admin, and none without these members."""
        admins = Member.objects.filter(workspace=models.OuterRef("pk"), role=Role.ADMIN)
        others = admins.exclude(pk__in=members.values("pk"))
        return self.filter(models.Exists(admins), ~models.Exists(others))

    def lock(self, pk: int) -> Workspace:
        """Return the workspace, locked against other writers until the transaction ends.

        A plain FOR UPDATE would also block every insert with a foreign key to it. On SQLite the
        IMMEDIATE transaction is the lock, and this reads.
        """
        return self.select_for_update(no_key=True).get(pk=pk)


class Workspace(models.Model):
    """The tenant: every image, key, tag and project belongs to exactly one."""

    name = models.CharField(max_length=120)
    slug = models.CharField(
        max_length=63,
        unique=True,
        validators=[
            RegexValidator(SLUG, "Lower-case letters, digits and “-” make an address."),
            check_workspace_slug,
        ],
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    time_zone = models.CharField(
        max_length=60,
        default="UTC",
        validators=[check_time_zone],
        help_text="Days in a query, such as uploaded:today, begin at midnight here.",
    )
    seq = models.BigIntegerField(default=0, editable=False)
    next_ord = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Member(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.VIEWER)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_a_user")
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.get_role_display()} of {self.workspace}"


class Scope(models.TextChoices):
    """What a program may do with its API key."""

    READ = "read", "read"
    WRITE = "write", "write"
    MIRROR = "mirror", "run mirrors"
    ADMIN = "admin", "administer"


def check_scopes(scopes: object) -> None:
    if not isinstance(scopes, list) or not scopes or not {*scopes} <= {*Scope.values}:
        raise ValidationError(f"Scopes are some of {', '.join(Scope.values)}.")


class ApiKey(models.Model):
    """What a program shows to work in one workspace. The secret itself is kept nowhere.

    `prefix` is its beginning, to tell it from others; `digest` is the SHA-256 of all of it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    scopes = models.JSONField(default=list, validators=[check_scopes])
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return self.name
