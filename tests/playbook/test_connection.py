"""Who should ask: gates, terms and what must hold whatever the facts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.connection import Confidence
from ifnotyou.playbook.policy import AskerPolicy, Policy
from tests.factories import NAMES, TODAY, Story, ago, askers, left_out


def terms(planned, employee):
    """By code, what each term adds to this colleague's score."""
    asker = next(a for a in planned.connections.askers if a.employee.id == employee)
    return {because.code: because.weight for because in asker.because}


def words(planned, employee, code):
    asker = next(a for a in planned.connections.askers if a.employee.id == employee)
    return next(because.text for because in asker.because if because.code == code)


def score(planned, employee):
    return next((a.score for a in planned.connections.askers if a.employee.id == employee), None)


# --- gates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_an_interview_that_did_not_take_place_is_no_meeting(status):
    assert left_out(Story().met("jon", status=status).the()) == {"jon": "no_direct_interaction"}


def test_a_vote_without_a_meeting_is_no_meeting():
    assert left_out(Story().voted("jon", 5).the()) == {"jon": "no_direct_interaction"}


def test_mail_alone_is_no_meeting():
    assert left_out(Story().wrote("jon", days=9).answered("jon", days=8).the()) == {
        "jon": "no_direct_interaction"
    }


def test_a_short_talk_is_no_meeting_unless_they_wrote_to_each_other():
    story = Story().met("jon", minutes=14)
    assert left_out(story.the()) == {"jon": "no_direct_interaction"}
    story.wrote("jon", days=9).answered("jon", days=8)
    assert askers(story.the()) == ["jon"]


def test_a_panel_of_four_is_no_meeting_one_of_three_is():
    assert set(left_out(Story().met("maya", "jon", "sam", "ana").the())) == {"maya", "jon", "sam", "ana"}
    assert set(askers(Story().met("maya", "jon", "sam").the())) == {"maya", "jon", "sam"}


def test_those_who_stayed_away_do_not_make_a_panel_larger():
    story = Story().met("maya", "jon", "sam").met("ana", status="no_show")
    assert set(askers(story.the())) == {"maya", "jon", "sam"}


@pytest.mark.parametrize(
    "kind", ["Debrief", "Take-home test review", "Application review", "team debrief (30)"]
)
def test_where_the_candidate_was_not_there_nobody_met_them(kind):
    assert left_out(Story().met("jon", kind=kind).the()) == {"jon": "no_direct_interaction"}


@pytest.mark.parametrize("overall", [1, 2])
def test_who_voted_against_does_not_ask(overall):
    assert left_out(Story().met("jon").voted("jon", overall).the()) == {"jon": "voted_against"}


def test_the_latest_vote_counts():
    assert askers(Story().met("jon").voted("jon", 2, days=20).voted("jon", 4, days=10).the()) == ["jon"]
    assert left_out(Story().met("jon").voted("jon", 4, days=20).voted("jon", 2, days=10).the())


def test_who_did_not_click_does_not_ask():
    assert left_out(Story().met("jon").clicked("jon", 1).the()) == {"jon": "did_not_click"}
    assert left_out(Story().met("jon").enjoyed("jon", 1).the()) == {"jon": "did_not_click"}


def test_who_is_named_in_a_critique_does_not_ask():
    planned = Story(notes="Said that Jon was dismissive of her questions.").met("jon").met("maya").the()
    assert planned.verdict == "decide"
    assert left_out(planned) == {"jon": "did_not_click"}
    assert askers(planned) == ["maya"]


def test_who_left_does_not_ask():
    assert left_out(Story().met("jon").employee("jon", active=False).the()) == {"jon": "inactive"}


def test_after_four_months_a_connection_has_cooled():
    assert left_out(Story().met("jon", days=121).the()) == {"jon": "contact_too_old"}
    assert askers(Story().met("jon", days=120).the()) == ["jon"]
    assert askers(Story().met("jon", days=200).wrote("jon", days=60).answered("jon", days=59).the()) == [
        "jon"
    ]


@pytest.mark.parametrize(
    ("minutes", "level", "may"), [(30, 8, True), (30, 7, False), (19, 9, False), (20, 10, True)]
)
def test_an_executive_asks_only_senior_people_they_talked_with_alone(minutes, level, may):
    story = Story().met("boss", minutes=minutes, kind="coffee").candidate(level=level)
    assert askers(story.the()) == (["boss"] if may else [])
    assert left_out(story.the()) == ({} if may else {"boss": "executive_rule"})


