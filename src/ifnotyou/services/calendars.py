"""A host's own calendar: connected by them, looked at when times are proposed, never kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.calendar import KINDS
from ifnotyou.connectors.http import HttpClient
from ifnotyou.models import Calendar, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.promises import time_zone
from ifnotyou.playbook.times import Busy
from ifnotyou.services import audit

_TRIED = timedelta(days=14)
"""How far ahead a calendar is read to see whether it can be."""


@transaction.atomic
def connect_calendar(user: User, *, kind: str, url: str, username: str, password: str) -> Calendar:
    """Keep where a user's calendar is. An empty address or password keeps the one there is.

    The password stays only with the server and the name that it belongs to: nobody else is told it.
    """
    calendar = Calendar.objects.filter(user=user).first() or Calendar(
        user=user, workspace_id=user.workspace_id
    )
    url, username = url.strip() or calendar.url, username.strip()
    if (_place(url), username) != (_place(calendar.url), calendar.username):
        calendar.password = ""
    calendar.kind, calendar.url, calendar.username, calendar.checked_at = kind, url, username, None
    calendar.password = password or calendar.password
    calendar.save()
    audit.write(user, "connected_calendar", calendar)
    return calendar


def try_calendar(calendar: Calendar, *, now: datetime) -> None:
    """Read the calendar once; Refusal says in words why that does not work.

    Talks with another machine: never call it inside a transaction.
    """
    try:
        _read(calendar, now, now + _TRIED)
    except Refusal:
        _mark_checked(calendar, None)
        raise
    _mark_checked(calendar, now)


@transaction.atomic
def remove_calendar(user: User) -> None:
    """Forget the calendar's address and its password."""
    calendar = Calendar.objects.filter(user=user).first()
    if calendar is not None:
        audit.write(user, "removed_calendar", calendar)
        calendar.delete()


def busy_times(user: User, start: datetime, end: datetime) -> list[Busy] | None:
    """When a user is busy between two moments; None where they connected no calendar, Refusal where it cannot be read.

    Talks with another machine: never call it inside a transaction.
    """
    calendar = Calendar.objects.filter(user=user).select_related("user__employee").first()
    return _read(calendar, start, end) if calendar is not None else None


def _read(calendar: Calendar, start: datetime, end: datetime) -> list[Busy]:
    connector = KINDS[calendar.kind](
        url=calendar.url,
        username=calendar.username,
        password=calendar.password,
        zone=time_zone(calendar.user.zone),
        owner=calendar.user.email,
        client=HttpClient(networks=settings.REACHABLE_NETWORKS),
    )
    try:
        return connector.busy(start, end)
    except ConnectorError as error:
        raise Refusal("calendar", error.text) from error


def _mark_checked(calendar: Calendar, at: datetime | None) -> None:
    calendar.checked_at = at
    calendar.save(update_fields=["checked_at"])


def _place(url: str) -> str:
    """The server of an address."""
    return urlsplit(url).netloc.lower()
