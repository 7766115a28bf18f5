"""Plain functions with defaults and no randomness: a test names only what it is about."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from PIL import Image as Picture

from assetlib.accounts.models import Member, Role, User, Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.columns.writing import Sheet
from assetlib.mirror.models import Credential, Mirror
from images.columns import put_images
from images.ingest import add, examine, keep
from images.memberships import join
from images.models import Format, Image, Membership, Project

_numbers = count(1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def make_user(username: str = "alice", **fields: Any) -> User:
    return User.objects.create_user(username, password="correct horse", **fields)


def make_workspace(slug: str = "acme", **fields: object) -> Workspace:
    return Workspace.objects.create(slug=slug, name=slug.title(), **fields)


def make_member(workspace: Workspace, role: Role = Role.EDITOR, user: User | None = None) -> User:
    """Return a user who is a member of the workspace; named for the role unless given."""
    user = user or make_user(f"{role.label}-of-{workspace.slug}")
    Member.objects.create(workspace=workspace, user=user, role=role)
    return user


def make_image(workspace: Workspace, filename: str = "", **fields: object) -> Image:
    """Return an image's row, without a file, next in the workspace's order."""
    number = next(_numbers)
    workspace.refresh_from_db()
    ord_ = workspace.next_ord
    workspace.next_ord += 1
    workspace.seq += 1
    workspace.save(update_fields=["next_ord", "seq"])
    defaults: dict[str, object] = {
        "ord": ord_,
        "filename": filename or f"frame-{number:04}.jpg",
        "sha256": sha256(str(number).encode()).hexdigest(),
        "format": Format.JPEG,
        "size": 1_000,
        "width": 640,
        "height": 480,
        "uploaded_at": NOON,
        "updated_at": NOON,
        "origin": Origin.USER,
    }
    image = Image.objects.create(workspace=workspace, **(defaults | fields))
    sheet = Sheet(workspace)
    put_images(sheet, [image])
    sheet.write(workspace.seq)
    return image


def make_picture(
    workspace: Workspace, filename: str = "frame.png", by: User | None = None
) -> Image:
    """Return an image with its file, of a colour of its own."""
    number = next(_numbers)
    data = picture_bytes("PNG", colour=(number % 256, number // 256 % 256, 90))
    with examine(io.BytesIO(data), filename) as examined:
        keep(examined, workspace)
        with act(workspace, by=by, origin=Origin.USER, kind=ActKind.UPLOAD) as acting:
            return add(acting, examined).image


def make_project(workspace: Workspace, name: str = "Line 3", **fields: object) -> Project:
    slug = str(fields.pop("slug", name.lower().replace(" ", "-")))
    return Project.objects.create(workspace=workspace, name=name, slug=slug, **fields)


def make_mirror(workspace: Workspace, name: str = "line3", **fields: object) -> Mirror:
    """Return a mirror of a bucket of its name, with access keys of its own."""
    credential = Credential(workspace=workspace, name=f"for-{name}", access_key_id="key")
    credential.endpoint_url = str(fields.pop("endpoint_url", ""))
    credential.seal(secret_access_key="secret")
    credential.save()
    named: dict[str, object] = {"name": name, "bucket": name, "credential": credential}
    return Mirror.objects.create(workspace=workspace, **(named | fields))


def put_in(project: Project, image: Image, split: str = "", batch: str = "") -> Membership:
    with act(project.workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [image], project, split=split, batch=batch, exactly=True)
    return project.memberships.get(image=image)


def picture_bytes(
    kind: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    colour: tuple[int, int, int] = (200, 90, 40),
) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", size, colour).save(out, kind)
    return out.getvalue()
