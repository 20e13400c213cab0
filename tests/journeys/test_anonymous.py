"""The anonymous page and the receipt in a browser: on a phone, without JavaScript, and for everybody."""

import pytest
from django.core.cache import caches
from django.urls import reverse
from playwright.sync_api import expect

from ifnotyou.models import Job, Referral, Vip, Workspace
from ifnotyou.playbook.receipts import read_receipt
from ifnotyou.services import anonymous
from tests.holders import MONDAYS, sent_to
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def role(house):
    caches["process"].clear()  # what other tests sent within the hour
    return sent_to(house, 5)


@pytest.fixture
def address(role):
    return reverse("anonymous_page", args=[role.token])


def seal(page, address, who="Ida Wells, Harbour & Sons"):
    """Give a name; returns the receipt as it is shown."""
    page.goto(address)
    page.get_by_label("Who, or how to find them?").fill(who)
    page.get_by_role("button", name="Send it, sealed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. It is sealed.")
    return page.locator(".receipt").inner_text()


def come_back(page, receipt):
    page.goto(reverse("receipt"))
    page.get_by_label("Your receipt").fill(receipt)
    with page.expect_navigation():
        page.get_by_role("button", name="Look").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_name_goes_from_the_phone_to_the_company_and_is_answered(house, role, address, page_of, javascript):
    page = page_of(**PHONE, java_script_enabled=javascript)
    receipt = seal(page, address)
    assert page.context.cookies() == []

    come_back(page, receipt.lower().replace("-", " "))
    expect(page.get_by_role("heading", level=1)).to_have_text("It waits, sealed")
    for moment in MONDAYS:
        anonymous.release(role.workspace, now=moment)
    anonymous.ask_question(Referral.objects.get(), "In which language?", house.recruiter, MONDAYS[1])

    come_back(page, receipt)
    expect(page.get_by_text("In which language?")).to_be_visible()
    page.get_by_label("Answer, or add something").fill("Frisian.")
    page.get_by_role("button", name="Send it, sealed").click()
    expect(page.get_by_role("status")).to_contain_text("It is sealed too")
    assert receipt not in page.url

    page.get_by_text("Take the name back", exact=True).click()
    page.get_by_role("button", name="Take it back for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is being taken back")
    anonymous.release(role.workspace, now=MONDAYS[1].replace(day=30))
    assert Referral.objects.count() == 0


def test_loading_the_receipt_again_gives_no_second_name(role, address, page_of):
    page = page_of(**PHONE)
    receipt = seal(page, address)
    page.reload()
    assert page.locator(".receipt").inner_text() == receipt
    assert anonymous.standing_of(role, read_receipt(receipt)) == anonymous.Standing(released=False)


def test_every_state_of_the_pages_is_for_everybody(house, role, address, page_of):
    page = page_of(**PHONE)
    page.add_init_script(path=AXE)
    found = []

    def look(name):
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")
        found.extend(findings(page, name, ALL_LOOKS))

    page.goto(address)
    look("open")
    page.get_by_label("Why you thought of them").fill("She is unhappy there.")
    page.get_by_role("button", name="Send it, sealed").evaluate("it => it.form.noValidate = true")
    with page.expect_navigation():
        page.get_by_role("button", name="Send it, sealed").click()
    look("with an error")
    page.get_by_label("Who, or how to find them?").fill("Ida Wells")
    with page.expect_navigation():
        page.get_by_role("button", name="Send it, sealed").click()
    look("with a remark")
    with page.expect_navigation():
        page.get_by_role("button", name="Send it as it stands now").click()
    receipt = page.locator(".receipt").inner_text()
    look("sealed")
    page.goto(reverse("receipt"))
    look("receipt")
    come_back(page, "hello")
    look("receipt: unknown")
    come_back(page, receipt)
    look("receipt: waits")
    for moment in MONDAYS:
        anonymous.release(role.workspace, now=moment)
    anonymous.ask_question(Referral.objects.get(), "In which language? " * 20, house.recruiter, MONDAYS[1])
    come_back(page, receipt)
    look("receipt: released, with a question")
    Vip.objects.update(contacted_at=MONDAYS[1])
    come_back(page, receipt)
    look("receipt: contacted")
    Job.objects.update(title="Maximiliane" * 18)
    Workspace.objects.update(name="Maximiliane" * 10)
    page.goto(address)
    look("long names")
    Job.objects.update(status="filled")
    page.goto(address)
    look("filled")
    Workspace.objects.update(policy="[disclosure]\nleast_holders = 9")
    Job.objects.update(status="open")
    page.goto(address)
    look("few")
    assert found == []
