"""The demo's mirror: there to be seen, and run where there is a server to run it on."""

from __future__ import annotations

import pytest
from moto import mock_aws
from pytest_django import Settings

from assetlib.accounts.models import User, Workspace
from assetlib.demo import bucket
from assetlib.mirror.bucket import BucketError
from assetlib.mirror.models import Credential, Mirror
from tests.mirror.conftest import aws
from tests.mirror.shelf import outcomes

__all__ = ["aws"]


@pytest.fixture
def served(aws: None, settings: Settings) -> None:
    settings.DEMO_S3 = "https://s3.us-east-1.amazonaws.com"
    settings.DEMO_S3_KEY, settings.DEMO_S3_SECRET = "key", "a-secret"


def test_without_a_server_it_is_configured_and_not_run(workspace: Workspace) -> None:
    first, again = bucket.configure(workspace), bucket.configure(workspace)

    assert first == again == Mirror.objects.get()
    assert first.credential.secrets == {"secret_access_key": "demo"}
    assert not first.runs.exists()
    assert first.due_at is None


def test_what_a_user_changed_of_it_stays(workspace: Workspace) -> None:
    mirror = bucket.configure(workspace)
    mirror.prefix = "mine/"
    mirror.save()

    assert bucket.configure(workspace).prefix == "mine/"


def test_on_a_server_it_is_filled_and_run(workspace: Workspace, editor: User, served: None) -> None:
    mirror = bucket.configure(workspace)

    said = bucket.follow(mirror, editor)
    again = bucket.follow(mirror, editor)

    assert "12 new" in said
    assert "12 unchanged" in again
    counted = [*outcomes(mirror).values()]
    assert (counted.count("synced"), counted.count("problem"), len(counted)) == (11, 1, 12)
    assert Credential.objects.get().secrets == {"secret_access_key": "a-secret"}


def test_a_server_that_is_added_later_is_followed(
    workspace: Workspace, editor: User, settings: Settings
) -> None:
    bucket.configure(workspace)
    settings.DEMO_S3 = "https://s3.us-east-1.amazonaws.com"
    settings.DEMO_S3_KEY, settings.DEMO_S3_SECRET = "key", "a-secret"

    mirror = bucket.configure(workspace)

    with mock_aws():
        assert "12 new" in bucket.follow(mirror, editor)


def test_a_server_that_does_not_answer_is_told(
    workspace: Workspace, editor: User, settings: Settings
) -> None:
    settings.DEMO_S3 = "http://127.0.0.1:9"
    settings.DEMO_S3_KEY, settings.DEMO_S3_SECRET = "key", "a-secret"

    with pytest.raises(BucketError, match=r"127\.0\.0\.1:9"):
        bucket.follow(bucket.configure(workspace), editor)
