"""A store of one bucket that answers as a test tells it to: over HTTP, in XML, and in trouble."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

BODY = b"the whole object"
LISTING = b"""<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>
<Contents><Key>a +\xc3\xbc.jpg</Key><LastModified>2026-05-04T03:02:01.000Z</LastModified>
<ETag>&quot;e1&quot;</ETag><Size>16</Size></Contents></ListBucketResult>"""


@dataclass(frozen=True)
class Answer:
    """One answer; of the body only `sent` bytes arrive."""

    status: int = 200
    body: bytes = BODY
    sent: int | None = None


@dataclass
class Store:
    """What is asked is in `asked`; what is to be answered next in `answers`, else all is well."""

    endpoint: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[tuple[str, Message]] = field(default_factory=list)


@contextmanager
def storing() -> Iterator[Store]:
    store = Store()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if "list-type=2" in query:
                self._answer(Answer(body=LISTING))
                return
            store.asked.append((unquote(path), self.headers))
            self._answer(store.answers.popleft() if store.answers else Answer())

        def _answer(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.sent])
            self.close_connection = answer.sent is not None

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        store.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
