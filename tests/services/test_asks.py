"""The way of an ask, as its people go it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Candidate, Claim, Decline, OptOut, Pulse
from ifnotyou.playbook.asking import CLAIMED, AskState, Stage, may_become
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.records import OfferStatus
from ifnotyou.services import asks, once, referrals
from ifnotyou.services.declines import decide, judge, record_enjoyed
from ifnotyou.services.notices import run_the_day
from tests.company import NOW, WORDS, usual_story
from tests.factories import TODAY


def refused(code):
    return pytest.raises(Refusal, match=r"(?s).*", check=lambda refusal: refusal.code == code)


# --- Handing over


def test_the_recruiter_hands_the_card_to_one_of_those_who_may_ask(house):
    ask = house.hand("jon")

    assert (ask.state, ask.asker, house.decline().stage) == (
        AskState.WAITING,
        house.employee("jon"),
        Stage.HANDED,
    )
    assert any("45 minutes" in text for text in ask.because)


@pytest.mark.parametrize("key", ["sam", "boss", "ana"])
def test_nobody_without_direct_interaction_can_be_chosen(house, key):
    with refused("no_direct_interaction"):
        house.hand(key)
    assert not Ask.objects.exists()


def test_a_second_card_for_the_same_decline_is_refused(house):
    house.hand("maya")
    with refused("already_handed"):
        house.hand("jon")
    assert Ask.objects.count() == 1


def test_the_database_itself_refuses_two_cards_for_one_decline(house):
    first = house.hand("maya")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.create(
            workspace=house.workspace,
            decline=first.decline,
            candidate=first.candidate,
            asker=house.employee("jon"),
            handed_at=NOW,
        )


def test_a_card_that_was_taken_back_can_go_to_somebody_else(house):
    asks.withdraw(house.hand("maya"), by=house.recruiter, now=NOW)

    assert house.hand("jon").state == AskState.WAITING


def test_passing_needs_no_reason_and_the_next_best_is_offered(house):
    asks.pass_on(house.hand("maya"), by=house.maya, now=NOW)

    decline = house.decline()
    assert (decline.stage, decline.first_asker) == (Stage.TO_ASK, house.employee("jon"))
    with refused("no_direct_interaction"):
        house.hand("maya")


def test_when_everybody_passed_nobody_is_left_to_ask(house):
    asks.pass_on(house.hand("maya"), by=house.maya, now=NOW)
    asks.pass_on(house.hand("jon"), by=house.jon, now=NOW)

    decline = house.decline()
    assert (decline.stage, decline.first_asker) == (Stage.TO_DECIDE, None)
    assert [why["code"] for why in decline.because] == ["nobody_met_them"]


def test_a_colleague_with_two_open_cards_gets_no_third(house):
    story = usual_story()
    for key in ("one", "two"):
        story.candidate(key, email=f"{key}@example.com").offer(f"offer-{key}", candidate=key)
        story.met("maya", candidate=key, minutes=60, kind="lunch")
    house.tell(story)
    house.hand("maya", "offer-one")
    house.hand("maya", "offer-two")

    with refused("no_direct_interaction"):
        house.hand("maya")


def test_what_waits_for_a_decision_is_not_handed_over_before_somebody_said_yes(house):
    house.tell(usual_story(notes="The process was disorganised and nobody answered my questions."))
    assert house.decline().stage == Stage.TO_DECIDE

    with refused("undecided"):
        house.hand()
    decide(house.decline(), yes=False, reason="Better not.", by=house.recruiter, today=TODAY)
    assert house.decline().stage == Stage.LEFT
    with refused("undecided"):
        house.hand()
    decide(house.decline(), yes=True, reason="We talked it over with them.", by=house.recruiter, today=TODAY)
    assert house.hand().state == AskState.WAITING


def test_a_decision_wants_a_reason(house):
    house.tell(usual_story(notes="The process was disorganised and nobody answered my questions."))

    with refused("no_reason"):
        decide(house.decline(), yes=True, reason="  ", by=house.recruiter, today=TODAY)


def test_whom_they_enjoyed_meeting_outweighs_everything(house):
    record_enjoyed(house.decline(), [house.employee("jon")], by=house.recruiter, now=NOW)

    assert house.decline().first_asker == house.employee("jon")
    assert Pulse.objects.get(by_candidate=True).score is None


# --- Asking


def test_in_conversation_the_ask_is_claimed_before_anything_is_said(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)

    assert Claim.objects.filter(ask=ask).count() == 2  # the record and the address
    assert house.decline().stage == Stage.HANDED


def test_who_did_not_ask_after_all_gives_the_ask_back(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_not_asked(ask, by=house.maya, now=NOW)

    assert not Claim.objects.exists()
    assert Ask.objects.get().state == AskState.WAITING


def test_taking_the_note_along_claims_it_and_keeps_its_words(house):
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)

    ask.refresh_from_db()
    assert (ask.state, ask.subject, ask.channel) == (AskState.TAKEN, WORDS.subject, "email")
    assert Claim.objects.filter(ask=ask).exists()


@pytest.mark.parametrize(
    "bad",
    [
        "There is a referral bonus in it for you.",
        "Could you send us a list of everyone you know?",
        "After all the time we spent on you, it is the least you could do.",
        "I still think of our talk about [something the two of you really talked about].",
    ],
)
def test_a_strong_finding_or_the_open_gap_holds_the_note_back(house, bad):
    ask = house.hand()
    with pytest.raises(Refusal):
        asks.take_along(ask, asks.Words(WORDS.subject, WORDS.body + bad), by=house.maya, now=NOW)
    assert not Claim.objects.exists()


def test_silence_closes_the_ask_quietly_after_three_weeks(house, mailoutbox):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    run_due_jobs()
    mailoutbox.clear()

    run_the_day(house.workspace, now=NOW + timedelta(days=20))
    assert Ask.objects.get().state == AskState.ASKED
    run_the_day(house.workspace, now=NOW + timedelta(days=21))
    run_due_jobs()

    assert Ask.objects.get().state == AskState.SILENT
    assert mailoutbox == []


# --- Once


def test_another_record_of_the_same_human_being_cannot_be_asked(house):
    story = usual_story()
    story.candidate(
        "again", name="N. Haddad", email="n.oor+jobs@example.com", linkedin_url="linkedin.com/in/noor-h"
    )
    story.candidate("noor", linkedin_url="https://www.linkedin.com/in/noor-h/")
    story.offer("offer-2", candidate="again", days=2).met("maya", candidate="again", minutes=60, kind="lunch")
    house.tell(story)
    asks.start_talking(house.hand(offer="offer-2"), by=house.maya, now=NOW)

    assert house.decline("offer").stage == Stage.NEVER
    with refused("never"):
        house.hand(offer="offer")


def test_two_cards_from_before_the_records_were_known_to_be_one_person_make_one_ask(house):
    story = usual_story()
    story.candidate("again", name="N. Haddad", email="other@example.com")
    story.offer("offer-2", candidate="again", days=2).met("jon", candidate="again", minutes=60, kind="lunch")
    house.tell(story)
    first, second = house.hand("maya"), house.hand("jon", "offer-2")
    Candidate.objects.update(profile="noor-h")  # somebody has added the profile to both
    asks.start_talking(first, by=house.maya, now=NOW)

    with refused("asked_before"):
        asks.start_talking(second, by=house.jon, now=NOW)
    assert Ask.objects.get(pk=second.pk).state == AskState.WAITING


def test_a_claim_outlives_the_erasure_of_its_ask(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    ask.delete()
    judge([ask.candidate_id], house.workspace, TODAY)

    assert (house.decline().stage, house.decline().because[0]["code"]) == (Stage.NEVER, "asked_before")


def test_only_a_fresh_decline_two_years_later_allows_a_second_ask(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_nobody(ask, by=house.maya, now=NOW)
    Claim.objects.update(claimed_on=TODAY - timedelta(days=800))
    story = usual_story().offer("offer-2", days=1)
    house.tell(story)

    second = house.hand(offer="offer-2")
    asks.start_talking(second, by=house.maya, now=NOW)

    assert set(Claim.objects.values_list("ask", "claimed_on")) == {(second.pk, TODAY)}


def test_please_dont_is_kept_for_ever_for_every_record_and_import(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_opted_out(ask, by=house.maya, now=NOW)
    story = usual_story()
    story.candidate("later", name="Noor H.", email="noor@example.com").offer(
        "offer-9", candidate="later", days=1
    )
    story.met("jon", candidate="later", minutes=60)
    house.tell(story)

    assert OptOut.objects.exists()
    assert house.decline("offer-9").because[0]["code"] == "do_not_contact"
    with refused("never"):
        house.hand("jon", "offer-9")


def test_who_opts_out_before_anybody_asked_is_not_asked(house):
    ask = house.hand()
    asks.opt_out_candidate(ask.candidate, by=house.recruiter, now=NOW)

    with refused("too_late"):
        asks.start_talking(ask, by=house.maya, now=NOW)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("state", sorted(AskState))
def test_no_state_after_asked_leads_back_to_a_card_that_waits(state):
    sure = {AskState.ASKED, AskState.NAMED, AskState.NOBODY, AskState.SILENT, AskState.OPTED_OUT}
    if state in sure:
        assert not any(may_become(state, new) for new in set(AskState) - sure)


def test_the_database_refuses_an_asked_state_without_a_claim(house):
    ask = house.hand()
    for state in sorted(CLAIMED):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ask.objects.filter(pk=ask.pk).update(state=state)


# --- The book


def test_every_step_stands_in_the_book_without_names_or_words(house):
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    referrals.give(ask, Given("Ida Wells"), Terms.NAMED, by=house.maya, now=NOW)

    assert list(AuditEvent.objects.filter(noun="ask").order_by("pk").values_list("verb", flat=True)) == [
        "handed_over",
        "took_the_note",
        "asked",
        "answered",
    ]
    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert not any(word in told for word in ("Noor", "Ida", "Maya", "ferry"))


def test_a_line_in_the_book_can_neither_be_changed_nor_removed(house):
    house.hand()
    AuditEvent.objects.create(  # the others are of the stories' day, and may go when they are old
        workspace=house.workspace, at=datetime.now(UTC), verb="saw", noun="decline", noun_id=1
    )
    for spoil in (
        lambda: AuditEvent.objects.update(verb="nothing"),
        lambda: AuditEvent.objects.all().delete(),
    ):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            spoil()
    assert AuditEvent.objects.filter(verb="handed_over").exists()
    assert Decline.objects.exists()


# --- What changes under one's hands


def test_an_offer_that_the_records_now_tell_otherwise_stays_and_says_so(house):
    story = usual_story()
    story.offers[0] = replace(story.offers[0], status=OfferStatus.ACCEPTED)
    house.tell(story)

    decline = house.decline()
    assert (decline.stage, decline.because[0]["code"]) == (Stage.NEVER, "no_longer_declined")
    with refused("never"):
        house.hand()


def told_as(house, status):
    story = usual_story()
    story.offers[0] = replace(story.offers[0], status=status)
    house.tell(story)


@pytest.mark.parametrize("status", [OfferStatus.OPEN, OfferStatus.ACCEPTED, OfferStatus.RESCINDED])
def test_a_card_that_waits_is_taken_back_when_the_offer_is_declined_no_more(house, status):
    ask = house.hand()
    told_as(house, status)

    ask.refresh_from_db()
    assert (ask.state, house.decline().stage) == (AskState.WITHDRAWN, Stage.NEVER)
    with refused("too_late"):
        asks.start_talking(ask, by=house.maya, now=NOW)
    assert not Claim.objects.exists()
    # Declined once more, it deserves an ask like any other.
    told_as(house, OfferStatus.DECLINED)
    assert house.decline().stage == Stage.TO_ASK
    assert house.hand().state == AskState.WAITING


def test_what_is_under_way_stays_with_the_colleague_when_the_offer_is_open_again(house):
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    told_as(house, OfferStatus.OPEN)

    ask.refresh_from_db()
    assert (ask.state, Claim.objects.exists()) == (AskState.TALKING, True)


def test_nobody_asks_in_the_moment_in_which_the_offer_is_open_again(house):
    ask = house.hand()
    Decline.objects.update(because=[{"code": "no_longer_declined", "text": "This offer is open."}])

    with refused("over"):
        asks.start_talking(ask, by=house.maya, now=NOW)


def test_who_opts_out_while_a_card_waits_cannot_be_asked_from_it(house):
    ask = house.hand()
    OptOut.objects.bulk_create(
        OptOut(workspace=house.workspace, key=key) for key in once.human_keys(ask.candidate, house.workspace)
    )

    with refused("do_not_contact"):
        asks.start_talking(ask, by=house.maya, now=NOW)
    assert not Claim.objects.exists()


def test_there_is_nothing_to_decide_where_the_playbook_has_decided(house):
    with refused("nothing_to_decide"):
        decide(house.decline(), yes=True, reason="Why not.", by=house.recruiter, today=TODAY)


def test_a_colleague_without_an_address_cannot_get_a_card(house):
    house.tell(usual_story().employee("maya", email=""))
    with refused("no_address"):
        house.hand("maya")


def test_a_role_that_was_filled_since_is_not_asked_about(house):
    house.tell(usual_story().job(status="filled"))
    with refused("missed"):
        house.hand()


def test_a_draft_is_kept_only_while_the_card_waits(house):
    ask = house.hand()
    asks.save_draft(ask, WORDS, ["free"])
    asks.start_talking(ask, by=house.maya, now=NOW)
    with refused("too_late"):
        asks.save_draft(ask, asks.Words("x", "y"), [])
    assert Ask.objects.get().subject == WORDS.subject


def test_the_other_declines_of_the_same_person_are_judged_again_after_a_claim(house):
    house.tell(usual_story().offer("earlier", days=30))
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    run_due_jobs()

    assert house.decline().stage == Stage.HANDED
    assert house.decline("earlier").because[0]["code"] == "asked_before"
