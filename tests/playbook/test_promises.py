"""Working days are counted where the person is: through weekends, ends of months, and changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.promises import after_working_days

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"


def local(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "days", "end", "zone"),
    [
        ("2026-06-15T10:00", 2, "2026-06-17T10:00", BERLIN),
        ("2026-06-18T10:00", 2, "2026-06-22T10:00", BERLIN),  # Thursday: over the weekend
        ("2026-06-19T10:00", 1, "2026-06-22T10:00", BERLIN),
        ("2026-06-19T10:00", 5, "2026-06-26T10:00", BERLIN),
        ("2026-06-17T10:00", 12, "2026-07-03T10:00", BERLIN),
        ("2026-06-20T10:00", 1, "2026-06-23T10:00", BERLIN),  # Saturday: counted from Monday
        ("2026-06-21T23:30", 1, "2026-06-23T23:30", NEW_YORK),
        ("2026-06-20T10:00", 0, "2026-06-22T10:00", BERLIN),
        ("2026-06-17T10:00", 0, "2026-06-17T10:00", BERLIN),
        ("2026-02-27T09:00", 1, "2026-03-02T09:00", BERLIN),  # the end of a month
        ("2028-02-28T09:00", 1, "2028-02-29T09:00", BERLIN),
        ("2026-12-31T09:00", 2, "2027-01-04T09:00", BERLIN),
        ("2026-03-27T10:00", 1, "2026-03-30T10:00", BERLIN),  # the clock goes forward on Sunday
        ("2026-10-23T10:00", 1, "2026-10-26T10:00", BERLIN),  # … and back
        ("2026-10-30T17:00", 2, "2026-11-03T17:00", NEW_YORK),
        ("2026-04-03T08:00", 1, "2026-04-06T08:00", AUCKLAND),
    ],
)
def test_the_same_time_of_day_so_many_working_days_later(start, days, end, zone):
    assert after_working_days(local(start, zone), days, zone) == local(end, zone)


def test_the_weekend_is_the_persons_own():
    """Friday evening in New York is Saturday in Auckland."""
    moment = local("2026-06-19T20:00", NEW_YORK)
    assert after_working_days(moment, 1, NEW_YORK) == local("2026-06-22T20:00", NEW_YORK)
    assert after_working_days(moment, 1, AUCKLAND) == local("2026-06-23T12:00", AUCKLAND)


def test_the_hour_that_comes_twice_stays_the_one_it_was():
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # a Sunday: 02:30 in Berlin for the second time
    assert after_working_days(second, 0, BERLIN) == local("2026-10-26T02:30", BERLIN)
    # In Amman the half hour after midnight came twice on Friday, 25 October 2019.
    for moment in (datetime(2019, 10, 24, 21, 30, tzinfo=UTC), datetime(2019, 10, 24, 22, 30, tzinfo=UTC)):
        assert after_working_days(moment, 0, "Asia/Amman") == moment


def test_an_hour_that_does_not_come_is_the_next_one():
    # In Amman the clock went forward at midnight between Thursday and Friday, 29 March 2019.
    start, end = local("2019-03-28T00:30", "Asia/Amman"), local("2019-03-29T01:30", "Asia/Amman")
    assert after_working_days(start, 1, "Asia/Amman") == end


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Atall", "Europe", "../etc", "/etc/localtime", "x" * 300, "a\0b", "\ud800"]
)
def test_an_unknown_zone_counts_as_utc(zone):
    moment = datetime(2026, 6, 19, 22, 30, tzinfo=UTC)
    assert after_working_days(moment, 1, zone) == datetime(2026, 6, 22, 22, 30, tzinfo=UTC)


def test_the_answer_is_in_utc():
    assert after_working_days(local("2026-06-17T10:00", BERLIN), 1, BERLIN).tzinfo is UTC


@given(
    st.integers(0, 30_000_000).map(
        lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(0, 60),
    st.sampled_from([BERLIN, NEW_YORK, AUCKLAND, "UTC", "Asia/Kathmandu"]),
)
def test_it_is_so_many_days_that_are_no_weekend(start, days, zone):
    here = start.astimezone(ZoneInfo(zone))
    there = after_working_days(start, days, zone).astimezone(ZoneInfo(zone))
    assert there.weekday() < 5
    between = [here.date() + timedelta(days=n) for n in range(1, (there.date() - here.date()).days + 1)]
    working = sum(day.weekday() < 5 for day in between)
    assert working == days + (here.weekday() >= 5)
