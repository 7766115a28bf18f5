"""A client for one mirror: its credential, its endpoint, its patience."""

from __future__ import annotations

import functools
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.utils import parse_timestamp
from django.conf import settings

from assetlib.mirror.bucket.guard import guard
from assetlib.mirror.bucket.refusals import BucketError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from assetlib.mirror.models import Credential

# Seconds: to connect, and between two pieces.
CONNECT, READ = 5, 30
# The first try among them; between two lies a pause that doubles, to 20 seconds, with jitter.
TRIES = 6
# Where somebody waits for the answer.
HASTY_TRIES = 2
MACHINE = "Credentials of the machine itself are switched off; ASSETLIB_MIRROR_MACHINE allows them."
REGION = "us-east-1"


def client_of(
    credential: Credential, *, connections: int, hasty: bool = False, bare: bool = False
) -> S3Client:
    """Return a client that keeps so many connections. Raises BucketError, SealedError.

    A bare one reads times in boto3's own way: runs are measured beside it.
    """
    tries = HASTY_TRIES if hasty else TRIES
    let_in = _let_in(credential, tries)
    if not bare:
        parsers = let_in.get_component("response_parser_factory")
        parsers.set_parser_defaults(timestamp_parser=_moment)
    session = boto3.session.Session(botocore_session=let_in)
    client = session.client(
        "s3",
        region_name=_region(credential),
        endpoint_url=credential.endpoint_url or None,
        config=_config(credential, connections, tries),
    )
    _guard(client, credential)
    return client


def _region(credential: Credential) -> str:
    return credential.region or REGION


def _guard(client: Any, credential: Credential) -> None:
    # Of AWS itself only what its own names say is reached, be it through an endpoint inside a VPC.
    if credential.endpoint_url and not settings.MIRROR_PRIVATE:
        guard(client)


def _config(credential: Credential, connections: int, tries: int) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": cast(Literal["auto", "path", "virtual"], credential.addressing)},
        # Not every store knows the checksums that boto3 would send, or ask for, by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": tries},
        connect_timeout=CONNECT,
        read_timeout=READ,
        max_pool_connections=connections,
        tcp_keepalive=True,
        user_agent_extra="assetlib",
    )


def _let_in(credential: Credential, tries: int) -> botocore.session.Session:
    """Return a session with the credentials, and with no others of this machine."""
    session = botocore.session.get_session()
    secrets = credential.secrets
    if credential.kind == "machine" or (credential.kind == "role" and not credential.access_key_id):
        if not settings.MIRROR_MACHINE:
            raise BucketError(MACHINE)
    else:
        session.set_credentials(
            credential.access_key_id,
            secrets.get("secret_access_key", ""),
            secrets.get("session_token") or None,
        )
    if credential.kind == "role":
        _assume(session, credential, tries)
    return session


def _moment(said: Any) -> datetime:
    """Read a time, as listings write it first; botocore's own way is half the cost of a listing."""
    with suppress(TypeError, ValueError):
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is not None:
            return moment
    read: datetime = parse_timestamp(said)
    return read


def _assume(session: botocore.session.Session, credential: Credential, tries: int) -> None:
    """Have the session act in the role, for as long as it takes: a role's keys expire."""
    config = Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"mode": "standard", "total_max_attempts": tries},
    )
    create = functools.partial(
        _sts, session, credential, region_name=_region(credential), config=config
    )
    arguments = {
        "RoleSessionName": credential.session_name or "assetlib",
        "ExternalId": credential.external_id,
    }
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=create,
        source_credentials=session.get_credentials(),
        role_arn=credential.role_arn,
        extra_args={name: value for name, value in arguments.items() if value},
    )
    # The way botocore's own profiles take, for which it has no public name.
    session._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]  # noqa: SLF001
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )


def _sts(
    session: botocore.session.Session, credential: Credential, service: str, **options: Any
) -> Any:
    client = session.create_client(service, endpoint_url=credential.endpoint_url or None, **options)
    _guard(client, credential)
    return client
