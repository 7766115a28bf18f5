"""Rename, merge, convert and delete keys and tags: bulk edits of the images that have them."""

from __future__ import annotations

from assetlib.accounts.models import Workspace
from assetlib.bulk.change import BulkChange
from assetlib.bulk.edit import BulkEdit
from assetlib.changes.models import ActKind
from assetlib.search.frozen import freeze
from metadata.models import Key, Tag


def rename_key(workspace: Workspace, key: Key, new: str) -> BulkEdit:
    """Call the key otherwise; with the name of another key the two are merged.

    An image that has both with different values keeps both, and is told.
    Raises InvalidEditError for a name that is no key's.
    """
    return _of_key(workspace, key, BulkChange(rename={key.name: new}), ActKind.KEY_RENAME)


def convert_key(workspace: Workspace, key: Key, type_name: str) -> BulkEdit:
    """Give the key's values the type; those that cannot be read so stay.

    Raises InvalidEditError for a type there is none of.
    """
    change = BulkChange(convert={key.name: type_name})
    return _of_key(workspace, key, change, ActKind.KEY_CONVERT)


def remove_key(workspace: Workspace, key: Key) -> BulkEdit:
    """Take the key off every image."""
    return _of_key(workspace, key, BulkChange(remove=[key.name]), ActKind.KEY_DELETE)


def rename_tag(workspace: Workspace, tag: Tag, new: str) -> BulkEdit:
    """Call the tag otherwise; with the name of another tag the two are merged.

    Raises InvalidEditError for a name that is no tag's, or the same but for its case.
    """
    return _of_tag(workspace, tag, BulkChange(add_tags=[new], remove_tags=[tag.name]))


def remove_tag(workspace: Workspace, tag: Tag) -> BulkEdit:
    """Take the tag off every image."""
    return _of_tag(workspace, tag, BulkChange(remove_tags=[tag.name]))


def _of_key(workspace: Workspace, key: Key, change: BulkChange, kind: ActKind) -> BulkEdit:
    query = f"has:metadata.{key.name}"
    return BulkEdit(workspace, freeze(workspace, query, force=True), change, query, kind)


def _of_tag(workspace: Workspace, tag: Tag, change: BulkChange) -> BulkEdit:
    query = f"tag:{tag.name}"
    return BulkEdit(workspace, freeze(workspace, query, force=True), change, query)
