"""What every calendar has to do, whatever is behind it. A test class inherits this and says how to make them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.calendar.base import Calendar
from ifnotyou.connectors.http import HttpClient
from ifnotyou.playbook.times import Busy

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
HERE = HttpClient(networks=("127.0.0.0/8",), timeout=20, deadline=40)


def event(uid="one", *lines):
    """A VCALENDAR with one event."""
    return calendar(f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z", *lines, "END:VEVENT")


def calendar(*lines):
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *lines, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n")


def span(day, begins, ends):
    """A span on a day of March 2026, in UTC."""
    at = [datetime(2026, 3, day, *divmod(round(hour * 60), 60), tzinfo=UTC) for hour in (begins, ends)]
    return Busy(*at)


class CalendarContract:
    """The tests. Say how a calendar is made that holds some events, and how the broken ones are."""

    password: str

    def holding(self, *texts: str, zone=UTC, owner: str = "") -> Calendar:
        """A calendar with these events in it."""
        raise NotImplementedError

    def locked_out(self) -> Calendar:
        """One with a password that the other side does not accept."""
        raise NotImplementedError

    def elsewhere(self) -> Calendar:
        """One whose address leads to nothing on a server that is there."""
        raise NotImplementedError

    def test_empty_calendar_is_free(self):
        assert self.holding().busy(MONDAY, MONDAY + WEEK) == []

    def test_event_is_busy_and_what_lies_outside_is_not_told(self):
        asked = self.holding(
            event("in", "DTSTART:20260310T100000Z", "DTEND:20260310T110000Z"),
            event("before", "DTSTART:20260301T100000Z", "DTEND:20260301T110000Z"),
            event("after", "DTSTART:20260320T100000Z", "DTEND:20260320T110000Z"),
        )
        assert asked.busy(MONDAY, MONDAY + WEEK) == [span(10, 10, 11)]

    def test_event_that_repeats_is_busy_each_time_but_where_it_was_left_out_or_moved(self):
        asked = self.holding(
            calendar(
                "BEGIN:VEVENT\nUID:daily\nDTSTAMP:20260101T000000Z",
                "DTSTART:20260302T090000Z\nDTEND:20260302T093000Z",
                "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR\nEXDATE:20260311T090000Z\nEND:VEVENT",
                "BEGIN:VEVENT\nUID:daily\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID:20260312T090000Z",
                "DTSTART:20260312T150000Z\nDTEND:20260312T153000Z\nEND:VEVENT",
            )
        )
        assert asked.busy(MONDAY, MONDAY + WEEK) == [
            span(9, 9, 9.5),
            span(10, 9, 9.5),
            span(12, 15, 15.5),
            span(13, 9, 9.5),
        ]

    def test_cancelled_and_shown_as_free_is_free_and_pencilled_in_is_busy(self):
        times = "DTSTART:20260310T{hour}0000Z\nDTEND:20260310T{hour}3000Z"
        asked = self.holding(
            event("cancelled", times.format(hour="10"), "STATUS:CANCELLED"),
            event("free", times.format(hour="11"), "TRANSP:TRANSPARENT"),
            event("tentative", times.format(hour="12"), "STATUS:TENTATIVE"),
        )
        assert asked.busy(MONDAY, MONDAY + WEEK) == [span(10, 12, 12.5)]

    def test_time_zones_hold_over_the_change_of_clocks(self):
        asked = self.holding(
            event(
                "weekly",
                "DTSTART;TZID=Europe/Berlin:20260318T100000",
                "DTEND;TZID=Europe/Berlin:20260318T110000",
                "RRULE:FREQ=WEEKLY",
            )
        )
        start = datetime(2026, 3, 23, tzinfo=UTC)
        assert asked.busy(start, start + 2 * WEEK) == [
            span(25, 9, 10),
            Busy(datetime(2026, 4, 1, 8, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC)),
        ]

    def test_wrong_password_is_told_and_only_a_person_can_mend_it(self):
        with pytest.raises(ConnectorError, match="did not accept") as refused:
            self.locked_out().busy(MONDAY, MONDAY + WEEK)
        assert refused.value.permanent

    def test_nothing_there_is_told(self):
        with pytest.raises(ConnectorError) as refused:
            self.elsewhere().busy(MONDAY, MONDAY + WEEK)
        assert refused.value.permanent

    def test_secrets_show_neither_in_errors_nor_in_the_calendar(self):
        for broken in (self.locked_out(), self.elsewhere()):
            with pytest.raises(ConnectorError) as refused:
                broken.busy(MONDAY, MONDAY + WEEK)
            for shown in (repr(broken), str(broken), repr(refused.value), str(refused.value)):
                assert broken.password not in shown or not broken.password
                assert broken.url not in shown
