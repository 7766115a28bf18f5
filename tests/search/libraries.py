"""Write pictures, as the oracle knows them, to the database, and read them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from assetlib.accounts.models import Workspace
from assetlib.annotations.annotate import Boxed, put_all
from assetlib.annotations.drawn import Drawn
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from assetlib.mirror.models import LedgerRow
from assetlib.search.index import parts, rebuild
from images.models import Image, Membership, Project
from images.trash import trash as move_to_trash
from metadata.annotate import annotate
from metadata.edits import Edit
from metadata.values import from_json
from tests.factories import NOON, make_mirror
from tests.search.oracle import Datum, Picture


def store(workspace: Workspace, pictures: Sequence[Picture]) -> dict[int, Image]:
    """Write the pictures and return their images by ord."""
    images = Image.objects.bulk_create([_image(workspace, picture) for picture in pictures])
    workspace.next_ord = max((picture.ord for picture in pictures), default=-1) + 1
    workspace.save(update_fields=["next_ord"])
    by_ord = {image.ord: image for image in images}
    for origin in Origin:
        values = {
            picture.ord: {
                key: value
                for key, value in picture.entries.items()
                if picture.origins.get(key, "user") == origin
            }
            for picture in pictures
        }
        set_entries(workspace, by_ord, values, origin)
    tag_images(workspace, by_ord, {picture.ord: picture.tags for picture in pictures})
    draw_boxes(workspace, by_ord, {picture.ord: picture.boxes for picture in pictures})
    _join(workspace, by_ord, pictures)
    _mirror(workspace, by_ord, pictures)
    # To annotate is to update, at the present of the machine.
    Image.objects.bulk_update(images, ["updated_at"])
    trash(workspace, [by_ord[picture.ord] for picture in pictures if picture.trashed])
    reindex(workspace)
    return by_ord


def read(workspace: Workspace) -> list[Picture]:
    """Return the pictures as the tables have them, without the columns."""
    rows = Image.objects.filter(workspace=workspace).prefetch_related(
        "entries__key",
        "entries__value",
        "image_tags__tag",
        "memberships__project",
        "boxes__class_name",
        "ledger__mirror",
    )
    return [_picture(image) for image in rows]


def _picture(image: Image) -> Picture:
    entries = image.entries.all()
    return Picture(
        ord=image.ord,
        filename=image.filename,
        size=image.size,
        width=image.width,
        height=image.height,
        format=image.format,
        origin=image.origin,
        uploaded=image.uploaded_at,
        taken=image.taken_at,
        entries={entry.key.name: entry.typed.json for entry in entries},
        origins={entry.key.name: entry.origin for entry in entries},
        tags={row.tag.name for row in image.image_tags.all()},
        places={(row.mirror.name, row.path) for row in image.ledger.all()},
        projects={row.project.slug: (row.split, row.batch) for row in image.memberships.all()},
        boxes=[box.class_name.name for box in image.boxes.all()],
        trashed=image.deleted_at is not None,
    )


def reindex(workspace: Workspace) -> None:
    """Derive the columns of what was written without the operations that keep them."""
    for part in parts(workspace):
        rebuild(workspace, part)


def set_entries(
    workspace: Workspace,
    images: Mapping[int, Image],
    values: Mapping[int, Mapping[str, Datum | None]],
    origin: Origin = Origin.USER,
) -> None:
    """Set values by ord and key; None removes the entry."""
    edits = [
        Edit(
            images[ord_],
            set={key: from_json(value) for key, value in own.items() if value is not None},
            remove=[key for key, value in own.items() if value is None],
        )
        for ord_, own in values.items()
        if own
    ]
    with act(workspace, by=None, origin=origin, kind=ActKind.EDIT) as acting:
        annotate(acting, edits)


def tag_images(
    workspace: Workspace, images: Mapping[int, Image], tags: Mapping[int, Iterable[str]]
) -> None:
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(images[ord_], add_tags=list(own)) for ord_, own in tags.items()])


def draw_boxes(
    workspace: Workspace, images: Mapping[int, Image], classes: Mapping[int, Iterable[str]]
) -> None:
    """Give images, by ord, a box of each of the classes in place of those they have."""
    with act(workspace, by=None, origin=Origin.API, kind=ActKind.EDIT) as acting:
        put_all(
            acting,
            [
                Boxed(images[ord_], [Drawn(name, 1, 2, 3, 4) for name in own])
                for ord_, own in classes.items()
            ],
            overwrite=True,
        )


def trash(workspace: Workspace, images: Sequence[Image]) -> None:
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        move_to_trash(acting, images)


def _mirror(workspace: Workspace, images: Mapping[int, Image], pictures: Sequence[Picture]) -> None:
    names = sorted({mirror for picture in pictures for mirror, _ in picture.places})
    mirrors = {name: make_mirror(workspace, name) for name in names}
    LedgerRow.objects.bulk_create(
        LedgerRow(
            mirror=mirrors[mirror], path=path, image=images[picture.ord], outcome="synced", at=NOON
        )
        for picture in pictures
        for mirror, path in picture.places
    )


def _image(workspace: Workspace, picture: Picture) -> Image:
    return Image(
        workspace=workspace,
        ord=picture.ord,
        filename=picture.filename,
        sha256=sha256(f"picture {picture.ord}".encode()).hexdigest(),
        format=picture.format,
        size=picture.size,
        width=picture.width,
        height=picture.height,
        origin=picture.origin,
        uploaded_at=picture.uploaded,
        updated_at=picture.uploaded,
        taken_at=picture.taken,
    )


def _join(workspace: Workspace, images: Mapping[int, Image], pictures: Sequence[Picture]) -> None:
    slugs = sorted({slug for picture in pictures for slug in picture.projects})
    projects = {
        slug: Project.objects.create(workspace=workspace, slug=slug, name=slug.title())
        for slug in slugs
    }
    Membership.objects.bulk_create(
        Membership(project=projects[slug], image=images[picture.ord], split=split, batch=batch)
        for picture in pictures
        for slug, (split, batch) in picture.projects.items()
    )
