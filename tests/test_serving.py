"""The server as it runs: real processes, on a port of their own, with a database of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"ASSETLIB_VAR": str(var), "DJANGO_SETTINGS_MODULE": "assetlib.settings"}


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False


def wait_until(ready: object, seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demo library in it."""
    var = tmp_path_factory.mktemp("demo")
    first, again = (
        subprocess.run(
            manage("demo", "--images", "6", "--no-serve", "--password", "correct horse"),
            env=environment(var),
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    )
    assert "6 pictures" in first.stdout
    assert "pictures" not in again.stdout
    assert "log in as admin, password correct horse" in again.stdout
    return var


@pytest.fixture
def served(demo: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    process = subprocess.Popen(
        manage("serve", "--port", str(port)),
        env=environment(demo),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until(lambda: answers(port))
        yield process, port
    finally:
        process.kill()
        process.wait()


def test_the_demo_is_there_after_a_log_in(served: tuple[subprocess.Popen[bytes], int]) -> None:
    _, port = served

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo/") as answer:
        page = answer.read().decode()

    assert "Log in" in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_port_that_answers_is_refused(
    demo: Path, served: tuple[subprocess.Popen[bytes], int]
) -> None:
    _, port = served

    second = subprocess.run(
        manage("serve", "--port", str(port)),
        env=environment(demo),
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert f"Something answers at 127.0.0.1:{port} already." in second.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word for it is Linux's")
def test_workers_end_with_a_killed_parent(served: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = served

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert wait_until(lambda: not answers(port), seconds=15)


def test_an_unmigrated_database_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        manage("serve", "--port", str(free_port())),
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr
