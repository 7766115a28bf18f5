"""Build the bench's library: rows in bulk, counters with them, and the index derived from both.

No history, and no files: what is measured reads neither.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.text import slugify

from assetlib.accounts.found import create_workspace
from assetlib.accounts.models import User, Workspace
from assetlib.bench.blocks import Block, blocks
from assetlib.bench.plan import PROJECTS, START, Plan, serial_of
from assetlib.bench.tables import loading, moment, put, settle
from assetlib.columns.form import normalise
from assetlib.search.index import parts, rebuild
from metadata import rows
from metadata.dictionary import digest_of
from metadata.models import NORM_LENGTH

SLUG, USERNAME, PASSWORD = "bench", "bench", "only for measuring"
IMAGE = (
    "id workspace_id ord public_id filename sha256 format size width height orientation camera"
    " taken_at uploaded_at origin updated_at metadata_version deleted_at deleted_by_id"
)
VALUE = "id key_id code type text digest norm image_count"
ENTRY = "image_id key_id value_id number origin changed_at changed_by_id"
IMAGE_TAG = "image_id tag_id origin changed_at changed_by_id"

Progress = Callable[[str], None]


class NotOursError(Exception):
    """The database holds something else than a library of the bench."""


def build(plan: Plan, progress: Progress) -> Workspace:
    """Return the library of the plan, built unless it is there already. Raises NotOursError."""
    call_command("migrate", interactive=False, verbosity=0)
    found = _found(plan)
    if found is None:
        found = _new(plan)
        _load(found, plan, progress)
    if found.name != _name(plan):
        _index(found, progress)
        settle()
        Workspace.objects.filter(pk=found.pk).update(name=_name(plan))
        found.refresh_from_db()
    return found


def _found(plan: Plan) -> Workspace | None:
    """Return the library when its rows are those of the plan; empty the database of others."""
    workspaces = list(Workspace.objects.all())
    if any(workspace.slug != SLUG for workspace in workspaces):
        raise NotOursError("This database holds other workspaces. Name one that is empty.")
    if not workspaces:
        return None
    if workspaces[0].name.startswith(_name(plan, index="")):
        return workspaces[0]
    call_command("flush", interactive=False, verbosity=0)
    return None


def _name(plan: Plan, index: str | None = None) -> str:
    """Return the name of the library when it is whole: what it is made of, by which sources."""
    rows_ = _fingerprint("assetlib/bench/*.py", "*/migrations/*.py", "*/*/migrations/*.py")
    chunks = _fingerprint("assetlib/columns/*.py", "*/columns.py") if index is None else index
    return f"Bench {plan.images} {plan.seed} rows {rows_} index {chunks}"


def _fingerprint(*patterns: str) -> str:
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if path.parent.name != "bench" or path.stem in {"plan", "blocks", "library"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _new(plan: Plan) -> Workspace:
    user, _ = User.objects.get_or_create(username=USERNAME, defaults={"is_superuser": True})
    user.set_password(PASSWORD)
    user.save()
    workspace = create_workspace(f"Bench {plan.images}, unfinished", owner=user, slug=SLUG)
    # The same in every library of the seed, so that rows and pages are too.
    Workspace.objects.filter(pk=workspace.pk).update(created_at=START)
    return workspace


def _load(workspace: Workspace, plan: Plan, progress: Progress) -> None:
    # On the image's page and in the history a person did it.
    by = workspace.members.get().user_id
    counts = Counts(plan)
    with loading():
        with transaction.atomic():
            _vocabulary(workspace, plan)
        done = 0
        for block in blocks(plan):
            with transaction.atomic():
                _store(workspace, block, plan, by)
            counts.add(block)
            done += len(block.pictures)
            progress(f"{done:,} of {plan.images:,} images")
        with transaction.atomic():
            counts.write()
            Workspace.objects.filter(pk=workspace.pk).update(next_ord=plan.images)
            workspace.keys.filter(pk=plan.serial_key).update(next_code=plan.images)
            Workspace.objects.filter(pk=workspace.pk).update(name=_name(plan, index=""))


def _index(workspace: Workspace, progress: Progress) -> None:
    workspace.refresh_from_db()
    found = parts(workspace)
    for done, part in enumerate(found, 1):
        rebuild(workspace, part)
        if done == len(found) or not done % 200:
            progress(f"{done:,} of {len(found):,} parts of the index")


def _vocabulary(workspace: Workspace, plan: Plan) -> None:
    at, pk = moment(START), workspace.pk
    put(
        "images_project",
        "id workspace_id name slug description created_at",
        [(n, pk, name, slugify(name), "", at) for n, name in enumerate(PROJECTS, 1)],
    )
    put(
        "metadata_key",
        "id workspace_id name image_count string_count number_count boolean_count next_code"
        " created_at",
        [(n, pk, key.name, 0, 0, 0, 0, len(key.values), at) for n, key in enumerate(plan.keys, 1)],
    )
    put(
        "metadata_tag",
        "id workspace_id name folded image_count created_at",
        [(n, pk, name, name.lower(), 0, at) for n, name in enumerate(plan.tags, 1)],
    )
    put("metadata_value", VALUE, _values(plan))


def _values(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for pk, (key, first) in enumerate(zip(plan.keys, plan.first_values, strict=True), 1):
        for code, (type_name, text) in enumerate(key.values):
            yield _value(first + code, pk, code, (type_name, text), 0)


def _value(
    pk: int, key: int, code: int, typed: tuple[str, str], count: int
) -> tuple[int, int, int, str, str, bytes, str, int]:
    type_name, text = typed
    norm = normalise(text)[:NORM_LENGTH]
    return pk, key, code, type_name, text, digest_of(text), norm, count


def _store(workspace: Workspace, block: Block, plan: Plan, by: int) -> None:
    pictures = block.pictures
    put("images_image", IMAGE, _images(workspace, block, by))
    put("metadata_value", VALUE, _serials(block, plan))
    first = pictures[0].ord + 1
    at = [moment(picture.uploaded_at) for picture in pictures]
    origins = [picture.origin for picture in pictures]
    said = block.said
    entries = zip(
        said.place.tolist(),
        said.key.tolist(),
        said.value.tolist(),
        said.number.tolist(),
        strict=True,
    )
    put(
        "metadata_entry",
        ENTRY,
        (
            (first + i, key, value or None, None if value else number, origins[i], at[i], by)
            for i, key, value, number in entries
        ),
    )
    pairs = zip(*(each.tolist() for each in block.tags), strict=True)
    tags = ((first + i, tag, origins[i], at[i], by) for i, tag in pairs)
    put("metadata_imagetag", IMAGE_TAG, tags)
    put(
        "images_membership",
        "image_id project_id split batch added_at",
        [
            (first + i, project, split, batch, at[i])
            for i, project, split, batch in block.memberships
        ],
    )


def _images(workspace: Workspace, block: Block, by: int | None) -> Iterable[tuple[Any, ...]]:
    for p in block.pictures:
        uploaded = moment(p.uploaded_at)
        gone = p.deleted_at if by is not None else None
        yield (
            *(p.ord + 1, workspace.pk, p.ord, p.public_id, p.filename, p.sha256, p.format, p.size),
            *(p.width, p.height, 1, "{}", moment(p.taken_at), uploaded, p.origin, uploaded, 1),
            *(moment(gone), by if gone else None),
        )


def _serials(block: Block, plan: Plan) -> Iterator[tuple[Any, ...]]:
    for picture in block.pictures:
        pk = plan.value_count + 1 + picture.ord
        typed = ("string", serial_of(picture.ord))
        yield _value(pk, plan.serial_key, picture.ord, typed, int(picture.deleted_at is None))


class Counts:
    """How many images outside the trash have each key by type, each value, each tag."""

    def __init__(self, plan: Plan) -> None:
        self._keys: Counter[tuple[int, str]] = Counter()
        self._values = np.zeros(plan.value_count + 1, dtype=np.int64)
        self._tags = np.zeros(len(plan.tags) + 1, dtype=np.int64)
        types = [type_name for key in plan.keys for type_name, _ in key.values]
        self._boolean = np.array([False, *(name == "boolean" for name in types)])

    def add(self, block: Block) -> None:
        alive = np.array([picture.deleted_at is None for picture in block.pictures])
        said = alive[block.said.place]
        key, value = block.said.key[said], block.said.value[said]
        # The serial numbers' own counts are in their rows.
        known = np.where(value < self._values.size, value, 0)
        self._values += np.bincount(known, minlength=self._values.size)
        by_type = {"number": value == 0, "boolean": self._boolean[known]}
        by_type["string"] = ~(by_type["number"] | by_type["boolean"])
        for type_name, of_type in by_type.items():
            for pk, n in enumerate(np.bincount(key[of_type]).tolist()):
                self._keys[pk, type_name] += n
        place, tag = block.tags
        self._tags += np.bincount(tag[alive[place]], minlength=self._tags.size)

    def write(self) -> None:
        self._values[0] = 0
        rows.add_key_counts(self._keys)
        rows.add_value_counts(dict(enumerate(self._values.tolist())))
        rows.add_tag_counts(dict(enumerate(self._tags.tolist())))
