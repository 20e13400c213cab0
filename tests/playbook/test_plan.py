"""The whole plan: each decline once, and nobody asked to carry too much."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.habits import Habits, read_habits
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.plan import Company, make_plan, plan_some
from ifnotyou.playbook.policy import MOST, GatePolicy, Policy
from ifnotyou.playbook.records import Passed, PastAsk
from ifnotyou.sample.world import generate
from tests.factories import TODAY, Story, ago, askers, codes, facts_of, left_out


def many_declines(count, *also_met):
    """`count` people who declined and talked with Maya, the first of them the longest, and with others shortly."""
    story = Story()
    story.offers, story.candidates = [], {}
    for number in range(count):
        key = f"c{number}"
        story.candidate(key, email=f"{key}@example.com").offer(f"o{number}", key, days=3 + number)
        story.met("maya", candidate=key, minutes=90 - 10 * number, kind="lunch")
        for other in also_met:
            story.met(other, candidate=key, minutes=30, kind="screen", hour=15)
    return story


def test_nobody_goes_first_more_often_than_they_can_carry():
    plan = many_declines(4, "jon").plan()
    assert [askers(planned)[0] for planned in plan] == ["maya", "maya", "jon", "jon"]
    assert left_out(plan[2]) == {"maya": "too_many_open_asks"}


def test_the_strongest_connections_keep_the_ask():
    story = many_declines(3, "jon").enjoyed("maya", 5, candidate="c2")
    assert {p.decline.offer.id for p in story.plan() if askers(p)[0] == "maya"} == {"o0", "o2"}


def test_where_everybody_carries_enough_it_is_told_and_nobody_is_lost():
    plan = many_declines(4).plan()
    assert [planned.verdict for planned in plan] == ["ask"] * 4
    assert ["everybody_busy" in codes(planned.because) for planned in plan] == [False, False, True, True]
    assert all(askers(planned) == ["maya"] for planned in plan)


def test_asks_already_carried_count():
    story = many_declines(2, "jon").candidate("before").asked("maya", candidate="before", days=3)
    assert [askers(planned)[0] for planned in story.plan()] == ["maya", "jon"]


def test_declines_come_newest_first():
    story = many_declines(3).offer("undated", "c0", days=None)
    assert [planned.decline.offer.id for planned in story.plan()] == ["o0", "o1", "o2", "undated"]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_a_generated_company_keeps_the_law(seed):
    """Gates, load and once-ness, on companies nobody arranged for the purpose."""
    world = generate(seed=seed, declines=60, employees=40, today=TODAY)
    records, plan = world.records, make_plan(world.records, Policy(), TODAY)
    completed = {(i.candidate_id, i.employee_id) for i in records.interviews if i.status == "completed"}
    asks = [planned for planned in plan if planned.verdict == "ask"]
    assert len(plan) == sum(offer.status == "declined" for offer in records.offers)
    for planned in plan:
        for employee in askers(planned):
            assert records.employees[employee].active
            assert any((c.id, employee) in completed for c in records.candidates.values())
        if planned.verdict == "never":
            assert not askers(planned)
        assert (planned.draft is not None) == (planned.verdict == "ask")
    first = Counter(askers(p)[0] for p in asks if "everybody_busy" not in codes(p.because))
    assert not first or max(first.values()) <= 2
    addresses = [p.decline.candidate.email.lower() for p in asks if p.decline.candidate.email]
    assert len(set(addresses)) == len(addresses)


def test_an_empty_company_has_an_empty_plan():
    story = Story()
    story.offers = []
    assert story.plan(today=date(2026, 1, 1)) == []


# --- one human being at a time -------------------------------------------------------------------


def a_company_in_use(seed):
    """A generated company where asks are carried and made, people pass or are away, and namesakes declined."""
    records = generate(seed=seed, declines=60, employees=25, today=TODAY).records
    chance = random.Random(seed)
    candidates = dict(records.candidates)
    for key in chance.sample(sorted(candidates), 12):
        like = candidates[chance.choice(sorted(candidates))]
        candidates[key] = replace(
            candidates[key],
            name=like.name,
            current_company=like.current_company or "Brightloom",
            email=like.email if chance.random() < 0.3 else candidates[key].email,
            do_not_contact=chance.random() < 0.2,
        )
    pairs = sorted({(row.candidate_id, row.employee_id) for row in records.interviews})
    asks = [
        PastAsk(*pair, ago(chance.randrange(60)), chance.random() < 0.8, chance.random() < 0.3)
        for pair in chance.sample(pairs, 30)
    ]
    employees = {
        key: replace(
            one,
            open_to_asking=chance.random() < 0.9,
            away_until=TODAY + timedelta(days=chance.randrange(-5, 6)) if chance.random() < 0.2 else None,
        )
        for key, one in records.employees.items()
    }
    return replace(
        records,
        candidates=candidates,
        employees=employees,
        asks=asks,
        passes=[Passed(*pair) for pair in chance.sample(pairs, 20)],
        restored_at=chance.choice([None, ago(10)]),
    )


def the_company(records, people):
    size = sum(employee.active for employee in records.employees.values())
    return Company(size, read_habits(records, people, Policy().askers))


@pytest.mark.parametrize("seed", range(1, 7))
def test_one_human_being_is_judged_as_among_everybody(seed):
    """The same verdict, reasons, askers with scores, and passed over, from nobody's facts but their own."""
    records = a_company_in_use(seed)
    people = tell_apart(records.candidates.values())
    company = the_company(records, people)
    among_all = {p.decline.offer.id: p for p in plan_some(records, company, Policy(), TODAY)}
    humans = {people.same[one][0] for one in records.candidates}
    found = set()
    for human in sorted(humans):
        own = set(people.same[human])
        for planned in plan_some(facts_of(human, records, people), company, Policy(), TODAY):
            if planned.decline.candidate.id in own:
                assert planned == among_all[planned.decline.offer.id]
                found.add(planned.decline.offer.id)
    assert found == set(among_all)


