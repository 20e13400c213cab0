"""A name comes back, on the terms on which it was given."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Decline, OptOut, Referral, Vip
from ifnotyou.models.jobs import QueuedJob
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import KNOWN, Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.confidences import ask_of_confidence, confidences_of
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import asks, referrals
from tests.company import NOW, clock, house  # noqa: F401 - fixtures

KIM = Given("Kim Park", works_at="Harbour & Sons", why="The calmest person I know.")
TODAY = NOW.date()


@pytest.fixture
def ask(house):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    run_due_jobs()
    return Ask.objects.get()


def give(ask, terms=Terms.NAMED, given=KIM, **more):
    return referrals.give(ask, given, terms, now=NOW, **more)


def test_named_leads_back_and_keeps_the_permission_with_its_words(ask):
    referral = give(ask, wording="Ja, Sie dürfen sagen, dass es von mir kommt.")
    assert (referral.ask, referral.vip.name, referral.why) == (ask, KIM.name, KIM.why)
    assert referral.permission["wording"].startswith("Ja")
    assert referral.permission["version"]
    assert referral.permission["at"] == NOW.isoformat()
    assert (Ask.objects.get().state, Decline.objects.get(pk=ask.decline_id).stage) == (
        AskState.NAMED,
        "ended",
    )
    assert referral.vip.came_on == TODAY


def test_introduce_keeps_nothing_of_the_friend(ask):
    referral = give(ask, Terms.INTRODUCE)
    assert (referral.vip, referral.why, Vip.objects.count()) == (None, "", 0)
    assert Ask.objects.get().state == AskState.NAMED


def test_confidential_leaves_the_ask_the_book_and_the_queue_as_they_were(ask):
    before = [Ask.objects.values().get(), Decline.objects.values().get(pk=ask.decline_id)]
    book, queue = AuditEvent.objects.count(), QueuedJob.objects.count()
    referral = give(ask, Terms.CONFIDENTIAL)

    assert [Ask.objects.values().get(), Decline.objects.values().get(pk=ask.decline_id)] == before
    assert (AuditEvent.objects.count(), QueuedJob.objects.count()) == (book, queue)
    assert (referral.ask, referral.permission, referral.announced_on) == (None, {}, None)
    assert confidences_of(ask) == [referral]
    assert ask_of_confidence(referral) == ask


def test_a_confidential_name_is_dated_no_finer_than_the_week(ask):
    friday = NOW + timedelta(days=(4 - NOW.weekday()) % 7)
    referral = referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=friday)
    monday = friday.date() - timedelta(days=4)
    assert (referral.came_on, referral.vip.came_on) == (monday, monday)


def test_the_way_back_is_encrypted_and_always_as_long(ask, house):  # noqa: F811
    first = give(ask, Terms.CONFIDENTIAL)
    Ask.objects.filter(pk=ask.pk).update(state=AskState.SILENT)
    stored = [referrals.source_text(number) for number in (1, 10**9)]
    assert len(set(map(len, stored))) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT source FROM ifnotyou_referral WHERE id = %s", [first.pk])
        (raw,) = cursor.fetchone()
    assert raw
    assert not raw.strip("0").isdigit()


def test_a_heard_name_from_a_card_in_conversation_leaves_it_asked(house):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    give(ask, Terms.CONFIDENTIAL, by=house.maya)
    assert Ask.objects.get().state == AskState.ASKED


def test_what_was_told_to_somebody_is_never_anonymous(ask):
    with pytest.raises(Refusal, match="never anonymous"):
        give(ask, Terms.ANONYMOUS)


def test_the_database_refuses_a_veiled_name_with_a_way_back(ask):
    referral = give(ask)
    for terms in (Terms.CONFIDENTIAL, Terms.ANONYMOUS):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(terms=terms)


def test_before_the_ask_there_is_no_answer(house):  # noqa: F811
    with pytest.raises(Refusal):
        give(house.hand())
    assert not Vip.objects.exists()


def test_three_names_are_plenty(ask):
    for name in ("Kim Park", "Lee Brown", "Ana Silva"):
        give(ask, Terms.CONFIDENTIAL, Given(name))
    with pytest.raises(Refusal, match="3 names are plenty"):
        give(ask, Terms.NAMED, Given("Jo Fox"))
    assert Referral.objects.count() == 3


@pytest.mark.parametrize("terms", KNOWN)
def test_told_twice_it_is_kept_once(ask, terms):
    assert give(ask, terms) == give(ask, terms)
    assert Referral.objects.count() == 1


def test_on_other_terms_the_last_word_counts(ask):
    give(ask, Terms.NAMED)
    give(ask, Terms.CONFIDENTIAL, Given("kim park"))
    (only,) = Referral.objects.all()
    assert (only.terms, only.ask, Vip.objects.count()) == ("confidential", None, 1)


@pytest.mark.parametrize("terms", KNOWN)
def test_taken_back_nothing_of_it_is_left(ask, terms):
    give(ask, terms)
    assert referrals.take_back(ask, now=NOW) == 1
    assert not Referral.objects.exists()
    assert not Vip.objects.exists()
    assert Ask.objects.get().state == AskState.ASKED


def test_once_somebody_was_in_touch_it_cannot_be_taken_back_or_changed(ask):
    give(ask)
    Vip.objects.update(contacted_at=NOW)
    for late in (lambda: referrals.take_back(ask, now=NOW), lambda: give(ask, Terms.CONFIDENTIAL)):
        with pytest.raises(Refusal, match="in touch"):
            late()
    assert Referral.objects.get().terms == "named"


def test_the_same_address_or_profile_is_one_person_and_stays_with_the_other(ask, house):  # noqa: F811
    kim = Given("Kim Park", found_at="https://linkedin.com/in/kim-park")
    give(ask, Terms.CONFIDENTIAL, kim)
    other = referrals.intake(
        Given("K. Park", found_at="https://de.linkedin.com/in/Kim-Park/?x=1"),
        ask.decline.job,
        Terms.ANONYMOUS,
        TODAY,
    )
    referrals.keep(other, ask.decline.job, Terms.ANONYMOUS, "", TODAY, receipt_hash="1")
    assert (Vip.objects.count(), other.name) == (1, "Kim Park")
    referrals.take_back(ask, now=NOW)
    assert [one.terms for one in Vip.objects.get().referrals.all()] == ["anonymous"]


def test_nothing_is_kept_of_somebody_who_asked_to_be_forgotten(ask, house):  # noqa: F811
    kim = Given("Kim Park", email="kim@example.net")
    vip = referrals.intake(kim, ask.decline.job, Terms.NAMED, TODAY)
    OptOut.objects.bulk_create(
        OptOut(workspace=house.workspace, key=key) for key in vip_keys(vip, house.workspace)
    )
    vip.delete()
    assert give(ask, Terms.NAMED, kim) is None
    assert (Vip.objects.count(), Referral.objects.count(), Ask.objects.get().state) == (0, 0, AskState.NAMED)


def test_known_names_are_announced_at_once_and_confidential_ones_at_the_fixed_time(ask, house):  # noqa: F811
    give(ask, Terms.CONFIDENTIAL)
    give(ask, Terms.NAMED, Given("Lee Brown"))
    assert dict(Referral.objects.values_list("terms", "announced_on")) == {
        "named": TODAY,
        "confidential": None,
    }
    assert referrals.announce(house.workspace, now=NOW + timedelta(days=1)) == 1
    assert referrals.announce(house.workspace, now=NOW + timedelta(days=2)) == 0
    assert Referral.objects.get(terms="confidential").announced_on == TODAY + timedelta(days=1)


def test_where_the_fixed_time_was_missed_only_an_earlier_week_is_announced(ask, house):  # noqa: F811
    monday = NOW.replace(hour=11) - timedelta(days=NOW.weekday())
    referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=monday)
    assert referrals.announce_due(house.workspace, now=monday + timedelta(hours=1)) == 0
    assert referrals.announce_due(house.workspace, now=monday + timedelta(days=7)) == 1
    referrals.give(ask, Given("Lee Brown"), Terms.CONFIDENTIAL, now=monday)
    assert referrals.announce_due(house.workspace, now=monday.replace(hour=5) + timedelta(days=1)) == 1


@pytest.mark.parametrize(("terms", "days"), [(Terms.NAMED, 28), (Terms.ANONYMOUS, 14)])
def test_a_name_is_erased_by_itself_in_its_time(ask, terms, days):
    vip = referrals.intake(KIM, ask.decline.job, terms, date(2026, 2, 2))
    assert vip.retain_until - vip.came_on == timedelta(days=days)
    assert vip.notice_due - vip.came_on == timedelta(days=28)
