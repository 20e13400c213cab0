"""An answer came: pasted, looked at, kept in confidence, on a phone and without JavaScript; axe finds nothing."""

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from ifnotyou.models import Referral, Reply
from ifnotyou.services import asks
from tests.company import NOW
from tests.factories import TODAY
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings

ANSWER = """Hi Maya,

talk to Ida Wells at Brightloom (+49 171 2345678). She is on parental leave. Or Jan Berg, jan@example.net.

On Mon, 8 Jun 2026 at 10:12, Maya <maya@example.org> wrote:
> If not you, who should we talk to?
"""


@pytest.fixture
def asked(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return ask


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_pasted_answer_is_looked_at_and_kept(house, asked, page_of, script):
    page = page_of(house.maya, width=360, java_script_enabled=script)
    page.goto(f"/cards/{asked.pk}/")
    page.get_by_label("What they wrote, or what you heard").fill(ANSWER)
    page.get_by_role("button", name="Read it").click()
    first = page.get_by_role("region", name="Person 1")
    expect(first.get_by_label("Name", exact=True)).to_have_value("Ida Wells")
    expect(first).to_contain_text("this tells of their private life")
    first.get_by_label("Why they were named").fill("Strong with data.")
    second = page.get_by_role("region", name="Person 2")
    second.get_by_label("Keep this person").uncheck()
    page.get_by_role("button", name="Keep", exact=True).click()

    expect(page.get_by_role("heading", name="Noor named")).to_be_visible()
    expect(page.get_by_text("nobody but you sees who it came from")).to_be_visible()
    with scope(workspace=house.workspace.pk):
        assert [one.vip.name for one in Referral.objects.select_related("vip")] == ["Ida Wells"]


def test_every_page_of_an_answer_is_for_everybody(house, asked, page_of):
    with scope(workspace=house.workspace.pk):
        reply = Reply.objects.create(
            workspace=house.workspace, user=house.maya, text=ANSWER, message_hash="1", came_on=TODAY
        )
    page = page_of(house.maya)
    page.add_init_script(path=AXE)
    found = []
    for path in ("/replies/", f"/replies/{reply.pk}/", f"/cards/{asked.pk}/"):
        page.goto(path)
        found += findings(page, path, ALL_LOOKS)
    page.get_by_label("What they wrote, or what you heard").fill(
        "Please leave me alone. Or ask Ida Wells. She is unhappy."
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()
    found += findings(page, "what was understood", ALL_LOOKS)
    page.get_by_label("A public profile").fill("no link")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page, "another look", ALL_LOOKS)
    page.get_by_label("A public profile").fill("")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("heading", name="Noor named")).to_be_visible()
    found += findings(page, "the card with a name", ALL_LOOKS)
    page.goto(f"/cards/{asked.pk}/")
    page.get_by_label("What they wrote, or what you heard").fill("a; b; c; d")
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()
    found += findings(page, "a list", ALL_LOOKS)
    assert found == []
