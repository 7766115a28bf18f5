"""The quick way to an object, and when it is left to boto3."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from assetlib.mirror.bucket import Bucket, ObjectError
from assetlib.mirror.models import Credential
from tests.mirror.store import BODY, Answer, Store, storing

PATH = "a +ü.jpg"
# boto3 counts its tries in a header; who does without it is quick.
MARK = "amz-sdk-invocation-id"


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    settings.MIRROR_PRIVATE = True
    with storing() as store:
        yield store


@pytest.fixture
def bucket(store: Store) -> Bucket:
    credential = Credential(
        kind="keys", endpoint_url=store.endpoint, access_key_id="key", addressing="path"
    )
    credential.seal(secret_access_key="secret")
    return Bucket(credential, "line3")


def list_it(bucket: Bucket) -> None:
    assert [[each.path for each in page] for page in bucket.pages()] == [[PATH]]


def ways(store: Store) -> str:
    """Return who asked for each object: boto3, or we by the quick way."""
    return "".join("b" if MARK in headers else "q" for _, headers in store.asked)


def test_what_was_listed_is_read_the_quick_way(store: Store, bucket: Bucket) -> None:
    assert bucket.read(PATH) == BODY
    list_it(bucket)
    assert bucket.read(PATH) == BODY
    store.answers.append(Answer(206, BODY[:3]))
    assert bucket.read(PATH, 3) == BODY[:3]

    assert ways(store) == "bqq"
    assert {path for path, _ in store.asked} == {f"/line3/{PATH}"}
    boto, whole, part = (headers for _, headers in store.asked)
    signed = [headers["Authorization"].partition("Signature=")[0] for headers in (boto, whole)]
    assert all(each.startswith("AWS4-HMAC-SHA256 Credential=key/") for each in signed)
    assert "/us-east-1/s3/aws4_request" in signed[1]
    assert whole["User-Agent"] == boto["User-Agent"]
    assert (whole["Range"], part["Range"]) == (None, "bytes=0-2")
    assert bucket.calls["read"] == 3


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        pytest.param(Answer(503, b"<Error><Code>SlowDown</Code></Error>"), "bb", id="in trouble"),
        pytest.param(Answer(sent=4), "bq", id="broken off"),
        pytest.param(Answer(403, b"<Error><Code>Other</Code></Error>"), "bq", id="refused"),
    ],
)
def test_what_the_quick_way_does_not_bring_boto3_is_asked_for(
    store: Store, bucket: Bucket, answer: Answer, after: str
) -> None:
    list_it(bucket)
    store.answers.append(answer)

    assert bucket.read(PATH) == BODY
    # A store in trouble is asked by boto3 alone for a while.
    assert bucket.read(PATH) == BODY

    assert ways(store) == "q" + after


def test_an_object_that_has_gone_is_told_by_boto3(store: Store, bucket: Bucket) -> None:
    list_it(bucket)
    gone = Answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
    store.answers.extend([gone, gone])

    with pytest.raises(ObjectError, match="The object is no longer in the bucket"):
        bucket.read(PATH)
    assert ways(store) == "qb"
