"""A restore never re-sends: whatever may have left since the backup cannot leave again."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Candidate, Claim, Decline, User
from ifnotyou.models.jobs import Schedule
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, once, sending
from ifnotyou.services.later import later
from ifnotyou.services.restoring import mark_restored
from ifnotyou.services.tokens import make_token
from tests.company import NOW, WORDS, found, usual_story

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def house(db, clock):
    made = found()
    with scope(workspace=made.workspace.pk):
        yield made


def restore():
    """As the restore command does on the copy; returns how many asks became uncertain."""
    return mark_restored(backup_at=NOW, now=LATER)


@pytest.mark.parametrize("left_as", ["waiting", "talking", "taken", "sending"])
def test_every_ask_that_may_have_left_is_uncertain_and_claimed(house, left_as):
    ask = house.hand("maya")
    if left_as == "talking":
        asks.start_talking(ask, by=house.maya, now=NOW)
    elif left_as == "taken":
        asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    elif left_as == "sending":
        asks.claim(ask, AskState.SENDING, NOW)

    assert restore() == 1

    ask.refresh_from_db()
    assert ask.state == AskState.UNCERTAIN
    assert ask.claimed_at == (LATER if left_as == "waiting" else NOW)
    assert ask.trouble.startswith("Restored from a backup of ")
    assert ask.trouble.endswith(": did you ask since then?")
    assert set(Claim.objects.filter(ask=ask).values_list("key", flat=True)) == set(
        once.human_keys(ask.candidate, house.workspace)
    )


def test_a_card_of_the_backup_can_not_be_sent_asked_or_handed_on(house):
    ask = house.hand("maya")
    restore()

    for attempt in (
        lambda: asks.start_talking(ask, by=house.maya, now=LATER),
        lambda: asks.take_along(ask, WORDS, by=house.maya, now=LATER),
        lambda: asks.pass_on(ask, by=house.maya, now=LATER),
        lambda: asks.withdraw(ask, by=house.recruiter, now=LATER),
        lambda: house.hand("jon"),
        lambda: sending.send(ask, WORDS, by=house.maya, now=LATER),
    ):
        with pytest.raises(Refusal):
            attempt()


def test_a_decline_whose_ask_was_made_after_the_backup_is_left_to_a_person(house):
    assert Decline.objects.get().verdict == "ask"

    restore()
    house.recruiter = User.objects.get(pk=house.recruiter.pk)  # signed in anew
    with pytest.raises(Refusal) as refused:
        house.hand("maya")
    run_due_jobs()

    assert refused.value.code == "undecided"
    assert Decline.objects.get().verdict == "decide"


def test_what_is_over_stays_as_it_was(house):
    ask = house.hand("maya")
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)

    assert restore() == 0
    assert Ask.objects.get().state == AskState.ASKED


def test_nothing_that_waited_in_the_queue_or_the_calendar_goes_out(house, mailoutbox):
    run_due_jobs()
    mailoutbox.clear()
    ask = house.hand("maya")  # enqueues the mail that says so
    later("remind", workspace_id=house.workspace.pk, ask_id=ask.pk)
    Schedule.objects.create(name="ifnotyou.jobs.tasks.run_the_week", next_at=NOW)

    restore()
    run_due_jobs()

    assert mailoutbox == []
    assert not Schedule.objects.exists()


def test_the_book_says_that_it_was_restored_and_from_when(house):
    restore()

    house.workspace.refresh_from_db()
    assert house.workspace.restored_at == LATER
    line = AuditEvent.objects.get(verb="restored")
    assert (line.actor, line.noun_id, line.detail) == (
        None,
        house.workspace.pk,
        {"backup_at": NOW.isoformat(timespec="seconds")},
    )


def test_a_yes_of_before_the_restore_is_no_yes_after_it(house):
    house.decline().decisions.create(workspace=house.workspace, by=house.recruiter, yes=True, reason="Fine.")
    restore()
    house.recruiter = User.objects.get(pk=house.recruiter.pk)

    with pytest.raises(Refusal):
        house.hand("maya")


def test_a_card_that_was_put_in_doubt_does_not_wait_again(house):
    ask = house.hand("maya")
    restore()

    asks.say_not_asked(ask, by=house.maya, now=LATER)

    assert Ask.objects.get(pk=ask.pk).state == AskState.WITHDRAWN
    assert house.decline().stage == Stage.TO_DECIDE
    with pytest.raises(Refusal):
        sending.send(ask, WORDS, by=house.maya, now=LATER)


def test_of_two_cards_in_doubt_about_one_human_being_each_holds_the_claim_until_it_is_cleared_up(house):
    story = usual_story()
    story.candidate("again", name="N. Haddad", email="other@example.com")
    story.offer("offer-2", candidate="again", days=2).met("jon", candidate="again", minutes=60, kind="lunch")
    house.tell(story)
    first, second = house.hand("maya"), house.hand("jon", "offer-2")
    Candidate.objects.update(profile="noor-h")  # somebody has added the profile to both
    restore()

    asks.say_not_asked(first, by=house.maya, now=LATER)
    assert Claim.objects.filter(ask=second).exists()
    asks.say_not_asked(second, by=house.jon, now=LATER)
    assert not Claim.objects.exists()


def test_no_session_and_no_token_of_before_opens_anything(house):
    """Some of them may have been ended since the backup was made."""
    browser = Client()
    browser.force_login(house.maya)
    browser.get("/me/")
    _, secret = make_token(house.maya, name="a script", scopes=["asks:read"], days=9, now=timezone.now())

    restore()

    assert browser.get("/me/").status_code == 302
    assert not UserSession.objects.exists()
    answer = Client().get("/api/v1/asks", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
