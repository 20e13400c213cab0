"""Over which channel (playbook rule 4): in conversation first, a mail second."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from ifnotyou.playbook.policy import ChannelPolicy
from ifnotyou.playbook.verdict import Why

FRIDAY = 4


class Channel(StrEnum):
    """How the one ask is made."""

    CONVERSATION = "conversation"
    EMAIL = "email"


def choose_channel(
    declined: date | None, today: date, has_address: bool, policy: ChannelPolicy
) -> tuple[Channel, Why]:
    """The channel, and why, for a decline of that day."""
    days = (today - declined).days if declined else None
    if days is not None and days <= policy.conversation_days:
        return Channel.CONVERSATION, Why(
            "in_conversation", "Whoever talks with them now can ask in that talk: people say yes to a person."
        )
    if not has_address:
        return Channel.CONVERSATION, Why(
            "no_address", "No address is known: ask by telephone or when you meet."
        )
    if declined is None or days is None:
        return Channel.EMAIL, Why("by_mail", "A personal mail, some days after a separate thank-you.")
    return Channel.EMAIL, Why("by_mail", _when(declined, today, policy))


def _when(declined: date, today: date, policy: ChannelPolicy) -> str:
    best = _not_before_a_weekend(max(today, declined + timedelta(days=policy.mail_after_days)))
    thanks = "after a separate thank-you"
    if best > today:
        return f"A personal mail, {thanks}, best on {best:%A}, {best.isoformat()}."
    if today > declined + timedelta(days=policy.mail_until_days):
        return f"A personal mail, {thanks}: soon, the best days are over."
    return f"A personal mail, {thanks}: now is a good time."


def _not_before_a_weekend(day: date) -> date:
    """That day, or the Monday after it: a note on a Friday or weekend is read as work left over."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= FRIDAY else day
