"""The made-up company: as many as asked for, in the right order, and pointing at what is there."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.records import InterviewStatus, JobStatus, OfferStatus
from ifnotyou.sample import words
from ifnotyou.sample.world import generate

TODAY = date(2026, 1, 31)
NOW = datetime(2026, 1, 31, tzinfo=UTC)
DECLINED = OfferStatus.DECLINED


@pytest.fixture(scope="module")
def world():
    return generate(1, 600, 120, TODAY)


@pytest.fixture(scope="module", params=[(1, 8), (1, 2000), (40, 15)], ids=["least", "many people", "small"])
def odd_world(request):
    return generate(3, *request.param, TODAY)


def declined(world):
    return [offer for offer in world.records.offers if offer.status is DECLINED]


def test_the_same_arguments_give_the_same_company():
    assert generate(7, 40, 30, TODAY) == generate(7, 40, 30, TODAY)


def test_another_seed_gives_another_company():
    assert generate(7, 40, 30, TODAY).records != generate(8, 40, 30, TODAY).records


def test_more_mails_change_nobodys_liking():
    few, many = generate(7, 40, 30, TODAY, messages=2), generate(7, 40, 30, TODAY, messages=60)
    assert few.pairs == many.pairs
    assert few.records.interviews == many.records.interviews
    assert len(many.records.messages) > 10 * len(few.records.messages)


def test_counts_are_as_asked(world):
    assert len(declined(world)) == len(world.declines) == 600
    assert len(world.records.employees) == 120


def test_counts_are_as_asked_at_the_edges(odd_world):
    assert len(declined(odd_world)) in {1, 40}
    assert len(odd_world.records.employees) in {8, 15, 2000}


def test_all_kinds_of_offers_occur(world):
    assert set(Counter(offer.status for offer in world.records.offers)) == set(OfferStatus)
    assert set(Counter(job.status for job in world.records.jobs.values())) == set(JobStatus)
    assert set(Counter(row.status for row in world.records.interviews)) == set(InterviewStatus)


def test_only_declines_leaves_the_other_offers_out():
    records = generate(2, 50, 40, TODAY, only_declines=True).records
    assert {offer.status for offer in records.offers} == {DECLINED}


def test_the_bench_can_have_its_sizes():
    records = generate(2, 1000, 200, TODAY, messages=30, scorecards=1, only_declines=True).records
    assert 5500 < len(records.interviews) < 6500
    assert 5000 < len(records.scorecards) < 6500
    assert 27_000 < len(records.messages) < 33_000


def test_every_id_points_at_something(world):
    points_at_something(world)


def test_every_id_points_at_something_at_the_edges(odd_world):
    points_at_something(odd_world)


def points_at_something(world):
    records = world.records
    employees, candidates, jobs = set(records.employees), set(records.candidates), set(records.jobs)
    for facts in (records.interviews, records.scorecards, records.messages, records.pulses):
        assert {fact.employee_id for fact in facts} <= employees
        assert {fact.candidate_id for fact in facts} <= candidates
    for facts in (records.interviews, records.scorecards, records.offers):
        assert {fact.job_id for fact in facts} <= jobs
    assert {offer.candidate_id for offer in records.offers} == candidates
    assert {job.hiring_manager_id for job in records.jobs.values()} <= employees
    assert {job.recruiter_id for job in records.jobs.values()} <= employees
    assert {e.manager_id for e in records.employees.values()} - {""} <= employees
    for facts in (records.offers, records.scorecards):
        assert len({fact.id for fact in facts}) == len(facts)
    assert {decline.offer_id for decline in world.declines} <= {offer.id for offer in records.offers}
    met = {
        (i.candidate_id, i.employee_id) for i in records.interviews if i.status is InterviewStatus.COMPLETED
    }
    assert {(pair.candidate_id, pair.employee_id) for pair in world.pairs} == met


def test_managers_form_a_tree(world):
    employees = world.records.employees
    roots = [e for e in employees.values() if not e.manager_id]
    assert [root.title for root in roots] == ["Founder and CEO"]
    for employee in employees.values():
        chain = [employee.id]
        while employees[chain[-1]].manager_id:
            chain.append(employees[chain[-1]].manager_id)
            assert len(chain) < 10
        assert chain[-1] == roots[0].id


def test_things_happen_in_order(world):
    in_order(world)


def test_things_happen_in_order_at_the_edges(odd_world):
    in_order(odd_world)


def in_order(world):
    records = world.records
    for offer in records.offers:
        assert offer.sent_at < NOW
        if offer.status is OfferStatus.OPEN:
            assert offer.resolved_at is None
        else:
            assert offer.sent_at < offer.resolved_at < NOW
    sent = defaultdict(list)
    for offer in records.offers:
        sent[offer.candidate_id, offer.job_id].append(offer.sent_at)
    for row in records.interviews:
        assert row.started_at < max(sent[row.candidate_id, row.job_id])
    last = defaultdict(lambda: NOW - timedelta(days=9999))
    for row in records.interviews:
        key = (row.candidate_id, row.job_id, row.employee_id)
        if row.status is InterviewStatus.COMPLETED:
            last[key] = row.started_at
    for card in records.scorecards:
        after = card.submitted_at - last[card.candidate_id, card.job_id, card.employee_id]
        assert timedelta(hours=1) <= after <= timedelta(days=4)
    for facts, attribute in (
        (records.scorecards, "submitted_at"),
        (records.messages, "sent_at"),
        (records.pulses, "said_at"),
    ):
        assert all(getattr(fact, attribute) <= NOW for fact in facts)


def test_declines_are_fresh_enough_for_a_demo(world):
    days = [(TODAY - offer.resolved_at.date()).days for offer in declined(world)]
    assert sum(day <= 45 for day in days) >= 0.15 * len(days)
    assert max(days) <= 730
    fresh = [offer for offer in declined(world) if (TODAY - offer.resolved_at.date()).days <= 45]
    still_open = [offer for offer in fresh if world.records.jobs[offer.job_id].status is JobStatus.OPEN]
    assert len(still_open) > len(fresh) / 2


def test_a_panel_shares_its_id_and_its_time(world):
    together = defaultdict(list)
    for row in world.records.interviews:
        together[row.id].append(row)
    sizes = Counter(len(rows) for rows in together.values())
    assert set(sizes) == {1, 2, 3, 4}
    for rows in together.values():
        assert len({(row.candidate_id, row.started_at, row.minutes, row.kind) for row in rows}) == 1
        assert len({row.employee_id for row in rows}) == len(rows)


def test_four_to_seven_people_meet_a_candidate(world):
    met = Counter(pair.candidate_id for pair in world.pairs)
    assert sum(4 <= count <= 8 for count in met.values()) > 0.9 * len(met)


def test_nobody_interviews_after_leaving(world):
    left = [e for e in world.records.employees.values() if not e.active]
    assert 2 <= len(left) <= 20
    asked = Counter(row.employee_id for row in world.records.interviews)
    assert any(asked[e.id] for e in left)


def test_addresses_are_reserved(world):
    addresses = [e.email for e in world.records.employees.values()]
    addresses += [c.email for c in world.records.candidates.values() if c.email]
    allowed = ("@example.com", "@example.org", "@example.net", ".example")
    assert all(address.lower().endswith(allowed) for address in addresses)
    assert all(address.isascii() and address.count("@") == 1 for address in addresses)


def test_names_come_from_everywhere(world):
    names = [c.name for c in world.records.candidates.values()]
    assert any(not name.isascii() for name in names)
    assert any("-" in name for name in names)
    assert any(" " not in name for name in names)
    assert len(set(names)) >= 0.95 * len(names)


def test_every_name_is_new_however_many_there_are():
    names = words.Names(words.Dice(1, "test"))
    assert len({names.new() for _ in range(40_000)}) == 40_000


def test_some_people_have_two_records_and_nobody_else_looks_like_one(world):
    people = tell_apart(world.records.candidates.values())
    surely = {(a, b) for a, b, way in world.same_human if way != "name and employer"}
    perhaps = {(a, b) for a, b, way in world.same_human if way == "name and employer"}
    assert surely
    assert perhaps
    assert all(b in people.same[a] for a, b in surely)
    assert all(b in people.perhaps[a] for a, b in perhaps)
    of_two = {candidate for pair in surely for candidate in pair}
    assert all(len(same) == 1 for candidate, same in people.same.items() if candidate not in of_two)


def test_some_decline_twice_and_some_want_no_contact(world):
    assert Counter(offer.candidate_id for offer in declined(world)).most_common(1)[0][1] >= 2
    assert 1 <= sum(c.do_not_contact for c in world.records.candidates.values()) <= 40


def test_reasons_are_of_every_kind_and_seldom_the_same_words():
    world = generate(4, 4000, 300, TODAY, messages=1)
    assert Counter(decline.category for decline in world.declines).keys() == {
        "personal", "location", "timing", "other_offer", "founding", "counter_offer",
        "compensation", "role", "working_style", "critique", "unknown",
    }  # fmt: skip
    notes = [offer.decline_notes for offer in declined(world) if offer.decline_notes]
    assert len(set(notes)) > 2000
    assert any("\n" in note for note in notes)
    assert any('"' in note for note in notes)
    assert {decline.tone for decline in world.declines if decline.category == "critique"} == {
        "plain",
        "veiled",
        "mixed",
    }
    assert any(offer.decline_reason == "" and offer.decline_notes == "" for offer in declined(world))


def test_private_words_and_named_colleagues_stand_in_the_notes():
    world = generate(4, 2000, 300, TODAY, messages=1)
    notes = {offer.id: offer.decline_notes for offer in world.records.offers}
    private = [decline for decline in world.declines if decline.private]
    named = [decline for decline in world.declines if decline.critique_of]
    assert len(private) > 20
    assert len(named) > 10
    for decline in private:
        words_of_theirs = decline.private[1:]  # the first letter may have become a capital
        assert words_of_theirs in notes[decline.offer_id]
    for decline in named:
        assert world.records.employees[decline.critique_of].name in notes[decline.offer_id]


def test_the_best_is_whom_they_like_most(world):
    by_candidate = defaultdict(list)
    for pair in world.pairs:
        by_candidate[pair.candidate_id].append(pair)
    twice = {c for c, n in Counter(o.candidate_id for o in world.records.offers).items() if n > 1}
    for decline in world.declines:
        if decline.candidate_id not in twice:
            best = max(by_candidate[decline.candidate_id], key=lambda pair: pair.liking)
            assert decline.best_employee_id == best.employee_id