@pytest.mark.parametrize("seed", range(1, 7))
def test_where_nobody_can_carry_too_much_the_plan_of_all_is_the_same(seed):
    records = a_company_in_use(seed)
    company = the_company(records, tell_apart(records.candidates.values()))
    tireless = Policy(gates=replace(GatePolicy(), most_open_asks=MOST, most_open_asks_small=MOST))
    assert plan_some(records, company, tireless, TODAY) == make_plan(records, tireless, TODAY)


def test_a_company_in_use_has_something_of_everything():
    """What the two tests above compare is worth comparing."""
    told = Counter()
    for seed in range(1, 7):
        records = a_company_in_use(seed)
        company = the_company(records, tell_apart(records.candidates.values()))
        for planned in plan_some(records, company, Policy(), TODAY):
            told.update(codes(planned.because))
            told.update(left_out(planned).values())
            told.update(b.code for a in planned.connections.askers for b in a.because)
    assert {"perhaps_same_person", "asked_before", "restored", "same_person", "do_not_contact"} <= set(told)
    assert {"passed", "opted_out", "away", "too_many_open_asks", "voted_against"} <= set(told)
    assert {"record", "click", "scorecard", "candidate_named", "recent_asks"} <= set(told)


def test_an_ask_of_a_stranger_is_only_carried():
    """The asks of the colleagues are known, the candidates of these asks are not."""
    story = Story().met("maya").asked("maya", candidate="stranger")
    records = story.records()
    company = the_company(records, tell_apart(records.candidates.values()))
    (planned,) = plan_some(records, company, Policy(), TODAY)
    assert planned.verdict == "ask"
    assert "recent_asks" in [because.code for because in planned.connections.askers[0].because]


def test_load_is_not_spread_over_a_few():
    records = many_declines(4, "jon").records()
    company = the_company(records, tell_apart(records.candidates.values()))
    assert [askers(planned)[0] for planned in plan_some(records, company, Policy(), TODAY)] == ["maya"] * 4


@pytest.mark.parametrize(("size", "may"), [(50, True), (51, False)])
def test_the_size_of_the_company_is_the_whole_companys(size, may):
    records = Story().met("boss", minutes=30).records()
    company = replace(the_company(records, tell_apart(records.candidates.values())), size=size)
    (planned,) = plan_some(records, company, Policy(), TODAY)
    assert (askers(planned) == ["boss"]) == may


def test_figures_that_are_behind_the_facts_do_no_harm():
    """Habits are counted now and then; a vote and an answer that came since are not among them yet."""
    story = Story().met("maya").voted("maya", 5).voted("maya", 4).clicked("maya", 5).enjoyed("maya", 5)
    (planned,) = plan_some(story.records(), Company(60, Habits()), Policy(), TODAY)
    assert planned.verdict == "ask"
    assert askers(planned) == ["maya"]
    assert planned.connections.askers[0].score == story.the().connections.askers[0].score