def test_in_a_small_company_an_executive_may_ask_anybody():
    story = Story().met("boss", minutes=30)
    story.employees = {key: e for key, e in story.employees.items() if not key.startswith("other")}
    assert askers(story.the()) == ["boss"]


@pytest.mark.parametrize("title", ["CEO", "Co-Founder & CTO", "Chief of Staff"])
def test_a_title_can_tell_an_executive(title):
    assert left_out(Story().employee("jon", title=title, level=None).met("jon").the()) == {
        "jon": "executive_rule"
    }


@pytest.mark.parametrize("title", ["Vice President, Sales", "Head of Data", "Staff Engineer"])
def test_not_every_title_is_an_executive(title):
    assert askers(Story().employee("jon", title=title, level=None).met("jon").the()) == ["jon"]


def test_an_executive_goes_first_only_with_a_lead():
    story = Story().candidate(level=9).met("boss", minutes=60, kind="lunch").met("jon", minutes=30, hour=14)
    near = story.the()
    assert 0 < score(near, "boss") - score(near, "jon") < 0.25
    assert askers(near) == ["jon", "boss"]
    far = story.enjoyed("boss", 5).the()
    assert askers(far) == ["boss", "jon"]


def test_two_open_asks_are_enough():
    story = Story().met("jon")
    for other, days in (("a", 3), ("b", 29)):
        story.candidate(other).asked("jon", candidate=other, days=days)
    assert left_out(story.the()) == {"jon": "too_many_open_asks"}


def test_an_ask_of_last_quarter_is_no_longer_carried():
    story = Story().met("jon")
    for other in "ab":
        story.candidate(other).asked("jon", candidate=other, days=31)
    assert askers(story.the()) == ["jon"]


def test_an_ask_that_is_closed_is_carried_no_more_one_that_waits_is():
    story = Story().met("jon")
    for other in "abc":
        story.candidate(other).asked("jon", candidate=other, days=3, open=False)
    assert askers(story.the()) == ["jon"]
    assert "recent_asks" not in terms(story.the(), "jon")
    for other in "de":
        story.candidate(other).asked("jon", candidate=other, days=3, asked=False)
    assert left_out(story.the()) == {"jon": "too_many_open_asks"}


def test_who_passed_is_not_offered_again_and_nobody_is_told_why():
    story = Story().met("jon").voted("jon", 1).met("maya", hour=14).passed("jon")
    (passed,) = story.the().connections.passed_over
    assert (passed.code, passed.text) == ("passed", "Jon Park would rather not ask this time.")
    assert askers(story.the()) == ["maya"]


def test_a_pass_is_about_one_human_being_under_every_record_and_nobody_else():
    story = Story().candidate(email="noor@gmail.com").candidate("old", email="no.or@gmail.com")
    story.candidate("other").offer("theirs", "other").met("jon", candidate="other").met("jon")
    story.passed("jon", candidate="old")
    assert left_out(story.the()) == {"jon": "passed"}
    assert askers(story.the("theirs")) == ["jon"]


def test_a_pass_of_somebody_who_never_met_them_says_nothing():
    assert left_out(Story().met("jon").passed("maya").the()) == {}


def test_who_would_rather_not_be_given_asks_is_given_none():
    story = Story().met("jon").employee("jon", open_to_asking=False)
    assert left_out(story.the()) == {"jon": "opted_out"}


@pytest.mark.parametrize(("back_in", "away"), [(1, True), (0, False), (-3, False)])
def test_who_is_away_asks_when_they_are_back(back_in, away):
    story = Story().met("jon").employee("jon", away_until=TODAY + timedelta(days=back_in))
    assert left_out(story.the()) == ({"jon": "away"} if away else {})


def test_who_is_away_today_may_have_been_there_when_it_was_missed():
    story = Story(declined_days_ago=100).met("jon", days=110)
    story.employee("jon", away_until=TODAY + timedelta(days=5))
    assert story.the().verdict == "missed"


def test_records_of_one_human_being_are_one_history():
    story = Story().candidate(email="noor@gmail.com").candidate("old", email="no.or@gmail.com")
    assert askers(story.met("jon", candidate="old", days=40).the()) == ["jon"]
    assert left_out(story.voted("jon", 1, candidate="old").the()) == {"jon": "voted_against"}


# --- terms ---------------------------------------------------------------------------------------


