"""The whole plan: each decline once, and nobody asked to carry too much."""

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.plan import make_plan
from ifnotyou.playbook.policy import Policy
from ifnotyou.sample.world import generate
from tests.factories import TODAY, Story, askers, codes, left_out


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
