"""A folder is uploaded while the server is killed and started again: none is lost, none doubled."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assetlib.sdk import Library
from tests.factories import picture_bytes
from tests.test_serving import answers, environment, free_port, manage, wait_until

THOROUGH = os.environ.get("ASSETLIB_HYPOTHESIS") == "ci"
FILES, WORKERS = 1_000, 8

pytestmark = pytest.mark.skipif(not THOROUGH, reason="takes a minute: .ci/run does it")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demo library in it."""
    var = tmp_path_factory.mktemp("var")
    called(var, "demo", "--images", "1", "--no-serve", "--password", "correct horse")
    return var


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Small pictures, no two of them the same, each with a sidecar."""
    for number in range(FILES):
        colour = (number % 256, number // 256, 99)
        (tmp_path / f"{number:04}.png").write_bytes(picture_bytes("PNG", (2, 2), colour))
        (tmp_path / f"{number:04}.json").write_text(f'{{"number": {number}}}')
    return tmp_path


def called(var: Path, *command: str) -> str:
    done = subprocess.run(
        manage(*command), env=environment(var), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@contextmanager
def served(var: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        manage("serve", "--port", str(port), "--no-worker"),
        env=environment(var),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until(lambda: answers(port))
        yield process
    finally:
        process.kill()
        process.wait()
        assert wait_until(lambda: not answers(port))


def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(var: Path, frames: Path) -> None:
    port, api_key = free_port(), called(var, "create_api_key", "demo", "--name", "scripts")
    half, restarted, over = threading.Event(), threading.Event(), threading.Event()

    def restart() -> None:
        with served(var, port):
            ready.set()
            half.wait()
        with served(var, port):
            restarted.set()
            over.wait()

    def watch(done: int, _total: int) -> None:
        if done >= FILES // 3:
            half.set()

    ready = threading.Event()
    server = threading.Thread(target=restart)
    server.start()
    try:
        assert ready.wait(60)
        with Library(f"http://127.0.0.1:{port}", api_key) as library:
            report = library.upload_folder(frames, tags=["frame"], workers=WORKERS, progress=watch)
            assert restarted.is_set()
            found = {image.metadata["number"]: image.id for image in library.search("tag:frame")}
    finally:
        half.set()
        over.set()
        server.join()

    assert [*map(str, report.refused)] == []
    assert report.new + report.duplicates == FILES
    assert found == {number: result.id for number, result in enumerate(report.results)}
    called(var, "doctor")
