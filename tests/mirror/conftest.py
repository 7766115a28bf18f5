from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Mirror
from tests.factories import make_mirror
from tests.mirror.shelf import Shelf, make_shelf


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS, as far as moto plays it."""
    with mock_aws():
        yield


@pytest.fixture
def shelf(aws: None) -> Shelf:
    """A bucket called “line3”."""
    return make_shelf()


@pytest.fixture
def mirror(workspace: Workspace, shelf: Shelf) -> Mirror:
    return make_mirror(workspace)
