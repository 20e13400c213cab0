"""The people named, in a real browser: first contact, two that are one, and the weighing from both of its sides."""

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Job, Referral, Vip, Weighing
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.company import NOW, TODAY
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe"

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@pytest.fixture
def names(house):
    """Noor told Maya three names, one of each kind; Kim was named anonymously too."""
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    for given, terms in (
        (Given("Kim Park", works_at="Birch & Sons", why="Calm in a crisis."), Terms.NAMED),
        (Given(LONG_NAME, works_at="W" * 80, why="Quietly excellent."), Terms.CONFIDENTIAL),
        (Given(""), Terms.INTRODUCE),
    ):
        referrals.give(ask, given, terms, by=house.maya, now=NOW)
    job = Job.objects.get()
    vip = referrals.intake(Given("Dr. Kim Park"), job, Terms.ANONYMOUS, TODAY)
    referrals.keep(vip, job, Terms.ANONYMOUS, "Kind.", TODAY, receipt_hash="r" * 64)
    referrals.announce(house.workspace, now=NOW)
    return ask


@scripts
def test_two_that_are_one_are_joined_and_somebody_writes(house, names, page_of, scripts):
    page = page_of(house.recruiter, java_script_enabled=scripts)
    page.goto("/names/")
    expect(page.get_by_text("is introducing somebody for Data Engineer")).to_be_visible()
    page.get_by_role("link", name="Kim Park", exact=True).click()
    page.get_by_role("button", name="Yes, join the two").click()
    expect(page.get_by_text("Joined: one person, one page.")).to_be_visible()
    expect(page.get_by_text("Perhaps named twice")).to_have_count(0)

    page.get_by_text("We have been in touch in another way").click()
    page.get_by_label("Which version of the notice?").fill("2026-11")
    page.get_by_role("button", name="Keep that we wrote").click()
    expect(page.get_by_text("version 2026-11")).to_be_visible()
    assert Vip.objects.get(name="Kim Park").contacted_at == NOW
    assert Vip.objects.count() == 2


@scripts
def test_the_weighing_goes_to_and_fro_until_the_name_may_be_shown(house, names, page_of, scripts):
    steward = page_of(house.steward, java_script_enabled=scripts)
    maya = page_of(house.maya, width=360, java_script_enabled=scripts)
    steward.goto("/names/")
    steward.get_by_role("link", name=LONG_NAME).click()
    steward.get_by_text("They insist on knowing who it was").click()
    steward.get_by_role("button", name="Begin to weigh").click()
    expect(steward.get_by_text("Waits")).to_be_visible()

    maya.goto("/cards/")
    maya.get_by_role("link", name="Read it").click()
    maya.get_by_label("They agree").check()
    with maya.expect_navigation():
        maya.get_by_role("button", name="Keep it").click()

    steward.reload()
    steward.get_by_label("What speaks for the person who asks?").fill("They feel watched.")
    steward.get_by_label("What speaks for the one who asked").fill("A mere wish.")
    steward.get_by_role("button", name="Keep both").click()
    steward.get_by_label("The question: the name is told").check()
    steward.get_by_label("Your reasons").fill("They agree.")
    with steward.expect_navigation():
        steward.get_by_role("button", name="Decide").click()
    expect(steward.get_by_role("button", name="Show the name")).to_have_count(0)

    maya.reload()
    expect(maya.get_by_text("They agree.")).to_be_visible()
    with maya.expect_navigation():
        maya.get_by_role("button", name="I have told Noor").click()

    steward.reload()
    expect(steward.get_by_text("Noor Haddad")).to_have_count(0)
    steward.get_by_role("button", name="Show the name").click()
    expect(steward.get_by_text("It was Noor Haddad.")).to_be_visible()
    assert Weighing.objects.get().disclosed_on == TODAY


def test_axe_finds_nothing_on_these_pages(house, names, page_of):
    confidential = Referral.objects.get(terms=Terms.CONFIDENTIAL)
    weighing = Weighing.objects.create(
        workspace=house.workspace, referral=confidential, opened_on=TODAY, referrer_says="objects"
    )
    named = Vip.objects.get(name="Kim Park")
    anonymous = Referral.objects.get(terms=Terms.ANONYMOUS)
    ways = {
        house.recruiter: ["/names/", f"/names/{named.pk}/", f"/names/{anonymous.vip_id}/", "/off-limits/"],
        house.steward: [
            f"/names/{confidential.vip_id}/",
            f"/privacy/weighing/{weighing.pk}/",
            "/off-limits/",
        ],
        house.maya: ["/cards/", f"/cards/{names.pk}/thanks/", f"/cards/{names.pk}/weighing/{weighing.pk}/"],
    }
    found = []
    for user, addresses in ways.items():
        page = page_of(user)
        page.add_init_script(path=AXE)
        for address in addresses:
            page.goto(address)
            for fold in page.locator("details").all():
                fold.locator("summary").click()
            found += findings(page, address, ALL_LOOKS)
    assert not found, "\n".join(found)
