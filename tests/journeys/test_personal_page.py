"""What somebody does on their own page: on a phone, with and without JavaScript, by keyboard, in five languages."""

import re

import pytest
from django.core.cache import caches
from playwright.sync_api import expect

from ifnotyou.models import Ask, Candidate, Employee, Job, Referral, Workspace
from ifnotyou.playbook.asking import AskState
from ifnotyou.services import asks
from tests.company import NOW, WORDS
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.journeys.tour import LONG, LONG_AND_RIGHT_TO_LEFT

PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LANGUAGES = ("en", "de", "fr", "es", "pt")


@pytest.fixture
def address(house):
    """The page of Noor, whom Maya has asked."""
    caches["process"].clear()
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    ask.refresh_from_db()
    return f"/r/{ask.page_token}"


def press(page, button):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_name_in_three_taps(page_of, address, scripts):
    phone = page_of(java_script_enabled=scripts, **PHONE)
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("If not you, who should we talk to?")
    for way in phone.get_by_role("radio").all():
        expect(way).not_to_be_checked()

    phone.get_by_text("You may say it was me", exact=True).tap()
    phone.get_by_label("Who, or how to find them?").fill("Ida Wells")
    phone.get_by_role("button", name="Give this name").tap()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(phone.locator("main")).to_contain_text("You gave one name, and we may say that it came from you.")
    assert (Referral.objects.get().vip.name, Ask.objects.get().state) == ("Ida Wells", AskState.NAMED)
    assert phone.context.cookies() == []

    phone.reload()
    expect(phone.locator("main")).to_contain_text("You gave one name")
    phone.get_by_role("button", name="Take it back").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("If not you, who should we talk to?")
    assert not Referral.objects.exists()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_what_belongs_to_the_way_that_is_chosen_is_what_is_shown(house, page_of, address, scripts):
    phone = page_of(java_script_enabled=scripts, **PHONE)
    phone.goto(address)
    who = phone.get_by_label("Who, or how to find them?")
    words = phone.get_by_text("I got to know Acme a little")
    other_page = phone.get_by_text("/d/")
    expect(who).to_be_visible()
    expect(words).to_be_hidden()
    expect(other_page).to_be_hidden()

    phone.get_by_text("Don’t let anybody know", exact=True).tap()
    expect(other_page).to_be_visible()
    expect(who).to_be_hidden()

    phone.get_by_text("I’ll introduce you", exact=True).tap()
    expect(words).to_be_visible()
    expect(other_page).to_be_hidden()
    expect(phone.get_by_text("maya@example.org", exact=True)).to_be_visible()
    phone.get_by_role("button", name="I’ll do it").tap()
    expect(phone.locator("main")).to_contain_text("You said that you will introduce us.")
    assert Referral.objects.get().vip is None


def test_an_older_browser_shows_all_of_it_and_keeps_no_name_that_was_not_meant(page_of, address):
    """One that does not know `:has()`; for this the page is changed on its way."""

    def on_its_way(route):
        if route.request.method != "GET":
            route.continue_()
            return
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("selector(:has(*))", "selector(:unknown(*))")
        )

    page = page_of(bypass_csp=True)
    page.route("**/r/*", on_its_way)
    page.goto(address)
    who = page.get_by_label("Who, or how to find them?")
    for part in (page.get_by_text("I got to know Acme a little"), page.get_by_text("/d/"), who):
        expect(part).to_be_visible()
    page.get_by_text("I’ll introduce you", exact=True).click()
    who.fill("Ida Wells")
    press(page, "Give this name")
    expect(page.locator("main")).to_contain_text("Nothing was kept: where you introduce us yourself")
    assert not Referral.objects.exists()


def test_nobody_and_peace_are_one_tap(page_of, address):
    phone = page_of(**PHONE)
    phone.goto(address)
    give = phone.get_by_role("button", name="Give this name").bounding_box()
    for name in ("Nobody comes to mind", "Please don’t ask me again"):
        box = phone.get_by_role("button", name=name).bounding_box()
        assert (box["width"], box["height"]) == (give["width"], give["height"])
    phone.get_by_role("button", name="Nobody comes to mind").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you for thinking about it")
    phone.get_by_role("button", name="Please don’t ask me again").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We will not ask you again")
    assert Ask.objects.get().state == AskState.OPTED_OUT


def test_an_error_is_announced_and_leads_to_the_field(page_of, address):
    page = page_of()
    page.goto(address)
    page.get_by_label("Who, or how to find them?").fill("  ")
    press(page, "Give this name")
    page.get_by_role("alert").get_by_role("link").click()
    who = page.get_by_label("Who, or how to find them?")
    expect(who).to_be_focused()
    expect(who).to_have_accessible_description(re.compile("Somebody has to be named here"))


def test_the_keyboard_alone_is_enough(page_of, address):
    page = page_of()
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="You may say it was me")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Ida Wells")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def ways_of(page, address):
    """Every face of the page, one after the other, by name."""
    page.goto(address)
    yield "first"
    for way in ("introduce", "anonymous", "named"):
        page.locator(f"input[value={way}]").check()
        yield way
    page.locator("details.little-more summary").click()
    page.locator("#who").fill("  ")
    send(page, "name")
    yield "error"
    page.locator("#who").fill("Ida Wells, +49 171 2345678")
    page.locator("#why").fill("She is on parental leave.")
    send(page, "name")
    yield "look again"
    with page.expect_navigation():
        page.locator("button[name=as_it_is]").click()
    yield "named"
    page.locator("summary").first.click()
    yield "another name"
    page.locator("input[value=introduce]").check()
    send(page, "introduce")
    yield "introduced"
    send(page, "take_back")
    send(page, "nobody")
    yield "nobody"
    send(page, "never")
    yield "never"
    Job.objects.update(status="filled")
    Ask.objects.update(state=AskState.ASKED)
    page.reload()
    yield "filled"
    page.goto("/r/made-up")
    yield "closed"


def send(page, do):
    with page.expect_navigation():
        page.locator(f"button[value={do}]").first.click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_face_of_the_page_is_for_everybody(page_of, address, language):
    page = page_of(locale=language)
    page.add_init_script(path=AXE)
    looks = ALL_LOOKS if language == "en" else ALL_LOOKS[2:3]
    found = []
    for name in ways_of(page, address):
        expect(page.locator("html")).to_have_attribute("lang", language)
        found += findings(page, name, looks)
        page.set_viewport_size({"width": 1280, "height": 800})
    assert found == []


def test_names_that_fit_nowhere(page_of, address):
    Workspace.objects.update(name=LONG[:120])
    Candidate.objects.update(name=LONG)
    Job.objects.update(title=LONG)
    Employee.objects.update(name=LONG_AND_RIGHT_TO_LEFT, email=f"{LONG[:200]}@example.org")
    page = page_of()
    page.add_init_script(path=AXE)
    found = []
    for name in ways_of(page, address):
        found += findings(page, name, ALL_LOOKS[2:3])
        page.set_viewport_size({"width": 1280, "height": 800})
    assert found == []
