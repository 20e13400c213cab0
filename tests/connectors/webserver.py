"""A web server on loopback that says what a test tells it to."""

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.connectors.mailserver import HOST


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class WebServer:
    """Answers by "METHOD /path"; whatever it does not know is 404. A `raw` answer writes on the line itself."""

    def __init__(
        self,
        answers: Mapping[str, Said | Callable[[Heard], Said]],
        *,
        raw: Mapping[str, Callable[[BaseHTTPRequestHandler], None]] | None = None,
        certificate: tuple | None = None,
    ) -> None:
        self.requests: list[Heard] = []
        self._answers, self._raw, self._certificate = answers, raw or {}, certificate

    @property
    def url(self) -> str:
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:  # the client hung up, as some tests want it to
                    self.close_connection = True

            def log_message(self, *_):
                pass

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return lambda: outer._answer(self)
                raise AttributeError(name)

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.handle_error = lambda *_: None  # a broken line is what the test is about
        if self._certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join(timeout=300)
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        heard = Heard(handler.command, handler.path, dict(handler.headers), body)
        self.requests.append(heard)
        key = f"{heard.method} {heard.path}"
        if key in self._raw:
            self._raw[key](handler)
            return
        said = self._answers.get(key, Said(404))
        said = said(heard) if callable(said) else said
        content = said.body.encode() if isinstance(said.body, str) else said.body
        handler.send_response(said.status)
        for name, value in ({"Content-Length": str(len(content))} | dict(said.headers)).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)
