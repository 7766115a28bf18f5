"""Django's admin: every page opens, asks as much for twenty rows as for two, deletes our way."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assetlib.accounts.api_keys import create_api_key, find_api_key
from assetlib.accounts.models import ApiKey, Member, Role, Scope, User, Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.api.models import Kept
from assetlib.changes.models import ActKind, ChangeSet
from assetlib.jobs.models import Job, Tick
from assetlib.mirror.models import Base, Credential, LedgerRow, Run
from images.files import names_of
from images.models import Image, Project
from metadata.models import Entry, Key
from tests.annotations.boxes import draw
from tests.factories import (
    NOON,
    make_image,
    make_member,
    make_mirror,
    make_picture,
    make_project,
    make_user,
    make_workspace,
    put_in,
)
from tests.metadata.writes import edit, held

OURS = (
    "accounts",
    "annotations",
    "api",
    "changes",
    "columns",
    "images",
    "jobs",
    "metadata",
    "mirror",
)
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]  # noqa: SLF001
READ_ONLY = (
    "entry",
    "imagetag",
    "tag",
    "apikey",
    "changeset",
    "columnchunk",
    "job",
    "tick",
    "classname",
    "box",
    "kept",
    "run",
    "ledgerrow",
    "base",
)


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    user = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fill(workspace: Workspace, count: int) -> None:
    for _ in range(count):
        image = make_image(workspace)
        put_in(make_project(workspace, f"P{image.pk}"), image)
        create_api_key(workspace, f"program {image.pk}", [Scope.READ])
        editor = make_member(workspace, Role.ADMIN, make_user(f"u{image.pk}"))
        edit(
            image,
            {"camera_id": f"cam{image.pk}", f"k{image.pk}": 1},
            by=editor,
            add_tags=[f"t{image.pk}"],
        )
        Job.objects.create(workspace=workspace, kind="undo", by=editor)
        Kept.objects.create(
            workspace=workspace,
            caller="key:1",
            key=f"k{image.pk}",
            claimed_at=image.uploaded_at,
            created_at=image.uploaded_at,
        )
        Tick.objects.create(name=f"tick {image.pk}", due_at=image.uploaded_at)
        draw(image, Drawn(f"class {image.pk}", 1, 1, 9, 9), by=editor)
        mirror = make_mirror(workspace, f"m{image.pk}")
        run = Run.objects.create(mirror=mirror)
        Base.objects.create(mirror=mirror, image=image)
        LedgerRow.objects.create(
            mirror=mirror, run=run, path=f"{image.pk}.jpg", image=image, outcome="synced", at=NOON
        )


def address(model: type[Model], what: str, *arguments: object) -> str:
    meta = model._meta  # noqa: SLF001 -- Django's own way to a model's names
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{what}", args=arguments)


def first_of(model: type[Model]) -> Model:
    return model._default_manager.earliest("pk")  # noqa: SLF001 -- Django's own way


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_and_pages_open_and_ask_the_same_for_two_and_twenty(
    root: Client, workspace: Workspace, model: type[Model]
) -> None:
    def questions(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert root.get(url).status_code == 200
        return len(captured)

    fill(workspace, 2)
    listed = address(model, "changelist")
    page = address(model, "change", first_of(model).pk)
    questions(listed)
    few = questions(listed), questions(page)
    fill(workspace, 18)

    assert questions(listed) == few[0]
    # Django's field of a member asks for the name of each; nobody has a thousand.
    members = 2 * 18 if model is Workspace else 0
    assert questions(page) <= few[1] + members
    assert questions(f"{listed}?q=cam") > 0


@pytest.mark.parametrize(
    "model",
    [each for each in MODELS if each.__name__.lower() in READ_ONLY],
    ids=lambda m: m.__name__,
)
def test_what_our_operations_write_is_only_shown(
    root: Client, workspace: Workspace, model: type[Model]
) -> None:
    fill(workspace, 1)
    row = first_of(model)

    assert root.get(address(model, "add")).status_code == 403
    assert root.post(address(model, "change", row.pk), {}).status_code == 403
    assert root.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_deleting_an_image_moves_it_to_the_trash(root: Client, workspace: Workspace) -> None:
    image = make_image(workspace)
    edit(image, {"k": 1}, add_tags=["t"])

    root.post(address(Image, "delete", image.pk), {"post": "yes"})

    assert Image.objects.trashed().get() == image
    assert ChangeSet.objects.latest("id").kind == ActKind.DELETE


def test_images_go_to_the_trash_and_back_by_the_actions(root: Client, workspace: Workspace) -> None:
    images = [make_image(workspace), make_image(workspace)]
    listed = address(Image, "changelist")
    chosen = {"_selected_action": [str(image.pk) for image in images]}

    root.post(listed, {"action": "move_to_trash", **chosen})
    assert Image.objects.trashed().count() == 2
    root.post(listed, {"action": "restore", **chosen})

    assert Image.objects.alive().count() == 2
    assert "delete_selected" not in root.get(listed).content.decode()


def test_deleting_a_key_is_in_the_history(root: Client, workspace: Workspace) -> None:
    image = make_image(workspace)
    edit(image, {"k": 1, "other": 2})
    key = Key.objects.get(name="k")

    root.post(address(Key, "delete", key.pk), {"post": "yes"})

    assert held(image) == {"other": 2}
    assert ChangeSet.objects.latest("id").kind == ActKind.KEY_DELETE
    assert Entry.objects.count() == 1


def test_deleting_a_project_leaves_its_images(root: Client, workspace: Workspace) -> None:
    project = make_project(workspace)
    put_in(project, make_image(workspace))

    root.post(address(Project, "delete", project.pk), {"post": "yes"})

    assert not Project.objects.exists()
    assert Image.objects.alive().count() == 1


def test_deleting_a_workspace_takes_its_files_along(root: Client, workspace: Workspace) -> None:
    image = make_picture(workspace)
    edit(image, {"k": 1}, add_tags=["t"])

    root.post(address(Workspace, "delete", workspace.pk), {"post": "yes"})

    assert not Workspace.objects.exists()
    assert not any(default_storage.exists(name) for name in names_of(image))


LAST = [
    ({"role": int(Role.ADMIN)}, True),
    ({"role": int(Role.EDITOR)}, False),
    ({"role": int(Role.ADMIN), "DELETE": "on"}, False),
]


@pytest.mark.parametrize(("said", "allowed"), LAST)
def test_a_workspace_keeps_an_admin(
    root: Client, workspace: Workspace, said: dict[str, object], allowed: bool
) -> None:
    member = Member.objects.get(user=make_member(workspace, Role.ADMIN))
    form = {
        "name": "Acme",
        "slug": "acme",
        "time_zone": "UTC",
        "members-TOTAL_FORMS": "1",
        "members-INITIAL_FORMS": "1",
        "members-0-id": str(member.pk),
        "members-0-workspace": str(workspace.pk),
        "members-0-user": str(member.user_id),
        **{f"members-0-{name}": value for name, value in said.items()},
    }

    answer = root.post(address(Workspace, "change", workspace.pk), form)

    assert answer.status_code == (302 if allowed else 200)
    assert allowed or "needs at least one member who is its admin" in answer.content.decode()
    assert User.objects.filter(memberships__role=Role.ADMIN).exists()


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize(("said", "allowed"), [*LAST, ({"workspace": "other"}, False)])
def test_nor_does_it_lose_its_admin_on_the_page_of_the_account(
    root: Client, workspace: Workspace, said: dict[str, object], allowed: bool, second: bool
) -> None:
    user = make_member(workspace, Role.ADMIN)
    if second:
        make_member(workspace, Role.ADMIN, make_user("second"))
    fields = {"workspace": workspace.pk, "role": int(Role.ADMIN), **said}
    if fields["workspace"] == "other":
        fields["workspace"] = make_workspace("other").pk
    form = {
        "username": user.username,
        "date_joined_0": "2026-05-01",
        "date_joined_1": "12:00:00",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(user.memberships.get().pk),
        "memberships-0-user": str(user.pk),
        **{f"memberships-0-{name}": value for name, value in fields.items()},
    }

    answer = root.post(address(User, "change", user.pk), form)

    assert answer.status_code == (302 if allowed or second else 200)
    assert allowed or second or "there is none in Acme" in answer.content.decode()
    assert Member.objects.filter(workspace=workspace, role=Role.ADMIN).exists()


@pytest.mark.parametrize(("second", "left"), [(False, True), (True, False)])
def test_the_only_admin_of_a_workspace_is_not_deleted(
    root: Client, workspace: Workspace, second: bool, left: bool
) -> None:
    user = make_member(workspace, Role.ADMIN)
    if second:
        make_member(workspace, Role.ADMIN, make_user("second"))

    root.post(address(User, "delete", user.pk), {"post": "yes"})
    root.post(
        address(User, "changelist"),
        {"action": "delete_selected", "_selected_action": str(user.pk), "post": "yes"},
    )

    assert User.objects.filter(pk=user.pk).exists() is left


def test_an_api_key_is_revoked_and_its_secret_nowhere(root: Client, workspace: Workspace) -> None:
    api_key, secret = create_api_key(workspace, "uploader", [Scope.READ, Scope.WRITE])
    listed = address(ApiKey, "changelist")
    shown = root.get(listed).content + root.get(address(ApiKey, "change", api_key.pk)).content

    root.post(listed, {"action": "revoke", "_selected_action": [api_key.pk]})

    assert secret.encode() not in shown
    assert api_key.digest.encode() not in shown
    assert find_api_key(secret) is None


def test_a_credential_takes_secrets_and_never_shows_them(
    root: Client, workspace: Workspace
) -> None:
    said = {"workspace": workspace.pk, "name": "lab", "kind": "keys", "addressing": "auto"}
    secret = {"secret_access_key": "hush-hush"}
    refused = root.post(address(Credential, "add"), said | secret).content.decode()
    assert "This kind of credential needs an access key id." in refused
    assert "hush" not in refused
    root.post(address(Credential, "add"), said | secret | {"access_key_id": "AKID"})
    credential = Credential.objects.get()
    page = address(Credential, "change", credential.pk)

    assert credential.secrets == {"secret_access_key": "hush-hush"}
    assert "hush" not in credential.sealed
    assert b"hush" not in root.get(page).content
    root.post(page, said | {"access_key_id": "AKIA"})
    credential.refresh_from_db()
    assert (credential.access_key_id, len(credential.secrets)) == ("AKIA", 1)
