"""Calls to a system for applicants: JSON there and back, its limits kept, its refusals in words."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import Answer, HttpClient
from ifnotyou.connectors.reading import read_json

_TOO_MANY = 429
_REFUSED = 401
_FORBIDDEN = 403
_NOT_THERE = (404, 410)
_ITS_FAULT = range(500, 600)
_ATTEMPTS = 5
_LONGEST_WAIT = 65.0
"""Seconds: the longest window of a limit that we know is a minute."""
_SURELY_NOT = frozenset(
    {Trouble.NO_SUCH_SERVER, Trouble.BAD_ADDRESS, Trouble.PRIVATE_ADDRESS, Trouble.NOT_ENCRYPTED}
)

Query = Mapping[str, str | int | Sequence[str]]


class NotAllowed(ConnectorError):  # noqa: N818 - it says what the key is
    """The key is right, and may not do this; `body` is what the system said, never shown."""

    def __init__(self, text: str, body: bytes = b"") -> None:
        super().__init__(Trouble.NOT_ALLOWED, text, permanent=True)
        self.body = body


class NotThere(ConnectorError):  # noqa: N818 - it says what became of it
    """The system says that there is no such thing (any more); `body` is what it said, never shown."""

    def __init__(self, text: str, body: bytes = b"") -> None:
        super().__init__(Trouble.NOT_FOUND, text, permanent=True)
        self.body = body


class Rejected(ConnectorError):  # noqa: N818 - it says what became of the call
    """The system understood the call and did not want it so (400, 409, 422); `body` is what it said, never shown."""

    def __init__(self, text: str, status: int, body: bytes) -> None:
        super().__init__(Trouble.NOT_UNDERSTOOD, text, permanent=True)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Reply:
    """What a call brought: the JSON, and the headers."""

    json: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Calls:
    """Makes calls to one system. `label` is its name for people, `base` where it is, `headers` go with every call."""

    label: str
    base: str
    client: HttpClient
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)

    def get(self, path: str, query: Query | None = None) -> Reply:
        """Ask for something; `path` may be a whole address that the system itself named, on its own host."""
        return self._answered("GET", self._address(path, query), None, changes=False)

    def ask(self, path: str, payload: object) -> Reply:
        """Ask for something where the system wants a POST for that too: nothing changes by it."""
        return self._answered("POST", self._address(path, None), payload, changes=False)

    def form(self, path: str, values: Mapping[str, str]) -> Reply:
        """Ask by a form, as OAuth wants it for a token: nothing changes by it."""
        return self._answered("POST", self._address(path, None), urlencode(values).encode(), changes=False)

    def change(self, method: str, path: str, payload: object, query: Query | None = None) -> Reply:
        """Have something made or changed, once. Trouble.UNCERTAIN where it may have been done, or not."""
        return self._answered(method, self._address(path, query), payload, changes=True)

    def _address(self, path: str, query: Query | None) -> str:
        address = path if path.startswith(("https://", "http://")) else f"{self.base}{path}"
        if address != self.base and not address.startswith((f"{self.base}/", f"{self.base}?")):
            raise ConnectorError(
                Trouble.LEADS_ELSEWHERE,
                f"{self.label} leads to another server. We do not follow, because the key would go there too.",
                permanent=True,
            )
        return f"{address}?{urlencode(query, doseq=True)}" if query else address

    def _answered(self, method: str, url: str, payload: object, *, changes: bool) -> Reply:
        """The answer; waits where there were too many calls, and asks again where that changes nothing."""
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                answer = self._sent(method, url, payload)
            except ConnectorError as error:
                if changes and error.reason_code not in _SURELY_NOT:
                    raise self._uncertain() from error
                if last or error.permanent:
                    raise
                time.sleep(_pause(attempt))
                continue
            if answer.status == _TOO_MANY and not last:
                time.sleep(_told_to_wait(answer, attempt))
            elif answer.status in _ITS_FAULT and changes:
                raise self._uncertain()
            elif answer.status in _ITS_FAULT and not last:
                time.sleep(_pause(attempt))
            else:
                return self._judged(answer, changes=changes)
        raise AssertionError("unreachable")  # pragma: no cover

    def _sent(self, method: str, url: str, payload: object) -> Answer:
        headers = {"Accept": "application/json", **self.headers}
        body = None
        if isinstance(payload, bytes):
            body = payload
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif payload is not None:
            body = json.dumps(payload).encode()
            headers["Content-Type"] = "application/json"
        return self.client.send(method, url, headers=headers, body=body, auth=self.auth)

    def _judged(self, answer: Answer, *, changes: bool) -> Reply:
        """What was answered, or in words why there is nothing."""
        if answer.status == _REFUSED:
            text = f"{self.label} does not know this key. Make a new one there and enter it here."
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        if answer.status == _FORBIDDEN:
            raise NotAllowed(f"{self.label} does not allow this key what we asked for.", answer.body)
        if answer.status in _NOT_THERE:
            raise NotThere(f"{self.label} has no such record.", answer.body)
        if answer.status == _TOO_MANY:
            text = f"{self.label} had too many calls, also after a while. We go on with the next round."
            raise ConnectorError(Trouble.TOO_OFTEN, text, permanent=False)
        if answer.status in _ITS_FAULT:
            text = f"{self.label} has trouble of its own (answer {answer.status}). We try again by ourselves."
            raise ConnectorError(Trouble.UNREACHABLE, text, permanent=False)
        if not answer.good:
            raise Rejected(
                f"{self.label} did not take our call (answer {answer.status}).", answer.status, answer.body
            )
        try:
            return Reply(read_json(answer.body) if answer.body.strip() else None, answer.headers)
        except ValueError as error:
            if changes:  # it says that it is done, and we cannot read what
                raise self._uncertain() from error
            text = f"{self.label} answered with something that is no JSON. Is the address right?"
            raise ConnectorError(Trouble.NOT_UNDERSTOOD, text, permanent=False) from error

    def _uncertain(self) -> ConnectorError:
        text = f"The line to {self.label} broke in the middle: it may have been done there, or not."
        return ConnectorError(Trouble.UNCERTAIN, text, permanent=True)


def _pause(attempt: int) -> float:
    """Seconds before the next attempt, twice as long each time."""
    return float(min(0.25 * 2 ** (attempt - 1), 8.0))


def _told_to_wait(answer: Answer, attempt: int) -> float:
    """Seconds until calls are welcome again: as Retry-After or X-RateLimit-Reset say, else ever longer (RFC 9110)."""
    told = answer.headers.get("Retry-After", "").strip()
    reset = answer.headers.get("X-RateLimit-Reset", "").strip()
    seconds = _pause(attempt)
    try:
        if told:
            seconds = (
                float(told)
                if told.replace(".", "", 1).isdigit()
                else parsedate_to_datetime(told).timestamp() - time.time()
            )
        elif reset:
            seconds = float(reset) - time.time()
    except (TypeError, ValueError):
        return seconds
    return min(max(seconds, 0.05), _LONGEST_WAIT)
