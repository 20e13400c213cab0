"""Once, by Gmail and Microsoft 365: the asker presses the button, and the provider dies in every way there is.

The same for drafts; and processes that send the same ask, or are killed while they do, as in test_once.py.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import Ask, Claim, Letter, MailApp, Mailbox
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.hosting import LetterState
from ifnotyou.services import asks, mailboxes, sending, vip_letters
from tests.company import NOW, WORDS, found
from tests.connectors.oauthserver import CLEAR, UNCLEAR, How
from tests.letters import FIRST, hosted, saved, tell_of_itself
from tests.promises.sending import address, company_with_cards, hand_all, hands, what_stands
from tests.providers import LOOPBACK, SERVERS, connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=sorted(SERVERS))
def slug(request):
    return request.param


@pytest.fixture
def far(slug, settings, monkeypatch):
    """The stand-in."""
    settings.REACHABLE_NETWORKS = LOOPBACK
    monkeypatch.setenv("REACHABLE_NETWORKS", ",".join(LOOPBACK))
    with SERVERS[slug]() as server:
        yield server


@pytest.fixture
def quick(how, monkeypatch):
    """Whatever hangs costs a test little; whoever answers may take their time, on a busy machine too."""
    if how in {How.HANG, How.DRIP}:
        monkeypatch.setattr(mailboxes, "TIMEOUT", 2)
        monkeypatch.setattr(mailboxes, "DEADLINE", 3)  # dripping takes five seconds


@pytest.fixture
def house(far, slug, clock):
    made = found()
    with scope(workspace=made.workspace.pk):
        connect(made, made.maya, far, slug)
        yield made


@pytest.fixture
def card(house):
    """Maya's card, with her words on it."""
    ask = house.hand()
    asks.save_draft(ask, WORDS, ask.quiet)
    return ask


@pytest.fixture
def browser(house):
    client = Client()
    client.force_login(house.maya)
    return client


def press(browser, card, button):
    return browser.post(f"/cards/{card.pk}/{button}/", follow=True)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("how", UNCLEAR, ids=str)
def test_after_an_unclear_end_no_button_sends_it_again(browser, card, far, how):
    far.fault = how
    page = press(browser, card, "send").content.decode()
    assert "It is not certain whether Noor was asked" in page

    far.fault = None
    for button in ("send", "draft", "take-along", "talk"):
        assert press(browser, card, button).status_code == 409
    assert browser.get(f"/cards/{card.pk}/preview/").status_code == 302
    handed_over = [heard for heard in far.heard if heard.method == "POST"]
    assert (len(handed_over), len(far.sent), len(far.drafts)) == (1, 1, 0)
    assert Ask.objects.get().state == AskState.UNCERTAIN
    assert Claim.objects.filter(ask=card).exists()


@pytest.mark.parametrize("button", ["send", "draft"])
@pytest.mark.parametrize("status", CLEAR)
def test_after_a_clear_no_the_ask_is_free_and_says_why(browser, card, far, status, button):
    far.fault = status
    page = press(browser, card, button).content.decode()
    assert f"(Its answer: {status}.)" in page
    assert (Ask.objects.get().state, Claim.objects.count(), far.sent, far.drafts) == (
        AskState.WAITING,
        0,
        [],
        [],
    )

    far.fault = None
    assert "Your note has left" in press(browser, card, "send").content.decode()
    assert len(far.sent) == 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("took_it", [True, False])
@pytest.mark.parametrize("how", [How.HANG, How.CUT, 503], ids=str)
def test_an_unclear_draft_stays_taken_and_is_told(browser, card, far, how, took_it):
    far.fault, far.took_it = how, took_it
    page = press(browser, card, "draft").content.decode()
    assert sending.DOUBTFUL_DRAFT in page

    far.fault = None
    for button in ("send", "draft", "talk"):
        assert press(browser, card, button).status_code == 409
    assert (Ask.objects.get().state, far.sent, len(far.drafts)) == (AskState.TAKEN, [], int(took_it))
    assert Claim.objects.filter(ask=card).exists()


