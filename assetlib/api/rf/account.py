"""Who am I, what is in the workspace, and new projects."""

from __future__ import annotations

from typing import Any

from assetlib.accounts.models import Scope
from assetlib.api.rf.entrance import Call, RfError, entrance
from assetlib.api.rf.shapes import project_objects
from images.projects import create_project

MOST_NAME = 120


@entrance(Scope.READ, "GET", "POST")
def who(call: Call) -> dict[str, Any]:
    """Return the workspace of the API key."""
    return {"workspace": call.workspace.slug, "welcome": f"This is {call.workspace.name}."}


@entrance(Scope.READ, "GET")
def workspace(call: Call) -> dict[str, Any]:
    projects = list(call.workspace.projects.order_by("name"))
    return {
        "workspace": {
            "name": call.workspace.name,
            "url": call.workspace.slug,
            "projects": project_objects(call.workspace, projects),
            "members": call.workspace.members.count(),
        }
    }


@entrance(Scope.READ, "GET", "DELETE")
def project(call: Call, project: str) -> dict[str, Any]:
    """Show a project. Deleting one is left to its page: here it is for good, not as is promised."""
    found = call.project(project)
    if call.request.method == "DELETE":
        raise RfError(
            404,
            "Projects are not deleted over this API: there is no trash to bring them back from.",
            hint="Delete it on its page; its images stay in the library.",
            kind="NotFound",
        )
    return {
        "workspace": {"name": call.workspace.name, "url": call.workspace.slug},
        "project": project_objects(call.workspace, [found])[0],
        "versions": [],
    }


@entrance(Scope.WRITE, "POST")
def projects(call: Call) -> dict[str, Any]:
    """Make a project of this name; the client names a type and a licence, too."""
    name = call.json().get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MOST_NAME:
        raise RfError(400, f"“name” is a text of at most {MOST_NAME} characters.")
    made = create_project(call.workspace, name.strip())
    return project_objects(call.workspace, [made])[0]


@entrance(Scope.READ, "GET")
def batches(call: Call, project: str, batch: str = "") -> dict[str, Any]:
    """Return the batches of a project, or the one of this name."""
    rows = call.project(project).memberships.filter(image__deleted_at=None).exclude(batch="")
    counted: dict[str, int] = {}
    for name in rows.values_list("batch", flat=True):
        counted[name] = counted.get(name, 0) + 1
    listed = [
        {"id": name, "name": name, "status": "uploaded", "images": count}
        for name, count in sorted(counted.items())
        if batch in {"", name}
    ]
    if not batch:
        return {"batches": listed}
    if not listed:
        raise RfError(404, f"There is no batch “{batch}”.", kind="NotFound")
    return {"batch": listed[0]}
