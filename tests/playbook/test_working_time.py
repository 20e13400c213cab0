"""One business day, where the host is: weekends, holidays, daylight saving, three time zones and more."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.models import User, Workspace
from ifnotyou.playbook.working_time import WorkingTime
from ifnotyou.queries.working_time import regions_of, working_time_of

LOS_ANGELES, BERLIN, KOLKATA, AUCKLAND = (
    ZoneInfo(name) for name in ("America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland")
)


def local(zone, *parts, fold=0):
    return datetime(*parts, tzinfo=zone, fold=fold)


def of(zone, **about):
    return WorkingTime(zone, **about)


def host(zone, country="", region="", **about):
    """The working time of a user of a German company."""
    return working_time_of(
        User(workspace=Workspace(country="DE"), timezone=zone, country=country, region=region, **about)
    )


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ((2026, 6, 17, 14, 0), (2026, 6, 18, 14, 0)),  # Wednesday afternoon: Thursday afternoon
        ((2026, 6, 17, 6, 15), (2026, 6, 18, 9, 0)),  # before work begins
        ((2026, 6, 17, 17, 30), (2026, 6, 19, 9, 0)),  # as work ends: counted from the next morning
        ((2026, 6, 19, 11, 0), (2026, 6, 22, 11, 0)),  # Friday: Monday
        ((2026, 6, 19, 22, 0), (2026, 6, 23, 9, 0)),  # Friday night: Tuesday, when work begins
        ((2026, 6, 21, 12, 0), (2026, 6, 23, 9, 0)),  # Sunday
    ],
)
@pytest.mark.parametrize("zone", [LOS_ANGELES, BERLIN, KOLKATA, AUCKLAND], ids=str)
def test_one_business_day_is_the_same_time_of_the_next_working_day_wherever_the_host_is(zone, came, due):
    assert of(zone).after_days(local(zone, *came), 1) == local(zone, *due)


def test_the_same_moment_is_due_at_other_times_elsewhere():
    came = datetime(
        2026, 6, 19, 20, 0, tzinfo=UTC
    )  # Friday evening in Berlin, noon in Los Angeles, Saturday in Auckland
    assert of(BERLIN).after_days(came, 1) == local(BERLIN, 2026, 6, 23, 9)
    assert of(LOS_ANGELES).after_days(came, 1) == local(LOS_ANGELES, 2026, 6, 22, 13)
    assert of(KOLKATA).after_days(came, 1) == local(KOLKATA, 2026, 6, 23, 9)
    assert of(AUCKLAND).after_days(came, 1) == local(AUCKLAND, 2026, 6, 23, 9)


@pytest.mark.parametrize(
    ("zone", "friday", "monday"),
    [
        # Into summer time, and out of it again: the clock on the wall counts.
        (BERLIN, (2026, 3, 27), (2026, 3, 30)),
        (BERLIN, (2026, 10, 23), (2026, 10, 26)),
        (LOS_ANGELES, (2026, 3, 6), (2026, 3, 9)),
        (LOS_ANGELES, (2026, 10, 30), (2026, 11, 2)),
        (AUCKLAND, (2026, 4, 3), (2026, 4, 6)),
        (AUCKLAND, (2026, 9, 25), (2026, 9, 28)),
    ],
)
def test_daylight_saving_moves_no_promise_on_the_hosts_clock(zone, friday, monday):
    begun, due = local(zone, *friday, 15), local(zone, *monday, 15)
    assert begun.utcoffset() != due.utcoffset()
    assert of(zone).after_days(begun, 1) == due
    assert of(zone).hours_before(due, 8.5) == local(zone, *friday, 15)


def test_a_begin_that_daylight_saving_skips_is_the_moment_it_would_have_been():
    nights = of(BERLIN, days=frozenset(range(7)), begins=time(2, 30), ends=time(8))
    assert nights.first_moment(local(BERLIN, 2026, 3, 28, 20)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_told_apart():
    nights = of(BERLIN, days=frozenset(range(7)), begins=time(1), ends=time(8))
    for fold, hour in ((0, 0), (1, 1)):
        moment = local(BERLIN, 2026, 10, 25, 2, 30, fold=fold)
        assert nights.first_moment(moment) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    # Worked twice, it is two hours.
    assert nights.hours_before(local(BERLIN, 2026, 10, 25, 4), 4) == datetime(2026, 10, 24, 23, tzinfo=UTC)


def test_a_day_of_which_daylight_saving_leaves_nothing_is_free():
    odd = of(BERLIN, days=frozenset(range(7)), begins=time(2, 45), ends=time(3, 15))
    assert odd.first_moment(local(BERLIN, 2026, 3, 29, 1)) == local(BERLIN, 2026, 3, 30, 2, 45)


@pytest.mark.parametrize(
    ("zone", "country", "region", "came", "due"),
    [
        ("Europe/Berlin", "DE", "BY", (2026, 6, 3, 10), (2026, 6, 5, 10)),  # Corpus Christi in Bavaria
        ("Europe/Berlin", "DE", "BE", (2026, 6, 3, 10), (2026, 6, 4, 10)),  # and not in Berlin
        ("Europe/Berlin", "", "BY", (2026, 6, 3, 10), (2026, 6, 4, 10)),  # a region without its country
        ("Europe/Berlin", "", "", (2026, 12, 24, 10), (2026, 12, 28, 10)),  # the company's country
        ("America/Los_Angeles", "US", "CA", (2026, 11, 25, 10), (2026, 11, 30, 10)),  # Thanksgiving, two days
        ("Asia/Kolkata", "IN", "", (2026, 1, 23, 10), (2026, 1, 27, 10)),  # Republic Day, a Monday
        ("Pacific/Auckland", "NZ", "", (2026, 2, 5, 10), (2026, 2, 9, 10)),  # Waitangi Day, a Friday
        ("America/New_York", "US", "", (2026, 7, 2, 10), (2026, 7, 6, 10)),  # the Fourth, kept on Friday
        ("Europe/London", "GB", "ENG", (2026, 4, 2, 10), (2026, 4, 7, 10)),  # Good Friday, Easter Monday
    ],
)
def test_public_holidays_of_the_host_are_free(zone, country, region, came, due):
    zone_info = ZoneInfo(zone)
    hours = host(zone, country, region)
    assert hours.after_days(local(zone_info, *came), 1) == local(zone_info, *due)


@pytest.mark.parametrize("country", ["XX", "DE"])
def test_where_nobody_knows_the_holidays_weekends_are_free(country):
    hours = host("Europe/Berlin", country, "XX")
    assert hours.works_on(date(2026, 12, 25)) is (country == "XX")
    assert not hours.works_on(date(2026, 12, 26))  # a Saturday


def test_holidays_span_years():
    hours = host("Europe/Berlin", "DE")
    assert hours.after_days(local(BERLIN, 2026, 12, 31, 16), 1) == local(BERLIN, 2027, 1, 4, 16)
    assert hours.hours_before(local(BERLIN, 2027, 1, 4, 9, 30), 1) == local(BERLIN, 2026, 12, 31, 17)


def test_own_days_and_hours_count():
    part_time = host("Europe/Berlin", work_days="01", work_from=time(13), work_until=time(17))
    came = local(BERLIN, 2026, 6, 16, 15)  # Tuesday; then Monday again
    assert part_time.after_days(came, 1) == local(BERLIN, 2026, 6, 22, 15)
    assert part_time.hours_before(local(BERLIN, 2026, 6, 22, 15), 3) == local(BERLIN, 2026, 6, 16, 16)


@pytest.mark.parametrize(
    ("hours", "then"),
    [
        (0, (2026, 6, 23, 9)),
        (1, (2026, 6, 22, 16, 30)),
        (3, (2026, 6, 22, 14, 30)),
        (8.5, (2026, 6, 22, 9)),
        (9, (2026, 6, 19, 17)),  # over the weekend
    ],
)
def test_whoever_is_to_hear_hears_in_working_time(hours, then):
    assert of(BERLIN).hours_before(local(BERLIN, 2026, 6, 23, 9), hours) == local(BERLIN, *then)


def test_before_something_due_on_a_sunday_they_hear_on_friday():
    assert of(BERLIN).hours_before(local(BERLIN, 2026, 6, 21, 12), 2) == local(BERLIN, 2026, 6, 19, 15, 30)


def test_holidays_push_the_warning_back_too():
    hours = host("Europe/Berlin", "DE")
    due = local(BERLIN, 2026, 4, 7, 9, 30)  # the Tuesday after Easter
    assert hours.hours_before(due, 3) == local(BERLIN, 2026, 4, 2, 15)


def test_who_never_works_gets_a_date_all_the_same():
    never = WorkingTime(is_holiday=lambda _day: True)
    came = datetime(2026, 6, 17, 12, tzinfo=UTC)
    assert never.after_days(came, 1) > came
    assert never.hours_before(came, 3) == came - timedelta(hours=3)


@pytest.mark.parametrize("about", [{"days": frozenset()}, {"days": frozenset({7})}, {"begins": time(18)}])
def test_hours_that_cannot_be_are_refused(about):
    with pytest.raises(ValueError, match=r"have to be|has to end"):
        WorkingTime(**about)


def test_who_works_little_is_told_as_early_as_we_look():
    half_an_hour_a_week = of(BERLIN, days=frozenset({0}), begins=time(11, 30), ends=time(12))
    told = half_an_hour_a_week.hours_before(local(BERLIN, 2026, 6, 17, 12), 40)
    assert told == local(BERLIN, 2025, 5, 19, 11, 30)


def test_regions_are_those_whose_holidays_differ():
    assert {"BY", "BE"} <= set(regions_of("DE"))
    assert regions_of("XX") == []


ZONES = st.sampled_from([UTC, LOS_ANGELES, BERLIN, KOLKATA, AUCKLAND])
HOURS = st.builds(
    WorkingTime,
    ZONES,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.builds(time, st.integers(5, 11), st.sampled_from([0, 30])),
    st.builds(time, st.integers(12, 22), st.sampled_from([0, 30])),
    st.frozensets(st.integers(1, 28), max_size=6).map(lambda free: lambda day: day.day in free),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def works_at(hours, moment):
    at = moment.astimezone(hours.zone)
    return hours.works_on(at.date()) and hours.begins <= at.time() <= hours.ends


@given(HOURS, MOMENTS, st.integers(0, 5))
def test_what_is_promised_is_due_in_working_time_and_never_before_it_came(hours, moment, days):
    due = hours.after_days(moment, days)
    assert due >= moment
    assert works_at(hours, due)
    assert due.tzinfo is UTC


@given(HOURS, MOMENTS, st.integers(1, 5))
def test_between_lie_just_so_many_working_days(hours, moment, days):
    start, due = (
        one.astimezone(hours.zone) for one in (hours.first_moment(moment), hours.after_days(moment, days))
    )
    assert start.time() == due.time()
    between = [start.date() + timedelta(days=n) for n in range(1, (due.date() - start.date()).days + 1)]
    assert sum(map(hours.works_on, between)) == days


@given(HOURS, MOMENTS, MOMENTS)
def test_who_comes_later_is_never_due_earlier(hours, one, other):
    first, second = sorted((one, other))
    assert hours.after_days(first, 1) <= hours.after_days(second, 1)


@given(HOURS, MOMENTS, st.integers(0, 40), st.integers(0, 40))
def test_more_warning_is_never_later_and_always_in_working_time(hours, moment, less, more):
    less, more = sorted((less, more))
    late, early = hours.hours_before(moment, less), hours.hours_before(moment, more)
    assert early <= late <= moment
    assert works_at(hours, late)
    assert works_at(hours, early)


@given(HOURS, MOMENTS, st.floats(0.25, 20))
def test_the_warning_leaves_the_working_hours_it_promises(hours, moment, warning):
    """Counted anew, minute by minute of the days between: all working time from the warning on, and no more."""
    warned = hours.hours_before(moment, warning)
    worked, day = timedelta(), warned.astimezone(hours.zone).date()
    while day <= moment.astimezone(hours.zone).date():
        if hours.works_on(day):
            begins = max(datetime.combine(day, hours.begins, hours.zone).astimezone(UTC), warned)
            ends = min(datetime.combine(day, hours.ends, hours.zone).astimezone(UTC), moment)
            worked += max(ends - begins, timedelta())
        day += timedelta(days=1)
    assert abs(worked - timedelta(hours=warning)) < timedelta(seconds=1)
