"""Learning in a real browser: a proposal is adopted, frozen and taken back, with scripts or without."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.web.test_learning import PAGE, answers

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@scripts
def test_a_proposal_is_adopted_by_keyboard_and_taken_back(house, page_of, scripts):
    house.tell(answers(40))
    page = page_of(house.admin, java_script_enabled=scripts)
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="A proposal from 40 answers")).to_be_visible()
    page.get_by_role("button", name="Adopt these weights").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Adopted. Every decline is judged anew")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing to change")).to_be_visible()

    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("heading", name="Frozen")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Learn again").click()

    page.get_by_text("Go back to the default weights").click()
    page.get_by_role("button", name="Reset to the defaults").click()
    expect(page.get_by_role("heading", name="A proposal from 40 answers")).to_be_visible()


def test_axe_finds_nothing_on_this_page(house, page_of):
    page = page_of(house.admin)
    page.add_init_script(path=AXE)
    found = []

    def look(name):
        page.goto(PAGE)
        for fold in page.locator("details").all():
            fold.locator("summary").click()
        found.extend(findings(page, name, ALL_LOOKS))

    look("too few answers")
    house.tell(answers(40))
    look("a proposal")
    with page.expect_navigation():
        page.get_by_role("button", name="Adopt these weights").click()
    look("adopted")
    with page.expect_navigation():
        page.get_by_role("button", name="Freeze").click()
    look("frozen")
    assert not found, "\n".join(found)
