"""What every stand-in is: a server on loopback with limits, trouble and slowness on demand, and calls of its own.

A test runs it in a thread (`with Server(world) as there:`); the demo in a process of its own
(`python -m ifnotyou.sample.ats greenhouse`), with a page for people (page.py). POST /_world/hook says where it calls.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from ifnotyou.sample.ats.page import page
from ifnotyou.sample.ats.world import Happening, OfferStep, World

HOST = "127.0.0.1"
_TOO_MANY = 429


@dataclass(frozen=True)
class Request:
    """A call to the stand-in; `query` has every value of a name, `json` the body as JSON (None where it is none)."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return None

    def one(self, name: str, default: str = "") -> str:
        """The first value of a name in the query."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Response:
    """An answer; `content` is JSON, `page` HTML for people instead."""

    status: int = 200
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    page: str = ""


@dataclass(frozen=True)
class Call:
    """A call (webhook) that the stand-in makes: the exact bytes, so that the signature holds."""

    event: str
    headers: Mapping[str, str]
    body: bytes


class Window:
    """A limit of so many calls in so many seconds, in windows that follow each other."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls, self.seconds = calls, seconds
        self._lock = threading.Lock()
        self._ends = 0.0
        self._left = calls

    def take(self) -> tuple[bool, int, float]:
        """Whether one more is allowed, how many are left then, and when the window ends (seconds since 1970)."""
        with self._lock:
            now = time.time()
            if now >= self._ends:
                self._ends, self._left = now + self.seconds, self.calls
            allowed = self._left > 0
            self._left -= allowed
            return allowed, self._left, self._ends


class Server(ABC):
    """One system. `hook` is where it calls and with which secret; without one it calls nobody.

    `latency` in seconds comes before each answer; `broken` are statuses that the next calls get instead of an answer.
    With `torn` every answer ends in the middle; `spoil` may change any answer before it leaves.
    `requests` are those it had, `outbox` the calls that wait for `deliver` (a stand-in that is `live` sends at once).
    """

    slug: str

    def __init__(
        self, world: World, *, limit: Window | None = None, latency: float = 0.0, live: bool = False
    ) -> None:
        self.world = world
        self.limit = limit
        self.latency = latency
        self.live = live
        self.hook: tuple[str, str] | None = None
        self.broken: deque[int] = deque()
        self.torn = False
        self.spoil: Callable[[Request, Response], Response] | None = None
        self.requests: list[Request] = []
        self.outbox: list[Call] = []
        self.denied: set[str] = set()
        """Scopes that the key does not have."""
        world.listeners.append(self._heard)

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """What to type into the connector's fields to be let in here, secret or not."""

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What the real system would answer, authentication included. The world is locked meanwhile."""

    @abstractmethod
    def calls_about(self, happening: Happening, secret: str) -> list[Call]:
        """The calls that the real system makes when this has happened, signed. The world is locked meanwhile."""

    def too_many(self, left: int, ends: float) -> Response:
        """The answer to a call too many."""
        del left
        return Response(
            _TOO_MANY, {"message": "Too many requests"}, {"Retry-After": f"{max(ends - time.time(), 0):.2f}"}
        )

    def headers_about(self, left: int, ends: float) -> dict[str, str]:
        """What every answer says of the limit."""
        del left, ends
        return {}

    # --- running

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self, port: int = 0) -> None:
        """Listen, in a thread."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Say nothing."""

            def do_GET(self) -> None:
                outer._serve(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - their names there

        self._server = ThreadingHTTPServer((HOST, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- calls of its own

    def deliver(self) -> list[int]:
        """Make the calls that wait, in their order; returns the statuses that came back."""
        waiting, self.outbox = self.outbox, []
        return [self.call(one) for one in waiting]

    def call(self, call: Call) -> int:
        """Make one call and return the status, 0 where nobody answered."""
        if self.hook is None:
            return 0
        request = urllib.request.Request(  # noqa: S310 - an address of our own, on loopback
            self.hook[0], data=call.body, headers=dict(call.headers), method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _heard(self, happening: Happening) -> None:
        if self.hook is None:
            return
        with self.world.lock:
            calls = self.calls_about(happening, self.hook[1])
        self.outbox += calls
        if self.live:
            threading.Thread(target=self.deliver, daemon=True).start()

    # --- answering

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        request = Request(
            handler.command,
            parts.path,
            parse_qs(parts.query, keep_blank_values=True),
            dict(handler.headers.items()),
            handler.rfile.read(length),
        )
        response = self._answered(request)
        body = b"" if response.content is None else json.dumps(response.content).encode()
        body = response.page.encode() or body
        if self.torn:
            body = body[: len(body) // 2]
        handler.send_response(response.status)
        kind = "text/html; charset=utf-8" if response.page else "application/json"
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in response.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def _answered(self, request: Request) -> Response:
        if request.path.startswith("/_world/"):
            return self._told(request)
        if request.path == "/":
            with self.world.lock:
                return Response(page=page(self.world, self.slug.capitalize()))
        self.requests.append(request)
        if self.latency:
            time.sleep(self.latency)
        if self.broken:
            return Response(self.broken.popleft(), {"message": "broken on purpose"})
        more: dict[str, str] = {}
        if self.limit is not None:
            allowed, left, ends = self.limit.take()
            if not allowed:
                return self.too_many(left, ends)
            more = self.headers_about(left, ends)
        with self.world.lock:
            response = self.answer(request)
        if self.spoil is not None:
            response = self.spoil(request, response)
        return Response(response.status, response.content, {**more, **response.headers})

    def _told(self, request: Request) -> Response:
        """Whoever runs this process says where to call, or presses the button of the page."""
        verb = request.path.removeprefix("/_world/")
        if verb == "hook":
            told = request.json
            self.hook = (told["url"], told["secret"])
            return Response(200, {})
        if verb == "decline":
            application = int(parse_qs(request.body.decode())["application"][0])
            self.world.decide(application, OfferStep.DECLINED)
            return Response(303, headers={"Location": "/"})
        return Response(404, {"message": "no such verb"})
