"""Feeds: the contract, from a server on loopback; and what the texts of real calendars hold."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.calendar.events import busy_in
from ifnotyou.connectors.calendar.feed import Feed
from ifnotyou.playbook.times import Busy
from tests.connectors.calendar.contract import (
    BERLIN,
    HERE,
    MONDAY,
    WEEK,
    CalendarContract,
    calendar,
    event,
    span,
)
from tests.connectors.webserver import Said, WebServer

NEW_YORK = ZoneInfo("America/New_York")


class TestFeed(CalendarContract):
    """The contract, with a feed that wants a password."""

    @pytest.fixture(autouse=True)
    def _server(self):
        self.answers = {}
        with WebServer(self.answers) as self.server:
            yield

    def holding(self, *texts, zone=UTC, owner=""):
        bodies = [
            text.replace("\r\n", "\n").partition("//EN\n")[2].rpartition("END:VCALENDAR")[0] for text in texts
        ]
        self.answers["GET /secret.ics"] = Said(200, calendar(*(body.strip() for body in bodies)))
        return Feed(f"{self.server.url}/secret.ics", zone=zone, owner=owner, client=HERE)

    def locked_out(self):
        self.answers["GET /secret.ics"] = Said(401)
        return Feed(f"{self.server.url}/secret.ics", "jon", "guessed", client=HERE)

    def elsewhere(self):
        return Feed(f"{self.server.url}/reset.ics", client=HERE)

    def test_feed_that_is_signed_in_to_gets_user_name_and_password(self):
        self.answers["GET /secret.ics"] = lambda heard: (
            Said(200, calendar())
            if heard.headers.get("Authorization") == "Basic am9uOnPDqXNhbWU="
            else Said(401)
        )
        address = f"{self.server.url}/secret.ics"
        assert Feed(address, "jon", "sésame", client=HERE).busy(MONDAY, MONDAY + WEEK) == []
        with pytest.raises(ConnectorError, match="Fill in user name"):
            Feed(address, client=HERE).busy(MONDAY, MONDAY + WEEK)


def test_webcal_is_another_word_for_https():
    with pytest.raises(ConnectorError) as refused:
        Feed("webcal://127.0.0.1/secret.ics").busy(MONDAY, MONDAY + WEEK)
    assert refused.value.reason_code is Trouble.PRIVATE_ADDRESS


def busy(text, zone=UTC, owner="", start=MONDAY, end=MONDAY + WEEK):
    return busy_in(text.encode(), start, end, zone=zone, owner=owner)


@pytest.mark.parametrize(
    ("zone", "begins"), [(UTC, 9), (BERLIN, 8), (NEW_YORK, 13), (ZoneInfo("Asia/Kathmandu"), 3.25)]
)
def test_time_without_a_zone_is_that_of_the_host(zone, begins):
    text = event("floating", "DTSTART:20260310T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=1")
    assert busy(text, zone) == [span(10, begins, begins + 1)]


def test_day_of_a_whole_day_is_the_hosts_and_the_day_of_a_clock_change_is_an_hour_shorter():
    text = event("day", "DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330")
    (found,) = busy(
        text, BERLIN, start=datetime(2026, 3, 25, tzinfo=UTC), end=datetime(2026, 4, 1, tzinfo=UTC)
    )
    assert found == Busy(datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))

    (one,) = busy(event("day", "DTSTART;VALUE=DATE:20260310"), NEW_YORK)
    assert one == Busy(datetime(2026, 3, 10, 4, tzinfo=UTC), datetime(2026, 3, 11, 4, tzinfo=UTC))


def test_long_absence_that_began_before_is_busy():
    text = event("leave", "DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260601")
    (found,) = busy(text)
    assert found.starts < MONDAY
    assert found.ends > MONDAY + WEEK


@pytest.mark.parametrize(
    ("zone", "begins"),
    [("W. Europe Standard Time", 8), ("Pacific/Auckland", -4), ("Nobody/Knows", 13)],
)
def test_names_of_zones_that_windows_has_are_known_and_unknown_ones_are_taken_for_the_hosts(zone, begins):
    text = event("meeting", f"DTSTART;TZID={zone}:20260310T090000", "DURATION:PT1H")
    (found,) = busy(text, NEW_YORK)
    assert found.starts == datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=begins)


def test_zone_that_a_calendar_defines_itself():
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE"
    )
    meeting = "BEGIN:VEVENT\nUID:m\nDTSTART;TZID=Office:20260310T090000\nDURATION:PT1H\nEND:VEVENT"
    assert busy(calendar(zone, meeting)) == [span(10, 6, 7)]


@pytest.mark.parametrize("shown", ["FREE", "WORKINGELSEWHERE"])
def test_what_outlook_shows_as_free_is_free(shown):
    times = "DTSTART:20260310T090000Z\nDURATION:PT1H"
    assert busy(event("x", times, f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}")) == []
    assert busy(event("x", times, "X-MICROSOFT-CDO-BUSYSTATUS:OOF")) == [span(10, 9, 10)]


def test_published_busy_times_are_busy_but_for_those_that_say_free():
    text = calendar(
        "BEGIN:VFREEBUSY\nUID:f\nDTSTAMP:20260101T000000Z",
        "FREEBUSY;FBTYPE=BUSY:20260310T090000Z/20260310T100000Z,20260311T090000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20260312T090000Z/PT1H\nFREEBUSY:20260313T090000Z/PT1H\nEND:VFREEBUSY",
    )
    assert busy(text) == [span(10, 9, 10), span(11, 9, 10), span(13, 9, 10)]


def test_event_that_makes_no_sense_is_left_out_and_the_others_stay():
    good = "BEGIN:VEVENT\nUID:good\nDTSTART:20260310T090000Z\nDURATION:PT1H\nEND:VEVENT"
    for bad in (
        "DTSTART:tomorrow",
        "SUMMARY:no time",
        "DTSTART:20260310T090000Z\nRRULE:FREQ=SOMETIMES",
        "DTSTART:20260310T120000Z",
    ):
        text = calendar(good, f"BEGIN:VEVENT\nUID:bad\n{bad}\nEND:VEVENT")
        assert busy(text) == [span(10, 9, 10)], bad


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "freq=secondly"])
def test_what_repeats_without_end_every_minute_is_refused_at_once(rule):
    with pytest.raises(ConnectorError, match="every minute"):
        busy(event("x", "DTSTART:19700101T000000Z", f"RRULE:{rule}"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nno colon\r\nEND:VCALENDAR\r\n",
        b"\xff\xfe\x00B",
    ],
)
def test_what_is_no_calendar_is_told(content):
    with pytest.raises(ConnectorError) as refused:
        busy_in(content, MONDAY, MONDAY + WEEK, zone=UTC)
    assert refused.value.reason_code is Trouble.NO_CALENDAR


def test_byte_order_mark_and_more_than_one_calendar():
    text = event("a", "DTSTART:20260310T090000Z", "DURATION:PT1H")
    text += event("a", "DTSTART:20260311T090000Z", "DURATION:PT1H")
    assert busy_in(b"\xef\xbb\xbf" + text.encode(), MONDAY, MONDAY + WEEK, zone=UTC) == [
        span(10, 9, 10),
        span(11, 9, 10),
    ]
