"""A talk from the first suggestion to calling it off, by mouse, by keyboard alone and without JavaScript."""

import re

import pytest
from icalendar import Calendar as Ical
from playwright.sync_api import expect

from ifnotyou.models import Talk, Vip
from ifnotyou.services import calendars, hosting
from ifnotyou.services.vips import Contact, say_contacted
from tests.company import NOW, TODAY
from tests.connectors.webserver import Said, WebServer
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.web.test_names import give

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe"
NOON = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260618T060000Z\r\nDTEND:20260618T160000Z\r\nEND:VEVENT\r\n"
FEED = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\n{NOON}END:VCALENDAR\r\n"

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@pytest.fixture
def vip(house):
    """Somebody with a long name, hosted by Jon, who has written."""
    kim = give(house, LONG_NAME, email="kim@example.net").vip
    hosting.take(kim, by=house.jon, now=NOW)
    say_contacted(kim, Contact(TODAY, "in_message", "2026-11", "GB", "de"), by=house.jon, now=NOW)
    return Vip.objects.get(pk=kim.pk)


@pytest.fixture
def feed(house, settings):
    """Jon's calendar: all of Thursday is taken."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    with WebServer({"GET /jon.ics": Said(200, FEED)}) as server:
        yield f"{server.url}/jon.ics"


@scripts
def test_from_a_suggestion_to_an_invitation_and_off_again(house, vip, feed, page_of, scripts):
    page = page_of(house.jon, java_script_enabled=scripts)
    page.goto("/me/")
    page.get_by_label("Its address").fill(feed)
    page.get_by_role("button", name="Keep and try it").last.click()
    expect(page.get_by_text("we could see when you are busy")).to_be_visible()

    page.goto(f"/names/{vip.pk}/")
    page.get_by_role("button", name="Suggest times").click()
    expect(page.locator(".times > li")).to_have_count(3)
    expect(page.locator(".times")).not_to_contain_text("Thursday 18 June")
    page.get_by_label("For how long?").select_option("45")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator('.times a[href*="minutes=45"]')).to_have_count(3)
    expect(page.get_by_label("For the letter")).to_have_value(re.compile("Freitag, 19. Juni"))

    page.get_by_role("link", name="They chose").first.click()
    page.get_by_label("Where").fill("https://meet.example.org/jon")
    page.get_by_role("button", name="Keep it").click()
    section = page.get_by_role("region", name="A talk")
    expect(section).to_contain_text("Friday 19 June, 10:00 (UTC+2), 45 minutes, with Jon")
    expect(section).to_contain_text("by their clock Friday 19 June, 09:00 (UTC+1)")
    with page.expect_download() as kept:
        section.get_by_role("button", name="The invitation").click()
    assert kept.value.suggested_filename == "talk.ics"
    assert Ical.from_ical(kept.value.path().read_bytes())["METHOD"] == "REQUEST"

    section.get_by_role("button", name="Call it off").click()
    expect(page.get_by_role("heading", name="Called off")).to_be_visible()
    assert Talk.objects.get().cancelled


def test_by_keyboard_alone(house, vip, page_of):
    page = page_of(house.jon)
    page.goto(f"/names/{vip.pk}/talk/")
    page.get_by_label("When").focus()
    page.keyboard.type("06192026")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1000AM")
    page.get_by_label("Where").focus()
    page.keyboard.type("My kitchen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="A talk")).to_contain_text("Friday 19 June, 10:00 (UTC+2)")


def test_every_page_of_it_is_for_everybody(house, vip, page_of, feed):
    page = page_of(house.jon)
    page.add_init_script(path=AXE)
    found = []

    def look(name):
        found.extend(findings(page, name, ALL_LOOKS))

    for name, path in (
        ("settings", "/me/"),
        ("person", f"/names/{vip.pk}/"),
        ("times", f"/names/{vip.pk}/times/"),
        ("talk", f"/names/{vip.pk}/talk/"),
    ):
        page.goto(path)
        look(name)
    calendars.connect_calendar(house.jon, kind="feed", url=f"{feed}x", username="", password="")
    page.goto(f"/names/{vip.pk}/times/")
    look("times, refused")
    page.goto(f"/names/{vip.pk}/talk/")
    page.get_by_label("When").fill("2026-06-19T10:00")
    page.get_by_label("Where").fill("https://meet.example.org/" + "x" * 120)
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it").click()
    look("person with a talk")
    with page.expect_navigation():
        page.get_by_role("button", name="Call it off").click()
    look("called off")
    assert found == []