def test_a_draft_uses_the_ask_up_and_is_sent_by_the_asker_alone(browser, card, far, house):
    page = press(browser, card, "draft").content.decode()
    assert "It waits among your drafts" in page
    assert (far.sent, len(far.drafts)) == ([], 1)
    assert Claim.objects.filter(ask=card).exists()
    assert press(browser, card, "send").status_code == 409

    assert browser.post(f"/cards/{card.pk}/say/asked/", follow=True).status_code == 200
    assert (Ask.objects.get().state, far.sent) == (AskState.ASKED, [])


def test_a_note_that_left_in_doubt_is_looked_for_where_that_is_allowed(browser, card, far, slug):
    far.fault = 500
    press(browser, card, "send")
    far.fault = None

    page = browser.get(f"/cards/{card.pk}/").content.decode()

    assert ("The note is in your Sent folder: it left." in page) == (slug == "microsoft")
    assert ("Is it in your Sent folder?" in page) == (slug == "gmail")
    far.sent.clear()
    assert "Is it in your Sent folder?" in browser.get(f"/cards/{card.pk}/").content.decode()


def test_consent_that_was_taken_back_is_told_and_nothing_was_sent(browser, card, far, house):
    far.take_back()
    page = press(browser, card, "send").content.decode()

    assert "does not let us in any more" in page
    assert (Ask.objects.get().state, Claim.objects.count(), far.sent) == (AskState.WAITING, 0, [])
    assert "does not let us in any more" in browser.get(f"/cards/{card.pk}/preview/").content.decode()
    assert press(browser, card, "send").status_code == 409


def test_lost_consent_frees_nothing_that_may_have_left(browser, card, far, house):
    far.fault = 502
    press(browser, card, "send")
    far.fault = None
    far.take_back()
    house.maya.mailbox.refresh_from_db()
    browser.get(f"/cards/{card.pk}/")
    browser.post("/me/mailbox/try/")
    browser.post("/me/mailbox/remove/")

    assert Ask.objects.get().state == AskState.UNCERTAIN
    assert Claim.objects.filter(ask=card).exists()
    assert press(browser, card, "take-along").status_code == 409


# --- a host's letter


@pytest.fixture
def letter(house, far, slug):
    """Jon's first message to somebody named, who is connected as well."""
    tell_of_itself(house)
    connect(house, house.jon, far, slug)
    vip = hosted(house)
    saved(vip)
    return vip


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("how", [How.HANG, How.CUT, 503], ids=str)
def test_a_letter_is_never_sent_again_after_an_unclear_end(house, letter, far, how):
    far.fault = how
    assert vip_letters.send(letter, FIRST, by=house.jon, now=NOW).state == LetterState.UNCERTAIN
    far.fault = None

    browser = Client()
    browser.force_login(house.jon)
    for button in ("send", "draft", "take-along"):
        assert browser.post(f"/names/{letter.pk}/first/{button}/").status_code == 409
    assert (len(far.sent), far.drafts) == (1, [])


def test_a_letter_among_the_drafts_waits_for_its_writer(house, letter, far):
    browser = Client()
    browser.force_login(house.jon)
    page = browser.post(f"/names/{letter.pk}/first/draft/", follow=True).content.decode()

    assert "It waits among your drafts" in page
    assert (far.sent, len(far.drafts)) == ([], 1)
    assert Letter.objects.get().state == LetterState.TAKEN
    assert browser.post(f"/names/{letter.pk}/first/send/").status_code == 409


def test_a_letter_that_became_no_draft_is_free_and_one_in_doubt_is_told(house, letter, far):
    far.fault = 403
    refused = vip_letters.put_among_drafts(letter, FIRST, by=house.jon, now=NOW)
    assert (refused.state, "403" in refused.trouble) == (LetterState.DRAFT, True)
    far.fault = 500
    doubtful = vip_letters.put_among_drafts(letter, FIRST, by=house.jon, now=NOW)
    assert (doubtful.state, doubtful.trouble) == (LetterState.TAKEN, sending.DOUBTFUL_DRAFT)
    assert far.sent == []


# --- several processes, and processes that are killed


