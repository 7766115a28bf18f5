"""No endpoint inside a network: asked of the very connection, so that no name can change meaning.

A name that is looked up and checked first may mean another host a moment later. What is connected
to is asked who it is before anything is sent.
"""

from __future__ import annotations

import socket
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from assetlib.web.inside import is_inside


class InsideError(Exception):
    """The host is one inside a network."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is an address inside a network. ASSETLIB_MIRROR_PRIVATE would allow it."
        )


class _Asked:
    """Mixed into a connection: refuses who it has reached, where that is inside a network."""

    host: str

    def _new_conn(self) -> socket.socket:
        reached: socket.socket = super()._new_conn()  # type: ignore[misc]
        if is_inside(str(reached.getpeername()[0])):
            reached.close()
            raise InsideError(self.host)
        return reached


class _Connection(_Asked, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _SecureConnection(_Asked, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def guard(client: Any) -> None:
    """Have the client reach nothing inside a network."""
    # botocore has no other way in than its own session of connections.
    manager = client._endpoint.http_session._manager  # noqa: SLF001
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
