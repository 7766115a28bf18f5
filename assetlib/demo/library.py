"""Build the demo library: accounts, projects, pictures with their metadata, and some history."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from assetlib.accounts.found import create_workspace
from assetlib.accounts.models import Member, Role, User, Workspace
from assetlib.annotations.annotate import Boxed, put_all
from assetlib.annotations.drawn import Drawn
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.changes.undo import undo
from assetlib.demo.draw_seen import Outline
from assetlib.demo.scenes import Scene, scenes
from images.ingest import add_many, examine, keep
from images.memberships import join
from images.models import Image, Project
from images.projects import create_project
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.json_rules import flatten_strict
from metadata.values import parse_typed

SLUG = "demo"
BATCH = 40
ABOUT = {
    "Conveyor line 3": "Parts on four belts, checked for missing bolts and chipped teeth.",
    "Warehouse safety": "Aisles, forklifts and people.",
    "Road cameras": "Day, dusk and night, in all weathers.",
    "Board inspection": "Circuit boards under the lens.",
}


def accounts(password: str, file: Path) -> tuple[Workspace, User, str]:
    """Return the demo workspace, its admin, and the admin's password, kept in `file` for later.

    A password that was changed since stays, and the one returned is empty: nobody knows it.
    """
    admin, is_new = User.objects.get_or_create(
        username="admin", defaults={"is_staff": True, "is_superuser": True, "first_name": "Ada"}
    )
    known = file.read_text().strip() if file.exists() else ""
    if password or is_new:
        known = password or secrets.token_urlsafe(9)
        admin.set_password(known)
        admin.save()
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(known)
    elif not admin.check_password(known):
        known = ""
    workspace = Workspace.objects.filter(slug=SLUG).first()
    if workspace is None:
        workspace = create_workspace(
            "Demo plant", owner=admin, slug=SLUG, time_zone="Europe/Berlin"
        )
    Member.objects.get_or_create(workspace=workspace, user=admin, defaults={"role": Role.ADMIN})
    return workspace, admin, known


def colleague(workspace: Workspace) -> User:
    """Return Maria, an editor who cannot log in: some of the history is hers."""
    maria, is_new = User.objects.get_or_create(username="maria", defaults={"first_name": "María"})
    if is_new:
        maria.set_unusable_password()
        maria.save()
    Member.objects.get_or_create(workspace=workspace, user=maria, defaults={"role": Role.EDITOR})
    return maria


def fill(workspace: Workspace, by: User, count: int) -> Iterator[int]:
    """Bring the library to `count` demo pictures; yield how many are done after each batch."""
    done = workspace.images.count()
    projects = _projects(workspace) if done < count else {}
    rest = scenes(count, first=done)
    into: ChangeSet | None = None
    while batch := list(islice(rest, BATCH)):
        into = _add(workspace, by, batch, projects, into) or into
        done += len(batch)
        yield done


def _projects(workspace: Workspace) -> dict[str, Project]:
    known = {project.name: project for project in workspace.projects.all()}
    return known | {
        name: create_project(workspace, name, about)
        for name, about in ABOUT.items()
        if name not in known
    }


def _add(
    workspace: Workspace,
    by: User,
    batch: Sequence[Scene],
    projects: dict[str, Project],
    into: ChangeSet | None,
) -> ChangeSet | None:
    with ExitStack() as files:
        examined = [
            files.enter_context(examine(io.BytesIO(scene.data), scene.filename)) for scene in batch
        ]
        for each in examined:
            keep(each, workspace)
        with act(workspace, by=by, origin=Origin.IMPORT, kind=ActKind.UPLOAD, into=into) as acting:
            images = [found.image for found in add_many(acting, examined)]
            annotate(acting, list(_edits(images, batch)))
            put_all(acting, list(_boxed(images, batch)))
            for image, scene in zip(images, batch, strict=True):
                if scene.project is not None:
                    project = projects[scene.project]
                    join(acting, [image], project, split=scene.split or "", batch=scene.batch or "")
    return acting.change_set


def _edits(images: Sequence[Image], batch: Sequence[Scene]) -> Iterator[Edit]:
    seen: set[int] = set()
    for image, scene in zip(images, batch, strict=True):
        if image.pk not in seen:
            yield Edit(image, set=flatten_strict(scene.metadata), add_tags=scene.tags)
        seen.add(image.pk)


def _boxed(images: Sequence[Image], batch: Sequence[Scene]) -> Iterator[Boxed]:
    seen: set[int] = set()
    for image, scene in zip(images, batch, strict=True):
        if image.pk not in seen:
            yield Boxed(image, [_drawn(each) for each in scene.boxes])
        seen.add(image.pk)


def _drawn(outline: Outline) -> Drawn:
    width, height = outline.right - outline.left, outline.bottom - outline.top
    return Drawn(outline.name, outline.left, outline.top, width, height)


def live(workspace: Workspace, maria: User) -> None:
    """Give the library some history, once: edits of a second person, one of them undone."""
    if workspace.change_sets.filter(by=maria).exists():
        return
    images = list(workspace.images.alive().order_by("-ord")[:6])
    said: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("reviewed", "true", ["gold-set"]),
        ("note", "glare on the lens, see ticket 4711", []),
        ("reviewed", "false", ["check-again"]),
    )
    # A library of fewer pictures has less of a history.
    for image, (key, text, tags) in zip(images, said, strict=False):
        _edit(workspace, maria, [Edit(image, set={key: parse_typed(text)}, add_tags=tags)])
    rest = images[len(said) :] or images
    wrong = _edit(
        workspace, maria, [Edit(image, set={"line": parse_typed("99")}) for image in rest]
    )
    if wrong is not None:
        undo(wrong, by=maria)


def _edit(workspace: Workspace, by: User, edits: Sequence[Edit]) -> ChangeSet | None:
    with act(workspace, by=by, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, edits)
    return acting.change_set
