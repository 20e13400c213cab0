"""The company's ifnotyou, as far as a token may use it: calls of `/api/v1/`, and what went wrong with one in words."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.http import Answer, HttpClient, checked_address
from ifnotyou.playbook.errors import PlaybookError

ROOT = "/api/v1"
_ANYWHERE = ("0.0.0.0/0", "::/0")
"""Whoever starts this names the address: it may well be within their own network."""
_READING = 30.0
_WRITING = 120.0
"""Seconds. A mail server takes its time, and a note that was on its way is not to be cut short by us."""
_UNAUTHORIZED, _TOO_MANY, _SERVER_ERRORS = 401, 429, 500
_READS = frozenset({"GET", "HEAD"})
_LOOK_FIRST = "Whether it was done cannot be told from here: look before you try again."


class NotDone(PlaybookError):  # noqa: N818 - it says what became of a call
    """It was not done; the text says why, in words, and never holds the token."""


class MayBeDone(NotDone):
    """The call left and no answer came: nobody can tell from here whether it was done."""


@dataclass(frozen=True)
class Site:
    """One ifnotyou and the token for it. `address` is https, or on this machine."""

    address: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            checked_address(self.address)
        except ConnectorError as error:
            raise NotDone(error.text) from error

    def page(self, path: str) -> str:
        """The address of a page for people."""
        return f"{self.address.rstrip('/')}/{path.lstrip('/')}"

    def read(self, path: str) -> Any:
        """What is at a path of the interface."""
        return self.call("GET", path)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> Any:
        """Do it once, with this Idempotency-Key or one of its own; NotDone and MayBeDone say what went wrong."""
        writes = method not in _READS
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if writes:
            headers["Idempotency-Key"] = key or new_key()
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        seconds = _WRITING if writes else _READING
        client = HttpClient(timeout=seconds, deadline=seconds, networks=_ANYWHERE)
        url = self.page(f"{ROOT}/{path.lstrip('/')}")
        if asked := list(_pairs(query or {})):
            url += f"?{urlencode(asked)}"
        try:
            answer = client.send(method, url, headers=headers, body=content)
        except ConnectorError as error:
            if writes and error.reached:
                raise MayBeDone(f"{error.text} {_LOOK_FIRST}") from error
            raise NotDone(error.text) from error
        return _told(answer, writes=writes)


def path_with(template: str, values: Mapping[str, Any]) -> str:
    """A path of the document with its places filled; nothing in a value can lead to another path."""
    for name, value in values.items():
        if str(value) in {".", ".."}:  # whatever sends it would take a step up or none
            raise NotDone(f"“{value}” is no {name}.")
        template = template.replace("{" + name + "}", quote(str(value), safe=""))
    return template


def new_key() -> str:
    """An Idempotency-Key by chance."""
    return secrets.token_urlsafe(24)


def _pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield name, json.dumps(one) if isinstance(one, bool) else str(one)


def _told(answer: Answer, *, writes: bool) -> Any:
    """What it said; a refusal becomes NotDone with its words."""
    try:
        said: Any = json.loads(answer.body) if answer.body.strip() else None
    except ValueError:
        said = None
        if answer.good:
            raise NotDone(
                "The answer is not what ifnotyou says. Is IFNOTYOU_URL the address that people open?"
            ) from None
    if answer.good:
        return said
    words = _refusal(answer, said if isinstance(said, dict) else {})
    if writes and answer.status >= _SERVER_ERRORS:
        raise MayBeDone(f"{words} {_LOOK_FIRST}")
    raise NotDone(words)


def _refusal(answer: Answer, problem: Mapping[str, Any]) -> str:
    """A problem (RFC 9457) as sentences."""
    if answer.status == _UNAUTHORIZED:
        return (
            "The token in IFNOTYOU_TOKEN is not known, is no longer good, or was taken back. "
            "Make a new one on your page of ifnotyou, and start this again with it."
        )
    if answer.status == _TOO_MANY:
        after = answer.headers.get("Retry-After", "")
        return (
            f"Too many calls. Try again in {after} seconds."
            if after
            else "Too many calls. Try again in a minute."
        )
    words = str(problem.get("detail") or problem.get("title") or "").strip()
    if not words:
        whose = "ifnotyou has trouble of its own" if answer.status >= _SERVER_ERRORS else "ifnotyou said no"
        words = f"{whose} ({answer.status})."
    if code := problem.get("code"):
        words += f" ({code})"
    return "\n".join(
        [words, *(f"- {one['pointer']}: {one['detail']}" for one in problem.get("errors") or ())]
    )
