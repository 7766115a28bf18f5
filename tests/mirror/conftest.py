from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Mirror
from tests.factories import make_mirror
from tests.mirror.shelf import Shelf


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS, as far as moto plays it."""
    with mock_aws():
        yield


@pytest.fixture
def shelf(aws: None) -> Shelf:
    """A bucket called “line3”."""
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="line3")
    return Shelf(client, "line3")


@pytest.fixture
def mirror(workspace: Workspace, shelf: Shelf) -> Mirror:
    return make_mirror(workspace)
