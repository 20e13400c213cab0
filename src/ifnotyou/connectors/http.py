"""The one way out to other systems by HTTP, for addresses that people typed.

The protocol is that of requests. What is ours: only machines on the public internet are reached, and the address that
was looked up is the one that is connected to, so that a name cannot change between the look and the call; a clock
over the whole exchange, so that a server which drips cannot hold us; a limit to what is read; and no redirect to
another host, which would be handed the password too.
"""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from ifnotyou.connectors.base import ConnectorError, Trouble

USER_AGENT = "ifnotyou"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
"""Methods that change nothing there: what failed on the way is tried once more."""

_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_FOR_A_MOMENT = frozenset({502, 503, 504})
_OK = range(200, 300)
_PORTS = {"http": 80, "https": 443}
_CHUNK = 65_536
_PAUSE = 0.3  # seconds before the second attempt
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    """What the other system said; `url` is where, after redirects within its host."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def good(self) -> bool:
        """Whether it did what we asked for."""
        return self.status in _OK


@dataclass(frozen=True)
class HttpClient:
    """Asks other systems. Everything it raises is a ConnectorError, which never tells more of an address than the host.

    `timeout` is how long one step may take, `deadline` how long everything together may, both in seconds. `networks`
    are reached besides the public internet; without encryption only what is on this machine, and only if it is among
    them. The context is for servers whose certificate neither the system nor the usual authorities vouch for. After the
    moment `ends` of the monotonic clock nothing is asked any more. Without `follows`, an answer that leads on is the
    answer.
    """

    timeout: float = 10.0
    deadline: float = 25.0
    most_octets: int = 10_000_000
    networks: tuple[str, ...] = ()
    context: ssl.SSLContext | None = field(default=None, repr=False)
    ends: float = math.inf
    follows: bool = True

    def within(self, seconds: float) -> HttpClient:
        """The same for several exchanges, which together may take so many seconds from now."""
        return replace(self, ends=min(self.ends, time.monotonic() + seconds))

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """What there is at an address."""
        return self.send("GET", url, headers=headers, auth=auth)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Ask once; where nothing can have changed by it, once more when the way or the other system failed."""
        parts = checked_address(url)
        with (
            _Watch(min(self.deadline, max(0.0, self.ends - time.monotonic()))) as watch,
            _judging(parts, watch),
        ):
            for last in (False, True):
                try:
                    answer = self._follow(watch, method, url, dict(headers or {}), body, auth)
                except (requests.RequestException, HTTPError, OSError):
                    if last or method not in SAFE or watch.over:
                        raise
                else:
                    if last or method not in SAFE or answer.status not in _FOR_A_MOMENT:
                        return answer
                watch.pause(_PAUSE)
        raise AssertionError("unreachable")  # pragma: no cover

    def _follow(
        self,
        watch: _Watch,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        auth: tuple[str, str] | None,
    ) -> Answer:
        """Ask, and go where the same host says that it moved to."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._once(watch, method, url, headers, body, auth)
            if not self.follows or answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            here, there = urlsplit(url), urlsplit(urljoin(url, answer.headers["location"]))
            if _origin(there) != _origin(here):
                raise ConnectorError(
                    Trouble.LEADS_ELSEWHERE,
                    f"{_host(here)} leads on to {_host(there)}. We do not follow, because your password would go "
                    "there too. If that is right, enter the address there.",
                    permanent=True,
                )
            url = there.geturl()
            if answer.status == _SEE_OTHER:
                method, body = "GET", None
        raise ConnectorError(
            Trouble.LEADS_ELSEWHERE,
            f"{_host(urlsplit(url))} leads in circles. Check the address.",
            permanent=True,
        )

    def _once(
        self,
        watch: _Watch,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        auth: tuple[str, str] | None,
    ) -> Answer:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no password, that somebody else set
            session.headers = CaseInsensitiveDict({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
            adapter = _Adapter(_Dialler(self.networks, watch), self.context or _authorities())
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            response = session.request(
                method,
                url,
                headers=headers | _signed_in(auth),
                data=body,
                timeout=watch.left(self.timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = b"".join(self._read(response, watch))
            return Answer(response.status_code, response.headers, content, url)

    def _read(self, response: requests.Response, watch: _Watch) -> Iterator[bytes]:
        read = 0
        for chunk in response.iter_content(_CHUNK):
            watch.left(self.timeout)
            read += len(chunk)
            if read > self.most_octets:
                raise ConnectorError(
                    Trouble.TOO_LARGE,
                    f"{_host(urlsplit(response.url))} answered with more than "
                    f"{self.most_octets // 1_000_000} MB. Check the address.",
                    permanent=True,
                )
            yield chunk
        watch.left(self.timeout)  # hung up by the watch, it would look complete


def checked_address(url: str) -> SplitResult:
    """The parts of an address that may be asked; ConnectorError says what is wrong with any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or not url.isprintable():
        raise ConnectorError(
            Trouble.BAD_ADDRESS,
            "That is not an address we can ask. It should begin with https:// and the name of a server.",
            permanent=True,
        )
    if parts.username is not None:
        raise ConnectorError(
            Trouble.BAD_ADDRESS,
            "Leave user name and password out of the address: they have fields of their own.",
            permanent=True,
        )
    if parts.scheme == "http" and not _names_this_machine(parts.hostname):
        raise ConnectorError(
            Trouble.NOT_ENCRYPTED,
            "Without encryption others could read along. Use an address that begins with https://.",
            permanent=True,
        )
    return parts


def is_reachable(address: str, networks: Iterable[str] = ()) -> bool:
    """Whether an IP address is on the public internet, or in one of those networks; told by what it really leads to."""
    there = ipaddress.ip_address(address.partition("%")[0])
    return all(
        (one.is_global and not one.is_multicast) or _is_within(one, networks) for one in _led_to(there)
    )


def _led_to(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, or those of the old internet that are written into it: ways around would lead through them."""
    if isinstance(address, IPv4Address):
        return [address]
    inside: list[IPv4Address | IPv6Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one]
    inside += address.teredo or ()
    if address in _NAT64:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return inside or [address]


def _is_within(address: IPv4Address | IPv6Address, networks: Iterable[str]) -> bool:
    return any(address in ipaddress.ip_network(network) for network in networks)


def _names_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _signed_in(auth: tuple[str, str] | None) -> dict[str, str]:
    """The header of a user name and password; requests would write Latin 1."""
    if auth is None:
        return {}
    return {"Authorization": f"Basic {b64encode(':'.join(auth).encode()).decode('ascii')}"}


@cache
def _authorities() -> ssl.SSLContext:
    """Whom the operating system trusts, and whom everybody does: made once, for reading them takes long."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _host(parts: SplitResult) -> str:
    """The one part of an address that may be told: a feed's path is a secret."""
    return parts.hostname or "the server"


# --- dialling ------------------------------------------------------------------------------------------------------


class _PrivateError(OSError):
    """The name leads to a machine that we must not reach."""


class _Watch:
    """A clock over the whole exchange. When it has run out it hangs up, whatever step is under way.

    `reached` says whether there was a connection already.
    """

    def __init__(self, whole: float) -> None:
        self._end = time.monotonic() + whole
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(whole, self._hang_up)
        self._timer.daemon = True
        self.over = False
        self.reached = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def left(self, step: float) -> float:
        """Seconds for the next step; raises TimeoutError when there are none."""
        left = min(step, self._end - time.monotonic())
        if left <= 0 or self.over:
            raise TimeoutError("the exchange took too long")
        return left

    def pause(self, seconds: float) -> None:
        """Let a moment pass, never more than there is."""
        time.sleep(self.left(seconds))

    def over_line(self, line: socket.socket) -> None:
        """Hang this line up as well when time has run out. A copy of it: TLS takes the line itself away."""
        with self._lock:
            self._lines.append(line.dup())

    def _hang_up(self) -> None:
        self.over = True
        with self._lock:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class _Dialler:
    """Looks a name up, and connects to what was found there if it may be reached."""

    networks: tuple[str, ...]
    watch: _Watch

    def dial(self, host: str, port: int, timeout: float) -> socket.socket:
        """A line to the machine; OSError says why there is none."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [entry for entry in found if is_reachable(str(entry[4][0]), self.networks)]
        if not allowed:
            raise _PrivateError("not on the public internet")
        failure: OSError | None = None
        for family, kind, protocol, _, address in allowed:
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(self.watch.left(timeout))
                line.connect(address)
            except OSError as error:
                line.close()
                failure = error
            else:
                self.watch.over_line(line)
                return line
        raise failure or OSError("no address to connect to")


class _Line(HTTPConnection):
    """A connection whose line comes from the dialler."""

    def __init__(self, *args: Any, dialler: _Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler

    def connect(self) -> None:
        """As always, encryption and all; from here on what is asked for may arrive there."""
        super().connect()
        self._dialler.watch.reached = True

    def _new_conn(self) -> socket.socket:
        """urllib3's own place for making the line."""
        timeout = self.timeout if isinstance(self.timeout, int | float) else self._dialler.watch.left(60)
        try:
            return self._dialler.dial(self._dns_host, self.port, timeout)
        except _PrivateError:
            raise
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "no connection") from error


class _TlsLine(_Line, HTTPSConnection):
    """The same with TLS over it."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Line


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsLine


class _Adapter(HTTPAdapter):
    """requests' way to make connections, with lines from our dialler and our certificates."""

    def __init__(self, dialler: _Dialler, context: ssl.SSLContext) -> None:
        self._dialler = dialler
        self._context = context
        self._pools: list[HTTPConnectionPool] = []
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002 - requests passes it; there is none
        cert: Any = None,
    ) -> HTTPConnectionPool:
        """A pool for this one request."""
        place, _ = self.build_connection_pool_key_attributes(request, verify or True, cert)
        host, port = str(place["host"]), place.get("port") or _PORTS[str(place["scheme"])]
        pool = (
            _TlsPool(host, port, ssl_context=self._context, dialler=self._dialler)
            if place["scheme"] == "https"
            else _Pool(host, port, dialler=self._dialler)
        )
        self._pools.append(pool)
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing to add: the context knows whom to trust."""

    def close(self) -> None:
        """Hang up."""
        for pool in self._pools:
            pool.close()
        super().close()


# --- telling -------------------------------------------------------------------------------------------------------


@contextmanager
def _judging(parts: SplitResult, watch: _Watch) -> Iterator[None]:
    """The one place that says in words what went wrong."""
    try:
        yield
    except ConnectorError as error:
        error.reached = watch.reached
        raise
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        explained = _explained(error, _host(parts), over=watch.over)
        explained.reached = watch.reached
        raise explained from None


def _explained(error: BaseException, host: str, *, over: bool) -> ConnectorError:
    """A sentence for whoever typed the address. Without the error itself: it holds the whole address."""
    causes = list(_causes(error))
    if any(isinstance(cause, _PrivateError) for cause in causes):
        return ConnectorError(
            Trouble.PRIVATE_ADDRESS,
            f"{host} is not on the public internet, and we ask nothing within a network of a company. "
            "Use an address that can be reached from outside.",
            permanent=True,
        )
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return ConnectorError(
                    Trouble.NOT_TRUSTED,
                    f"The certificate of {host} cannot be trusted ({cause.verify_message}). Check the address; "
                    "nothing was handed over.",
                    permanent=True,
                )
            case socket.gaierror(errno=socket.EAI_AGAIN):
                return ConnectorError(
                    Trouble.UNREACHABLE,
                    f"The name {host} could not be looked up just now. Try again in some minutes.",
                    permanent=False,
                )
            case socket.gaierror() | UnicodeError():
                return ConnectorError(
                    Trouble.NO_SUCH_SERVER,
                    f"There is no server called {host}. Check how it is spelled.",
                    permanent=True,
                )
            case ssl.SSLError() if not over:
                return ConnectorError(
                    Trouble.NOT_ENCRYPTED,
                    f"No encrypted connection to {host} came about. Check the address.",
                    permanent=True,
                )
    if over or any(isinstance(cause, (TimeoutError, ConnectionRefusedError)) for cause in causes):
        return ConnectorError(
            Trouble.UNREACHABLE,
            f"{host} did not answer. Check the address, or try again in some minutes.",
            permanent=False,
        )
    return ConnectorError(
        Trouble.BROKE_OFF,
        f"The connection to {host} broke off. Try again in some minutes.",
        permanent=False,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, wherever requests and urllib3 keep that."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or one in seen:
            continue
        seen.append(one)
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
