"""A real S3 server for the tests: SeaweedFS from its wheel, on free ports, in its own folder."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WEED = Path(sys.executable).parent / "weed"
KEY, SECRET = "key", "secret"
PATIENCE = 30
# Each bucket grows seven at its first object, and after half a minute so does the server's own log:
# a bucket for which none are left takes nothing. They take no space before they are used.
VOLUMES = 100
# The server tells how many requests it has had, by what they were.
REQUESTS = re.compile(
    r'SeaweedFS_s3_request_total\{.*?bucket="(?P<bucket>[^"]*)".*?type="(?P<type>\w+)".*?\}'
    r" (?P<count>\d+)"
)


class Weed:
    """A running server."""

    def __init__(self, port: int, metrics: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self._metrics = f"http://127.0.0.1:{metrics}/metrics"

    @property
    def client(self) -> S3Client:
        client: S3Client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                max_pool_connections=16,
                retries={"mode": "standard", "total_max_attempts": 6},
            ),
        )
        return client

    def requests(self, bucket: str) -> dict[str, int]:
        """Return how often the bucket was asked, by the kind of request, since the server began."""
        with urllib.request.urlopen(self._metrics, timeout=5) as answer:  # noqa: S310 -- our own
            text = answer.read().decode()
        found: dict[str, int] = {}
        for each in REQUESTS.finditer(text):
            if each["bucket"] == bucket:
                found[each["type"]] = found.get(each["type"], 0) + int(each["count"])
        return found


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def serving() -> Iterator[Weed]:
    """Let a server run beside the block."""
    s3, master, volume, filer, metrics, *grpc = _free_ports(9)
    with tempfile.TemporaryDirectory() as folder:
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin"],
        }
        config = Path(folder) / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}))
        ports = {
            "s3.port": s3, "master.port": master, "volume.port": volume, "filer.port": filer,
            "metricsPort": metrics, "s3.port.grpc": grpc[0], "master.port.grpc": grpc[1],
            "volume.port.grpc": grpc[2], "filer.port.grpc": grpc[3],
            # Of what no test asks: on fixed ports, so that no second server would start.
            "s3.port.iceberg": 0, "s3.port.lance": 0,
        }  # fmt: skip
        arguments = [f"-{name}={port}" for name, port in ports.items()]
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen(
                [WEED, "server", f"-dir={folder}", "-s3", f"-s3.config={config}",
                 "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-metricsIp=127.0.0.1",
                 "-master.telemetry=false", f"-volume.max={VOLUMES}",
                 # These have ports of their own, at which a second server would not start.
                 "-s3.port.iceberg=0", "-s3.port.lance=0", *arguments],
                stdout=log, stderr=log, cwd=folder,
            )  # fmt: skip
        try:
            weed = Weed(s3, metrics)
            _wait(weed)
            yield weed
        finally:
            process.kill()
            process.wait()


def _wait(weed: Weed) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            weed.client.create_bucket(Bucket="ready")
            weed.client.put_object(Bucket="ready", Key="ready", Body=b"yes")
        except Exception:  # noqa: BLE001 -- whatever it says while it is not there yet
            time.sleep(0.3)
        else:
            return
    raise TimeoutError("The S3 server does not answer.")