@pytest.fixture
def company(far, slug):
    """Maya with so many cards, and her mailbox at the provider."""

    def make(cards):
        house = company_with_cards(cards)
        stack.append(scope(workspace=house.workspace.pk))
        stack[-1].__enter__()
        connect(house, house.maya, far, slug)
        return house, hand_all(house, cards)

    stack = []
    yield make
    for opened in stack:
        opened.__exit__(None, None, None)


def test_of_many_who_send_the_same_ask_one_does(company, far):
    house, (ask,) = company(1)
    with hands(2) as processes:
        for process in processes:
            process.begin(ask, house.maya, times=3)
        said = [one for process in processes for one in process.end()]

    assert [one["state"] for one in said if "state" in one] == ["asked"]
    assert far.mails == {address(0): 1}


def test_killed_after_the_note_left_the_ask_is_uncertain_and_waits_for_a_person(company, far):
    house, (ask,) = company(1)
    far.may_answer.clear()
    with hands() as (process,):
        process.begin(ask, house.maya)
        assert far.taken.wait(300)
        process.kill()
        assert process.end() is None
        far.may_answer.set()
        far.wait_until_quiet()
        assert what_stands(ask, far.mails[address(0)]) == "left, and not yet written down"
        sending.give_up_sending(ask, now=NOW + sending.LONGEST_SENDING + timedelta(seconds=1))
        assert process.send(ask, house.maya)["refused"] == "too_late"

    assert Ask.objects.get(pk=ask.pk).state == AskState.UNCERTAIN
    assert far.mails == {address(0): 1}


def test_two_processes_renew_a_token_once_between_them(company, far, slug):
    house, cards = company(2)
    far.end_access()
    with hands(2) as processes:
        for process, ask in zip(processes, cards, strict=True):
            process.begin(ask, house.maya)
        said = [process.end()[0]["state"] for process in processes]

    assert said == ["asked", "asked"]
    assert far.renewals == 1
    house.maya.mailbox.refresh_from_db()
    assert house.maya.mailbox.refresh_token in far.refresh


def test_connecting_anew_wins_over_a_renewal_that_is_under_way(company, far):
    house, (ask,) = company(1)
    far.end_access()
    far.may_renew.clear()
    with hands() as (process,):
        process.begin(ask, house.maya)
        assert far.renewing.wait(300)
        Mailbox.objects.update(refresh_token="newer", access_token="newer", renewing_since=None)
        far.may_renew.set()
        process.end()

    kept = Mailbox.objects.get()
    assert (kept.refresh_token, kept.access_token) == ("newer", "newer")


def test_another_client_wins_over_a_renewal_that_is_under_way(company, far, slug):
    """Everybody was told to connect anew, and nobody's mailbox opens by what the client before has brought."""
    house, (ask,) = company(1)
    far.end_access()
    far.may_renew.clear()
    with hands() as (process,):
        process.begin(ask, house.maya)
        assert far.renewing.wait(300)
        app = MailApp.objects.get()
        mailboxes.keep_app(slug, client_id="another", client_secret="", options=app.options, by=house.admin)
        far.may_renew.set()
        process.end()

    kept = Mailbox.objects.get()
    assert "changed its connection" in kept.lost
    assert kept.access_token == ""


def test_killed_while_it_renewed_nothing_left_and_the_token_is_renewed_by_the_next(company, far):
    far.rotates = False  # as Microsoft says of its own: one that was exchanged is good still
    house, (ask, other) = company(2)
    far.end_access()
    far.may_renew.clear()
    with hands() as (process,):
        process.begin(ask, house.maya)
        assert far.renewing.wait(300)
        process.kill()
        assert process.end() is None
        far.may_renew.set()
        far.wait_until_quiet()
        Mailbox.objects.update(renewing_since=timezone.now() - mailboxes.TURN - timedelta(seconds=1))
        assert process.send(other, house.maya)["state"] == "asked"
        assert process.send(ask, house.maya)["refused"] == "too_late"

    assert far.mails == {address(1): 1}
    assert Ask.objects.get(pk=ask.pk).state == AskState.SENDING
