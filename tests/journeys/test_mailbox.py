"""Somebody connects their own mailbox at a provider, puts a note among their drafts there, and takes it all back."""

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Ask, Mailbox
from ifnotyou.playbook.asking import AskState
from ifnotyou.services import asks
from tests.company import WORDS
from tests.providers import LOOPBACK, SERVERS, set_up

LABELS = {"gmail": "Gmail", "microsoft": "Microsoft 365"}


@pytest.mark.parametrize("slug", sorted(SERVERS))
def test_from_my_settings_to_a_draft_and_back(house, page_of, watch, settings, slug):
    settings.REACHABLE_NETWORKS = LOOPBACK
    ask = house.hand()
    asks.save_draft(ask, WORDS, ask.quiet)
    page = page_of(house.maya, java_script_enabled=False)
    with SERVERS[slug]() as far:
        set_up(house, far, slug)
        page.goto("/me/")
        page.get_by_role("button", name=f"Connect {LABELS[slug]}").click()
        # The page between leads on by itself, to where consent is given, and from there back.
        expect(page.get_by_role("status")).to_contain_text("Connected: your notes can leave by")
        assert page.url.endswith("/me/")
        expect(page.locator("section[aria-labelledby=mailbox]")).to_contain_text(far.address)

        page.goto(f"/cards/{ask.pk}/preview/")
        page.get_by_role("button", name="Put it among my drafts").click()
        expect(page.locator("main")).to_contain_text(f"It waits among your drafts in {LABELS[slug]}")
        assert (far.sent, len(far.drafts)) == ([], 1)
        page.get_by_role("button", name="I sent it").click()
        expect(page.locator("main")).to_contain_text("You asked on")
        assert Ask.objects.get().state == AskState.ASKED

        page.goto("/me/")
        page.get_by_role("button", name="Remove it", exact=True).first.click()
        expect(page.get_by_role("status")).to_contain_text("Your mailbox is forgotten here")
        assert not Mailbox.objects.exists()
        # The one other host is the provider's, and only for consent.
        elsewhere = [line for line in watch.seen if far.url in line]
        assert len(elsewhere) == 1
        assert f"{far.url}{far.consent}" in elsewhere[0]
        watch.seen[:] = [line for line in watch.seen if line not in elsewhere]
