"""Times, talks and invitations, by the pages; and my hours and my calendar in my settings."""

import html
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from icalendar import Calendar as Ical

from ifnotyou.models import AuditEvent, Calendar, Talk, User, Vip
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import calendars, hosting, scheduling
from ifnotyou.services.vips import Contact, say_contacted
from ifnotyou.web.scheduling import section
from tests.company import NOW, TODAY, clock, house  # noqa: F401 - fixtures
from tests.connectors.calendarserver import calendar_server  # noqa: F401 - a fixture
from tests.connectors.webserver import Said, WebServer
from tests.web.test_names import give

FEED = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\n{}END:VCALENDAR\r\n"
BUSY_FOR_EVER = (
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20200101T000000Z\r\nDTEND:20300101T000000Z\r\nEND:VEVENT\r\n"
)
TALK = {"when": "2026-06-19T10:00", "minutes": "30", "place": "My kitchen"}


@pytest.fixture
def vip(house):  # noqa: F811
    """Kim was named; Jon hosts them and has written."""
    kim = give(house, email="kim@example.net").vip
    hosting.take(kim, by=house.jon, now=NOW)
    say_contacted(kim, Contact(TODAY, "in_message", "2026-11", "", ""), by=house.jon, now=NOW)
    return Vip.objects.get(pk=kim.pk)


@pytest.fixture
def browser(house):  # noqa: F811
    def of(name="jon"):
        client = Client()
        client.force_login(getattr(house, name))
        return client

    return of


@pytest.fixture
def jon(browser):
    return browser()


