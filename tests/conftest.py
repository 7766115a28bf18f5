from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings

from assetlib.accounts.models import Role, User, Workspace
from assetlib.columns.cache import cache
from tests.factories import make_member, make_user, make_workspace

# How long a crowded machine takes to make an example says nothing of the code.
settings.register_profile("crowded", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("crowded")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let no test find in memory what another has searched."""
    yield
    cache.clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace("acme")


@pytest.fixture
def editor(workspace: Workspace) -> User:
    return make_member(workspace, Role.EDITOR)


@pytest.fixture
def viewer(workspace: Workspace) -> User:
    return make_member(workspace, Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> User:
    """A member of another workspace, who must see nothing of this one."""
    return make_member(make_workspace("other"), Role.ADMIN, make_user("charlie"))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_editor(editor: User) -> Client:
    return logged_in(editor)


@pytest.fixture
def as_viewer(viewer: User) -> Client:
    return logged_in(viewer)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    return logged_in(stranger)
