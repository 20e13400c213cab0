"""May we ask? One story for each line of rules 1 and 2."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.policy import AskPolicy, Policy
from ifnotyou.playbook.records import JobStatus
from tests.factories import Story, askers, codes


def a_good_story(**changes):
    return Story(**changes).met("maya", minutes=60, kind="lunch").voted("maya", 5)


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("Accepted another job", "other_offer"),
        ("Counter-offer", "counter_offer"),
        ("Location", "location"),
        ("Compensation", "compensation"),
    ],
)
def test_a_reason_of_their_own_is_an_ask(label, category):
    planned = a_good_story(reason=label).the()
    assert planned.verdict == "ask"
    assert planned.decline.reason.category == category
    assert f"reason_{category}" in codes(planned.because)
    assert planned.draft


def test_an_unknown_reason_may_be_asked_and_says_so():
    planned = a_good_story(reason="").the()
    assert planned.verdict == "ask"
    assert "reason_unknown" in codes(planned.because)
    assert planned.decline.reason.confidence == 0


def test_a_critique_is_for_a_person_to_decide_with_their_words_in_front():
    planned = a_good_story(notes="He said that the hiring manager was dismissive of his questions.").the()
    assert planned.verdict == "decide"
    assert "critique" in codes(planned.because)
    assert "dismissive" in planned.decline.reason.text
    assert planned.draft is None


def test_an_earlier_critique_of_the_same_person_is_remembered():
    story = a_good_story().offer(
        "before", days=400, decline_notes="The interviewers were rude and dismissive, she said."
    )
    planned = story.the()
    assert planned.verdict == "decide"
    assert "earlier_critique" in codes(planned.because)


@pytest.mark.parametrize("score", [1, 2])
def test_an_unhappy_survey_answer_is_for_a_person_to_decide(score):
    planned = a_good_story().met("jon").enjoyed("jon", score).the()
    assert planned.verdict == "decide"
    assert "unhappy" in codes(planned.because)


def test_a_middling_survey_answer_is_no_obstacle():
    assert a_good_story().met("jon").enjoyed("jon", 3).the().verdict == "ask"


def test_asked_not_to_be_contacted_is_never_and_says_nothing_else():
    planned = a_good_story().candidate(do_not_contact=True).the()
    assert planned.verdict == "never"
    assert codes(planned.because) == ["do_not_contact"]
    assert (askers(planned), planned.connections.passed_over, planned.draft) == ([], (), None)


def test_not_to_be_contacted_holds_for_every_record_of_the_same_person():
    story = a_good_story().candidate(email="n.oor@gmail.com")
    story.candidate("noor2", email="noor+x@googlemail.com", do_not_contact=True)
    assert story.the().verdict == "never"


def test_asked_once_is_never_again_whoever_asked_and_whatever_record():
    story = a_good_story().candidate(linkedin_url="linkedin.com/in/noor")
    story.candidate("old", linkedin_url="https://www.linkedin.com/in/Noor/").asked(
        "jon", candidate="old", days=200
    )
    planned = story.the()
    assert planned.verdict == "never"
    assert "asked_before" in codes(planned.because)


@pytest.mark.parametrize(("asked_days_ago", "verdict"), [(700, "never"), (740, "ask")])
def test_a_fresh_decline_two_years_after_the_ask_allows_a_second(asked_days_ago, verdict):
    assert a_good_story(declined_days_ago=5).asked("jon", days=asked_days_ago).the().verdict == verdict


def test_a_card_that_only_waits_is_no_ask_yet_a_closed_one_is():
    assert a_good_story().asked("jon", asked=False).the().verdict == "ask"
    closed = a_good_story().asked("jon", open=False).the()
    assert codes(closed.because) == ["asked_before"]


def test_after_a_restored_backup_a_person_makes_sure_that_nobody_asked():
    planned = a_good_story(declined_days_ago=5).restored(days=2).the()
    assert planned.verdict == "decide"
    assert codes(planned.because) == ["restored"]
    assert planned.because[0].text == (
        "This system was restored from a backup on 2026-06-15: "
        "make sure that nobody has asked Noor since the backup."
    )
    assert planned.draft is None


def test_a_decline_after_the_backup_was_restored_is_like_any_other():
    assert a_good_story(declined_days_ago=5).restored(days=5).the().verdict == "ask"
    assert a_good_story(declined_days_ago=5).restored(days=9).the().verdict == "ask"


def test_an_ask_on_record_needs_no_backup_to_be_remembered():
    assert codes(a_good_story().asked("jon", days=4).restored(days=2).the().because) == ["asked_before"]


def test_a_decline_without_a_date_may_be_from_before_the_backup():
    planned = a_good_story(declined_days_ago=None).restored(days=2).the()
    assert codes(planned.because) == ["date_unknown", "restored"]


def test_what_is_too_old_says_so_after_a_restored_backup_too():
    story = Story(declined_days_ago=100).met("maya", days=110).restored(days=2)
    assert codes(story.the().because) == ["restored", "too_old"]


def test_two_records_of_one_human_being_earn_one_ask():
    story = a_good_story().candidate(email="noor.haddad@gmail.com")
    story.candidate("noor2", name="N. Haddad", email="NoorHaddad+ats@gmail.com").offer(
        "newer", "noor2", days=2
    )
    assert story.the("newer").verdict == "ask"
    older = story.the("offer")
    assert older.verdict == "never"
    assert codes(older.because) == ["same_person"]
    assert "noor2" in older.because[0].text


def test_two_declines_of_one_record_earn_one_ask():
    story = a_good_story().offer("older", days=20)
    assert story.the("offer").verdict == "ask"
    assert codes(story.the("older").because) == ["same_person"]


def test_same_name_and_employer_is_for_a_person_to_decide():
    story = a_good_story().candidate(current_company="Brightloom")
    story.candidate("other", name="Noor Haddad", current_company="Brightloom Ltd").offer(
        "theirs", "other", days=9
    )
    story.met("maya", candidate="other", days=15, minutes=60)
    for offer in ("offer", "theirs"):
        assert story.the(offer).verdict == "decide"
        assert "perhaps_same_person" in codes(story.the(offer).because)


def test_a_namesake_who_never_had_an_offer_is_no_obstacle():
    story = a_good_story().candidate(current_company="Brightloom")
    story.candidate("other", name="Noor Haddad", current_company="Brightloom")
    assert story.the().verdict == "ask"


def test_somebody_who_joined_us_after_all_is_never_asked():
    planned = a_good_story().offer("second", status="accepted", days=1).the()
    assert planned.verdict == "never"
    assert codes(planned.because) == ["joined_us"]


def test_somebody_who_was_with_us_before_may_be_asked():
    assert a_good_story().offer("first", status="accepted", days=900).the().verdict == "ask"


def test_an_offer_still_open_is_for_a_person_to_decide():
    assert "offer_open" in codes(a_good_story().offer("second", status="open", days=None).the().because)


@pytest.mark.parametrize(("days", "verdict"), [(0, "ask"), (45, "ask"), (46, "missed"), (800, "missed")])
def test_too_old_is_missed(days, verdict):
    story = (
        Story(declined_days_ago=days).met("maya", days=days + 6, minutes=60).voted("maya", 5, days=days + 5)
    )
    planned = story.the()
    assert planned.verdict == verdict
    assert ("too_old" in codes(planned.because)) == (verdict == "missed")


@pytest.mark.parametrize(("status", "code"), [("filled", "role_filled"), ("closed", "role_closed")])
def test_a_role_that_is_gone_is_missed(status, code):
    planned = a_good_story().job(status=JobStatus(status)).the()
    assert planned.verdict == "missed"
    assert codes(planned.because) == [code]
    assert planned.draft is None


def test_missed_is_only_what_would_have_been_an_ask():
    nobody = Story(declined_days_ago=100).the()
    assert nobody.verdict == "decide"
    assert codes(nobody.because) == ["nobody_met_them", "too_old"]


@pytest.mark.parametrize("status", ["open", "accepted", "rescinded", "expired"])
def test_only_declined_offers_are_listed(status):
    story = Story()
    story.offers = []
    assert story.offer("o", status=status).plan() == []


def test_a_decline_without_a_date_is_for_a_person_to_decide():
    planned = a_good_story(declined_days_ago=None).the()
    assert planned.verdict == "decide"
    assert "date_unknown" in codes(planned.because)


def test_nobody_who_met_them_is_for_a_person_to_decide():
    planned = Story().the()
    assert planned.verdict == "decide"
    assert codes(planned.because) == ["nobody_met_them"]
    assert planned.confidence is None


def test_thresholds_come_from_the_policy():
    policy = Policy(ask=replace(AskPolicy(), max_age_days=3))
    assert a_good_story(declined_days_ago=5).the(policy=policy).verdict == "missed"


@given(
    days=st.integers(0, 400),
    asked=st.none() | st.integers(0, 1500),
    contact=st.booleans(),
    vote=st.sampled_from([None, 2, 5]),
    survey=st.sampled_from([None, 1, 3, 5]),
)
def test_an_ask_never_reaches_somebody_who_was_asked_or_wants_peace(days, asked, contact, vote, survey):
    story = Story(declined_days_ago=days).met("maya", days=days + 5).candidate(do_not_contact=contact)
    if asked is not None:
        story.asked("jon", days=asked)
    if vote:
        story.voted("maya", vote, days=days + 4)
    if survey:
        story.enjoyed("maya", survey, days=days)
    planned = story.the()
    if planned.verdict == "ask":
        assert not contact
        assert asked is None or asked - days > 700
        assert days <= 45
        assert vote != 2
        assert survey != 1
        assert planned.connections.askers
        assert planned.draft