@pytest.fixture
def feed(house, settings):  # noqa: F811
    """A feed on this machine, connected to Jon; what it answers is the test's to say."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    answers = {"GET /jon.ics": Said(200, FEED.format(""))}
    with WebServer(answers) as server:
        server.answers = answers
        calendars.connect_calendar(
            house.jon, kind="feed", url=f"{server.url}/jon.ics", username="", password=""
        )
        yield server


def text_of(answer):
    """What a page says, without the frame around it; a fragment as it is."""
    content = answer.content.decode()
    found = re.search(r"<main.*</main>", content, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", found[0] if found else content)).split())


# --- times


def test_without_a_calendar_the_page_says_that_it_does_not_know(vip, jon):
    text = text_of(jon.get(f"/names/{vip.pk}/times/"))
    assert "Thursday 18 June, 10:00 (UTC+2)" in text
    assert "we do not know what is in the calendar" in text
    assert text.count("They chose this") == 3


def test_with_a_calendar_times_are_free_and_a_button_leads_to_the_talk(vip, jon, feed):
    answer = jon.get(f"/names/{vip.pk}/times/", {"minutes": "45"})
    assert "Free in your calendar" in text_of(answer)
    link = html.unescape(re.search(r'href="(/names/\d+/talk/\?[^"]*)"', answer.content.decode())[1])
    form = jon.get(link).content.decode()
    assert 'value="2026-06-18T10:00"' in form
    assert '<option value="45" selected>' in form

    feed.answers["GET /jon.ics"] = Said(200, FEED.format(BUSY_FOR_EVER))
    text = text_of(jon.get(f"/names/{vip.pk}/times/"))
    assert "Nothing is free in the next ten working days" in text
    assert "They chose this" not in text


def test_calendar_that_cannot_be_read_suggests_nothing(vip, jon, feed):
    feed.answers["GET /jon.ics"] = Said(503)
    answer = jon.get(f"/names/{vip.pk}/times/")
    text = text_of(answer)
    assert answer.status_code == 409
    assert "127.0.0.1 has trouble of its own" in text
    assert "nothing is suggested" in text
    assert "June" not in text
    assert "jon.ics" not in answer.content.decode()

    part = jon.get(f"/names/{vip.pk}/times/", headers={"hx-request": "true"})
    assert part.status_code == 200  # htmx swaps nothing else in
    assert "nothing is suggested" in text_of(part)
    assert b"<html" not in part.content


def test_lines_for_the_letter_are_in_their_language_and_a_booking_page_comes_first(vip, jon, house):  # noqa: F811
    Vip.objects.filter(pk=vip.pk).update(language="de", country="PT")
    text = text_of(jon.get(f"/names/{vip.pk}/times/"))
    assert "- Donnerstag, 18. Juni, 10:00 Uhr (UTC+2)" in text
    assert "by their clock" not in text, "Portugal has more than one time"
    assert "- jeudi 18 juin à 10:00" in text_of(jon.get(f"/names/{vip.pk}/times/", {"language": "fr"}))
    Vip.objects.filter(pk=vip.pk).update(country="GB")
    assert "by their clock Thursday 18 June, 09:00 (UTC+1)" in text_of(jon.get(f"/names/{vip.pk}/times/"))

    User.objects.filter(pk=house.jon.pk).update(booking_link="https://cal.example.org/jon")
    assert "wählen Sie eine Zeit, die Ihnen passt: https://cal.example.org/jon" in text_of(
        jon.get(f"/names/{vip.pk}/times/")
    )


def test_a_recruiter_sees_the_hosts_times_and_nothing_else_of_the_calendar(vip, browser, feed):
    feed.answers["GET /jon.ics"] = Said(
        200,
        FEED.format(
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260618T080000Z\r\nDURATION:PT30M\r\n"
            "SUMMARY:Dentist\r\nEND:VEVENT\r\n"
        ),
    )
    answer = browser("recruiter").get(f"/names/{vip.pk}/times/")
    assert "Free in the host’s calendar" in text_of(answer)
    assert "Dentist" not in answer.content.decode()
    assert "18 June, 10:00" not in text_of(answer)


def test_length_is_one_of_those_there_are(vip, jon):
    for wrong in ("0", "7", "-30", "999999999", "x", ""):
        assert "30 minutes" in text_of(jon.get(f"/names/{vip.pk}/times/", {"minutes": wrong}))
    assert jon.get(f"/names/{vip.pk}/times/", {"language": "xx"}).status_code == 200


@pytest.mark.parametrize("page", ["times/", "talk/", "talk/5.ics"])
def test_those_who_neither_host_nor_recruit_get_nowhere(vip, browser, page):
    assert browser("maya").get(f"/names/{vip.pk}/{page}").status_code == 404
    assert browser("steward").get(f"/names/{vip.pk}/{page}").status_code == 403
    assert browser("jon").get(f"/names/5/{page}").status_code == 404


# --- the talk


def test_a_talk_is_kept_by_the_hosts_clock(vip, jon):
    answer = jon.post(f"/names/{vip.pk}/talk/", TALK)
    assert (answer.status_code, answer["Location"]) == (302, f"/names/{vip.pk}/")
    talk = Talk.objects.get()
    assert talk.starts_at == datetime(2026, 6, 19, 8, tzinfo=UTC)
    assert 'value="2026-06-19T10:00"' in jon.get(f"/names/{vip.pk}/talk/").content.decode()
    assert "Another time" in text_of(jon.get(f"/names/{vip.pk}/talk/"))


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"when": ""}, 400, "required"),
        ({"when": "tomorrow"}, 400, "valid date"),
        ({"when": "2026-06-31T10:00"}, 400, "valid date"),
        ({"minutes": "31"}, 400, "valid choice"),
        ({"minutes": ""}, 400, "required"),
        ({"place": "x" * 301}, 400, "300 characters"),
        ({"when": "2026-06-17T10:00"}, 409, "from now on"),
        ({"when": "2027-06-17T10:00"}, 409, "at most 90 days"),
        ({"when": "0001-01-01T00:00"}, 400, "no day of ours"),
        ({"when": "9999-12-31T23:59"}, 409, "at most 90 days"),
    ],
)
def test_what_cannot_be_is_told_in_place(vip, jon, changes, status, words):
    answer = jon.post(f"/names/{vip.pk}/talk/", TALK | changes)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert not Talk.objects.exists()


def test_hour_that_the_clocks_skip_is_no_time(vip, browser, clock):  # noqa: F811
    clock(datetime(2027, 3, 20, 12, tzinfo=UTC))
    answer = browser().post(f"/names/{vip.pk}/talk/", TALK | {"when": "2027-03-28T02:30"})
    assert answer.status_code == 400
    assert "no such time" in text_of(answer)


def test_before_the_first_message_there_is_no_talk_but_times_for_the_letter(vip, jon):
    Vip.objects.filter(pk=vip.pk).update(stage=VipStage.TAKEN)
    assert "They chose this" not in text_of(jon.get(f"/names/{vip.pk}/times/"))
    assert "first message first" in text_of(jon.get(f"/names/{vip.pk}/talk/"))
    answer = jon.post(f"/names/{vip.pk}/talk/", TALK)
    assert answer.status_code == 409
    assert "first message first" in text_of(answer)


def test_the_invitation_is_a_file_and_calling_off_gives_the_one_that_takes_it_out(vip, jon):
    jon.post(f"/names/{vip.pk}/talk/", TALK)
    talk = Talk.objects.get()
    answer = jon.get(f"/names/{vip.pk}/talk/{talk.pk}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="talk.ics"'
    assert Ical.from_ical(answer.content)["METHOD"] == "REQUEST"

    off = jon.post(f"/names/{vip.pk}/talk/{talk.pk}/off/")
    assert f"/names/{vip.pk}/talk/{talk.pk}.ics" in off.content.decode()
    assert Ical.from_ical(jon.get(f"/names/{vip.pk}/talk/{talk.pk}.ics").content)["METHOD"] == "CANCEL"


def test_what_is_over_is_not_called_off(vip, jon, clock):  # noqa: F811
    jon.post(f"/names/{vip.pk}/talk/", TALK)
    clock(NOW + timedelta(days=5))
    answer = jon.post(f"/names/{vip.pk}/talk/{Talk.objects.get().pk}/off/", follow=False)
    assert answer.status_code == 302
    assert not Talk.objects.get().cancelled


def test_a_talk_of_somebody_else_is_not_there(vip, house, browser):  # noqa: F811
    other = give(house, "Ida Wong", email="ida@example.net").vip
    talk = Talk.objects.create(
        workspace=house.workspace, vip=other, starts_at=NOW + timedelta(days=1), minutes=30, uid="u"
    )
    for method, page in (("get", f"{talk.pk}.ics"), ("post", f"{talk.pk}/off/")):
        assert getattr(browser("recruiter"), method)(f"/names/{vip.pk}/talk/{page}").status_code == 404


def test_section_asks_no_calendar_and_offers_what_each_may(vip, house, feed):  # noqa: F811
    feed.requests.clear()
    hosts = section(vip, house.jon)
    assert (hosts["talk"], hosts["may_offer_times"], hosts["may_agree"]) == (None, True, True)
    stewards = section(vip, house.steward)
    assert (stewards["may_offer_times"], stewards["may_agree"]) == (False, False)
    talk = scheduling.agree(
        vip, starts_at=NOW + timedelta(days=1), minutes=30, place="", by=house.jon, now=NOW
    )
    told = section(vip, house.steward)
    assert told["talk"] == talk
    assert told["talk_told"]["words"] == "Thursday 18 June, 14:00 (UTC+2)"
    assert feed.requests == []


# --- my hours

HOURS = {
    "country": "DE",
    "region": "BY",
    "work_days": ["0", "1", "2"],
    "work_from": "08:00",
    "work_until": "14:00",
    "booking_link": "https://cal.example.org/jon",
}


def test_hours_are_kept_and_shown(jon, house):  # noqa: F811
    assert jon.post("/me/hours/", HOURS)["Location"] == "/me/"
    me = User.objects.get(pk=house.jon.pk)
    assert (me.country, me.region, me.work_days, me.booking_link) == (
        "DE",
        "BY",
        "012",
        "https://cal.example.org/jon",
    )
    assert (me.work_from, me.work_until) == (time(8), time(14))
    page = jon.get("/me/").content.decode()
    assert '<option value="BY" selected>Bayern</option>' in page
    assert 'value="14:00"' in page
    assert page.count('name="work_days"') == 7
    assert len(re.findall(r'name="work_days"[^>]* checked', page)) == 3


def test_region_of_another_country_is_let_go_of(jon, house):  # noqa: F811
    jon.post("/me/hours/", HOURS)
    jon.post("/me/hours/", HOURS | {"country": "FR"})
    me = User.objects.get(pk=house.jon.pk)
    assert (me.country, me.region) == ("FR", "")
    jon.post("/me/hours/", HOURS | {"country": ""})
    assert User.objects.get(pk=house.jon.pk).region == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"work_days": []}, "work_days"),
        ({"work_days": ["7"]}, "work_days"),
        ({"work_until": "08:00"}, "work_until"),
        ({"work_from": "25:00"}, "work_from"),
        ({"country": "XX"}, "country"),
        ({"booking_link": "http://cal.example.org/"}, "booking_link"),
        ({"booking_link": "javascript:alert(1)"}, "booking_link"),
    ],
)
def test_hours_that_cannot_be_are_told_beside_their_field(jon, house, changes, field):  # noqa: F811
    answer = jon.post("/me/hours/", HOURS | changes)
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert User.objects.get(pk=house.jon.pk).country == ""


def test_a_made_up_region_is_told(jon, house):  # noqa: F811
    jon.post("/me/hours/", HOURS)
    answer = jon.post("/me/hours/", HOURS | {"region": "ZZ"})
    assert answer.status_code == 400
    assert User.objects.get(pk=house.jon.pk).region == "BY"


@pytest.mark.parametrize(("region", "first"), [("BE", "Thursday 27 May"), ("NW", "Thursday 3 June")])
def test_times_follow_hours_and_the_holidays_of_the_region(vip, browser, clock, region, first):  # noqa: F811
    clock(datetime(2027, 5, 26, 12, tzinfo=UTC))  # the day before Corpus Christi, a holiday in some regions
    browser().post("/me/hours/", HOURS | {"work_days": ["3"], "region": region})
    text = text_of(browser().get(f"/names/{vip.pk}/times/"))
    assert f"{first}, 08:30 (UTC+2)" in text
    assert "Friday" not in text


# --- my calendar

CALENDAR = {"kind": "feed", "url": "", "username": "", "password": ""}


def test_calendar_is_tried_when_it_is_connected_and_its_address_never_shown_again(jon, house, feed):  # noqa: F811
    Calendar.objects.all().delete()
    address = f"{feed.url}/jon.ics"
    answer = jon.post("/me/calendar/", CALENDAR | {"url": address}, follow=True)
    assert "It works: we could see when you are busy." in text_of(answer)
    assert "jon.ics" not in answer.content.decode()
    kept = Calendar.objects.get()
    assert (kept.user, kept.url, kept.checked_at) == (house.jon, address, NOW)

    feed.answers.clear()
    answer = jon.post("/me/calendar/try/")
    assert answer.status_code == 409
    assert "knows nothing at this address" in text_of(answer)
    assert "Not tried, or it did not work" in text_of(jon.get("/me/"))

    jon.post("/me/calendar/remove/")
    assert not Calendar.objects.exists()
    assert list(AuditEvent.objects.filter(noun="calendar").values_list("verb", flat=True).order_by("pk")) == [
        "connected_calendar",
        "connected_calendar",
        "removed_calendar",
    ]


def test_wrong_and_right_password_of_a_calendar_server(jon, calendar_server, settings):  # noqa: F811
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    form = CALENDAR | {
        "kind": "caldav",
        "url": calendar_server.make("work"),
        "username": calendar_server.user,
    }
    wrong = jon.post("/me/calendar/", form | {"password": "guessed"})
    assert wrong.status_code == 409
    assert "did not accept this user name and password" in text_of(wrong)
    assert "guessed" not in wrong.content.decode()
    right = jon.post("/me/calendar/", form | {"password": calendar_server.password}, follow=True)
    assert "It works" in text_of(right)
    again = jon.post("/me/calendar/", form | {"url": "", "password": ""}, follow=True)
    assert "It works" in text_of(again), "what is left empty stays"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "required"),
        ({"url": "my calendar"}, "not an address we can ask"),
        ({"url": "http://example.org/x.ics"}, "begins with https://"),
        ({"url": "https://me:word@example.org/x.ics"}, "fields of their own"),
        ({"url": "https://example.org/x", "kind": "caldav"}, "wants to know who you are"),
        ({"url": "https://example.org/x", "kind": "pigeon"}, "valid choice"),
    ],
)
def test_calendar_that_cannot_be_is_told_and_not_kept(jon, changes, words):
    answer = jon.post("/me/calendar/", CALENDAR | changes)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/x.ics", "https://169.254.169.254/latest", "webcal://[::1]/x"]
)
def test_calendar_within_a_network_of_ours_is_not_asked(jon, url):
    answer = jon.post("/me/calendar/", CALENDAR | {"url": url})
    assert answer.status_code == 409
    assert "not on the public internet" in text_of(answer)


def test_a_web_page_is_no_calendar(jon, feed):
    feed.answers["GET /jon.ics"] = Said(200, "<!doctype html><title>Please sign in</title>")
    answer = jon.post("/me/calendar/try/")
    assert answer.status_code == 409
    assert "not a calendar" in text_of(answer)


def test_nobody_tries_the_calendar_of_somebody_else(browser, feed):
    assert browser("maya").post("/me/calendar/try/").status_code == 404
    browser("maya").post("/me/calendar/remove/")
    assert Calendar.objects.count() == 1
