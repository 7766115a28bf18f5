"""Make, change and delete projects. Their images are never deleted with them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from assetlib.accounts.models import Workspace
from assetlib.accounts.slugs import RESERVED_PROJECTS, free_slug
from assetlib.columns.writing import Sheet
from images.columns import put_memberships
from images.models import Membership, Project

BATCH = 1_000


def create_project(workspace: Workspace, name: str, description: str = "") -> Project:
    """Make a project; its slug comes from the name, with -2 behind it when taken."""
    with transaction.atomic():
        Workspace.objects.lock(workspace.pk)
        slug = free_slug(
            name,
            taken=lambda slug: (
                slug in RESERVED_PROJECTS or workspace.projects.filter(slug=slug).exists()
            ),
            fallback="project",
        )
        return Project.objects.create(
            workspace=workspace, name=name, slug=slug, description=description
        )


def change_project(project: Project, name: str, description: str) -> None:
    """Give it another name or description; its slug stays, for it stands in people's queries."""
    project.name, project.description = name, description
    project.save(update_fields=["name", "description"])


def delete_project(project: Project) -> None:
    """Delete the project; the images stay in the library.

    They are taken out of it in short transactions first: killed in between, a smaller project is
    left, to be deleted again.
    """
    while _empty_some(project):
        continue
    with transaction.atomic():
        workspace = Workspace.objects.lock(project.workspace_id)
        # Someone may have put more in meanwhile.
        _take_out(workspace, project.memberships.all())
        project.delete()


def _empty_some(project: Project) -> bool:
    with transaction.atomic():
        workspace = Workspace.objects.lock(project.workspace_id)
        first = project.memberships.order_by("image__ord").values_list("pk", flat=True)[:BATCH]
        return _take_out(workspace, project.memberships.filter(pk__in=list(first)))


def _take_out(workspace: Workspace, memberships: QuerySet[Membership]) -> bool:
    ord_by_id = dict(memberships.values_list("image_id", "image__ord"))
    memberships.delete()
    sheet = Sheet(workspace)
    put_memberships(sheet, ord_by_id)
    workspace.seq += 1
    workspace.save(update_fields=["seq"])
    sheet.write(workspace.seq)
    return bool(ord_by_id)
