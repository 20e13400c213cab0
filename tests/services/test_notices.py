"""Employees may be nudged, once and kindly; candidates hear nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, User
from ifnotyou.playbook.asking import AskState
from ifnotyou.services import asks
from ifnotyou.services.notices import run_the_day, run_the_week
from tests.company import NOW, WORDS, usual_story

WEDNESDAY_NOON = NOW
SECRETS = (
    "wife",
    "salary",
    "Accepted another job",
    "other_offer",
    "strong yes",
    "voted",
    "clicked",
    "unasked",
)


@pytest.fixture
def story_with_secrets(house):
    house.tell(usual_story(notes="My wife is ill, and the salary was too low."))


def sent(mailoutbox):
    """Who got what since the last time one looked."""
    run_due_jobs()
    found = [(*mail.to, mail.subject) for mail in mailoutbox]
    mailoutbox.clear()
    return found


def at(days=0, hours=0):
    return WEDNESDAY_NOON + timedelta(days=days, hours=hours)


def test_a_card_is_announced_with_a_link_and_without_secrets(house, mailoutbox, story_with_secrets):
    ask = house.hand()
    run_due_jobs()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["maya@acme.example.org"], "A card for you: Noor")
    assert f"/cards/{ask.pk}/" in mail.body
    assert "Noor Haddad" in mail.body
    assert not any(secret in mail.body for secret in SECRETS)


def test_one_reminder_after_two_working_days_then_the_recruiter_hears_once(house, mailoutbox):
    house.hand()
    sent(mailoutbox)
    told = {}
    for hour in range(0, 24 * 30, 6):
        run_the_day(house.workspace, now=at(hours=hour))
        for to, subject in sent(mailoutbox):
            told[hour] = (to, subject)

    # From Wednesday noon: Friday noon, then (four working days) Tuesday noon.
    assert told == {
        48: ("maya@acme.example.org", "Still with you: the card for Noor"),
        144: ("recruiter@acme.example.org", "About the card for Noor"),
    }


def test_working_days_are_those_of_the_askers_time_zone(house, mailoutbox):
    User.objects.filter(pk=house.maya.pk).update(timezone="Pacific/Auckland")
    Ask.objects.filter(pk=house.hand().pk).update(
        handed_at=datetime(2026, 6, 18, 13, tzinfo=UTC)  # there it is Friday, one in the morning
    )
    sent(mailoutbox)
    run_the_day(house.workspace, now=datetime(2026, 6, 22, 12, 59, tzinfo=UTC))
    assert sent(mailoutbox) == []
    run_the_day(house.workspace, now=datetime(2026, 6, 22, 13, 0, tzinfo=UTC))
    assert sent(mailoutbox) == [("maya@acme.example.org", "Still with you: the card for Noor")]


@pytest.mark.parametrize("switch", ["wants_cards", "wants_reminders", "wants_digest"])
def test_every_mail_can_be_turned_off(house, mailoutbox, switch):
    User.objects.update(**{switch: False})
    house.hand()
    subjects = [subject for _, subject in sent(mailoutbox)]
    for day in range(20):
        run_the_day(house.workspace, now=at(days=day))
        run_the_week(house.workspace, now=at(days=day))
        subjects += [subject for _, subject in sent(mailoutbox)]

    told = {
        "wants_cards": "A card for you: Noor" in subjects or "About the card for Noor" in subjects,
        "wants_reminders": "Still with you: the card for Noor" in subjects,
        "wants_digest": "Your week with ifnotyou" in subjects,
    }
    assert told == {"wants_cards": True, "wants_reminders": True, "wants_digest": True} | {switch: False}


def test_the_digest_comes_on_monday_morning_once_and_only_when_something_waits(house, mailoutbox):
    got = []
    for hour in range(24 * 14):
        run_the_week(house.workspace, now=at(hours=hour))
        got += [(hour, to) for to, _ in sent(mailoutbox)]
    # There is a decline to ask about, so the two who recruit hear of it; nobody else has anything waiting.
    assert sorted(to for _, to in got) == ["admin@acme.example.org"] * 2 + ["recruiter@acme.example.org"] * 2
    assert {at(hours=hour).weekday() for hour, _ in got} == {0}


def test_a_passed_card_is_told_to_the_recruiter_without_blame(house, mailoutbox):
    ask = house.hand()
    sent(mailoutbox)
    asks.pass_on(ask, by=house.maya, now=NOW)
    run_due_jobs()

    (mail,) = mailoutbox
    assert mail.to == ["recruiter@acme.example.org"]
    assert "passed the card" in mail.body


def test_a_card_that_was_taken_back_is_not_announced_any_more(house, mailoutbox):
    asks.withdraw(house.hand(), by=house.recruiter, now=NOW)
    assert sent(mailoutbox) == []


def test_once_asked_nobody_is_reminded_of_anything(house, mailoutbox):
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    sent(mailoutbox)
    for day in range(60):
        run_the_day(house.workspace, now=at(days=day))
    assert sent(mailoutbox) == []
    assert Ask.objects.get().state == AskState.SILENT


def test_who_took_the_note_along_is_reminded_to_say_whether_it_left(house, mailoutbox):
    asks.take_along(house.hand(), WORDS, by=house.maya, now=NOW)
    sent(mailoutbox)
    run_the_day(house.workspace, now=at(days=2))
    assert [to for to, _ in sent(mailoutbox)] == ["maya@acme.example.org"]


def test_a_colleague_without_an_account_gets_one_with_the_card(house, mailoutbox):
    house.tell(usual_story().met("sam", minutes=60, kind="lunch"))
    house.hand("sam")
    run_due_jobs()

    assert User.objects.get(email="sam@example.org").employee == house.employee("sam")
    assert {tuple(mail.to) for mail in mailoutbox} == {("sam@example.org",)}
