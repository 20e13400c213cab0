"""What every calendar promises, and what an answer that is none is called."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import Answer, HttpClient
from ifnotyou.playbook.times import Busy

_SIGN_IN = frozenset({401, 407})
_FORBIDDEN = 403
_GONE = frozenset({404, 410})
_TOO_MANY = 429
_THEIR_FAULT = 500


@dataclass(frozen=True)
class Calendar(ABC):
    """A calendar of one person. tests/connectors/calendar/contract.py holds every kind to this.

    `zone` is where all-day events and times without a zone are; `owner` is their mail address: what they declined
    does not make them busy.
    """

    url: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    zone: tzinfo = UTC
    owner: str = ""
    client: HttpClient = field(default_factory=HttpClient)

    @abstractmethod
    def busy(self, start: datetime, end: datetime) -> list[Busy]:
        """When they are busy between two moments, in UTC and in order. Everything it raises is a ConnectorError."""

    @property
    def auth(self) -> tuple[str, str] | None:
        """User name and password, where there is one."""
        return (self.username, self.password) if self.username or self.password else None


def refused(answer: Answer, *, with_password: bool) -> ConnectorError:
    """An answer that is no calendar, as a failure with a sentence for whoever typed the address."""
    host = urlsplit(answer.url).hostname or "The server"
    if answer.status in _SIGN_IN or (answer.status == _FORBIDDEN and not with_password):
        return ConnectorError(
            Trouble.SIGN_IN_REFUSED,
            f"{host} did not accept this user name and password. Many providers want an app password here."
            if with_password
            else f"{host} wants to know who asks. Fill in user name and password, or use the secret address.",
            permanent=True,
        )
    if answer.status == _FORBIDDEN:
        return ConnectorError(
            Trouble.SIGN_IN_REFUSED,
            f"{host} does not let this account see that calendar. Check address and user name.",
            permanent=True,
        )
    if answer.status in _GONE:
        return ConnectorError(
            Trouble.NOT_FOUND,
            f"{host} knows nothing at this address. Copy it once more; a secret address that was reset is gone.",
            permanent=True,
        )
    if answer.status == _TOO_MANY:
        return ConnectorError(
            Trouble.TOO_OFTEN,
            f"{host} was asked too often. Try again in some minutes.",
            permanent=False,
        )
    if answer.status >= _THEIR_FAULT:
        return ConnectorError(
            Trouble.UNREACHABLE,
            f"{host} has trouble of its own (its answer: {answer.status}). Try again in some minutes.",
            permanent=False,
        )
    return ConnectorError(
        Trouble.NOT_UNDERSTOOD,
        f"{host} answered in a way that we do not understand (its answer: {answer.status}). Check the address.",
        permanent=True,
    )
