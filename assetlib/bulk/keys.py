"""Rename, merge, convert and delete keys and tags: bulk edits of the images that have them."""

from __future__ import annotations

from assetlib.accounts.models import Workspace
from assetlib.bulk.change import BulkChange
from assetlib.bulk.run import enqueue_bulk
from assetlib.changes.act import Actor
from assetlib.changes.models import ActKind, Origin
from assetlib.jobs.models import Job
from assetlib.search.frozen import freeze
from metadata.models import Key, Tag


def rename_key(workspace: Workspace, key: Key, new: str, *, by: Actor, origin: Origin) -> Job:
    """Ask for the key to be called otherwise; with the name of another key the two are merged.

    An image that has both with different values keeps both, and is told.
    Raises InvalidEditError for a name that is no key's.
    """
    return _of_key(
        workspace, key, BulkChange(rename={key.name: new}), ActKind.KEY_RENAME, by, origin
    )


def convert_key(
    workspace: Workspace, key: Key, type_name: str, *, by: Actor, origin: Origin
) -> Job:
    """Ask for the key's values to be of the type; those that cannot be read so stay.

    Raises InvalidEditError for a type there is none of.
    """
    change = BulkChange(convert={key.name: type_name})
    return _of_key(workspace, key, change, ActKind.KEY_CONVERT, by, origin)


def remove_key(workspace: Workspace, key: Key, *, by: Actor, origin: Origin) -> Job:
    """Ask for the key to be taken off every image."""
    return _of_key(workspace, key, BulkChange(remove=[key.name]), ActKind.KEY_DELETE, by, origin)


def rename_tag(workspace: Workspace, tag: Tag, new: str, *, by: Actor, origin: Origin) -> Job:
    """Ask for the tag to be called otherwise; with the name of another tag the two are merged.

    Raises InvalidEditError for a name that is no tag's, or the same but for its case.
    """
    change = BulkChange(add_tags=[new], remove_tags=[tag.name])
    return _of_tag(workspace, tag, change, by, origin)


def remove_tag(workspace: Workspace, tag: Tag, *, by: Actor, origin: Origin) -> Job:
    """Ask for the tag to be taken off every image."""
    return _of_tag(workspace, tag, BulkChange(remove_tags=[tag.name]), by, origin)


def _of_key(
    workspace: Workspace, key: Key, change: BulkChange, kind: ActKind, by: Actor, origin: Origin
) -> Job:
    query = f"has:metadata.{key.name}"
    frozen = freeze(workspace, query, force=True)
    return enqueue_bulk(workspace, frozen, change, by=by, origin=origin, kind=kind, query=query)


def _of_tag(workspace: Workspace, tag: Tag, change: BulkChange, by: Actor, origin: Origin) -> Job:
    query = f"tag:{tag.name}"
    frozen = freeze(workspace, query, force=True)
    return enqueue_bulk(workspace, frozen, change, by=by, origin=origin, query=query)
