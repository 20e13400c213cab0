"""Working time where somebody is: hours of the day, working days, holidays, and daylight saving.

What a promise of "one business day" means (playbook rule 7): the same time of day on the next working day, counted
from the first working moment. A name that comes in on Friday at 22:00 is due on Tuesday when work begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
LONGEST = 400
"""Days that are looked through: whoever never works in more than a year has no working time at all."""


def _no_holidays(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class WorkingTime:
    """When somebody works. `days` are weekdays, 0 is Monday; `is_holiday` tells of a local day.

    Raises ValueError where there is no working day, or where the day ends before it begins.
    """

    zone: tzinfo = UTC
    days: frozenset[int] = frozenset(range(5))
    begins: time = time(9)
    ends: time = time(17, 30)
    is_holiday: Callable[[date], bool] = field(default=_no_holidays, compare=False)

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("Some of the days from 0 (Monday) to 6 have to be working days.")
        if self.begins >= self.ends:
            raise ValueError("The working day has to end after it begins.")

    def works_on(self, day: date) -> bool:
        """Whether that local day is a working day."""
        return day.weekday() in self.days and not self.is_holiday(day)

    def first_moment(self, moment: datetime) -> datetime:
        """The moment itself where it is in working time, else when work next begins. Aware in, UTC out."""
        moment = moment.astimezone(UTC)
        day = self._day_of(moment)
        span = self._span(day)
        if span is not None and moment < span[1]:
            return max(moment, span[0])
        return self._at(self._next_day(day), self.begins)

    def after_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day so many working days after the first working moment, in UTC."""
        start = self.first_moment(moment)
        if not days:
            return start
        local = start.astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day = self._next_day(day)
        return self._at(day, local.time())

    def hours_before(self, moment: datetime, hours: float) -> datetime:
        """So much working time before `moment`, in UTC: when somebody is to hear of what is due then.

        Where there was not so much in more than a year, when it began.
        """
        left = timedelta(hours=hours)
        moment = moment.astimezone(UTC)
        day, earliest = self._day_of(moment), None
        for _ in range(LONGEST):
            span = self._span(day)
            if span is not None and span[0] <= moment:
                earliest = span[0]
                worked = min(span[1], moment) - earliest
                if worked >= left:
                    return earliest + worked - left
                left -= worked
            day -= DAY
        return earliest or moment - left

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        """When work begins and ends on that local day; None where it is free, or daylight saving skips all of it."""
        begins, ends = self._at(day, self.begins), self._at(day, self.ends)
        return (begins, ends) if self.works_on(day) and begins < ends else None

    def _next_day(self, day: date) -> date:
        """The next working day after this one; the very next day where none is found in more than a year."""
        following = day
        for _ in range(LONGEST):
            following += DAY
            if self._span(following) is not None:
                return following
        return day + DAY

    def _at(self, day: date, clock: time) -> datetime:
        """That local time as a moment in UTC. A time that daylight saving skips is the moment it would have been."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
