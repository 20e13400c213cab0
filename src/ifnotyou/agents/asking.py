"""Sending always asks the person first: they see the whole of it in their own program and say yes, or it is left.

A model calls the tool; only a person's yes sends. What they said yes to is bound by the preview's confirmation, which
never passes through the model, and one yes is one Idempotency-Key: said twice, it sends once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mcp_types import ClientCapabilities, ElicitRequestFormParams, ElicitResult

from ifnotyou.agents.operations import CONFIRMATION
from ifnotyou.agents.site import NotDone

YES = "yes"
_SCHEMA = {
    "type": "object",
    "properties": {
        YES: {
            "type": "boolean",
            "title": "Yes",
            "description": "Only you can say this. It counts once, and cannot be taken back.",
            "default": False,
        }
    },
    "required": [YES],
}
_BY_US = "Send this now, from your own mailbox? It goes to them once."
_BY_THEMSELVES = (
    "Take this along, to send it with your own mail program? Nothing leaves from here, and it counts as sent."
)
_CLOSED = "/…"
"""How a preview shows a link that opens something: a model that reads it could follow it."""


class Confirmed(NamedTuple):
    """What a person is asked to confirm: the preview's mark of it, and the key under which one yes counts once."""

    confirmation: str
    key: str


def can_ask(capabilities: ClientCapabilities | None) -> bool:
    """Whether the person's program shows forms. One that names no kind of asking means forms; "url" alone does not."""
    asks = capabilities.elicitation if capabilities else None
    return asks is not None and (asks.form is not None or asks.url is None)


def question(preview: Mapping[str, Any], *, by_us: bool) -> ElicitRequestFormParams:
    """The whole of what would leave, with a yes that nobody has said yet; NotDone where it may not leave at all."""
    why_not = preview.get("held_back") or (by_us and preview.get("not_by_us"))
    if why_not or not preview.get(CONFIRMATION):
        raise NotDone(f"Nothing was sent. {why_not['detail'] if why_not else 'It may not leave.'}")
    return ElicitRequestFormParams(message="\n".join(_told(preview, by_us=by_us)), requested_schema=_SCHEMA)


def said_yes(answer: object) -> bool:
    """Whether this is a person's explicit yes. Accepted without it is no yes."""
    return (
        isinstance(answer, ElicitResult)
        and answer.action == "accept"
        and (answer.content or {}).get(YES) is True
    )


def _told(preview: Mapping[str, Any], *, by_us: bool) -> Iterator[str]:
    """What a person reads before they say yes."""
    yield _BY_US if by_us else _BY_THEMSELVES
    yield ""
    yield f"To: {_whom(preview, 'recipient')}"
    yield f"From: {_whom(preview, 'sender')}"
    yield f"Subject: {preview['subject']}"
    yield ""
    yield preview["body"].strip()
    if _CLOSED in preview["body"]:
        yield ""
        yield f"A link that ends in “{_CLOSED}” is whole in the mail."
    if preview.get("findings"):
        yield ""
        yield "What could be kinder:"
        yield from (f"- {one['mend']}" for one in preview["findings"])


def _whom(preview: Mapping[str, Any], who: str) -> str:
    name, address = preview[f"{who}_name"], preview[f"{who}_address"]
    return f"{name} <{address}>" if address else f"{name}, by whatever way you reach them"
