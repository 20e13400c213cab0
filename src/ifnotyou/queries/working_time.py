"""When a user works: their own hours, and the public holidays of where they are."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from ifnotyou.models import User
from ifnotyou.playbook.promises import time_zone
from ifnotyou.playbook.working_time import WorkingTime


def working_time_of(user: User) -> WorkingTime:
    """Their working time. Where they did not say in which country they are, it is the company's."""
    country, region = (user.country, user.region) if user.country else (user.workspace.country, "")
    return WorkingTime(
        zone=time_zone(user.zone),
        days=frozenset(int(day) for day in user.work_days),
        begins=user.work_from,
        ends=user.work_until,
        is_holiday=lambda day: day in _holidays(country, region, day.year),
    )


def regions_of(country: str) -> list[str]:
    """The regions of a country whose holidays differ; none where the country is not known."""
    return holidays.list_supported_countries(include_aliases=False).get(country, [])


@lru_cache(maxsize=1024)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a year; none where nobody knows them, so that only weekends are free.

    As a plain set: the library's own calendars fill themselves when asked, and are no place for two threads.
    """
    try:
        return frozenset(
            holidays.country_holidays(country, subdiv=region or None, years=year) if country else ()
        )
    except NotImplementedError:  # a country that the library does not know, or a region
        return _holidays(country, "", year) if region else frozenset()