def test_the_score_is_the_sum_of_what_is_told():
    story = Story().met("maya", kind="lunch").voted("maya", 5).clicked("maya", 5).enjoyed("maya", 4)
    story.wrote("maya", days=9).answered("maya", days=9).answered("maya", days=7)
    planned = story.the()
    assert score(planned, "maya") == pytest.approx(sum(terms(planned, "maya").values()), abs=1e-9)


def test_what_the_candidate_said_beats_all_that_the_company_knows():
    story = Story().met("maya", minutes=90, kind="lunch").voted("maya", 5).clicked("maya", 5)
    story.met("jon", minutes=30, kind="screen").enjoyed("jon")
    assert askers(story.the())[0] == "jon"


def test_named_first_counts_twice_named_second():
    planned = Story().met("maya").met("jon").met("sam").enjoyed("maya", days=4).enjoyed("jon", days=3).the()
    assert terms(planned, "maya")["candidate_named"] == 2.0
    assert terms(planned, "jon")["candidate_named"] == 1.0
    assert terms(planned, "sam")["candidate_named"] == -0.5


@pytest.mark.parametrize(("answer", "weight"), [(5, 2.0), (4, 1.0), (2, -1.0)])
def test_an_answer_of_the_candidate_counts_from_the_middle(answer, weight):
    assert terms(Story().met("maya").enjoyed("maya", answer).the(), "maya")["candidate_named"] == weight


def test_a_generous_rater_gains_nothing():
    story = Story().met("maya").met("jon").voted("maya", 5).voted("jon", 5)
    for other in ("a", "b", "c", "d", "e", "f", "g", "h"):
        story.candidate(other).voted("maya", 5, candidate=other).voted("jon", 3, candidate=other)
    planned = story.the()
    assert terms(planned, "jon")["scorecard"] > 3 * terms(planned, "maya").get("scorecard", 0)


def test_a_rare_vote_is_told_as_such():
    story = Story().met("maya").voted("maya", 5)
    for number in range(11):
        story.candidate(f"c{number}").voted("maya", 4, candidate=f"c{number}")
    assert words(story.the(), "maya", "scorecard") == 'Your "strong yes" is rare: you gave it to 1 in 12.'


def test_a_vote_weighs_less_where_the_pair_was_asked():
    alone = Story().met("maya").voted("maya", 5)
    asked = Story().met("maya").voted("maya", 5).clicked("maya", 5)
    assert terms(alone.the(), "maya")["scorecard"] == pytest.approx(0.2)
    assert terms(asked.the(), "maya")["scorecard"] == pytest.approx(0.05)


def test_time_together_is_told_and_counts_by_kind_people_and_age():
    planned = Story().met("maya", minutes=45).met("maya", minutes=60, kind="Lunch", days=11).the()
    assert (
        words(planned, "maya", "conversation") == "You talked twice, 105 minutes in all: pairing and lunch."
    )

    def weight(**meeting):
        return terms(Story().met("maya", **meeting).the(), "maya")["conversation"]

    assert weight(kind="lunch") > weight(kind="pairing") > weight(kind="phone screen")
    assert weight(minutes=60) > weight(minutes=30)
    assert weight(days=6) > weight(days=90)
    assert weight() > terms(Story().met("maya", "jon").the(), "maya")["conversation"]


def test_mail_counts_only_both_ways():
    assert "mail" not in terms(Story().met("maya").wrote("maya", days=9).the(), "maya")
    assert terms(Story().met("maya").wrote("maya", days=9).answered("maya", days=8).the(), "maya")["mail"] > 0


def test_silence_is_no_minus():
    planned = Story().met("maya").met("jon", hour=12).wrote("maya", days=9).answered("maya", days=8).the()
    assert "mail" not in terms(planned, "jon")


def test_a_thank_you_to_one_counts_to_everybody_not():
    assert (
        terms(Story().met("maya").met("jon", hour=12).answered("maya", days=11).the(), "maya")["wrote_first"]
        > 0
    )
    everybody = (
        Story().met("maya").met("jon", hour=12).answered("maya", days=11).answered("jon", days=11, hour=13)
    )
    assert "wrote_first" not in terms(everybody.the(), "maya")


def test_a_quick_answer_counts_against_the_candidates_other_answers():
    story = Story().met("maya").met("jon", hour=14)
    for day in (9, 7, 5):
        story.wrote("maya", days=day, hour=10).answered("maya", days=day, hour=11)
        story.wrote("jon", days=day + 0.5, hour=10).answered("jon", days=day, hour=10)
    planned = story.the()
    assert terms(planned, "maya")["reply_speed"] > 0 > terms(planned, "jon")["reply_speed"]
    assert words(planned, "maya", "reply_speed") == (
        "Noor wrote back to you three times, within the hour, sooner than to others."
    )


