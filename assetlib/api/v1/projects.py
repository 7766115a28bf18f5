"""Projects: named sets of images. Their images are the library's, and stay in it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Router
from pydantic import StringConstraints

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, nothing, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from images.models import Project
from images.projects import change_project, create_project, delete_project

router = Router(tags=["projects"])
Name = Annotated[
    str,
    StringConstraints(
        max_length=120, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$", strip_whitespace=True
    ),
]
Description = Annotated[Text, StringConstraints(max_length=2_000)]


@operation(router, "GET", "/projects", scope=Scope.READ, answers={200: schemas.ProjectPage})
def projects(call: Call, limit: Limit = 100, cursor: Cursor = "") -> HttpResponse:
    """List the projects, by slug."""
    rows = call.workspace.projects.with_image_counts()
    page = page_of(rows, "slug", limit=limit, cursor=cursor)
    return JsonResponse({"items": [project_object(each) for each in page.items], "next": page.next})


class NewProject(Strict):
    name: Name
    description: Description = ""


@operation(router, "POST", "/projects", scope=Scope.WRITE, answers={201: schemas.Project})
def create(call: Call, body: Json[NewProject]) -> HttpResponse:
    """Make a project; its slug comes from the name, with -2 behind it when taken."""
    made = create_project(call.workspace, body.name, body.description)
    names = {"workspace": call.workspace.slug, "project": made.slug}
    address = reverse("api-v1:project", kwargs=names)
    said = project_object(call.project(made.slug))
    return JsonResponse(said, status=201, headers={"Location": address})


@operation(
    router,
    "GET",
    "/projects/{project}",
    scope=Scope.READ,
    answers={200: schemas.Project},
    url_name="project",
)
def project(call: Call, project: str) -> HttpResponse:
    return JsonResponse(project_object(call.project(project)))


class ProjectPatch(Strict):
    name: Name | None = None
    description: Description | None = None


@operation(
    router, "PATCH", "/projects/{project}", scope=Scope.WRITE, answers={200: schemas.Project}
)
def change(call: Call, project: str, body: Json[ProjectPatch]) -> HttpResponse:
    """Give it another name or description; its slug stays, for it stands in people's queries."""
    found = call.project(project)
    name = found.name if body.name is None else body.name
    description = found.description if body.description is None else body.description
    change_project(found, name, description)
    return JsonResponse(project_object(found))


@operation(router, "DELETE", "/projects/{project}", scope=Scope.ADMIN, answers={204: None})
def delete(call: Call, project: str) -> HttpResponse:
    """Delete the project; its images stay in the library."""
    delete_project(call.project(project))
    return nothing()


def project_object(project: Project) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "name": project.name,
        "description": project.description,
        "images": project.image_count,  # type: ignore[attr-defined] # annotated
        "created_at": project.created_at,
    }
