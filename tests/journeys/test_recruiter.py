"""What a recruiter does in a browser."""

import re

import pytest
from playwright.sync_api import expect

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Decline
from tests.company import usual_story

LINK = re.compile(r"http://\S+/cards/\d+/")


@pytest.fixture
def full_inbox(house):
    """Two more declines beside Noor's: Lee's for a reason of place, Kim's a criticism of us."""
    story = usual_story().candidate("lee", name="Lee Brown", email="lee@example.com")
    story.offer("lee-1", candidate="lee", days=7, decline_reason="Could not relocate")
    story.met("jon", candidate="lee", minutes=50)
    story.candidate("kim", name="Kim Roe")
    story.offer("kim-1", candidate="kim", days=8, decline_reason="Felt disrespected by the interviewers")
    house.tell(story)
    return house


def names_in(page):
    return page.locator("#found li strong")


def test_a_card_goes_to_the_first_colleague_who_hears_of_it(house, page_of, mailoutbox):
    page = page_of(house.recruiter)
    page.goto("/")
    page.get_by_role("link", name="Noor Haddad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")
    page.get_by_role("button", name="Hand the card to Maya Chen").click()

    expect(page.get_by_role("status")).to_have_text("Maya Chen has the card now.")
    expect(page.get_by_role("button", name="Hand the card to")).to_have_count(0)
    page.get_by_role("link", name="Declines").first.click()
    page.get_by_role("link", name="With a colleague").click()
    expect(names_in(page)).to_have_text(["Noor Haddad"])

    run_due_jobs()
    (mail,) = mailoutbox
    assert mail.to == [house.maya.email]
    asker = page_of(house.maya)
    asker.goto(LINK.search(mail.body)[0])
    expect(asker.get_by_role("heading", name="Why you")).to_be_visible()


def test_a_card_that_is_passed_on_comes_back_for_the_next_best(house, page_of, mailoutbox):
    ask = house.hand()
    asker, recruiter = page_of(house.maya), page_of(house.recruiter)
    asker.goto(f"/cards/{ask.pk}/")
    asker.get_by_role("button", name="Somebody else").click()
    expect(asker.get_by_role("status")).to_contain_text("Passed on.")
    expect(asker.get_by_role("link", name="Noor Haddad")).to_have_count(0)

    run_due_jobs()
    assert house.recruiter.email in [mail.to[0] for mail in mailoutbox]
    recruiter.goto(f"/declines/{ask.decline_id}/")
    expect(recruiter.get_by_role("button", name="Hand the card to Maya Chen")).to_have_count(0)
    recruiter.get_by_role("button", name="Hand the card to Jon Park").click()
    expect(recruiter.get_by_role("status")).to_have_text("Jon Park has the card now.")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_decline_is_recorded_with_two_fields_and_one_click(house, page_of, javascript):
    page = page_of(house.recruiter, java_script_enabled=javascript)
    page.goto("/declines/record/")
    page.get_by_label("Who declined?").fill("Ada Moreno")
    page.get_by_label("Which role?").fill("Data Engineer")
    page.get_by_role("button", name="Record").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Moreno")
    assert Decline.objects.filter(candidate__name="Ada Moreno", job__title="Data Engineer").count() == 1


def test_the_inbox_searches_as_one_types(full_inbox, page_of):
    page = page_of(full_inbox.recruiter)
    page.goto("/declines/?stage=")
    expect(names_in(page)).to_have_count(3)
    page.get_by_label("Search by name or role").press_sequentially("lee")
    expect(names_in(page)).to_have_text(["Lee Brown"])
    expect(page).to_have_url(re.compile("q=lee"))

    page.get_by_label("Search by name or role").fill("")
    expect(names_in(page)).to_have_count(3)
    page.get_by_label("Why they declined").select_option("Place")
    expect(names_in(page)).to_have_text(["Lee Brown"])
    page.reload()
    expect(names_in(page)).to_have_text(["Lee Brown"])


def test_the_inbox_searches_without_javascript(full_inbox, page_of):
    page = page_of(full_inbox.recruiter, java_script_enabled=False)
    page.goto("/declines/?stage=")
    page.get_by_label("Search by name or role").fill("noor")
    page.get_by_role("button", name="Search").click()
    expect(names_in(page)).to_have_text(["Noor Haddad"])

    page.get_by_label("Search by name or role").fill("")
    page.get_by_label("Why they declined").select_option("Criticism of us")
    page.get_by_role("button", name="Search").click()
    expect(names_in(page)).to_have_text(["Kim Roe"])
    page.get_by_role("link", name="To ask").click()
    expect(names_in(page)).to_have_text(["Noor Haddad", "Lee Brown"])
