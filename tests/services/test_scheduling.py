"""Talks: agreed on, moved, called off; and invitations that calendars take."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar as Ical

from ifnotyou.models import AuditEvent, Mailbox, Talk, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import Step, VipStage
from ifnotyou.queries.talks import talk_ahead
from ifnotyou.services import calendars, hosting, scheduling
from ifnotyou.services.vips import Contact, say_contacted
from tests.company import NOW, TODAY, clock, house  # noqa: F401 - fixtures
from tests.connectors.calendarserver import calendar_server  # noqa: F401 - a fixture
from tests.web.test_names import give

FRIDAY = datetime(2026, 6, 19, 8, tzinfo=UTC)


@pytest.fixture
def vip(house):  # noqa: F811
    """Kim was named; Jon hosts them and has written."""
    kim = give(house, email="kim@example.net").vip
    hosting.take(kim, by=house.jon, now=NOW)
    say_contacted(kim, Contact(TODAY, "in_message", "2026-11", "", ""), by=house.jon, now=NOW)
    return Vip.objects.get(pk=kim.pk)


def agree(vip, house, starts_at=FRIDAY, minutes=30, place="", by=None):  # noqa: F811
    return scheduling.agree(
        vip, starts_at=starts_at, minutes=minutes, place=place, by=by or house.jon, now=timezone.now()
    )


def fresh(vip):
    return Vip.objects.get(pk=vip.pk)


# --- agreeing


def test_a_talk_is_the_next_step_until_it_is_over(vip, house):  # noqa: F811
    talk = agree(vip, house, minutes=45, place=" My kitchen ")

    assert (talk.starts_at, talk.minutes, talk.place, talk.host, talk.sequence) == (
        FRIDAY,
        45,
        "My kitchen",
        house.jon,
        0,
    )
    now_stands = fresh(vip)
    assert (now_stands.stage, now_stands.step, now_stands.step_words) == (VipStage.TALKING, Step.OWN, "Talk")
    assert now_stands.due_at == FRIDAY + timedelta(minutes=45)
    assert talk_ahead(vip, NOW) == talk
    line = AuditEvent.objects.get(verb="agreed_talk")
    assert (line.actor, line.noun_id, line.detail) == (house.jon, vip.pk, {"talk": talk.pk})


def test_another_time_changes_the_talk_and_there_is_one(vip, house):  # noqa: F811
    first = agree(vip, house)
    moved = agree(vip, house, FRIDAY + timedelta(days=3))

    assert Talk.objects.count() == 1
    assert (moved.pk, moved.uid, moved.sequence) == (first.pk, first.uid, 1)
    assert fresh(vip).due_at == FRIDAY + timedelta(days=3, minutes=30)
    assert agree(vip, house, FRIDAY + timedelta(days=3)).sequence == 1, "nothing changed: a double click"


def test_a_talk_that_is_over_is_followed_by_one_of_its_own(vip, house, clock):  # noqa: F811
    first = agree(vip, house)
    clock(FRIDAY + timedelta(minutes=30))
    assert talk_ahead(vip, timezone.now()) is None
    second = agree(vip, house, FRIDAY + timedelta(days=4))
    assert first.pk != second.pk
    assert first.uid != second.uid


def test_another_host_sends_an_invitation_of_their_own(vip, house):  # noqa: F811
    first = agree(vip, house)
    hosting.hand_on(vip, house.recruiter, by=house.recruiter, now=NOW)
    second = agree(vip, house, by=house.recruiter)

    first.refresh_from_db()
    assert (first.cancelled, first.sequence) == (True, 1)
    assert (second.host, second.sequence) == (house.recruiter, 0)
    assert talk_ahead(vip, NOW) == second


def test_nobody_talks_before_the_first_message_or_after_the_end(vip, house):  # noqa: F811
    Vip.objects.filter(pk=vip.pk).update(stage=VipStage.TAKEN)
    with pytest.raises(Refusal, match="first message first"):
        agree(vip, house)
    Vip.objects.filter(pk=vip.pk).update(stage=VipStage.PARTED)
    with pytest.raises(Refusal, match="It has ended"):
        agree(vip, house)
    assert not Talk.objects.exists()
    assert not AuditEvent.objects.filter(verb="agreed_talk").exists()


@pytest.mark.parametrize("starts_at", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=91)])
def test_a_talk_is_ahead_and_not_too_far(vip, house, starts_at):  # noqa: F811
    with pytest.raises(Refusal, match="from now on"):
        agree(vip, house, starts_at)
    assert fresh(vip).stage == VipStage.CONTACTED


# --- calling off


def test_called_off_another_time_is_due_in_one_business_day(vip, house):  # noqa: F811
    talk = agree(vip, house)
    off = scheduling.call_off(talk, by=house.jon, now=NOW)

    assert (off.cancelled, off.sequence) == (True, 1)
    now_stands = fresh(vip)
    assert (now_stands.step, now_stands.step_words) == (Step.OWN, "Find another time")
    assert now_stands.due_at == NOW + timedelta(days=1)
    assert talk_ahead(vip, NOW) is None
    assert scheduling.call_off(talk, by=house.jon, now=NOW).sequence == 1, "a double click"
    assert AuditEvent.objects.filter(verb="called_off_talk").count() == 1


def test_a_talk_that_took_place_is_not_called_off(vip, house):  # noqa: F811
    talk = agree(vip, house)
    with pytest.raises(Refusal, match="over"):
        scheduling.call_off(talk, by=house.jon, now=FRIDAY + timedelta(hours=1))


def test_called_off_after_a_goodbye_leaves_them_parted(vip, house):  # noqa: F811
    talk = agree(vip, house)
    Vip.objects.filter(pk=vip.pk).update(stage=VipStage.PARTED, due_at=None, step="")
    assert scheduling.call_off(talk, by=house.jon, now=NOW).cancelled
    assert fresh(vip).stage == VipStage.PARTED


# --- the invitation


def event_of(talk):
    content = scheduling.invitation_of(talk)
    calendar = Ical.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_invitation_holds_what_a_calendar_needs_and_no_word_of_a_job(vip, house):  # noqa: F811
    talk = agree(vip, house, place="https://meet.example.org/jon")
    calendar, event = event_of(talk)

    assert {
        key: str(value)
        for key, value in calendar.property_items(recursive=False)
        if key not in {"BEGIN", "END"}
    } == {
        "PRODID": "-//ifnotyou//Talks//EN",
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "METHOD": "REQUEST",
    }
    assert (event.start, event.end) == (FRIDAY, FRIDAY + timedelta(minutes=30))
    assert {key: str(event[key]) for key in event if not key.startswith("DT")} == {
        "UID": talk.uid,
        "SEQUENCE": "0",
        "SUMMARY": "Talk with Jon, Acme",
        "LOCATION": "https://meet.example.org/jon",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
        "STATUS": "CONFIRMED",
        "ORGANIZER": "mailto:jon@acme.example.org",
        "ATTENDEE": "mailto:kim@example.net",
    }
    assert dict(event["ORGANIZER"].params) == {"CN": "Jon"}
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Kim Park",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    words = scheduling.invitation_of(talk).decode().lower()
    assert not [
        word
        for word in ("data engineer", "job", "role:", "candidate", "recruit", "noor", "maya")
        if word in words
    ]


def test_another_time_and_calling_off_are_told_by_the_same_uid_and_a_higher_sequence(vip, house):  # noqa: F811
    _, first = event_of(agree(vip, house))
    calendar, moved = event_of(agree(vip, house, FRIDAY + timedelta(days=3)))
    assert (str(calendar["METHOD"]), moved["SEQUENCE"], moved["UID"]) == ("REQUEST", 1, first["UID"])

    calendar, off = event_of(scheduling.call_off(Talk.objects.get(), by=house.jon, now=NOW))
    assert (str(calendar["METHOD"]), off["SEQUENCE"], off["UID"]) == ("CANCEL", 2, first["UID"])
    assert str(off["STATUS"]) == "CANCELLED"


def test_without_an_address_there_is_nobody_to_invite(vip, house):  # noqa: F811
    Vip.objects.filter(pk=vip.pk).update(email="")
    calendar, event = event_of(Talk.objects.get(pk=agree(vip, house).pk))
    assert str(calendar["METHOD"]) == "PUBLISH"  # RFC 5546: a REQUEST has an ATTENDEE
    assert "ATTENDEE" not in event


def test_answers_go_to_the_address_from_which_the_host_writes(vip, house):  # noqa: F811
    Mailbox.objects.create(
        workspace=house.workspace,
        user=house.jon,
        address="jon@post.example.org",
        username="jon",
        password="x",
    )
    _, event = event_of(agree(vip, house))
    assert str(event["ORGANIZER"]) == "mailto:jon@post.example.org"


NAMES = [
    'Jon "Bob" Reed',
    "Renée; König, Dr.",
    "O'Neil:\\n",
    "李小龙",
    "A" * 190,
    "Evil\r\nATTENDEE:mailto:x@example.org",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_and_places_cannot_break_out_of_their_line(vip, house, name):  # noqa: F811
    for person in (house.jon, vip):
        person.name = name
        person.save(update_fields=["name"])
    content = scheduling.invitation_of(agree(Vip.objects.get(pk=vip.pk), house, place=name))

    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 75]
    calendar = Ical.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert len(re.findall(rb"(?m)^ATTENDEE", content)) == 1
    assert str(event["ATTENDEE"]) == "mailto:kim@example.net"
    assert not event.errors
    plain = " ".join(name.split())
    assert plain.replace("\\n", "")[:20] in " ".join(str(event["LOCATION"]).split()).replace("\\n", "")


def test_a_real_calendar_server_takes_it_and_its_change(vip, house, calendar_server, settings):  # noqa: F811
    """As the host does who takes it over: without the METHOD, which is for the mail."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    url = calendar_server.make("talks")
    calendar = calendars.connect_calendar(
        house.jon, kind="caldav", url=url, username=calendar_server.user, password=calendar_server.password
    )
    calendars.try_calendar(calendar, now=NOW)
    for talk in (lambda: agree(vip, house), lambda: agree(vip, house, FRIDAY + timedelta(hours=3))):
        content = re.sub(rb"METHOD:\w+\r\n", b"", scheduling.invitation_of(talk()))
        assert calendar_server.put("talks", content).status_code in {201, 204}
    (busy,) = calendars.busy_times(house.jon, NOW, NOW + timedelta(days=9))
    assert (busy.starts, busy.ends) == (FRIDAY + timedelta(hours=3), FRIDAY + timedelta(hours=3, minutes=30))

    off = scheduling.call_off(Talk.objects.get(), by=house.jon, now=NOW)
    calendar_server.put("talks", re.sub(rb"METHOD:\w+\r\n", b"", scheduling.invitation_of(off)))
    assert calendars.busy_times(house.jon, NOW, NOW + timedelta(days=9)) == []