def test_the_record_counts_other_candidates_only_and_is_clipped():
    story = Story().met("maya").met("jon", hour=14)
    for number in range(30):
        other = f"c{number}"
        story.candidate(other).enjoyed("maya", 5, candidate=other).enjoyed("jon", 1, candidate=other)
    planned = story.the()
    assert terms(planned, "maya")["record"] == 0.4
    assert terms(planned, "jon")["record"] == -0.4
    assert "record" not in terms(Story().met("maya").enjoyed("maya", 5).the(), "maya")
    off = Policy(askers=replace(AskerPolicy(), use_record=False))
    assert "record" not in terms(story.the(policy=off), "maya")


def test_a_candidates_own_answer_is_no_record():
    """The same praise of Maya by one other candidate, whatever this candidate says of her."""
    story = Story().met("maya").met("jon", hour=14).candidate("other")
    story.enjoyed("maya", 5, candidate="other").enjoyed("jon", 2, candidate="other").enjoyed("jon", 3)
    silent = terms(story.the(), "maya")["record"]
    spoken = terms(story.enjoyed("maya", 5).the(), "maya")["record"]
    assert spoken == pytest.approx(silent, abs=0.05)


def test_the_same_function_counts():
    assert (
        terms(Story().met("maya").employee("maya", department="data").the(), "maya")["same_function"] == 0.08
    )


def test_rank_counts_for_nothing():
    story = Story().met("maya").met("jon", hour=14)
    before = [(a.employee.id, a.score) for a in story.the().connections.askers]
    story.employee("jon", level=9, title="VP Sales")
    assert sorted(before) == sorted((a.employee.id, a.score) for a in story.the().connections.askers)


def test_where_nobody_asked_the_pair_it_is_told_as_unknown():
    planned = Story().met("maya").the()
    assert words(planned, "maya", "unknown") == "We have not heard whether you and Noor clicked."
    assert "unknown" not in terms(Story().met("maya").clicked("maya", 4).the(), "maya")


# --- how sure ------------------------------------------------------------------------------------


def test_ties_are_told_and_broken_the_same_way_always():
    planned = Story().met("maya").met("jon", hour=14).the()
    assert planned.confidence == Confidence.TOSS_UP
    assert askers(planned) == ["jon", "maya"]  # by id, as nothing else tells them apart


def test_ties_go_to_the_longer_talk_alone_then_to_the_closer_level():
    story = Story().met("maya").met("jon", hour=14).employee("jon", level=9)
    assert askers(story.the()) == ["maya", "jon"]


def test_a_lead_is_clear_and_half_a_lead_is_a_lean():
    assert Story().met("maya").met("jon", hour=14).enjoyed("maya", 5).the().confidence == Confidence.CLEAR
    lean = Story().met("maya").voted("maya", 5).clicked("maya", 5).met("jon", hour=14, kind="screen").the()
    assert lean.confidence in {Confidence.LEAN, Confidence.CLEAR}
    assert Story().met("maya", minutes=20, kind="screen").the().confidence == Confidence.LEAN


def test_a_connection_that_is_not_warm_is_no_ask():
    planned = (
        Story()
        .met("maya", minutes=20, kind="screen")
        .voted("maya", 3)
        .met("jon", minutes=10)
        .enjoyed("jon")
        .the()
    )
    assert score(planned, "maya") < 0
    assert planned.verdict == "decide"
    assert [why.code for why in planned.because] == ["no_sincere_connection"]


# --- what must hold whatever the facts -----------------------------------------------------------

people = st.sampled_from(["maya", "jon", "sam", "ana", "boss"])
days = st.integers(5, 200)
happenings = st.lists(
    st.one_of(
        st.tuples(
            st.just("met"),
            st.lists(people, min_size=1, max_size=5, unique=True),
            days,
            st.sampled_from([5, 15, 30, 60]),
            st.sampled_from(["lunch", "pairing", "panel", "debrief", "", "Hiring manager screen"]),
            st.sampled_from(["completed", "completed", "cancelled", "no_show"]),
        ),
        st.tuples(st.just("voted"), people, days, st.integers(1, 5)),
        st.tuples(st.just("clicked"), people, days, st.integers(1, 5)),
        st.tuples(st.just("enjoyed"), people, days, st.none() | st.integers(1, 5)),
        st.tuples(st.just("wrote"), people, days),
        st.tuples(st.just("answered"), people, days),
    ),
    max_size=25,
)


