"""Calls to other programs that something happened here, signed in the manner of Standard Webhooks (1.0.0).

Only machines on the public internet are called, no redirect is followed, and of an answer only the status counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import HttpClient, checked_address, is_reachable

PREFIX = "whsec_"
SECRET_BYTES = 32
"""Of the 24 to 64 that the specification allows."""

PATIENCE = 15.0
"""Seconds that the other program has for its answer."""

LONGEST_NAME = 253
"""Characters of the name of a server."""

MOST_READ = 1_000_000
"""Bytes of an answer; it is thrown away, but a line that never ends would hold us."""


def new_secret() -> str:
    """What signs the calls to one listener, as it is shown to people."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signature(secret: str, uid: str, sent_at: datetime, body: bytes) -> str:
    """What one secret signs: the id of the message, the moment of this attempt, and the exact bytes of the body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = b".".join((uid.encode(), str(int(sent_at.timestamp())).encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode('ascii')}"


def headers_of(signing: Sequence[str], uid: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one call. While a secret is changed, the one before signs as well."""
    return {
        "Content-Type": "application/json",
        "webhook-id": uid,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signature(one, uid, sent_at, body) for one in signing),
    }


def refuse_unreachable(url: str, networks: Iterable[str]) -> str:
    """The host of an address that may be called; ConnectorError says what is wrong with any other.

    A name is looked up at every call, not here: where it leads may change.
    """
    parts = checked_address(url)
    host = parts.hostname or ""
    if len(host) > LONGEST_NAME:
        raise ConnectorError(
            Trouble.BAD_ADDRESS, "No server has a name that long. Check the address.", permanent=True
        )
    if parts.scheme == "http" and not tuple(networks):
        raise ConnectorError(
            Trouble.NOT_ENCRYPTED,
            "Without encryption others could read along. Use an address that begins with https://.",
            permanent=True,
        )
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    if not is_reachable(host, networks):
        raise ConnectorError(
            Trouble.PRIVATE_ADDRESS,
            f"{host} is not on the public internet, and we call nothing within a network of a company. "
            "Use an address that can be reached from outside.",
            permanent=True,
        )
    return host


def call(url: str, headers: dict[str, str], body: bytes, networks: tuple[str, ...]) -> int:
    """Make one call; returns the status of the answer. Raises ConnectorError where there was none."""
    client = HttpClient(
        timeout=PATIENCE, deadline=PATIENCE, most_octets=MOST_READ, networks=networks, follows=False
    )
    return client.send("POST", url, headers=headers, body=body).status


def trouble_with(status: int) -> str:
    """What is wrong with an answer, in a sentence; "" where it was taken."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    if status in _KNOWN:
        return _KNOWN[status].format(status)
    first = status // 100
    return _OTHERS.get(first, "Something is wrong over there ({}).").format(status)


_BUSY = "It has too much to do ({})."
_REFUSES = "It does not let us in ({}). Compare the secret there with the one that was shown here."
_NOTHING = "Nothing there takes calls ({}). Check the address."
_KNOWN: dict[int, str] = {
    HTTPStatus.GONE: "It says that nobody listens there any more ({}).",
    HTTPStatus.TOO_MANY_REQUESTS: _BUSY,
    HTTPStatus.BAD_GATEWAY: _BUSY,
    HTTPStatus.GATEWAY_TIMEOUT: _BUSY,
    HTTPStatus.UNAUTHORIZED: _REFUSES,
    HTTPStatus.FORBIDDEN: _REFUSES,
    HTTPStatus.NOT_FOUND: _NOTHING,
    HTTPStatus.METHOD_NOT_ALLOWED: _NOTHING,
}
_OTHERS = {
    3: "It leads on to another address ({}), and we do not follow. Enter that address here.",
    4: "It did not take the call ({}). Its own log says why.",
}
"""By the first digit of the status."""
