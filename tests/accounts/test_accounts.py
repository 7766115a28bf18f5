from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone

from assetlib.accounts.access import enter
from assetlib.accounts.found import create_workspace
from assetlib.accounts.models import Role, User, Workspace
from assetlib.accounts.slugs import RESERVED_WORKSPACES, free_slug
from tests.factories import make_image, make_member, make_user, make_workspace

LOGIN = "/login/"


def log_in(client: Client, username: str, password: str) -> int:
    return client.post(LOGIN, {"username": username, "password": password}).status_code


def test_the_right_password_leads_to_the_page_one_wanted(client: Client, editor: User) -> None:
    asked = client.get("/acme/?q=tag:night")
    assert asked.headers["Location"] == "/login/?next=/acme/%3Fq%3Dtag%3Anight"

    answer = client.post(
        LOGIN,
        {"username": editor.username, "password": "correct horse", "next": "/acme/?q=tag:night"},
    )

    assert answer.headers["Location"] == "/acme/?q=tag:night"


def test_next_does_not_lead_away(client: Client, editor: User) -> None:
    answer = client.post(
        LOGIN,
        {"username": editor.username, "password": "correct horse", "next": "https://evil.example/"},
    )

    assert answer.headers["Location"] == "/"


def test_after_eight_wrong_passwords_the_right_one_is_refused_too(client: Client, db: None) -> None:
    make_user("alice")
    make_user("bob")

    answers = [log_in(client, "alice", "wrong") for _ in range(8)]

    assert answers[:7] == [200] * 7
    refused = client.post(LOGIN, {"username": "alice", "password": "correct horse"})
    assert refused.status_code == 429
    assert "Try again in 1 hour." in refused.content.decode()
    assert log_in(client, "bob", "correct horse") == 302


@pytest.mark.parametrize(("count", "status"), [(0, 200), (1, 302), (2, 200)])
def test_home(client: Client, db: None, count: int, status: int) -> None:
    alice = make_user("alice")
    for number in range(count):
        make_member(make_workspace(f"w{number}"), Role.VIEWER, alice)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get("/")

    assert answer.status_code == status
    if count == 0:
        assert "No workspace yet" in answer.content.decode()
    if count == 2:
        assert "/w0/" in answer.content.decode()


def test_healthz_needs_no_login(client: Client, db: None) -> None:
    assert client.get("/healthz").content == b"ok"


def test_healthz_says_when_the_database_does_not_answer(client: Client, db: None) -> None:
    def gone(*_arguments: object) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"The database does not answer.")


@pytest.mark.parametrize(
    ("role", "needed", "allowed"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.EDITOR, False),
        (Role.EDITOR, Role.EDITOR, True),
        (Role.EDITOR, Role.ADMIN, False),
        (Role.ADMIN, Role.EDITOR, True),
    ],
)
def test_who_may_do_what(
    rf: RequestFactory, workspace: Workspace, role: Role, needed: Role, allowed: bool
) -> None:
    request = rf.get("/")
    request.user = make_member(workspace, role)

    if allowed:
        assert enter(request, "acme", needed).role == role
    else:
        with pytest.raises(PermissionDenied, match=f"needs the role {needed.label}"):
            enter(request, "acme", needed)


@pytest.mark.parametrize("slug", ["acme", "nowhere"])
def test_a_stranger_does_not_learn_what_there_is(
    rf: RequestFactory, workspace: Workspace, stranger: User, slug: str
) -> None:
    request = rf.get("/")
    request.user = stranger

    with pytest.raises(Http404):
        enter(request, slug)


@pytest.mark.parametrize("slug", [*sorted(RESERVED_WORKSPACES), "-x", "A", "a b", "x" * 64])
def test_slugs_that_cannot_be_an_address_are_refused(db: None, slug: str) -> None:
    with pytest.raises(ValidationError):
        create_workspace("Any", owner=None, slug=slug)


def test_an_unknown_time_zone_is_refused(db: None) -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        create_workspace("Any", owner=None, time_zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("Demo plant", set(), "demo-plant"),
        ("Demo plant", {"demo-plant"}, "demo-plant-2"),
        ("Demo plant", {"demo-plant", "demo-plant-2"}, "demo-plant-3"),
        ("日本", set(), "thing"),
    ],
)
def test_free_slug(name: str, taken: set[str], slug: str) -> None:
    assert free_slug(name, taken=taken.__contains__, fallback="thing") == slug


def test_the_maker_of_a_workspace_is_its_admin(db: None) -> None:
    alice = make_user("alice")

    workspace = create_workspace("Media", owner=alice)

    assert workspace.slug == "media-2"
    assert workspace.members.get().role == Role.ADMIN


def test_a_page_tells_the_time_of_its_workspace_and_no_other(
    as_viewer: Client, workspace: Workspace
) -> None:
    image = make_image(workspace)
    url = f"/acme/images/{image.public_id}/file"
    Workspace.objects.update(time_zone="Asia/Tokyo")

    there = as_viewer.get(url).content.decode()
    Workspace.objects.update(time_zone="UTC")
    here = as_viewer.get(url).content.decode()

    assert "2026-05-01 21:00" in there
    assert "2026-05-01 12:00" in here
    assert timezone.get_current_timezone_name() == "UTC"
