"""Three times to talk: never while busy, never outside working time, and not all on one day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ifnotyou.playbook.times import (
    DAYS_AHEAD,
    MINUTES,
    TIMES,
    Busy,
    moment_in_words,
    offer_of_link,
    offer_of_times,
    suggest,
    window,
)
from ifnotyou.playbook.working_time import WorkingTime

BERLIN, NEW_YORK, AUCKLAND = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Auckland")
)
ZONES = [UTC, BERLIN, NEW_YORK, AUCKLAND, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]
MONDAY = datetime(2026, 3, 9, 12, tzinfo=UTC)

moments = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def spans(draw, around):
    """Busy times of the weeks after a moment, of any length."""
    starts = around + timedelta(minutes=draw(st.integers(-3000, 30_000)))
    return Busy(starts, starts + timedelta(minutes=draw(st.integers(-10, 3000))))


@st.composite
def hosts(draw):
    """Working time as people have it, and stranger."""
    begins = draw(st.times(time(0), time(22)))
    ends = draw(st.times(time(begins.hour + 1), time(23, 59)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    holidays = draw(st.frozensets(st.integers(1, 28), max_size=20))
    return WorkingTime(
        zone=draw(st.sampled_from(ZONES)),
        days=days,
        begins=begins.replace(second=0, microsecond=0),
        ends=ends.replace(second=0, microsecond=0),
        is_holiday=lambda day: day.day in holidays,
    )


@given(st.data(), hosts(), moments, st.sampled_from(MINUTES), st.sampled_from([None, *ZONES]))
def test_suggestions_are_free_in_working_time_in_order_and_apart(data, hours, now, minutes, theirs):
    busy = data.draw(st.lists(spans(now), max_size=30))
    length = timedelta(minutes=minutes)

    found = suggest(busy, hours, now, minutes=minutes, theirs=theirs)

    assert len(found) <= TIMES
    assert all(later - earlier >= length for earlier, later in pairwise(found))
    first, last = window(hours, now)
    for moment in found:
        local, until = moment.astimezone(hours.zone), (moment + length).astimezone(hours.zone)
        assert first <= moment < moment + length <= last
        assert local.date() > now.astimezone(hours.zone).date()
        assert hours.works_on(local.date())
        assert local.date() == until.date()
        opens, closes = (
            datetime.combine(local.date(), clock, hours.zone).astimezone(UTC)
            for clock in (hours.begins, hours.ends)
        )
        assert opens <= moment < moment + length <= closes
        assert not [
            span
            for span in busy
            if span.starts < span.ends and span.starts < moment + length and moment < span.ends
        ]


@given(hosts(), moments)
def test_whoever_is_free_all_day_is_offered_three_days(hours, now):
    found = suggest([], hours, now)
    days = {moment.astimezone(hours.zone).date() for moment in found}
    far_enough = datetime.combine(date(2000, 1, 1), hours.ends) - datetime.combine(
        date(2000, 1, 1), hours.begins
    )
    if far_enough >= timedelta(hours=1, minutes=30) and len(set(_working_days(hours, now))) >= TIMES:
        assert len(found) == len(days) == TIMES


def _working_days(hours, now):
    first, last = window(hours, now)
    day = first.astimezone(hours.zone).date()
    while day < last.astimezone(hours.zone).date():
        if hours.works_on(day):
            yield day
        day += timedelta(days=1)


@given(st.data(), hosts(), moments)
@example(None, WorkingTime(BERLIN), datetime(2026, 3, 27, 12, tzinfo=UTC))
def test_only_free_half_hour_is_found(data, hours, now):
    """All is taken but one suggestion: that one is found again."""
    found = suggest([], hours, now)
    if not found:
        return
    only = found[0] if data is None else data.draw(st.sampled_from(found))
    first, last = window(hours, now)
    busy = [Busy(first, only), Busy(only + timedelta(minutes=30), last)]
    assert suggest(busy, hours, now) == [only]


def in_words(found, zone=BERLIN):
    return [f"{moment.astimezone(zone):%a %d %H:%M}" for moment in found]


def test_usual_week():
    found = suggest([], WorkingTime(BERLIN), MONDAY)
    assert in_words(found) == ["Tue 10 10:00", "Thu 12 16:00", "Mon 16 13:00"]


def test_busy_days_are_gone_around():
    busy = [Busy(datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC))]
    found = suggest(busy, WorkingTime(BERLIN), MONDAY)
    assert in_words(found) == ["Mon 16 10:00", "Wed 18 16:00", "Fri 20 13:00"]


def test_one_free_day_gives_different_parts_of_it():
    busy = [Busy(datetime(2026, 3, 10, 23, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC))]
    found = suggest(busy, WorkingTime(BERLIN), MONDAY)
    assert in_words(found) == ["Tue 10 10:00", "Tue 10 13:00", "Tue 10 16:00"]


def test_holidays_are_left_out_and_ten_working_days_are_enough():
    easter = {date(2026, 4, 3), date(2026, 4, 6)}
    hours = WorkingTime(BERLIN, is_holiday=easter.__contains__)
    first, last = window(hours, datetime(2026, 4, 2, 12, tzinfo=UTC))
    assert (first, last) == (datetime(2026, 4, 6, 22, tzinfo=UTC), datetime(2026, 4, 20, 22, tzinfo=UTC))
    assert in_words(suggest([], hours, datetime(2026, 4, 2, 12, tzinfo=UTC)))[0] == "Tue 07 10:00"
    assert DAYS_AHEAD == 10


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # The Friday before the clocks change: the same local times after it.
        (BERLIN, datetime(2026, 3, 26, 12, tzinfo=UTC), ["Fri 27 10:00", "Tue 31 16:00", "Thu 02 13:00"]),
        (NEW_YORK, datetime(2026, 3, 5, 12, tzinfo=UTC), ["Fri 06 10:00", "Tue 10 16:00", "Thu 12 13:00"]),
        (AUCKLAND, datetime(2026, 4, 1, 20, tzinfo=UTC), ["Fri 03 10:00", "Tue 07 16:00", "Thu 09 13:00"]),
    ],
)
def test_change_of_clocks_changes_no_local_time(zone, now, expected):
    assert in_words(suggest([], WorkingTime(zone), now), zone) == expected


def test_tomorrow_is_the_hosts_tomorrow():
    late = datetime(
        2026, 3, 9, 23, 30, tzinfo=UTC
    )  # Tuesday already in Auckland and Berlin, Monday in New York
    firsts = [
        suggest([], WorkingTime(zone), late)[0].astimezone(zone).date().day
        for zone in (BERLIN, AUCKLAND, NEW_YORK)
    ]
    assert firsts == [11, 11, 10]


def test_their_night_is_left_out_where_it_can_be():
    found = suggest([], WorkingTime(BERLIN), MONDAY, theirs=ZoneInfo("America/Bogota"))
    assert all(8 <= moment.astimezone(ZoneInfo("America/Bogota")).hour < 20 for moment in found)
    assert len(found) == TIMES
    # With ten hours between them there is no time that is day for both.
    assert len(suggest([], WorkingTime(AUCKLAND), MONDAY, theirs=BERLIN)) == TIMES


def test_whoever_never_works_has_no_times():
    never = WorkingTime(BERLIN, is_holiday=lambda _day: True)
    assert suggest([], never, MONDAY) == []
    assert suggest([], WorkingTime(BERLIN, begins=time(9), ends=time(9, 20)), MONDAY) == []


MOMENT = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("en", BERLIN, "Tuesday 10 March, 10:30 (UTC+1)"),
        ("de", BERLIN, "Dienstag, 10. März, 10:30 Uhr (UTC+1)"),
        ("fr", NEW_YORK, "mardi 10 mars à 05:30 (UTC-4)"),
        ("es", UTC, "martes 10 de marzo, 09:30 (UTC)"),
        ("pt", ZoneInfo("America/St_Johns"), "terça-feira, 10 de março, 07:00 (UTC-2:30)"),
        ("nl", ZoneInfo("Asia/Kathmandu"), "Tuesday 10 March, 15:15 (UTC+5:45)"),
    ],
)
def test_moment_in_words(language, zone, words):
    assert moment_in_words(MOMENT, zone, language) == words


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "nl"])
def test_offers_hold_every_time_or_the_link(language):
    text = offer_of_times([MOMENT, MOMENT + timedelta(days=1)], BERLIN, language)
    assert text.count("\n- ") == 2
    assert text.count("10:30") == 2
    assert offer_of_times([], BERLIN, language) == ""
    assert offer_of_link("https://cal.example.org/jon", language).endswith(": https://cal.example.org/jon")
