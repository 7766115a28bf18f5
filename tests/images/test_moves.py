"""Trash, projects and file names: in, out, and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone

from assetlib.accounts.models import Workspace
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.changes.undo import undo
from images.files import names_of
from images.memberships import join, leave
from images.models import Image, Membership
from images.projects import create_project, delete_project
from images.rename import rename
from images.trash import delete_workspace, purge_expired, restore, trash
from tests.factories import make_image, make_picture, make_project


def last_change_set() -> ChangeSet:
    return ChangeSet.objects.latest("id")


def test_to_the_trash_and_back(workspace: Workspace) -> None:
    image = make_image(workspace)

    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        assert trash(acting, [image]) == 1
        assert trash(acting, [image]) == 0
    assert not Image.objects.alive().exists()

    undo(last_change_set(), by=None)
    assert Image.objects.alive().count() == 1


def test_undo_of_an_upload_moves_the_images_to_the_trash(workspace: Workspace) -> None:
    image = make_picture(workspace)

    undone = undo(last_change_set(), by=None)

    assert undone.restored == 1
    assert list(Image.objects.trashed()) == [image]


def test_someone_restored_it_meanwhile(workspace: Workspace) -> None:
    image = make_image(workspace)
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])
    deletion = last_change_set()
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.RESTORE) as acting:
        restore(acting, [image])

    undone = undo(deletion, by=None)

    assert [conflict.reason for conflict in undone.conflicts] == ["it has been changed again since"]


@override_settings(TRASH_DAYS=30)
def test_only_what_lay_there_too_long_is_purged_with_its_files(workspace: Workspace) -> None:
    old, recent, alive = (make_picture(workspace) for _ in range(3))
    now = timezone.now()
    Image.objects.filter(pk=old.pk).update(deleted_at=now - timedelta(days=31))
    Image.objects.filter(pk=recent.pk).update(deleted_at=now - timedelta(days=29))

    assert purge_expired() == 1

    assert set(Image.objects.all()) == {recent, alive}
    assert not any(default_storage.exists(name) for name in names_of(old))
    assert default_storage.exists(next(names_of(recent)))


def test_a_workspace_goes_with_all_its_files(workspace: Workspace) -> None:
    image = make_picture(workspace)
    names = list(names_of(image))

    delete_workspace(workspace)

    assert not Workspace.objects.exists()
    assert not any(default_storage.exists(name) for name in names)


def test_joining_again_moves_and_an_empty_split_leaves_the_one_there_is(
    workspace: Workspace,
) -> None:
    image, project = make_image(workspace), make_project(workspace)
    for split, batch in (("train", "May 3"), ("test", ""), ("", "")):
        with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
            join(acting, [image], project, split=split, batch=batch)

    membership = Membership.objects.get()
    assert (membership.split, membership.batch) == ("test", "May 3")
    assert ChangeSet.objects.count() == 2


def test_memberships_are_undone_exactly(workspace: Workspace) -> None:
    image, project = make_image(workspace), make_project(workspace)
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [image], project)
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [image], project, split="train")

    changed = last_change_set()
    assert Image.objects.get().updated_at == changed.at
    undo(changed, by=None)
    assert Membership.objects.get().split == ""
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        leave(acting, [image], project)
    undo(last_change_set(), by=None)
    assert Membership.objects.get().split == ""
    undo(ChangeSet.objects.earliest("id"), by=None)
    assert not Membership.objects.exists()


def test_a_file_name_is_changed_and_undone(workspace: Workspace) -> None:
    image = make_image(workspace, "old.jpg")
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        rename(acting, image, "folder/new.jpg")
    assert Image.objects.get().filename == "new.jpg"

    undo(last_change_set(), by=None)

    assert Image.objects.get().filename == "old.jpg"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Held out", "held-out"), ("Search", "search-2"), ("東京", "project"), ("a" * 100, "a" * 60)],
)
def test_slugs_come_from_names(workspace: Workspace, name: str, slug: str) -> None:
    assert create_project(workspace, name).slug == slug


def test_a_taken_slug_gets_a_number_and_a_deleted_project_leaves_its_images(
    workspace: Workspace,
) -> None:
    image = make_image(workspace)
    first, second = create_project(workspace, "Line 3"), create_project(workspace, "Line 3")
    assert (first.slug, second.slug) == ("line-3", "line-3-2")
    with act(workspace, by=None, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        join(acting, [image], first)

    delete_project(first)

    assert Image.objects.alive().count() == 1
    assert not Membership.objects.exists()