# --- times


def test_times_come_from_the_calendar_and_say_so(vip, house, calendar_server, settings):  # noqa: F811
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    alone = scheduling.times_for(vip, house.jon, now=NOW)
    assert (len(alone.moments), alone.calendar) == (3, False)

    url = calendar_server.make("work")
    taken = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART:{moment:%Y%m%dT%H%M%SZ}\r\nDURATION:PT30M\r\nEND:VEVENT\r\n"
        for number, moment in enumerate(alone.moments)
    )
    for number, part in enumerate(taken.split("END:VEVENT\r\n")[:-1]):
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\n{part}END:VEVENT\r\nEND:VCALENDAR\r\n"
        assert calendar_server.put("work", text, str(number)).status_code == 201
    calendars.connect_calendar(
        house.jon, kind="caldav", url=url, username=calendar_server.user, password=calendar_server.password
    )
    found = scheduling.times_for(vip, house.jon, now=NOW)
    assert (len(found.moments), found.calendar) == (3, True)
    assert not set(found.moments) & set(alone.moments)


def test_where_the_calendar_cannot_be_read_nothing_is_suggested(vip, house):  # noqa: F811
    calendars.connect_calendar(
        house.jon, kind="feed", url="https://127.0.0.1/x.ics", username="", password=""
    )
    with pytest.raises(Refusal, match="public internet"):
        scheduling.times_for(vip, house.jon, now=NOW)


