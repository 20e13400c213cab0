"""Calls to a chat: JSON or a form there, JSON back; limits kept, and trouble of the other side waited out."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import Answer, HttpClient

PATIENCE = 20.0
"""Seconds for a nudge, with all that is tried again: after that it goes by mail."""

_TOO_MANY = 429
_ITS_FAULT = range(500, 600)
_ATTEMPTS = 3
_LONGEST_WAIT = 10.0  # seconds that a chat may tell us to wait
_NEVER_LEFT = frozenset(
    {
        Trouble.NO_SUCH_SERVER,
        Trouble.BAD_ADDRESS,
        Trouble.PRIVATE_ADDRESS,
        Trouble.NOT_ENCRYPTED,
        Trouble.NOT_TRUSTED,
    }
)


def call(
    client: HttpClient,
    label: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    attempts: int = _ATTEMPTS,
) -> Answer:
    """Post once, and again where it was told that it was not done (429, 5xx).

    Where the line broke nobody can tell: that is Trouble.UNCERTAIN, and not tried again.
    """
    for attempt in range(1, attempts + 1):
        try:
            answer = client.send("POST", url, headers=headers, body=body)
        except ConnectorError as error:
            if error.reason_code in _NEVER_LEFT:
                raise
            text = f"{label} did not answer in time: it may have arrived there, or not."
            raise ConnectorError(Trouble.UNCERTAIN, text, permanent=False) from error
        if answer.status != _TOO_MANY and answer.status not in _ITS_FAULT:
            return answer
        wait = _told_to_wait(answer, attempt)
        if attempt == attempts or wait > _LONGEST_WAIT:
            break
        time.sleep(wait)
    if answer.status == _TOO_MANY:
        text = f"{label} had too many messages, also after a while."
        raise ConnectorError(Trouble.TOO_OFTEN, text, permanent=False)
    text = f"{label} has trouble of its own (answer {answer.status})."
    raise ConnectorError(Trouble.UNREACHABLE, text, permanent=False)


def _told_to_wait(answer: Answer, attempt: int) -> float:
    """Seconds until the next attempt: as Retry-After says, else ever longer."""
    told = answer.headers.get("Retry-After", "").strip()
    return float(told) if told.isdigit() else 0.5 * 2 ** (attempt - 1)
