"""Fetch a file from an address a user named, and never from this network's inside.

The name is looked up once, what it means is checked, and just that is connected to: a name that
means something else the next time leads nowhere else.
"""

from __future__ import annotations

import socket
import tempfile
from contextlib import closing
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from assetlib.web.inside import is_inside

MOST_REDIRECTS = 4
# Seconds: to connect, and between two pieces.
PATIENCE = urllib3.Timeout(connect=5, read=20)
PIECE, IN_MEMORY = 1 << 16, 1 << 20
REDIRECTS = {301, 302, 303, 307, 308}
PORTS = {"http": 80, "https": 443}


class FetchError(Exception):
    """Why nothing was fetched; `status` is 400 for the address, 502 for the host behind it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def fetch(address: str, most: int) -> IO[bytes]:
    """Return what lies at the address, at most so many bytes. Raises FetchError."""
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(address)
        try:
            response = _ask(parts)
        except HTTPError as problem:
            raise FetchError(f"{parts.hostname} does not answer.", 502) from problem
        with closing(response):
            if response.status in REDIRECTS:
                address = urljoin(address, response.headers.get("Location", ""))
                continue
            if response.status != 200:  # noqa: PLR2004 -- OK
                raise FetchError(f"{parts.hostname} answers {response.status}.", 502)
            try:
                return _read(response, most)
            except HTTPError as problem:
                raise FetchError(f"{parts.hostname} stopped in the middle.", 502) from problem
    raise FetchError("It leads on and on.", 502)


def _checked(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        known = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError as problem:
        raise FetchError("It is no address.") from problem
    if not known:
        raise FetchError("It is no address that begins with http:// or https://.")
    return parts


def _ask(parts: SplitResult) -> BaseHTTPResponse:
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    number = _number(host, port)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            number, port, timeout=PATIENCE, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(number, port, timeout=PATIENCE)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "assetlib"}
    return pool.urlopen(
        "GET", target, headers=headers, redirect=False, retries=False, preload_content=False
    )


def _number(host: str, port: int) -> str:
    """Return the number of the host. Raises FetchError when it is inside some network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise FetchError(f"There is no host {host}.") from problem
    numbers = [str(each[4][0]) for each in found]
    if not settings.FETCH_PRIVATE:
        for number in numbers:
            if is_inside(number):
                raise FetchError(f"{host} is an address inside a network.")
    return numbers[0]


def _read(response: BaseHTTPResponse, most: int) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- the caller reads it
    size = 0
    for piece in response.stream(PIECE):
        size += len(piece)
        if size > most:
            file.close()
            raise FetchError(f"It is larger than {most / 1e6:,.0f} MB.", 413)
        file.write(piece)
    file.seek(0)
    return file
