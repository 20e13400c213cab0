"""What an iCalendar text (RFC 5545) says about when somebody is busy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component, Event, vPeriod
from icalendar.error import IncompleteComponent, InvalidCalendar
from icalendar.prop import vBroken

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.playbook.times import Busy

_TOO_FINE = frozenset({"SECONDLY", "MINUTELY"})
_OF_TIME = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_MARGIN = timedelta(days=2)
"""Looked at around what was asked for: an event without a zone is found by a clock that is not the host's."""


def busy_in(content: bytes, start: datetime, end: datetime, *, zone: tzinfo, owner: str = "") -> list[Busy]:
    """When somebody is busy between two moments, in UTC and in order; raises ConnectorError for what is no calendar.

    Free are events that are cancelled, shown as free, or declined by `owner`; what is only pencilled in is busy. A
    single event that makes no sense is left out.
    """
    found: list[Busy] = []
    for calendar in _read(content):
        _leave_out_what_makes_no_sense(calendar)
        _refuse_endless(calendar)
        found += _of_events(calendar, start, end, zone, owner)
        found += _of_free_busy(calendar, zone)
    return sorted(
        (span for span in found if span.starts < end and span.ends > start and span.starts < span.ends),
        key=lambda span: (span.starts, span.ends),
    )


def _read(content: bytes) -> Sequence[Component]:
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    # Cut off in the middle it would look free.
    if not (text[:15].upper() == b"BEGIN:VCALENDAR" and text[-13:].upper() == b"END:VCALENDAR"):
        raise _no_calendar()
    try:
        return Calendar.from_ical(text.decode("utf-8", "replace"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError):
        raise _no_calendar() from None


def _no_calendar() -> ConnectorError:
    return ConnectorError(
        Trouble.NO_CALENDAR,
        "What is at this address is not a calendar. Look for an address that ends in .ics: “secret address in iCal "
        "format” at Google, “publish a calendar” at Outlook.",
        permanent=True,
    )


def _leave_out_what_makes_no_sense(calendar: Component) -> None:
    calendar.subcomponents = [
        part for part in calendar.subcomponents if not isinstance(part, Event) or _has_times(part)
    ]


def _has_times(event: Event) -> bool:
    if any(isinstance(one, vBroken) for name in _OF_TIME for one in _all(event.get(name))):
        return False
    try:
        _, _ = event.start, event.end
    except (IncompleteComponent, InvalidCalendar, ValueError, TypeError, AttributeError):
        return False
    return True


def _refuse_endless(calendar: Component) -> None:
    """Nothing of a person's life is every minute, and reckoning it would take for ever."""
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if _TOO_FINE.intersection(str(word).upper() for word in rule.get("FREQ", [])):
                raise ConnectorError(
                    Trouble.NO_CALENDAR,
                    "Something in this calendar repeats every minute or second: it cannot be read.",
                    permanent=True,
                )


def _of_events(
    calendar: Component, start: datetime, end: datetime, zone: tzinfo, owner: str
) -> Iterator[Busy]:
    try:
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            (start - _MARGIN).astimezone(zone), (end + _MARGIN).astimezone(zone)
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        raise _no_calendar() from None
    for event in events:
        if _is_busy(event, owner):
            yield Busy(_moment(event.start, zone), _moment(event.end, zone))


def _is_busy(event: Component, owner: str) -> bool:
    """Whether an event takes the time of whoever owns the calendar."""
    shown_as = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    return not (
        str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or shown_as in {"FREE", "WORKINGELSEWHERE"}
        or _declined(event, owner)
    )


def _declined(event: Component, owner: str) -> bool:
    return bool(owner) and any(
        str(one).lower().removeprefix("mailto:") == owner.lower()
        and str(getattr(one, "params", {}).get("PARTSTAT", "")).upper() == "DECLINED"
        for one in _all(event.get("ATTENDEE"))
    )


def _of_free_busy(calendar: Component, zone: tzinfo) -> Iterator[Busy]:
    for component in calendar.walk("VFREEBUSY"):
        for period in _all(component.get("FREEBUSY")):
            if isinstance(period, vPeriod) and str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                yield Busy(_moment(period.start, zone), _moment(period.end, zone))


def _all(value: Any) -> list[Any]:
    """A property that may be there once, more than once, or not at all."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _moment(told: date | datetime, zone: tzinfo) -> datetime:
    """A moment in UTC: days begin at midnight, and times without a zone are, where the host is."""
    if not isinstance(told, datetime):
        told = datetime.combine(told, time())
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
