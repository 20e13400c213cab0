"""By when: working days, counted where the person is who has to keep the promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

WORKING_DAYS = 5
SATURDAY = 5
WEEK = 7


def after_working_days(moment: datetime, days: int, zone: str) -> datetime:
    """The same local time so many working days (Monday to Friday) after `moment`, in UTC.

    `moment` is aware; `zone` is a name such as Europe/Berlin, UTC where it is
    empty or unknown. From a weekend it is counted as from the Monday after it.
    Holidays are not known.
    """
    local = moment.astimezone(time_zone(zone))
    weekday = local.weekday()
    to_monday = WEEK - weekday if weekday >= SATURDAY else 0
    weeks, rest = divmod(days, WORKING_DAYS)
    over_weekend = (weekday + to_monday) % WEEK + rest >= WORKING_DAYS
    shift = to_monday + weeks * WEEK + rest + (WEEK - WORKING_DAYS) * over_weekend
    # Nothing to add is nothing to reckon: an hour that comes twice would lose which of the two it was.
    return (local + timedelta(days=shift) if shift else local).astimezone(UTC)


def time_zone(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC where it is empty or unknown."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):  # not known; no name of a zone; the name of a folder of zones
        return UTC
