"""Once: several processes that send the same ask, and processes that are killed while they send.

bench/sending.py does the same with hundreds of attempts.
"""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope

from ifnotyou.models import Ask, Claim
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, referrals, sending
from tests.company import NOW
from tests.promises.sending import address, company_with_cards, hand_all, hands, what_stands
from tests.promises.slow_smtp import SlowSmtp

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 10


@pytest.fixture
def smtp():
    with SlowSmtp() as server:
        yield server


@pytest.fixture
def company(smtp):
    """Maya with a card for each of so many candidates, and her mailbox at the mail server."""

    def make(cards):
        house = company_with_cards(cards)
        stack.append(scope(workspace=house.workspace.pk))
        stack[-1].__enter__()
        house.connect(house.maya, smtp)
        return house, hand_all(house, cards)

    stack = []
    yield make
    for opened in stack:
        opened.__exit__(None, None, None)


def state_of(ask):
    return Ask.objects.get(pk=ask.pk).state


def test_of_many_who_send_the_same_ask_one_does_and_the_others_are_told_why(company, smtp):
    house, (ask,) = company(1)

    with hands(2) as processes:
        for process in processes:
            process.begin(ask, house.maya, times=4)
        said = [one for process in processes for one in process.end()]

    assert [one["state"] for one in said if "state" in one] == ["asked"]
    refused = [one for one in said if "refused" in one]
    assert len(refused) == 7
    assert {one["refused"] for one in refused} <= {"too_late", "asked_before"}
    assert all(one["text"] for one in refused)
    assert smtp.mails == {address(0): 1}
    assert state_of(ask) == AskState.ASKED


def test_a_sender_killed_at_any_moment_never_leads_to_a_second_mail(company, smtp):
    house, (whole, *killed) = company(1 + KILLS)

    with hands() as (process,):
        started = time.monotonic()
        assert process.send(whole, house.maya)["state"] == "asked"
        step = (time.monotonic() - started) / KILLS
        for number, ask in enumerate(killed, 1):
            process.begin(ask, house.maya)
            time.sleep(step * (number - 0.5))
            process.kill()
            process.end()
            smtp.wait_until_quiet()
            left = smtp.mails[address(number)]
            stands = what_stands(ask, left)

            again = process.send(ask, house.maya)
            if stands == "not begun: still waiting":
                assert again["state"] == "asked"
                left = 1
            else:
                assert again["refused"] == "too_late"
            sending.give_up_sending(ask, now=NOW + sending.LONGEST_SENDING)
            assert state_of(ask) in {AskState.ASKED, AskState.UNCERTAIN}
            assert process.send(ask, house.maya)["refused"] == "too_late"
            assert smtp.mails[address(number)] == left


def test_killed_after_the_mail_left_the_ask_is_uncertain_and_waits_for_a_person(company, smtp):
    house, (ask,) = company(1)
    smtp.may_answer.clear()

    with hands() as (process,):
        process.begin(ask, house.maya)
        assert smtp.taken.wait(300)
        process.kill()
        assert process.end() is None
        smtp.may_answer.set()
        smtp.wait_until_quiet()
        assert what_stands(ask, smtp.mails[address(0)]) == "left, and not yet written down"

        sending.give_up_sending(ask, now=NOW + sending.LONGEST_SENDING - timedelta(seconds=1))
        assert state_of(ask) == AskState.SENDING
        sending.give_up_sending(ask, now=NOW + sending.LONGEST_SENDING)
        assert state_of(ask) == AskState.UNCERTAIN
        assert Ask.objects.get(pk=ask.pk).trouble == sending.DIED
        assert "not certain" in process.send(ask, house.maya)["text"]

    asks.say_asked(ask, by=house.maya, now=NOW)
    assert state_of(ask) == AskState.ASKED
    assert Claim.objects.filter(ask=ask).exists()
    assert smtp.mails == {address(0): 1}


def test_while_a_note_leaves_nothing_that_anybody_presses_makes_room_for_another(company, smtp):
    """Such as "I did not send it" on a page that stood open since before."""
    house, (ask,) = company(1)
    maya, recruiter = browser_of(house.maya), browser_of(house.recruiter)
    smtp.may_answer.clear()

    with hands(2) as (process, another):
        process.begin(ask, house.maya)
        assert smtp.taken.wait(300)
        for deed in ("say/not-asked/", "say/asked/", "pass-on/", "talk/"):
            assert maya.post(f"/cards/{ask.pk}/{deed}").status_code == 409, deed
        assert recruiter.post(f"/declines/{ask.decline_id}/take-back/").status_code == 409
        assert Claim.objects.filter(ask=ask).exists()
        assert another.send(ask, house.maya)["refused"] == "too_late"
        smtp.may_answer.set()
        assert [one["state"] for one in process.end()] == ["asked"]

    assert state_of(ask) == AskState.ASKED
    assert smtp.mails == {address(0): 1}


def test_whoever_says_too_early_that_they_asked_is_not_believed_against_the_mail_server(company, smtp):
    """Else the candidate would count as asked, and nothing had ever left."""
    house, (ask,) = company(1)
    maya = browser_of(house.maya)
    smtp.refuses = True
    smtp.may_answer.clear()

    with hands(1) as (process,):
        process.begin(ask, house.maya)
        assert smtp.taken.wait(300)
        assert maya.post(f"/cards/{ask.pk}/say/asked/").status_code == 409
        with pytest.raises(Refusal, match="leaving this very moment"):
            asks.say_asked(ask, by=house.maya, now=NOW)
        smtp.may_answer.set()
        assert [one["state"] for one in process.end()] == ["waiting"]

    assert not Claim.objects.filter(ask=ask).exists()


def test_an_answer_proves_that_they_were_asked_while_the_note_is_still_leaving(company, smtp):
    house, (ask,) = company(1)
    smtp.may_answer.clear()

    with hands(1) as (process,):
        process.begin(ask, house.maya)
        assert smtp.taken.wait(300)
        referrals.give(ask, Given("Kim Park"), Terms.CONFIDENTIAL, by=None, now=NOW)
        assert state_of(ask) == AskState.ASKED
        smtp.refuses = True
        smtp.may_answer.set()
        assert [one["state"] for one in process.end()] == ["asked"]


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client