def told(happenings):
    story = Story(declined_days_ago=5)
    for what, who, day, *rest in happenings:
        if what == "met":
            minutes, kind, status = rest
            story.met(*who, days=day, minutes=minutes, kind=kind, status=status)
        elif what in {"wrote", "answered"}:
            getattr(story, what)(who, days=day)
        else:
            getattr(story, what)(who, rest[0], days=day)
    return story


@given(happenings)
def test_nobody_without_a_completed_conversation_is_ever_listed(facts):
    story = told(facts)
    met = {i.employee_id for i in story.interviews if i.status == "completed"}
    assert set(askers(story.the())) <= met


@given(happenings)
def test_everybody_who_had_to_do_with_them_is_listed_once_or_left_out_with_a_reason(facts):
    story = told(facts)
    planned = story.the()
    involved = {f.employee_id for f in (*story.interviews, *story.scorecards, *story.messages, *story.pulses)}
    assert sorted([*askers(planned), *left_out(planned)]) == sorted(involved)
    assert all(p.text for p in planned.connections.passed_over)


@given(happenings)
def test_who_voted_against_or_did_not_click_is_never_listed(facts):
    story = told(facts)
    last = {}
    for card in sorted(story.scorecards, key=lambda c: (c.submitted_at, -c.overall)):
        last[card.employee_id] = card.overall
    against = {employee for employee, overall in last.items() if overall <= 2}
    assert not against & set(askers(story.the()))


@given(happenings, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(facts, chance):
    story = told(facts)
    before = story.plan()
    for rows in (story.interviews, story.scorecards, story.messages, story.pulses, story.offers):
        chance.shuffle(rows)
    keys = list(story.employees)
    chance.shuffle(keys)
    story.employees = {key: story.employees[key] for key in keys}
    assert story.plan() == before


good_news = st.one_of(
    st.tuples(st.just("lunch"), st.integers(5, 100)),
    st.tuples(st.just("strong yes"), st.just(4)),
    st.tuples(st.just("clicked"), st.just(4)),
    st.tuples(st.just("named"), st.just(4)),
    st.tuples(st.just("mail"), st.integers(5, 60)),
)


@settings(max_examples=300)
@given(happenings, people, good_news)
def test_more_good_evidence_never_lowers_a_person(facts, who, news):
    story = told(facts)
    before = story.the()
    what, day = news
    if what == "lunch":
        story.met(who, kind="lunch", minutes=60, days=day, hour=18)
    elif what == "strong yes":
        story.voted(who, 5, days=day)
    elif what == "clicked":
        story.clicked(who, 5, days=day)
    elif what == "named":
        story.enjoyed(who, 5, days=day)
    else:
        story.interviews and story.answered(who, days=day, hour=23)
    after = story.the()
    if score(before, who) is not None and before.verdict != "never":
        assert score(after, who) is not None
        assert score(after, who) >= score(before, who) - 0.06 * (
            what == "mail"
        )  # a late answer may cost its speed
        assert askers(after).index(who) <= askers(before).index(who) or what == "mail"


@given(happenings)
def test_names_on_paper_seniority_and_schools_move_nothing(facts):
    story = told(facts)
    before = [(a.employee.id, a.score) for a in story.the().connections.askers if a.employee.id != "boss"]
    for key in NAMES:
        if key != "boss":
            story.employee(key, schools=("Same School",), past_employers=("Same Employer",), level=7)
    story.candidate(schools=("Same School",), past_employers=("Same Employer",))
    after = [(a.employee.id, a.score) for a in story.the().connections.askers if a.employee.id != "boss"]
    assert sorted(before) == sorted(after)


def test_the_same_meeting_counted_by_two_records_is_one_meeting():
    story = Story().met("maya")
    story.interviews.append(story.interviews[0]._replace(id="again"))
    assert (
        terms(story.the(), "maya")["conversation"] == terms(Story().met("maya").the(), "maya")["conversation"]
    )


def test_times_count_from_the_day_asked_about():
    story = Story(declined_days_ago=5).met("maya", days=100)
    assert askers(story.the()) == ["maya"]
    later = story.the(today=ago(-30).date())
    assert left_out(later) == {"maya": "contact_too_old"}
    assert (ago(-30) - ago(0)) == timedelta(days=30)
