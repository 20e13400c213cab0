"""The asker is reminded to thank, once; what is kept of it tells nothing about a confidential name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Referral
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, notices, referrals, thanks
from tests.chance import without_chance
from tests.company import NOW, TODAY, usual_story

MORNING = datetime(2026, 6, 17, 5, tzinfo=UTC)


def give(house, terms, name="Kim Park", *, ask=None, now=NOW):
    ask = ask or Ask.objects.first() or house.hand()
    if Ask.objects.get(pk=ask.pk).state == "waiting":
        asks.start_talking(ask, by=house.maya, now=NOW)
    given = Given("") if terms is Terms.INTRODUCE else Given(name)
    return referrals.give(ask, given, terms, by=house.maya, now=now)


def another_ask(house):
    """Ida turned us down as well, and talks with Maya."""
    story = usual_story().candidate("ida", name="Ida Berg", email="ida@example.com")
    house.tell(story.offer("o2", candidate="ida").met("maya", candidate="ida", minutes=60, days=6))
    return house.hand("maya", "o2")


def mornings(house, mailoutbox, days=30):
    """By day, who was reminded, as the calendar does it each morning at five."""
    run_due_jobs()
    mailoutbox.clear()
    told = []
    for day in range(days):
        now = MORNING + timedelta(days=day)
        referrals.announce(house.workspace, now=now)
        thanks.remind_all(house.workspace, now=now)
        run_due_jobs()
        told += [(now.date(), *mail.to) for mail in mailoutbox if mail.subject == "A word of thanks is due"]
        mailoutbox.clear()
    return told


@pytest.mark.parametrize("terms", [Terms.NAMED, Terms.INTRODUCE])
def test_two_working_days_after_an_open_name_its_asker_is_reminded_once(house, mailoutbox, terms):
    give(house, terms)
    assert mornings(house, mailoutbox) == [(date(2026, 6, 19), "maya@acme.example.org")]


@pytest.mark.parametrize("day", range(5))
def test_a_confidential_name_reminds_on_the_same_day_whenever_in_the_week_it_came(house, mailoutbox, day):
    give(house, Terms.CONFIDENTIAL, now=NOW + timedelta(days=day - 2))
    assert mornings(house, mailoutbox) == [(date(2026, 6, 22), "maya@acme.example.org")]


def test_a_weekend_does_not_count(house, mailoutbox):
    give(house, Terms.NAMED, now=NOW + timedelta(days=2))
    assert mornings(house, mailoutbox)[0][0] == date(2026, 6, 23)


def test_several_names_of_one_candidate_are_one_reminder(house, mailoutbox):
    give(house, Terms.NAMED)
    give(house, Terms.CONFIDENTIAL, "Ada Lind")
    give(house, Terms.CONFIDENTIAL, "Bea Moor")
    assert len(mornings(house, mailoutbox)) == 1


def test_names_of_two_candidates_are_two(house, mailoutbox):
    give(house, Terms.CONFIDENTIAL)
    give(house, Terms.CONFIDENTIAL, "Ada Lind", ask=another_ask(house))
    assert [day for day, _ in mornings(house, mailoutbox)] == [date(2026, 6, 22)] * 2


@pytest.mark.parametrize("terms", [Terms.NAMED, Terms.CONFIDENTIAL])
def test_whoever_thanked_is_not_reminded(house, mailoutbox, terms):
    give(house, terms)
    thanks.say_thanked(Ask.objects.get(), by=house.maya, now=NOW)
    assert mornings(house, mailoutbox) == []


def test_whoever_thanked_for_one_name_is_not_reminded_of_another(house, mailoutbox):
    give(house, Terms.NAMED)
    thanks.say_thanked(Ask.objects.get(), by=house.maya, now=NOW)
    give(house, Terms.CONFIDENTIAL, "Ada Lind")
    assert mornings(house, mailoutbox) == []


def test_nobody_is_reminded_to_write_to_somebody_who_opted_out(house, mailoutbox):
    give(house, Terms.NAMED)
    asks.say_opted_out(Ask.objects.get(), by=None, now=NOW)
    assert mornings(house, mailoutbox) == []


@pytest.mark.parametrize("switch", ["wants_reminders", "is_active"])
def test_whoever_turned_reminders_off_or_left_gets_none(house, mailoutbox, switch):
    give(house, Terms.NAMED)
    setattr(house.maya, switch, False)
    house.maya.save()
    assert mornings(house, mailoutbox) == []


def test_the_reminder_holds_no_name_at_all(house, mailoutbox):
    give(house, Terms.CONFIDENTIAL)
    referrals.announce(house.workspace, now=NOW)
    run_due_jobs()
    mailoutbox.clear()
    thanks.remind_all(house.workspace, now=MORNING + timedelta(days=5))
    run_due_jobs()
    (mail,) = mailoutbox
    for word in ("Noor", "Kim", "Haddad", "Data Engineer", "confidence"):
        assert word not in mail.subject + mail.body
    assert mail.body.count("/cards/") == 1


def test_what_is_kept_of_a_confidential_thank_you_is_the_same_whenever_it_was_said(house):
    kept = []
    for days in (0, 1, 9):
        referral = give(house, Terms.CONFIDENTIAL, f"Name {days}")
        lines = AuditEvent.objects.count()
        thanks.say_thanked(Ask.objects.get(), by=house.maya, now=NOW + timedelta(days=days))
        assert AuditEvent.objects.count() == lines
        kept.append(Referral.objects.filter(pk=referral.pk).values("thanked_on", "thanks_reminded_on").get())
        assert Ask.objects.get().state == "asked"
    assert kept == [{"thanked_on": None, "thanks_reminded_on": None}] * 3


def test_thanking_covers_all_names_of_that_candidate_and_no_others(house):
    known, secret = give(house, Terms.NAMED), give(house, Terms.CONFIDENTIAL, "Ada Lind")
    other = give(house, Terms.CONFIDENTIAL, "Bea Moor", ask=another_ask(house))
    thanks.say_thanked(known.ask, by=house.maya, now=NOW)
    for referral in (known, secret, other):
        referral.refresh_from_db()
    assert (known.thanked_on, secret.thanked_on, other.thanked_on) == (TODAY, None, None)
    assert [thanks.was_thanked([one]) for one in (known, secret, other)] == [True, True, False]


def test_once_thanked_is_thanked_whoever_thanks_next(house):
    first, other = give(house, Terms.CONFIDENTIAL), another_ask(house)
    second = give(house, Terms.CONFIDENTIAL, "Bea Moor", ask=other)
    thanks.say_thanked(Ask.objects.exclude(pk=other.pk).get(), by=house.maya, now=NOW)
    thanks.say_thanked(other, by=house.jon, now=NOW)
    for referral in (first, second):
        referral.refresh_from_db()
    assert thanks.was_thanked([first])
    assert thanks.was_thanked([second])


# --- the page of the asker


@pytest.fixture
def maya(house):
    client = Client()
    client.force_login(house.maya)
    return client


def test_the_page_has_a_draft_and_the_button_ends_it(house, maya):
    ask = give(house, Terms.CONFIDENTIAL) and Ask.objects.get()
    page = maya.get(f"/cards/{ask.pk}/thanks/").content.decode()
    assert "Thank you, Noor" in page
    assert "mailto:noor@example.com?subject=Thank%20you%2C%20Noor" in page
    assert "Kim" not in without_chance(page)
    assert "A word of thanks is due to Noor Haddad" in maya.get("/cards/").content.decode()

    assert maya.post(f"/cards/{ask.pk}/thanks/").url == f"/cards/{ask.pk}/"
    assert thanks.was_thanked([Referral.objects.get()])
    assert "A word of thanks is due" not in maya.get("/cards/").content.decode()
    assert "I thanked" not in maya.get(f"/cards/{ask.pk}/thanks/").content.decode()


def test_without_a_name_there_is_nothing_to_thank_for(house, maya):
    ask = house.hand()
    assert maya.get(f"/cards/{ask.pk}/thanks/").url == f"/cards/{ask.pk}/"
    assert maya.post(f"/cards/{ask.pk}/thanks/").url == f"/cards/{ask.pk}/"


def test_looking_at_the_page_says_nothing(house, maya):
    ask = give(house, Terms.NAMED).ask
    maya.get(f"/cards/{ask.pk}/thanks/")
    assert Referral.objects.get().thanked_on is None


def test_the_cards_ask_the_database_as_often_for_many_names_as_for_one(
    house, maya, django_assert_max_num_queries
):
    give(house, Terms.NAMED)
    maya.get("/cards/")
    with django_assert_max_num_queries(60) as few:
        maya.get("/cards/")
    for name in ("Ada Lind", "Bea Moor"):
        give(house, Terms.CONFIDENTIAL, name)
    give(house, Terms.NAMED, "Cy Nash", ask=another_ask(house))
    with django_assert_max_num_queries(len(few.captured_queries)):
        maya.get("/cards/")


# --- those who recruit hear of names


def test_those_who_recruit_hear_for_which_roles_and_nothing_else(house, mailoutbox):
    give(house, Terms.NAMED)
    run_due_jobs()
    mails = [mail for mail in mailoutbox if mail.subject.startswith("Names came in")]
    assert sorted((mail.to[0], mail.subject) for mail in mails) == [
        ("admin@acme.example.org", "Names came in for: Data Engineer"),
        ("recruiter@acme.example.org", "Names came in for: Data Engineer"),
    ]
    for mail in mails:
        assert "/names/" in mail.body
        for word in ("Kim", "Noor", "Maya"):
            assert word not in mail.body


def test_whoever_wants_no_cards_hears_of_no_names(house, mailoutbox):
    house.recruiter.wants_cards = False
    house.recruiter.save()
    notices.tell_of_names(house.workspace, [house.decline().job_id])
    assert [mail.to for mail in mailoutbox] == [["admin@acme.example.org"]]
