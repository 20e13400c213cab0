"""The insights in a real browser: by mouse and keyboard, in every look, and with the files that come of them."""

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Decline
from tests.asked import ask_around, fill_a_year
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings


@pytest.fixture
def year(house):
    ask_around(house)
    fill_a_year(house)
    return house


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_whoever_recruits_reads_a_picture_its_numbers_and_takes_them_along(year, page_of, scripts):
    page = page_of(year.recruiter, width=360, java_script_enabled=scripts)
    page.goto("/insights/")
    picture = page.get_by_role("img", name="By reason")
    expect(picture).to_be_visible()
    page.get_by_text("The numbers: By reason").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Another opportunity")).to_be_visible()
    for ending in ("CSV", "SVG", "PNG"):
        with page.expect_download() as file:
            page.get_by_role("link", name=f"{ending} of: By reason").click()
        assert file.value.suggested_filename == f"reason.{ending.lower()}"
    page.get_by_role("link", name="could have been").click()
    expect(page.get_by_role("heading", name="Declines")).to_be_visible()
    expect(page.locator("nav.tabs a[aria-current=page]")).to_have_text("Missed")


def test_every_look_of_it_is_fine(year, page_of):
    page = page_of(year.recruiter)
    page.add_init_script(path=AXE)
    page.goto("/insights/")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    assert findings(page, "insights", ALL_LOOKS) == []


def test_an_empty_one_is_fine_too(house, page_of):
    Decline.objects.all().delete()
    page = page_of(house.recruiter)
    page.add_init_script(path=AXE)
    page.goto("/insights/")
    expect(page.get_by_text("Nothing to count yet.")).to_be_visible()
    assert findings(page, "insights, empty", ALL_LOOKS) == []
