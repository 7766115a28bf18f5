"""Downloads from a server that runs: one that breaks off goes on where it was."""

from __future__ import annotations

import http.client
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job
from assetlib.transfer.links import link_to
from tests.factories import make_image
from tests.transfer.exports import export, file_of


@pytest.fixture
def job(transactional_db: None, workspace: Workspace) -> Job:
    for number in range(40):
        make_image(workspace, f"frame {number}.jpg")
    return export(workspace, "csv")


def test_curl_goes_on_with_what_broke_off(
    live_server: LiveServer, job: Job, tmp_path: Path
) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl")
    whole, half = file_of(job), job.result["size"] // 2
    part = tmp_path / "part.csv"
    host = urlsplit(live_server.url).netloc
    connection = http.client.HTTPConnection(host)
    connection.request("GET", link_to(job))
    part.write_bytes(connection.getresponse().read(half))
    connection.close()

    link = live_server.url + link_to(job)
    done = subprocess.run(
        [curl, "-sS", "-C", "-", "-o", part, "-w", "%{http_code} %{size_download}", link],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"206 {len(whole) - half}"
    assert part.read_bytes() == whole


def test_a_head_is_answered_at_once(live_server: LiveServer, job: Job) -> None:
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
    connection.request("HEAD", link_to(job))
    answer = connection.getresponse()

    assert (answer.status, answer.read()) == (200, b"")
    assert answer.headers["Content-Length"] == str(job.result["size"])
    connection.close()
