"""Make, change and delete projects. Their images are never deleted with them."""

from __future__ import annotations

from django.db import transaction

from assetlib.accounts.models import Workspace
from assetlib.accounts.slugs import RESERVED_PROJECTS, free_slug
from images.models import Project


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
    """Delete the project; the images stay in the library."""
    with transaction.atomic():
        workspace = Workspace.objects.lock(project.workspace_id)
        project.delete()
        workspace.seq += 1
        workspace.save(update_fields=["seq"])
