"""A provider of mailboxes on loopback: consent, tokens, and an interface that takes notes; it fails as it is told to.

gmailserver.py and graphserver.py say what each provider's own interface looks like. Written by the providers'
documents and sharing no code with our connectors: what one side got wrong the other should not repeat.
"""

import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.connectors.mailserver import HOST

CLIENT, SECRET = "client-1", "client-secret-1"


class How(Enum):
    """A way to fail after the request is there."""

    HANG = auto()
    CUT = auto()
    RESET = auto()
    HALF = auto()
    DRIP = auto()
    GARBAGE = auto()
    REDIRECT = auto()


UNCLEAR = [*How, 500, 502, 503, 504, 408]
"""After each of these nobody can tell what became of a note."""

CLEAR = [400, 403, 404, 413, 429]
"""A clear no. (So is 401, after which another token is tried first.)"""


@dataclass(frozen=True)
class Heard:
    """A request, as it came."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes


class Refuses(Exception):  # noqa: N818 - what the provider does
    """The provider says no."""

    def __init__(self, status, code="", headers=None):
        super().__init__(status)
        self.status, self.code, self.headers = status, code, headers or {}


class OAuthServer:
    """Use it as a context manager. `fault` is what happens to whatever hands something over, or to the token if `ill`.

    `sent` and `drafts` hold the mails it took, `mails` counts the sent by address. A note counts as taken before the
    answer: `taken` is set then, and the answer comes once `may_answer` is set, as it is at first. The same with
    `renewing` and `may_renew` for a token.
    """

    consent = token = revocation = ""
    scopes = ()
    rotates = False

    def __init__(self, *, lasts=3600, address="maya@example.org"):
        self.lasts, self.address = lasts, address
        self.heard, self.sent, self.drafts, self.mails = [], [], [], Counter()
        self.fault = self.ill = None
        self.took_it = True
        self.grants_scopes = list(self.scopes)
        self.access, self.refresh, self.codes, self.revoked = set(), set(), {}, []
        self.renewals = 0
        self.taken, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.renewing, self.may_renew = threading.Event(), threading.Event()
        self.may_renew.set()
        self._lock, self._talking, self._over = threading.Lock(), 0, threading.Event()

    @property
    def url(self):
        return f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 30

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer._serve(self)

            def do_POST(self):
                outer._serve(self)

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # whoever is killed hangs up in the middle
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.may_answer.set()
        self.may_renew.set()
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- for tests

    def grant(self):
        """Tokens, as if somebody had consented: what opens, and what renews it."""
        return self._new_token("access"), self._new_token("refresh")

    def end_access(self):
        """Access tokens are worth nothing from now on, as after an hour."""
        self.access.clear()

    def take_back(self):
        """The consent is taken back over there."""
        self.access.clear()
        self.refresh.clear()

    def wait_until_quiet(self):
        """Return when every connection has ended."""
        until, quiet = time.monotonic() + 300, 0
        while quiet < 3:
            quiet = 0 if self._talking else quiet + 1
            assert time.monotonic() < until, "connections stay open"
            time.sleep(0.005)

    def messages(self, address):
        """The mails that were sent to an address."""
        mails = [message_from_bytes(mail, policy=policy.SMTPUTF8) for mail in self.sent]
        return [mail for mail in mails if address in str(mail["To"])]

    # --- for the interfaces

    def handed_over(self, mail, into):
        """Take a mail, unless the fault says that it was not."""
        if isinstance(self.fault, int) and self.fault < 500 and self.fault != 408:
            raise Refuses(self.fault)
        if self.fault is None or self.took_it:
            into.append(mail)
            if into is self.sent:
                recipient = message_from_bytes(mail, policy=policy.SMTPUTF8)["To"].addresses[0].addr_spec
                with self._lock:
                    self.mails[recipient] += 1
        self.taken.set()
        self.may_answer.wait(300)
        if isinstance(self.fault, int):
            raise Refuses(self.fault)
        if self.fault is not None:
            raise _Breaks(self.fault)

    def needs(self, heard, *scopes):
        """Refuse whoever has no token, or one without a scope that will do."""
        kind, _, token = heard.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.access:
            raise Refuses(401)
        if not set(scopes) & {scope.rpartition("/")[2] for scope in self.grants_scopes}:
            raise Refuses(403)

    def answer(self, heard):
        """What the interface says: status and JSON, or None for nothing; raises Refuses."""
        raise NotImplementedError

    def problem(self, refusal):
        """How the interface tells of a refusal."""
        raise NotImplementedError

    # --- how

    def _serve(self, handler):
        with self._lock:
            self._talking += 1
        try:
            with suppress(OSError):
                self._answered(handler)
        finally:
            with self._lock:
                self._talking -= 1

    def _answered(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        if len(body) < length:
            return
        parts = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        heard = Heard(handler.command, parts.path, parse_qs(parts.query), headers, body)
        self.heard.append(heard)
        try:
            status, content, more = self._told(heard)
        except Refuses as refusal:
            status, content, more = refusal.status, self.problem(refusal), refusal.headers
        except _Breaks as breaks:
            self._break(handler, breaks.how)
            return
        written = b"" if content is None else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **more}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(written)))
        handler.end_headers()
        handler.wfile.write(written)

    def _told(self, heard):
        if heard.path == self.consent:
            return self._consented(heard)
        if heard.path == self.token:
            return self._tokens(heard)
        if self.revocation and heard.path == self.revocation:
            return self._revoked(heard)
        return (*self.answer(heard), {})

    def _consented(self, heard):
        """The page on which somebody says yes: this one does so at once."""
        asked = {name: values[0] for name, values in heard.query.items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == set(self.scopes)
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return 302, None, {"Location": f"{asked['redirect_uri']}?{back}"}

    def _tokens(self, heard):
        if self.ill is not None:
            if isinstance(self.ill, How):
                raise _Breaks(self.ill)
            raise _OAuthError(self.ill)
        told = {name: values[0] for name, values in parse_qs(heard.body.decode()).items()}
        if (told.get("client_id"), told.get("client_secret")) != (CLIENT, SECRET):
            raise _OAuthError("invalid_client")
        if told["grant_type"] == "authorization_code":
            asked = self.codes.pop(told["code"], None)
            digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if (
                asked is None
                or asked["code_challenge"] != challenge
                or asked["redirect_uri"] != told["redirect_uri"]
            ):
                raise _OAuthError("invalid_grant")
            access, refresh = self.grant()
            return 200, self._token_answer(access, refresh), {}
        if told["refresh_token"] not in self.refresh:
            raise _OAuthError("invalid_grant")
        self.renewals += 1
        self.renewing.set()
        self.may_renew.wait(300)
        refresh = ""
        if self.rotates:
            self.refresh.discard(told["refresh_token"])
            refresh = self._new_token("refresh")
        return 200, self._token_answer(self._new_token("access"), refresh), {}

    def _token_answer(self, access, refresh):
        told = {
            "access_token": access,
            "expires_in": self.lasts,
            "token_type": "Bearer",
            "scope": " ".join(self.grants_scopes),
        }
        return told | ({"refresh_token": refresh} if refresh else {})

    def _new_token(self, kind):
        made = f"{kind}-{secrets.token_urlsafe(16)}"
        getattr(self, kind).add(made)
        return made

    def _revoked(self, heard):
        if isinstance(self.ill, How):
            raise _Breaks(self.ill)
        (token,) = parse_qs(heard.body.decode())["token"]
        if token not in self.refresh | self.access:
            raise _OAuthError("invalid_token")
        self.revoked.append(token)
        self.take_back()
        return 200, {}, {}

    def _break(self, handler, how):
        handler.close_connection = True
        match how:
            case How.HANG:
                self._over.wait(20)
            case How.RESET:
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                handler.connection.close()
            case How.HALF:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            case How.GARBAGE:
                handler.wfile.write(b"250 taken\r\n")
            case How.REDIRECT:
                place = f"{self.url}{handler.path}".encode()
                handler.wfile.write(
                    b"HTTP/1.1 307 There\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n"
                )
            case How.DRIP:
                for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}":
                    handler.wfile.write(bytes([byte]))
                    if self._over.wait(0.1):
                        return
            case How.CUT:
                pass


class _Breaks(Exception):  # noqa: N818 - what the server does
    def __init__(self, how):
        super().__init__(how)
        self.how = how


class _OAuthError(Refuses):
    """RFC 6749, 5.2."""

    def __init__(self, error):
        super().__init__(401 if error == "invalid_client" else 400, error)


def told_of(refusal):
    """What the token's place says, as the standard wants it; None for a refusal of the interface itself."""
    if not isinstance(refusal, _OAuthError):
        return None
    return {"error": refusal.code, "error_description": f"It was {CLIENT}, with {SECRET}."}
