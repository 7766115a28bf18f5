"""The one place that talks HTTP: addresses, the API key, retries, and refusals as exceptions."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from assetlib.sdk._errors import UnreachableError, refusal
from assetlib.sdk._retry import NEVER, UNANSWERED, Retry, is_for_later
from assetlib.sdk._types import encode

API = "api/v1"
AGENT = "assetlib-sdk"
# What may be asked twice and is then as if it had been asked once.
IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
FIRST_REFUSAL = 300

Query: TypeAlias = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Account:
    """An API key: its name, its workspace, and what it may do there."""

    api_key: str
    workspace: str
    scopes: tuple[str, ...]


class Connection:
    """A server, seen from one workspace. Threads may share it."""

    def __init__(
        self,
        address: str,
        api_key: str,
        *,
        retry: Retry,
        timeout: httpx.Timeout,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self.address = address.rstrip("/") + "/"
        self.retry = retry
        self._authorization = {"Authorization": f"Bearer {api_key}"}
        self._workspace = ""
        self._asking = threading.Lock()
        self._client = httpx.Client(
            base_url=self.address,
            headers={"User-Agent": AGENT},
            timeout=timeout,
            transport=transport,
        )

    def close(self) -> None:
        self._client.close()

    @property
    def workspace(self) -> str:
        """The slug of the API key's workspace, asked for once."""
        with self._asking:
            if not self._workspace:
                self._workspace = self.account().workspace
            return self._workspace

    def account(self) -> Account:
        said = self.read(self._answer("GET", f"{API}/me"))
        try:
            return Account(said["api_key"], said["workspace"], tuple(said["scopes"]))
        except (KeyError, TypeError) as error:
            raise self._stranger() from error

    def get(self, path: str, query: Query | None = None) -> Any:
        return self.ask("GET", path, query=query)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        retry: Retry | None = None,
    ) -> Any:
        """Return the JSON that the workspace answers, None for an empty answer.

        A POST or PATCH is sent again only with an Idempotency-Key. Raises RefusedError and
        UnreachableError.
        """
        said = {} if body is None else {"Content-Type": "application/json"}
        response = self._answer(
            method,
            f"{API}/{self.workspace}/{path}",
            retry=retry,
            params={name: value for name, value in (query or {}).items() if value is not None},
            headers={**(headers or {}), **said},
            content=None if body is None else encode(body),
        )
        return self.read(response) if response.content else None

    def read(self, response: httpx.Response) -> Any:
        """Return the JSON of an answer. Raises UnreachableError when it is none of this server."""
        try:
            return response.json()
        except ValueError as error:
            raise self._stranger() from error

    def pages(self, path: str, query: Query | None = None) -> Iterator[Any]:
        """Yield the items of a list that is read a page at a time, as they are asked for."""
        cursor: str | None = None
        while True:
            said = self.get(path, {**(query or {}), "cursor": cursor})
            yield from said["items"]
            cursor = said["next"]
            if not cursor:
                return

    def send_form(self, path: str, *, retry: Retry | None = None, **form: Any) -> httpx.Response:
        """Post a form with files that may be sent twice, for the server knows them by their bytes.

        `form` is what httpx takes: `data` and `files`. It goes back to a file's beginning itself.
        """
        address = f"{API}/{self.workspace}/{path}"
        return self._persist("POST", address, retry or self.retry, self._authorization, form)

    @contextmanager
    def download(self, address: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Open what lies at a signed address, which may be another host's: it gets no API key."""
        with self._client.stream("GET", address, headers=headers, follow_redirects=True) as answer:
            yield answer

    def _answer(
        self,
        method: str,
        path: str,
        *,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        headers = {**self._authorization, **(headers or {})}
        again = method in IDEMPOTENT or "Idempotency-Key" in headers
        return self._persist(
            method, path, (retry or self.retry) if again else NEVER, headers, request
        )

    def _persist(
        self,
        method: str,
        path: str,
        retry: Retry,
        headers: Mapping[str, str],
        request: dict[str, Any],
    ) -> httpx.Response:
        failures = 0
        while True:
            try:
                response = self._client.request(method, path, headers=headers, **request)
            except UNANSWERED as error:
                failures += 1
                if failures >= retry.attempts:
                    raise self._unreachable(error) from error
                pause = retry.pause(failures)
            except httpx.TransportError as error:
                raise self._unreachable(error) from error
            else:
                if response.status_code < FIRST_REFUSAL:
                    return response
                failures += 1
                if not is_for_later(response) or failures >= retry.attempts:
                    raise refusal(response)
                pause = retry.pause(failures, response)
            time.sleep(pause)

    def _stranger(self) -> UnreachableError:
        return UnreachableError(f"{self.address} is no assetlib server.")

    def _unreachable(self, error: httpx.TransportError) -> UnreachableError:
        return UnreachableError(f"No answer from {self.address} ({type(error).__name__}: {error}).")


def once() -> dict[str, str]:
    """Return the header by which the server carries a request out once, however often it comes."""
    return {"Idempotency-Key": str(uuid.uuid4())}
