"""Many browsers at once: persistent connections, each asking again as soon as its answer is there.

One process with one loop over plain sockets: some 20 microseconds a request, so
that on a machine with few cores the server is measured and not the client.
"""

import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

HOST = "127.0.0.1"
CONNECTIONS = 32
PATIENCE = 30.0  # seconds without any answer, and it is broken


class Wanted(NamedTuple):
    """A request, and what shows that the answer is the right one."""

    request: bytes
    status: int
    shows: bytes  # in the head or the body


@dataclass
class Answers:
    """What came back; `wrong` holds the answers that were not what was wanted."""

    seconds: float = 0.0
    times: list = field(default_factory=list)
    statuses: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    @property
    def rate(self):
        return len(self.times) / self.seconds

    @property
    def p95(self):
        """The 95th percentile of the times, in milliseconds."""
        return 1000 * sorted(self.times)[int(0.95 * (len(self.times) - 1))]


def get(path, cookies="", *, bearer=""):
    return _request("GET", path, cookies, b"", bearer)


def post(path, cookies, token):
    """A form with nothing in it but the token that says that it comes from our own page."""
    return _request("POST", path, cookies, f"csrfmiddlewaretoken={token}".encode())


def _request(method, path, cookies, body, bearer=""):
    head = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    if cookies:
        head.append(f"Cookie: {cookies}")
    if bearer:
        head.append(f"Authorization: Bearer {bearer}")
    if body:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def ask_for(port, wanted, *, connections=CONNECTIONS, seconds=None):
    """Ask for all of `wanted` once; or, with `seconds`, over and over in turn until the time is up."""
    waiting = deque(wanted)
    answers = Answers()
    started = time.perf_counter()
    ends = started + seconds if seconds else None
    with selectors.DefaultSelector() as selector:
        browsers = [_Browser(port) for _ in range(connections)]

        def next_one(browser):
            if not waiting or (ends and time.perf_counter() >= ends):
                selector.unregister(browser.socket)
                browser.socket.close()
                return
            one = waiting.popleft()
            if ends:
                waiting.append(one)
            browser.ask(one)

        for browser in browsers:
            selector.register(browser.socket, selectors.EVENT_READ, browser)
            next_one(browser)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"no answer for {PATIENCE:.0f} seconds")
            for key, _ in ready:
                if key.data.hear(answers):
                    next_one(key.data)
    answers.seconds = time.perf_counter() - started
    return answers


class _Browser:
    """One connection and the answer that is coming in on it."""

    def __init__(self, port):
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, wanted):
        self.wanted, self.got, self.size = wanted, b"", None
        self.started = time.perf_counter()
        self.socket.sendall(wanted.request)

    def hear(self, answers):
        """Take what has come; True once the answer is whole."""
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError(f"the server hung up on {self.wanted.request[:60]!r}")
        self.got += more
        if self.size is None:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.size = end + 4 + _content_length(self.got[:end])
        if len(self.got) < self.size:
            return False
        answers.times.append(time.perf_counter() - self.started)
        status = int(self.got[9:12])
        answers.statuses[status] = answers.statuses.get(status, 0) + 1
        if status != self.wanted.status or self.wanted.shows not in self.got:
            answers.wrong.append(self.got)
        return True


def _content_length(head):
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without a length: {head[:200]!r}")
