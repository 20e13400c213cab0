"""The steward's pages and "forget me", in a real browser."""

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Candidate, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.company import NOW
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe"

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@pytest.fixture
def names(house, settings, tmp_path):
    """Noor told Maya two names."""
    settings.DATA_DIR = tmp_path
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    for name, employer, terms in (
        ("Kim Park", "Birch & Sons", Terms.NAMED),
        (LONG_NAME, "W" * 80, Terms.CONFIDENTIAL),
    ):
        given = Given(name, works_at=employer, why="Quietly excellent.")
        referrals.give(ask, given, terms, by=house.maya, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return Vip.objects.get(name="Kim Park")


@scripts
def test_somebody_asks_is_answered_and_erased(house, names, page_of, scripts):
    page = page_of(house.steward, java_script_enabled=scripts)
    page.goto("/privacy/")
    page.get_by_label("Address, profile link, record id or exact name").fill("Kim Park")
    page.get_by_role("button", name="Find them").click()
    expect(page.get_by_role("heading", name="All that we hold about Kim Park")).to_be_visible()
    expect(page.get_by_text("Noor Haddad suggested you, and is happy for you to know.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save it as a file").click()
    assert download.value.suggested_filename.endswith(".json")

    page.get_by_role("button", name="They asked for it: put it on the list").click()
    expect(page.get_by_text("It is on the list, to be answered by 17 July 2026.")).to_be_visible()
    page.get_by_role("button", name="Answered").click()
    expect(page.get_by_text("Nobody waits for an answer.")).to_be_visible()

    page.get_by_label("Address, profile link, record id or exact name").fill("Kim Park")
    page.get_by_role("button", name="Find them").click()
    page.get_by_label("They asked for it, and I am sure that this is them").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Erased: 1 name that was given to us.")).to_be_visible()
    expect(page.get_by_text("Kim Park")).to_have_count(0)


@scripts
def test_forget_me_on_a_phone(house, names, page_of, scripts):
    page = page_of(None, width=360, java_script_enabled=scripts)
    page.goto(f"/forget/{names.forget_token}")
    page.get_by_role("button", name="Forget me now").click()
    expect(page.get_by_role("heading", name="You are forgotten")).to_be_visible()
    assert not Vip.objects.filter(pk=names.pk).exists()
    page.reload()
    expect(page.get_by_role("heading", name="This link leads nowhere any more")).to_be_visible()


def test_axe_finds_nothing_on_these_pages(house, names, page_of):
    Candidate.objects.create(workspace=house.workspace, external_id="k", name="Kim Park", email="k" * 200)
    page = page_of(house.steward)
    page.add_init_script(path=AXE)
    found = []

    def look(name):
        found.extend(findings(page, name, ALL_LOOKS))
        page.set_viewport_size({"width": 1280, "height": 800})

    def find(who):
        page.goto("/privacy/")
        page.get_by_label("Address, profile link, record id or exact name").fill(who)
        with page.expect_navigation():
            page.get_by_role("button", name="Find them").click()

    for who in (f"name:{names.pk}", "noor"):
        find(who)
        look(f"all about {who}")
        with page.expect_navigation():
            page.get_by_role("button", name="They asked for it: put it on the list").click()
    look("with requests, a calendar and a log")
    find("Kim Park")
    look("several may be meant")
    find("nobody")
    look("nobody found")
    outside = page_of(None)
    outside.add_init_script(path=AXE)
    for address in (f"/forget/{names.forget_token}", "/forget/made-up"):
        outside.goto(address)
        found.extend(findings(outside, address, ALL_LOOKS))
    outside.goto(f"/forget/{names.forget_token}")
    with outside.expect_navigation():
        outside.get_by_role("button", name="Forget me now").click()
    found.extend(findings(outside, "forgotten", ALL_LOOKS))
    assert not found, "\n".join(found)
