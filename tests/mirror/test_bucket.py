"""The door to S3: what it reads, whom it refuses, and the words in which it says why."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import urllib3
from botocore.exceptions import ClientError, NoCredentialsError, SSLError
from pytest_django import Settings

from assetlib.mirror.bucket import Bucket, BucketError, ObjectError, Step, try_connection
from assetlib.mirror.bucket.refusals import Deed, Place
from assetlib.mirror.models import Credential, CredentialKind, Mirror
from tests.mirror.shelf import Shelf


def credential_for(endpoint: str = "", kind: str = "keys", **fields: str) -> Credential:
    credential = Credential(kind=kind, endpoint_url=endpoint, access_key_id="key", **fields)
    credential.seal(secret_access_key="secret")
    return credential


def test_a_bucket_is_listed_a_thousand_at_a_time(mirror: Mirror, shelf: Shelf) -> None:
    for number in range(1_001):
        shelf.put(f"raw/{number:04}", b"x")
    shelf.put("other/ü +%.txt", b"hello")
    bucket = Bucket(mirror.credential, "line3", "raw/")

    assert [len(page) for page in bucket.pages()] == [1_000, 1]
    assert bucket.calls == {"list": 2, "head": 0, "read": 0}
    assert bucket.read("other/ü +%.txt") == b"hello"
    assert bucket.read("other/ü +%.txt", 2) == b"he"
    found = bucket.find("other/ü +%.txt")
    assert found is not None
    assert (found.size, len(found.etag)) == (5, 32)
    assert bucket.find("other/") is bucket.find("nowhere") is None
    with pytest.raises(ObjectError, match="no longer in the bucket"):
        bucket.read("nowhere")


def test_a_connection_is_tried_step_by_step(mirror: Mirror, shelf: Shelf) -> None:
    untried = "Not tried: there is no object to try it on."
    assert try_connection(mirror.credential, "line3") == (
        Step("list", True, "The bucket answers; nothing lies in the bucket."),
        Step("head", None, untried),
        Step("read", None, untried),
    )
    shelf.put("a.jpg", b"")

    assert try_connection(mirror.credential, "line3") == (
        Step("list", True, "1 object listed."),
        Step("head", True, "Looked at a.jpg."),
        Step("read", True, "Read a.jpg."),
    )
    for number in range(1_000):
        shelf.put(f"raw/{number:04}", b"x")
    assert try_connection(mirror.credential, "line3", "raw/")[0].said == "1,000 objects listed."
    more = try_connection(mirror.credential, "line3")[0].said
    assert more == "The first 1,000 objects listed; there are more."
    first, *others = try_connection(mirror.credential, "nowhere")
    assert first == Step("list", False, "There is no bucket “nowhere” at AWS.")
    assert {step.said for step in others} == {
        "Not tried: without the list no object is known to try it on."
    }


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of something on this machine, which nobody outside may reach through us."""
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_endpoint_inside_a_network_is_refused_when_it_is_reached(listening: str) -> None:
    step = try_connection(credential_for(listening), "line3")[0]

    assert step.said == (
        "127.0.0.1 is an address inside a network. ASSETLIB_MIRROR_PRIVATE would allow it."
    )
    # By a name, too: what is asked is who was reached.
    named = try_connection(credential_for(listening.replace("127.0.0.1", "localhost")), "line3")[0]
    assert "localhost is an address inside a network" in named.said


def test_a_host_that_does_not_answer_is_named(settings: Settings, listening: str) -> None:
    settings.MIRROR_PRIVATE = True
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"

    step = try_connection(credential_for(f"http://{address}"), "line3")[0]

    assert (step.ok, step.said) == (False, f"{address} does not answer.")


def test_a_host_without_tls_is_told_from_one_whose_certificate_is_not_trusted(
    settings: Settings,
) -> None:
    settings.MIRROR_PRIVATE = True
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        plain = try_connection(credential_for(f"https://{address}"), "line3")[0]
        server.shutdown()

    assert plain.said == f"{address} does not speak https; http:// may be what it speaks."
    wrong = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError(1, "self-signed"))
    untrusted = Place("line3", f"https://{address}").refused(
        SSLError(endpoint_url="", error=wrong), "list"
    )
    assert str(untrusted) == f"The certificate of {address} is not trusted."


def test_a_host_whose_name_is_not_known_is_told(settings: Settings) -> None:
    settings.MIRROR_PRIVATE = True

    step = try_connection(credential_for("http://no.such.host.invalid:9000"), "line3")[0]

    assert step.said == (
        "The name of no.such.host.invalid:9000 is not known: no address belongs to it."
    )


@pytest.mark.parametrize("kind", [CredentialKind.MACHINE, CredentialKind.ROLE])
def test_the_machines_own_credentials_are_off_unless_allowed(aws: None, kind: str) -> None:
    credential = Credential(kind=kind, role_arn="arn:aws:iam::123456789012:role/reader")

    with pytest.raises(BucketError, match="ASSETLIB_MIRROR_MACHINE allows them"):
        Bucket(credential, "line3")


def test_a_role_is_assumed_with_the_keys(shelf: Shelf) -> None:
    shelf.put("a.jpg", b"x")
    credential = credential_for(
        kind="role", role_arn="arn:aws:iam::123456789012:role/reader", external_id="lab"
    )

    assert [step.ok for step in try_connection(credential, "line3")] == [True, True, True]


WHOLE, ONE = BucketError, ObjectError


@pytest.mark.parametrize(
    ("code", "message", "deed", "path", "kind", "said"),
    [
        ("AccessDenied", "", "list", "", WHOLE,
         "The credential lacks the permission s3:ListBucket on arn:aws:s3:::line3."),
        ("AccessDenied", "", "read", "a", ONE,
         "The credential lacks the permission s3:GetObject on arn:aws:s3:::line3/*."),
        ("403", "Forbidden", "head", "a", ONE,
         "The credential lacks the permission s3:GetObject on arn:aws:s3:::line3/*."),
        ("AccessDenied", "not authorized to perform kms:Decrypt", "read", "a", ONE,
         "The credential lacks the permission kms:Decrypt."),
        ("NoSuchBucket", "", "list", "", WHOLE, "There is no bucket “line3” at s3.lab."),
        ("404", "", "list", "", WHOLE, "There is no bucket “line3” at s3.lab."),
        ("NoSuchKey", "", "read", "a", ONE, "The object is no longer in the bucket."),
        ("InvalidAccessKeyId", "", "read", "a", WHOLE, "s3.lab does not know the access key id."),
        ("SignatureDoesNotMatch", "", "list", "", WHOLE, "The secret access key is wrong."),
        ("ExpiredToken", "", "read", "a", WHOLE, "The session token has expired."),
        ("SlowDown", "Reduce", "read", "a", ONE, "s3.lab answers 503 SlowDown: Reduce"),
        ("InternalError", "", "list", "", WHOLE, "s3.lab answers 503 InternalError:"),
    ],
)  # fmt: skip
def test_what_a_store_answers_is_said_in_plain_words(
    code: str, message: str, deed: Deed, path: str, kind: type[Exception], said: str
) -> None:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 503},
    }
    error = ClientError(answer, "Operation")  # type: ignore[arg-type]

    refused = Place("line3", "https://s3.lab").refused(error, deed, path)

    assert (type(refused), str(refused)) == (kind, said)


def test_a_machine_without_credentials_is_told(aws: None) -> None:
    refused = Place("line3", "").refused(NoCredentialsError(), "list")

    assert str(refused) == "This machine has no credentials of its own."