def test_their_day_is_kept_to_where_their_country_has_one_time(vip, house):  # noqa: F811
    vip.country = "CO"
    bogota = ZoneInfo("America/Bogota")
    moments = scheduling.times_for(vip, house.jon, now=NOW).moments
    assert all(8 <= moment.astimezone(bogota).hour < 20 for moment in moments)
    vip.country = "US"  # more than one: nobody knows
    assert min(scheduling.times_for(vip, house.jon, now=NOW).moments).hour == 8


def test_what_a_letter_may_offer_without_looking_anything_up(house, vip):  # noqa: F811
    """No calendar is asked: this one could not be, and nothing is refused."""
    calendars.connect_calendar(
        house.jon, kind="feed", url="https://127.0.0.1/x.ics", username="", password=""
    )
    assert scheduling.offer(house.jon, NOW) == ""
    house.jon.booking_link = "https://cal.example.org/jon"
    assert scheduling.offer(house.jon, NOW, "de") == (
        "Wenn Sie reden mögen, wählen Sie eine Zeit, die Ihnen passt: https://cal.example.org/jon"
    )


# --- the calendar


def test_a_password_stays_with_the_server_and_the_name_it_belongs_to(house):  # noqa: F811
    def connect(**changes):
        usual = {"kind": "caldav", "url": "", "username": "jon", "password": ""}
        return calendars.connect_calendar(house.jon, **(usual | changes))

    connect(url="https://cloud.example.org/a", password="sesame")
    assert connect().password == "sesame"
    assert connect(url="https://cloud.example.org/b").password == "sesame"
    assert connect(username="sam").password == ""
    connect(username="sam", password="open")
    assert connect(username="sam", url="https://evil.example.org/b").password == ""
