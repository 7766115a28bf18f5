from __future__ import annotations

from django.db import transaction

from assetlib.accounts.models import Member, Role, User, Workspace
from assetlib.accounts.slugs import RESERVED_WORKSPACES, free_slug


def create_workspace(
    name: str, *, owner: User | None, slug: str = "", time_zone: str = "UTC"
) -> Workspace:
    """Make a workspace with `owner` as its admin; without a slug one is made from the name."""
    with transaction.atomic():
        slug = slug or free_slug(
            name,
            taken=lambda slug: (
                slug in RESERVED_WORKSPACES or Workspace.objects.filter(slug=slug).exists()
            ),
            fallback="workspace",
        )
        workspace = Workspace(name=name, slug=slug, time_zone=time_zone)
        workspace.full_clean()
        workspace.save()
        if owner is not None:
            Member.objects.create(workspace=workspace, user=owner, role=Role.ADMIN)
    return workspace
