"""The calendar erases what is past, seen by moving the clock from day to day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    Claim,
    DataRequest,
    Decision,
    Interview,
    Letter,
    Message,
    Pulse,
    ReceiptLine,
    Referral,
    Role,
    RolePage,
    Scorecard,
    User,
    Vip,
)
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import LetterState
from ifnotyou.queries.confidences import ask_of_confidence
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import asks, hosting, referrals, retention, sealing, vip_letters
from ifnotyou.services.restoring import mark_restored
from ifnotyou.services.retention import retention_date
from tests.company import NOW, TODAY, usual_story
from tests.letters import FIRST, MAIL, saved, tell_of_itself

KIM = Given("Kim Park", found_at="https://www.linkedin.com/in/kim", why="Calm, and always right.")


@pytest.fixture
def ask(house):
    """Noor was asked by Maya, in conversation."""
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    run_due_jobs()
    return Ask.objects.get()


def named(house, terms=Terms.NAMED, given=KIM):
    """Somebody named on these terms, and announced."""
    ask = house.decline().asks.get()
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, ask.decline.job, terms, TODAY)
        referral = referrals.keep(vip, ask.decline.job, terms, given.why, TODAY, receipt_hash="a" * 64)
    else:
        referral = referrals.give(ask, given, terms, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    referral.refresh_from_db()
    return referral


def days(clock, house, count, *, after=0):
    """Let so many days pass, the calendar doing its work each morning; returns the last moment."""
    for number in range(after, after + count + 1):
        moment = NOW.replace(hour=5) + timedelta(days=number)
        clock(moment)
        retention.run(house.workspace, now=moment)
    return moment


@pytest.mark.parametrize(
    ("terms", "last"),
    # Veiled names are dated by the Monday of their week: that of TODAY, a Wednesday, is two days before.
    [(Terms.NAMED, 27), (Terms.CONFIDENTIAL, 25), (Terms.ANONYMOUS, 11)],
)
def test_a_name_that_nobody_contacted_erases_itself(house, clock, ask, terms, last):
    referral = named(house, terms)

    days(clock, house, last)
    assert Vip.objects.get().retain_until == clock_day(last + 1)
    days(clock, house, 1, after=last)

    assert (Vip.objects.count(), Referral.objects.filter(pk=referral.pk).count()) == (0, 0)
    line = AuditEvent.objects.get(verb="erased_by_calendar")
    assert (line.actor, line.detail) == (None, {"names": 1})


def clock_day(number):
    return TODAY + timedelta(days=number)


def test_the_steward_hears_once_of_names_that_wait_and_no_name(house, clock, ask, mailoutbox):
    named(house)
    run_due_jobs()
    mailoutbox.clear()

    for number in (20, 21, 22, 23):
        days(clock, house, 0, after=number)
        run_due_jobs()
        assert len(mailoutbox) == (number > 20)

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([house.steward.email], "1 name waits for a first contact")
    assert "Kim" not in mail.body
    assert "http://testserver/privacy/" in mail.body
    assert Vip.objects.get().steward_told_on == clock_day(21)


def test_without_a_steward_the_admin_hears_of_it(house, clock, ask, mailoutbox):
    User.objects.filter(pk=house.steward.pk).update(role=Role.MEMBER)
    named(house)
    run_due_jobs()
    mailoutbox.clear()
    days(clock, house, 0, after=21)
    run_due_jobs()
    assert [mail.to for mail in mailoutbox] == [[house.admin.email]]


@pytest.mark.parametrize(
    ("country", "of_person", "happened", "last"),
    [
        ("", "", {"contacted_at": NOW}, 59),
        ("DE", "", {"contacted_at": NOW, "answered_on": TODAY, "closed_on": TODAY}, 182),
        ("AT", "", {"contacted_at": NOW, "answered_on": TODAY, "closed_on": TODAY}, 213),
        ("AT", "DE", {"contacted_at": NOW, "answered_on": TODAY, "closed_on": TODAY}, 182),
    ],
)
def test_what_was_in_touch_goes_by_its_country(house, clock, ask, country, of_person, happened, last):
    referral = named(house)
    Vip.objects.update(country=of_person, **happened)
    house.workspace.country = country

    days(clock, house, 0, after=last)
    assert Vip.objects.filter(pk=referral.vip_id, retain_until=clock_day(last + 1)).exists()
    days(clock, house, 0, after=last + 1)
    assert not Vip.objects.exists()


@pytest.fixture
def kim(house, ask):
    """Kim, to whom Jon is about to write."""
    tell_of_itself(house)
    vip = hosting.take(named(house, given=Given("Kim Park", email=MAIL)).vip, by=house.jon, now=NOW)
    saved(vip)
    return vip


def test_a_name_whose_first_message_may_have_left_keeps_the_days_of_one_that_did(house, clock, kim):
    letter = vip_letters.take_along(kim, FIRST, by=house.jon, now=NOW + timedelta(days=2))
    assert Vip.objects.get().retain_until == clock_day(62)

    days(clock, house, 35)
    assert Vip.objects.get().retain_until == clock_day(62)
    vip_letters.say_not_sent(letter, by=house.jon)
    assert Vip.objects.get().retain_until == clock_day(28)
    days(clock, house, 1, after=36)
    assert not Vip.objects.exists()


def test_after_a_restore_a_name_to_whom_somebody_may_have_written_stays(house, clock, kim):
    later = NOW + timedelta(days=5)
    mark_restored(backup_at=NOW, now=later)
    assert Vip.objects.get().retain_until == clock_day(65)


def test_nobody_is_erased_while_a_letter_to_them_is_leaving(house, clock, kim):
    Letter.objects.update(state=LetterState.SENDING, claimed_at=NOW - timedelta(days=90))
    Vip.objects.update(retain_until=TODAY)
    days(clock, house, 2)
    assert Vip.objects.exists()
    Letter.objects.update(state=LetterState.UNCERTAIN)
    days(clock, house, 1, after=2)
    assert not Vip.objects.exists()


def test_as_long_as_somebody_is_in_touch_nothing_goes(house, clock, ask):
    named(house)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY)
    days(clock, house, 0, after=1000)
    assert Vip.objects.get().retain_until is None


def test_nothing_of_somebody_who_asked_is_erased_until_they_have_an_answer(house, clock, ask):
    referral = named(house, Terms.CONFIDENTIAL)
    asked = DataRequest.objects.create(
        workspace=house.workspace, vip=referral.vip, opened_on=TODAY, due_on=TODAY
    )

    days(clock, house, 0, after=100)
    assert ask_of_confidence(Referral.objects.get()) == ask

    asked.answered_on = TODAY
    asked.save()
    days(clock, house, 0, after=101)
    assert not Vip.objects.exists()


def test_the_way_back_to_a_confidential_giver_goes_before_the_name(house, clock, ask):
    named(house, Terms.CONFIDENTIAL)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY)

    days(clock, house, 0, after=87)
    assert ask_of_confidence(Referral.objects.get()) == ask
    days(clock, house, 0, after=88)  # 90 days after the Monday
    assert ask_of_confidence(Referral.objects.get()) is None
    assert Vip.objects.exists()


def test_it_goes_sooner_where_all_is_done(house, clock, ask):
    named(house, Terms.CONFIDENTIAL)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY, closed_on=clock_day(3))
    days(clock, house, 0, after=18)
    assert ask_of_confidence(Referral.objects.get()) == ask
    days(clock, house, 0, after=19)  # three weeks after the Monday: there was time to thank
    assert ask_of_confidence(Referral.objects.get()) is None


def test_receipts_and_what_was_said_go_90_days_after_the_release(house, clock, ask):
    referral = named(house, Terms.ANONYMOUS)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY)
    ReceiptLine.objects.create(
        workspace=house.workspace, referral=referral, from_host=True, text="When?", said_on=TODAY
    )
    days(clock, house, 0, after=87)
    assert ReceiptLine.objects.count() == 1
    days(clock, house, 0, after=88)
    assert (ReceiptLine.objects.count(), Referral.objects.get().receipt_hash) == (0, "")


# --- asks and what they rest on

AFTER_ASK = datetime(2027, 1, 1, 5, tzinfo=UTC)
"""Six months after silence closed an ask of TODAY, and some days."""


def ended(house, clock, ask):
    """The ask was answered with "nobody"."""
    asks.say_nobody(ask, by=house.maya, now=NOW)
    run_due_jobs()


def evidence():
    return [kind.objects.count() for kind in (Interview, Scorecard, Message, Pulse)]


def test_an_ask_goes_after_six_months_with_what_it_rests_on_and_stays_once(house, clock, ask):
    ended(house, clock, ask)
    Decision.objects.create(workspace=house.workspace, decline=ask.decline, yes=True, reason="She smiled.")
    claims = set(Claim.objects.values_list("key", flat=True))
    assert claims
    assert evidence()[0] > 0

    retention.run(house.workspace, now=datetime(2026, 12, 17, 5, tzinfo=UTC))
    assert Ask.objects.exists()
    retention.run(house.workspace, now=AFTER_ASK)

    assert not Ask.objects.exists()
    assert evidence() == [0, 0, 0, 0]
    assert set(Claim.objects.filter(ask=None).values_list("key", flat=True)) == claims
    assert [d.reason for d in Decision.objects.all()] == [""]
    assert Candidate.objects.count() == 1
    house.tell(usual_story())  # an import brings the evidence again
    assert "asked_before" in str(house.decline().because)
    assert evidence()[0] > 0
    retention.run(house.workspace, now=AFTER_ASK + timedelta(days=1))
    assert evidence() == [0, 0, 0, 0]


def test_a_name_outlives_the_ask_and_loses_the_way_to_its_giver(house, clock, ask):
    named(house)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY)
    retention.run(house.workspace, now=AFTER_ASK)
    referral = Referral.objects.get()
    assert (referral.ask, referral.permission, referral.why) == (None, {}, KIM.why)


def test_evidence_stays_while_another_decline_is_in_play(house, clock, ask):
    ended(house, clock, ask)
    story = usual_story()
    story.candidate("noor2", name="Noor Haddad", email="noor@example.com").offer(
        "o2", candidate="noor2", days=1
    )
    house.tell(story)
    house.decline("o2").__class__.objects.filter(offer__external_id="o2").update(stage="to_ask")
    before = evidence()
    retention.run(house.workspace, now=AFTER_ASK)
    assert not Ask.objects.exists()
    assert evidence() == before


def test_evidence_of_others_stays(house, clock, ask):
    story = usual_story().candidate("ada", name="Ada Other", email="ada@example.com")
    story.offer("o2", candidate="ada", days=1).met("jon", candidate="ada", days=9)
    house.tell(story)
    ended(house, clock, ask)
    retention.run(house.workspace, now=AFTER_ASK)
    assert [i.candidate.external_id for i in Interview.objects.all()] == ["ada"]


def test_a_card_that_nobody_ever_took_up_ends_as_well(house, clock):
    house.hand()
    retention.run(house.workspace, now=AFTER_ASK)
    assert not Ask.objects.exists()


def test_asks_of_a_candidate_who_waits_for_an_answer_stay(house, clock, ask):
    ended(house, clock, ask)
    DataRequest.objects.create(
        workspace=house.workspace, candidate=ask.candidate, opened_on=TODAY, due_on=TODAY
    )
    before = evidence()
    retention.run(house.workspace, now=AFTER_ASK)
    assert (Ask.objects.count(), evidence()) == (1, before)


# --- the book

LONG_AGO = datetime(2020, 5, 1, tzinfo=UTC)


def line(house, at):
    return AuditEvent.objects.create(workspace=house.workspace, at=at, verb="saw", noun="decline", noun_id=1)


def test_the_book_forgets_what_is_older_than_three_years_and_nothing_else(house, clock):
    old, young = line(house, LONG_AGO), line(house, NOW - timedelta(days=3 * 365 - 10))
    retention.run(house.workspace, now=NOW)
    kept = set(AuditEvent.objects.values_list("pk", flat=True))
    assert young.pk in kept
    assert old.pk not in kept
    assert AuditEvent.objects.get(verb="erased_by_calendar").detail == {"log": 1}


def test_the_database_refuses_to_change_a_line_or_to_lose_a_young_one(house):
    old, young = line(house, LONG_AGO), line(house, datetime.now(UTC) - timedelta(days=300))
    for attempt in (
        lambda: AuditEvent.objects.filter(pk=young.pk).delete(),
        lambda: AuditEvent.objects.filter(pk=young.pk).update(verb="x"),
        lambda: AuditEvent.objects.filter(pk=old.pk).update(at=LONG_AGO),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    AuditEvent.objects.filter(pk=old.pk).delete()
    assert not AuditEvent.objects.filter(pk=old.pk).exists()


# --- as a whole


def test_a_second_run_finds_nothing_to_do_and_writes_nothing(house, clock, ask):
    ended(house, clock, ask)
    named(house, Terms.ANONYMOUS)
    retention.run(house.workspace, now=AFTER_ASK)
    book = AuditEvent.objects.count()
    retention.run(house.workspace, now=AFTER_ASK)
    assert AuditEvent.objects.count() == book


def test_its_questions_do_not_grow_with_the_names(house, clock, ask):
    def questions():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            retention.run(house.workspace, now=NOW)
        return len(seen)

    def more(count, first):
        for number in range(first, first + count):
            given = Given(f"Kim {number}", found_at=f"https://www.linkedin.com/in/kim{number}")
            vip = referrals.intake(given, ask.decline.job, Terms.ANONYMOUS, TODAY)
            referrals.keep(vip, ask.decline.job, Terms.ANONYMOUS, "", TODAY, receipt_hash="a" * 64)

    more(1, 0)
    questions()
    one = questions()
    more(3, 1)
    questions()
    assert questions() == one


def test_the_date_on_the_row_is_the_one_that_holds(house, clock, ask):
    referral = named(house)
    vip = Vip.objects.get(pk=referral.vip_id)
    policy = policy_of(house.workspace).retention
    assert retention_date(vip, policy, "") == vip.retain_until
    vip.contacted_at, vip.answered_on, vip.closed_on = NOW, TODAY, TODAY
    assert retention_date(vip, policy, "AT").isoformat() == "2027-01-17"
    vip.country = "DE"
    assert retention_date(vip, policy, "AT").isoformat() == "2026-12-17"


def test_the_page_of_a_role_goes_with_the_last_link_to_it(house, clock, ask):
    page = RolePage.objects.get()
    days(clock, house, 0, after=30)
    assert RolePage.objects.exists()
    Ask.objects.all().delete()

    sealing.close_pool(page, [{"kind": "name"}])  # what was accepted is never lost
    days(clock, house, 0, after=31)
    assert RolePage.objects.exists()
    sealing.close_pool(page, [])
    days(clock, house, 0, after=32)
    assert not RolePage.objects.exists()


def test_the_page_of_a_role_stays_while_somebody_holds_a_receipt(house, clock, ask):
    named(house, Terms.ANONYMOUS)
    Vip.objects.update(contacted_at=NOW, answered_on=TODAY)
    Ask.objects.all().delete()
    days(clock, house, 0, after=80)
    assert RolePage.objects.exists()
    days(clock, house, 0, after=89)
    assert not RolePage.objects.exists()
