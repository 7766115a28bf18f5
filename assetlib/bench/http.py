"""The real server on the bench's library, and clients that ask it over loopback."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from assetlib.bench.cases import Ask, Case, Kind
from assetlib.bench.library import PASSWORD, SLUG, USERNAME
from assetlib.bench.measure import FIRST_ASK, Timing, failed, timed, timing

ROOT = Path(__file__).resolve().parent.parent.parent
HOST, START_SECONDS, ASK_SECONDS = "127.0.0.1", 60, 60
OK, FOUND = 200, 302
LOG = "server.log"


class ServerError(Exception):
    """The server does not start, or answers with something else than a page."""


@contextmanager
def served() -> Iterator[int]:
    """Run the server in this process's environment; yield its port, and end it by its id."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--bind", HOST]
    with (Path(settings.VAR) / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- ourselves
            [*command, "--port", str(port), "--workers", "1"], stdout=log, stderr=log
        )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = monotonic() + START_SECONDS
    while monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().read() == b"ok":
                return
        except OSError:
            sleep(0.1)
        finally:
            connection.close()
    raise ServerError("The server did not come up.")


PROBLEMS = (ServerError, OSError, http.client.HTTPException)


class Client:
    """A browser without a face: one connection that is kept, and cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=ASK_SECONDS)
        self._port = port
        self.cookies: dict[str, str] = dict(cookies or {})

    def again(self) -> Client:
        """Return another client, logged in like this one."""
        return Client(self._port, self.cookies)

    def page(self, path: str) -> int:
        """Read the page to its end; return its length."""
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> int:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        return self._ask("POST", path, urlencode(form), headers)

    def _ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> int:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookie, **(headers or {})}
        self._connection.request(method, path, body=body or None, headers=sent)
        answer = self._connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        if answer.status not in {OK, FOUND}:
            raise ServerError(f"{path} was answered with {answer.status}; see {LOG}.")
        return len(content)

    def close(self) -> None:
        self._connection.close()


def logged_in(port: int) -> Client:
    """Return a client that went through the login form."""
    client = Client(port)
    client.page("/login/")
    client.post("/login/", {"username": USERNAME, "password": PASSWORD})
    if "sessionid" not in client.cookies:
        raise ServerError(f"{USERNAME} cannot log in.")
    return client


def address(kind: Kind, ask: Ask) -> str:
    if kind == "suggest":
        return f"/{SLUG}/suggest?{urlencode({'text': ask.text})}"
    asked = {"q": ask.text} | ({"cursor": ask.cursor} if ask.cursor else {})
    path = "facets" if kind == "facets" else ""
    return f"/{SLUG}/{path}?{urlencode(asked)}"


def first_page(client: Client) -> Timing:
    """Time the first search this server is asked for."""
    return _over_http(client, [], [address("page", FIRST_ASK)])


def over_http(client: Client, case: Case) -> Timing:
    """Ask the case's questions as one browser would."""
    warming = [address(case.kind, ask) for ask in case.warming]
    return _over_http(client, warming, [address(case.kind, ask) for ask in case.timed])


def _over_http(client: Client, warming: Sequence[str], paths: Sequence[str]) -> Timing:
    try:
        for path in warming:
            client.page(path)
        measured = [timed(lambda path=path: client.page(path)) for path in paths]  # type: ignore[misc]
    except PROBLEMS as problem:
        client.close()
        return failed(problem)
    return timing([seconds for seconds, _ in measured])


def edits_over_http(client: Client, public_ids: Iterable[str]) -> Timing:
    """Add an entry to each of the images by the editor's form, as one person does."""
    # A connection nobody used for a while, the server has closed by now.
    client = client.again()
    times = []
    try:
        for number, public_id in enumerate(public_ids):
            form = {"key": "bench_web", "value": str(number), "type": ""}
            start = perf_counter()
            client.post(f"/{SLUG}/images/{public_id}/metadata", form)
            times.append(perf_counter() - start)
    except PROBLEMS as problem:
        return failed(problem)
    finally:
        client.close()
    return timing(times)


def together(client: Client, queries: Sequence[str], clients: int) -> dict[str, Any]:
    """Share the queries among so many clients that ask at the same time."""
    times: list[float] = []
    errors: list[str] = []
    threads = [
        threading.Thread(target=_ask_all, args=(client.again(), queries[i::clients], times, errors))
        for i in range(clients)
    ]
    start = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - start
    spread = timing(times)
    return {
        "clients": clients,
        "requests": len(times),
        "per_second": len(times) / seconds,
        "median": spread.median,
        "p95": spread.p95,
        "errors": len(errors),
    }


def _ask_all(client: Client, queries: Sequence[str], times: list[float], errors: list[str]) -> None:
    for query in queries:
        try:
            path = f"/{SLUG}/?{urlencode({'q': query})}"
            seconds, _ = timed(lambda path=path: client.page(path))  # type: ignore[misc]
            times.append(seconds)
        except PROBLEMS as problem:
            client.close()
            errors.append(str(problem))
    client.close()
