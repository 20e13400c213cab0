"""Talks that are agreed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from ifnotyou.models import Talk, Vip


def talk_ahead(vip: Vip, now: datetime) -> Talk | None:
    """The talk with somebody that is still to come, or under way. There is one at most."""
    talks = vip.talks.filter(cancelled=False).select_related("host").order_by("-starts_at", "pk")
    return next((talk for talk in talks[:5] if ends_at(talk) > now), None)


def ends_at(talk: Talk) -> datetime:
    """When a talk is over."""
    return talk.starts_at + timedelta(minutes=talk.minutes)
