from __future__ import annotations

import pytest

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from images.models import Project
from tests.api.rf.requests import Rf
from tests.factories import make_project


@pytest.fixture
def secret(workspace: Workspace) -> str:
    return create_api_key(workspace, "uploader", [Scope.READ, Scope.WRITE])[1]


@pytest.fixture
def rf(secret: str) -> Rf:
    return Rf(secret)


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return make_project(workspace, "Line 3")
