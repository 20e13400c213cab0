"""A letter to somebody named leaves once: processes that send the same one at once, or are killed while they do."""

import time
from contextlib import ExitStack, contextmanager

import pytest
from django.test import Client
from django_scopes import scope

from ifnotyou.models import Letter, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterKind, LetterState, VipStage
from ifnotyou.services import sending, vip_letters
from tests.company import NOW, found
from tests.letters import FIRST, hosted, in_touch, saved, tell_of_itself
from tests.promises.killable import Killable
from tests.promises.slow_smtp import SlowSmtp

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 4
LATER = NOW + sending.LONGEST_SENDING


@pytest.fixture
def smtp():
    with SlowSmtp() as server:
        yield server


@pytest.fixture
def house(smtp, clock):
    made = found()
    with scope(workspace=made.workspace.pk):
        tell_of_itself(made)
        made.connect(made.jon, smtp, "jon@example.org")
        yield made


@contextmanager
def hands(number=1):
    """So many processes that send."""
    with ExitStack() as stack:
        started = [Killable("tests.promises.letter_hands") for _ in range(number)]
        for one in started:
            stack.callback(one.close)
        yield started


def ready(house, kind, number=0):
    """A letter that may leave, and its address."""
    address = f"person{number}@example.net"
    about = {"given": f"Person {'abcdefghij'[number]}", "terms": Terms.ANONYMOUS, "email": address}
    vip = hosted(house, **about) if kind is FIRST else in_touch(house, **about)
    saved(vip, kind)
    return vip, address


def state_of(vip, kind):
    return Letter.objects.get(vip=vip, kind=kind).state


@pytest.mark.parametrize("kind", list(LetterKind))
def test_of_two_processes_one_sends_and_the_other_is_told_why(house, smtp, kind):
    vip, address = ready(house, kind)
    with hands(2) as processes:
        for process in processes:
            process.begin("send", vip.pk, kind)
        said = [process.end() for process in processes]

    assert [one["state"] for one in said if "state" in one] == ["sent"]
    assert {one["refused"] for one in said if "refused" in one} <= {"too_late", "contacted", "stage"}
    assert smtp.mails == {address: 1}


@pytest.mark.parametrize("kind", list(LetterKind))
def test_a_sender_killed_at_any_moment_never_leads_to_a_second_letter(house, smtp, kind):
    whole, _ = ready(house, kind, KILLS)
    with hands() as (process,):
        process.begin("send", whole.pk, kind)
        started = time.monotonic()
        assert process.end()["state"] == "sent"
        step = (time.monotonic() - started) / KILLS
        for number in range(KILLS):
            vip, address = ready(house, kind, number)
            process.begin("send", vip.pk, kind)
            time.sleep(step * (number + 0.5))
            process.kill()
            process.end()
            smtp.wait_until_quiet()
            left, stands = smtp.mails[address], state_of(vip, kind)
            assert left <= 1
            assert stands != LetterState.DRAFT or not left, "it left, and looks unsent"

            process.begin("send", vip.pk, kind)
            again = process.end()
            if stands == LetterState.DRAFT:
                assert again["state"] == "sent"
                left = 1
            else:
                assert again["refused"] in {"too_late", "contacted", "stage", "empty"}
            vip_letters.doubt_stuck(house.workspace, now=LATER)
            assert state_of(vip, kind) in {LetterState.SENT, LetterState.UNCERTAIN}
            process.begin("send", vip.pk, kind)
            assert "refused" in process.end()
            assert smtp.mails[address] == left


def test_killed_after_it_left_it_is_uncertain_and_waits_for_a_person(house, smtp):
    vip, address = ready(house, FIRST)
    smtp.may_answer.clear()
    with hands() as (process,):
        process.begin("send", vip.pk, FIRST)
        assert smtp.taken.wait(300)
        process.kill()
        assert process.end() is None
        smtp.may_answer.set()
        smtp.wait_until_quiet()
    assert (smtp.mails[address], state_of(vip, FIRST)) == (1, LetterState.SENDING)
    vip_letters.doubt_stuck(house.workspace, now=LATER)
    assert state_of(vip, FIRST) == LetterState.UNCERTAIN

    vip_letters.say_sent(Letter.objects.get(), by=house.jon, now=LATER)
    assert Vip.objects.get().stage == VipStage.CONTACTED
    assert smtp.mails == {address: 1}


@pytest.mark.parametrize("kind", list(LetterKind))
def test_while_a_letter_leaves_nobody_can_say_what_became_of_it(house, smtp, kind):
    """On a page that stood open since before."""
    vip, address = ready(house, kind)
    browser = Client()
    browser.force_login(house.jon)
    smtp.may_answer.clear()

    with hands(2) as (process, another):
        process.begin("send", vip.pk, kind)
        assert smtp.taken.wait(300)
        for said in ("not-sent", "sent"):
            assert browser.post(f"/names/{vip.pk}/{kind}/say/{said}/").status_code == 409, said
        another.begin("send", vip.pk, kind)
        assert another.end()["refused"] == "too_late"
        smtp.may_answer.set()
        assert process.end()["state"] == "sent"

    assert state_of(vip, kind) == LetterState.SENT
    assert smtp.mails == {address: 1}


def test_whoever_says_too_early_that_a_letter_left_is_not_believed_against_the_mail_server(house, smtp):
    """Else they would count as contacted, with the notice given, and nothing had ever left."""
    vip, _ = ready(house, FIRST)
    browser = Client()
    browser.force_login(house.jon)
    smtp.refuses = True
    smtp.may_answer.clear()

    with hands() as (process,):
        process.begin("send", vip.pk, FIRST)
        assert smtp.taken.wait(300)
        browser.post(f"/names/{vip.pk}/{FIRST}/say/sent/")
        smtp.may_answer.set()
        assert process.end()["state"] == "draft"

    vip = Vip.objects.get()
    assert (vip.contacted_at, vip.notice_given_at, vip.stage) == (None, None, VipStage.TAKEN)
