"""What the candidates' own answers say about the weights: read honestly, and never more than they tell."""

import math
import random
from dataclasses import fields, replace

import pytest

from bench import learning as bench
from ifnotyou.playbook.connection import Ranker
from ifnotyou.playbook.evidence import Evidence
from ifnotyou.playbook.habits import read_habits
from ifnotyou.playbook.learning import (
    LEAST_ANSWERS,
    NOT_FROM_ANSWERS,
    UNCERTAINTY,
    Choice,
    Standing,
    _Fit,
    propose,
    read_choices,
    score,
)
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.policy import WEIGHTS, AskerPolicy, Policy
from ifnotyou.sample.world import generate
from tests.factories import TODAY, Story, ago

STEEPNESS = AskerPolicy().steepness


def choices_of(story, policy=None):
    records, policy = story.records(), policy or AskerPolicy()
    return read_choices(
        records, read_habits(records, tell_apart(records.candidates.values()), policy), policy
    )


def met_two(**offer):
    """Noor had lunch with Jon and paired with Maya; choices come in the order of their ids."""
    return Story(**offer).met("maya", minutes=60).met("jon", minutes=45, kind="lunch", days=13)


# --- what counts as an answer --------------------------------------------------------------------


def test_whoever_is_named_first_is_chosen():
    story = met_two().met("sam").enjoyed("maya", days=3).enjoyed("jon", days=4)
    (choice,) = choices_of(story)
    assert choice.chosen == (1, 0, 0)  # jon, maya, sam


def test_the_highest_score_is_chosen_and_a_tie_is_shared():
    story = met_two().met("sam").enjoyed("maya", 5).enjoyed("jon", 5).enjoyed("sam", 3)
    assert [choice.chosen for choice in choices_of(story)] == [(0.5, 0.5, 0)]


def test_with_scores_only_those_who_got_one_were_there_to_choose():
    story = met_two().met("sam").enjoyed("maya", 4).enjoyed("jon", 2)
    assert [choice.chosen for choice in choices_of(story)] == [(0, 1)]


@pytest.mark.parametrize(
    "story",
    [
        met_two(),
        met_two().clicked("maya", 5),
        met_two().enjoyed("maya", 4).enjoyed("jon", 4),
        met_two().enjoyed("maya", 4),
        met_two().enjoyed("sam"),
        Story().met("maya").enjoyed("maya"),
        Story().met("maya").met("jon", status="cancelled").enjoyed("maya"),
        Story().wrote("jon", days=9).met("maya").enjoyed("maya"),
    ],
    ids=[
        "no answer",
        "only ours",
        "all alike",
        "one score",
        "named nobody they met",
        "one met",
        "the other fell through",
        "only mail with the other",
    ],
)
def test_what_tells_nothing_is_no_choice(story):
    assert choices_of(story) == []


def test_an_answer_with_a_time_needs_none_of_the_offer():
    assert len(choices_of(met_two(declined_days_ago=None).enjoyed("maya"))) == 1


def test_without_any_time_there_is_no_before():
    story = met_two(declined_days_ago=None).enjoyed("maya")
    story.pulses = [pulse._replace(said_at=None) for pulse in story.pulses]
    assert choices_of(story) == []


def test_an_answer_without_a_time_was_given_when_the_offer_was_decided():
    story = met_two().enjoyed("maya").answered("jon", days=1).wrote("jon", days=2)
    story.pulses = [pulse._replace(said_at=None) for pulse in story.pulses]
    (choice,) = choices_of(story)
    assert "mail" not in choice.met[0]


def test_two_records_of_one_human_being_are_one_answer():
    story = met_two().candidate(email="n@gmail.com").candidate("old", email="N@gmail.com")
    story.met("sam", candidate="old", days=20).enjoyed("maya").enjoyed("jon", candidate="old", days=5)
    (choice,) = choices_of(story)
    assert len(choice.met) == 3


def test_who_accepted_answers_as_well():
    story = met_two().enjoyed("maya")
    story.offers = [replace(story.offers[0], status="accepted")]
    assert len(choices_of(story)) == 1


def test_the_oldest_answer_comes_first_whatever_the_order_of_the_rows():
    world = generate(4, 60, 60, TODAY)
    records = world.records
    habits = read_habits(records, tell_apart(records.candidates.values()), AskerPolicy())
    mixed = {}
    for field in fields(records):
        rows = getattr(records, field.name)
        if isinstance(rows, list):
            mixed[field.name] = random.Random(1).sample(rows, len(rows))
    assert len(read_choices(records, habits, AskerPolicy())) > 20
    assert read_choices(replace(records, **mixed), habits, AskerPolicy()) == read_choices(
        records, habits, AskerPolicy()
    )


# --- before the answer ---------------------------------------------------------------------------


def test_an_answer_leaves_no_trace_in_what_foretells_it():
    def values(*scores):
        story = met_two().voted("maya", 5).voted("jon", 4).clicked("maya", 5)
        for key, liked in (("ida", 5), ("per", 4), ("lea", 1)):
            story.candidate(key).met("maya", "jon", candidate=key, days=40)
            story.enjoyed("maya", liked, candidate=key, days=30).enjoyed("jon", 3, candidate=key, days=30)
        for employee, given_score in zip(("maya", "jon"), scores, strict=True):
            story.enjoyed(employee, given_score)
        return choices_of(story)[-1]

    one, other = values(5, 1), values(1, 2)
    assert one.chosen == other.chosen[::-1]
    assert one.met == other.met
    assert one.met[1]["record"] > 0
    assert all("candidate_named" not in value for value in one.met)


def test_what_came_after_the_answer_did_not_foretell_it():
    before = met_two().enjoyed("maya", days=4)
    after = met_two().enjoyed("maya", days=4)
    after.wrote("maya", days=3).answered("maya", days=2).voted("maya", 5, days=1).clicked("maya", 5, days=1)
    after.met("maya", days=1, minutes=200)
    assert choices_of(after) == choices_of(before)
    assert (
        "mail"
        in choices_of(met_two().wrote("maya", days=7).answered("maya", days=6).enjoyed("maya"))[0].met[1]
    )


def test_the_seat_is_that_of_the_offer_before_the_answer():
    story = met_two().employee("maya", department="data").enjoyed("maya", days=4)
    assert [value.get("same_function", 0) for value in choices_of(story)[0].met] == [0, 1]
    story.jobs["other"] = replace(story.jobs["job"], id="other", department="Sales")
    later = replace(story.offers[0], id="later", job_id="other", sent_at=ago(2), resolved_at=ago(1))
    story.offers.append(later)
    assert [value.get("same_function", 0) for value in choices_of(story)[0].met] == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_the_values_are_those_of_the_ranking_with_any_weights(seed):
    chance = random.Random(seed)
    world = generate(seed, 120, 60, TODAY)
    # Who only names somebody had everybody whom they met to choose from.
    said = [p._replace(score=None) if p.by_candidate else p for p in world.records.pulses]
    records = replace(world.records, pulses=said)
    people = tell_apart(records.candidates.values())
    habits = read_habits(records, people, AskerPolicy())
    compared = 0
    for candidate in sorted({p.candidate_id for p in said if p.by_candidate}):
        mine = set(people.same[candidate])
        wanted = replace(records, interviews=[i for i in records.interviews if i.candidate_id in mine])
        moment = min(p.said_at for p in said if p.by_candidate and p.candidate_id in mine)
        for choice in read_choices(wanted, habits, AskerPolicy()):
            weights = {code: weight * chance.choice((0, 0.3, 1, 2.5)) for code, weight in WEIGHTS.items()}
            askers = replace(AskerPolicy(), weights=weights)
            known = cut(records, mine, moment)
            # What colleagues usually answer is of the whole company, also after the answer.
            ours = {name: getattr(habits, name) for name in ("votes", "clicks", "all_votes", "all_clicks")}
            evidence = Evidence(known, people, askers, replace(read_habits(known, people, askers), **ours))
            met = sorted(one for one, pair in evidence.pairs(candidate).items() if pair.conversations)
            scores = dict(zip(met, [score(values, weights) for values in choice.met], strict=True))
            seats = [o for o in known.offers if o.candidate_id in mine and o.sent_at and o.sent_at <= moment]
            seat = known.jobs[max(seats, key=lambda offer: (offer.sent_at, offer.id)).job_id]
            ranker = Ranker(known, evidence, replace(Policy(), askers=askers))
            for asker in ranker.rank(records.candidates[candidate], seat, moment.date()).askers:
                compared += 1
                assert asker.score == pytest.approx(scores[asker.employee.id], abs=0.006)
    assert compared > 30


def cut(records, mine, moment):
    """What was known of these candidates before that moment, and everything of the others."""

    def kept(fact, when):
        return fact.candidate_id not in mine or when is None or when < moment

    return replace(
        records,
        interviews=[row for row in records.interviews if kept(row, row.started_at)],
        scorecards=[row for row in records.scorecards if kept(row, row.submitted_at)],
        messages=[row for row in records.messages if kept(row, row.sent_at)],
        pulses=[
            row
            for row in records.pulses
            if kept(row, row.said_at) and not (row.by_candidate and row.candidate_id in mine)
        ],
    )


# --- the proposal --------------------------------------------------------------------------------


def made_up(count, truth, seed=1, people=5):
    """Choices of candidates who go by these weights and chance."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        met = tuple({code: chance.gauss(0, 0.5) for code in truth} for _ in range(people))
        powers = [math.exp(STEEPNESS * score(values, WEIGHTS | truth)) for values in met]
        (first,) = chance.choices(range(people), powers)
        made.append(Choice(met, tuple(float(place == first) for place in range(people))))
    return made


def proposed(choices, **options):
    return propose(
        choices, options.pop("prior", WEIGHTS), options.pop("in_force", WEIGHTS), STEEPNESS, **options
    )


def factor(proposal, code):
    return next(one for one in proposal.factors if one.code == code)


def test_before_twenty_answers_there_is_no_proposal():
    choices = made_up(LEAST_ANSWERS, {"record": 1.0})
    assert proposed(choices[:-1]) is None
    assert proposed(choices).answers == LEAST_ANSWERS == 20


def test_every_factor_is_told_of_in_the_order_of_the_playbook():
    proposal = proposed(made_up(50, {"record": 1.5}))
    assert [one.code for one in proposal.factors] == list(WEIGHTS)
    assert {one.code for one in proposal.factors if one.standing is Standing.NEVER} == NOT_FROM_ANSWERS
    assert set(proposal.weights) == {"record"}


def test_many_answers_find_the_weights_by_which_people_choose():
    truth = {"record": 1.8, "click": 0.05, "mail": 0.6, "conversation": 0.12}
    proposal = proposed(made_up(1500, truth))
    for code, weight in truth.items():
        found = factor(proposal, code)
        assert found.low - 0.05 <= weight <= found.high + 0.05
        assert found.low <= found.proposed <= found.high
    assert factor(proposal, "record").low > 1.0
    assert factor(proposal, "click").high < 0.35
    assert proposal.changes
    assert proposal.right_then > proposal.right_now


def test_nine_times_in_ten_the_interval_holds_the_truth():
    # The truth is drawn from the prior, as the interval assumes.
    chance = random.Random(5)
    inside = total = 0
    for seed in range(60):
        truth = {
            code: max(0.0, chance.gauss(WEIGHTS[code], UNCERTAINTY[code]))
            for code in ("record", "click", "conversation")
        }
        proposal = proposed(made_up(60, truth, seed=seed))
        for code, weight in truth.items():
            found = factor(proposal, code)
            inside += found.low - 0.005 <= weight <= found.high + 0.005
            total += 1
    assert 0.84 <= inside / total <= 0.97


def test_few_answers_move_little():
    choices = made_up(200, {"record": 3.0})
    moves = [factor(proposed(choices[:count]), "record").proposed for count in (20, 60, 200)]
    assert 1.0 < moves[0] < moves[1] < moves[2] < 3.0


def test_answers_that_agree_with_the_defaults_change_hardly_anything():
    proposal = proposed(made_up(400, {code: WEIGHTS[code] for code in ("record", "click")}, seed=8))
    for code in ("record", "click"):
        assert factor(proposal, code).low <= WEIGHTS[code] <= factor(proposal, code).high


def test_no_weight_changes_its_sign():
    proposal = proposed(made_up(400, {"record": -2.0, "click": -1.0}))
    for code in ("record", "click"):
        assert factor(proposal, code).proposed == factor(proposal, code).low == 0


def test_what_is_set_by_hand_stays():
    prior = WEIGHTS | {"record": 0.3}
    proposal = proposed(
        made_up(300, {"record": 2.0, "click": 0.8}), prior=prior, in_force=prior, by_hand={"record"}
    )
    record = factor(proposal, "record")
    assert (record.standing, record.proposed) == (Standing.BY_HAND, 0.3)
    assert set(proposal.weights) == {"click"}


def test_a_factor_in_which_hardly_anybody_differs_stays():
    choices = made_up(60, {"record": 1.5})
    rare = choices[0]
    met = ({**rare.met[0], "wrote_first": 1.0}, *rare.met[1:])
    proposal = proposed([replace(rare, met=met), *choices[1:]])
    wrote_first = factor(proposal, "wrote_first")
    assert (wrote_first.standing, wrote_first.proposed, wrote_first.answers) == (Standing.TOO_LITTLE, 0.20, 1)
    assert factor(proposal, "mail").answers == 0
    assert factor(proposal, "record").answers == 60


def test_pure_chance_proposes_nothing_or_next_to_nothing():
    proposals = [
        proposed(made_up(100, {"record": 0.0, "click": 0.0, "mail": 0.0}, seed=seed), prior=WEIGHTS)
        for seed in range(5)
    ]
    for proposal in proposals:
        assert factor(proposal, "record").proposed < 0.6


def test_weights_that_foresee_no_better_are_not_proposed():
    # Twenty answers by chance alone: whoever fits them foresees the next ones no better.
    flat = {code: WEIGHTS[code] for code in UNCERTAINTY}
    kept = [proposed(made_up(20, flat, seed=seed)) for seed in range(30)]
    assert any(not one.better for one in kept)
    assert all(not one.changes for one in kept if not one.better)


def test_each_answer_is_foreseen_without_itself():
    choices = made_up(40, {"record": 1.6, "click": 0.1, "mail": 0.5}, seed=9)
    codes = ["record", "click", "mail"]
    fast = _Fit(choices, WEIGHTS, STEEPNESS, codes).each_left_out()
    for place, weights in enumerate(fast):
        exact = _Fit(choices[:place] + choices[place + 1 :], WEIGHTS, STEEPNESS, codes).weights
        assert weights == pytest.approx(exact, abs=0.01)


def test_no_other_weights_are_likelier():
    choices = made_up(80, {"record": 2.0, "click": -0.5, "mail": 0.3}, seed=2)
    codes = ["record", "click", "mail"]
    found = _Fit(choices, WEIGHTS, STEEPNESS, codes).weights
    chance = random.Random(1)
    best = surprise(choices, codes, found)
    for _ in range(300):
        other = found | {code: max(0.0, found[code] + chance.gauss(0, 0.1)) for code in codes}
        assert best <= surprise(choices, codes, other) + 1e-6


def surprise(choices, codes, weights):
    """Reckoned anew: the prior's part and the choices'."""
    total = sum(((weights[code] - WEIGHTS[code]) / UNCERTAINTY[code]) ** 2 / 2 for code in codes)
    for choice in choices:
        powers = [math.exp(STEEPNESS * score(values, weights)) for values in choice.met]
        (first,) = (place for place, share in enumerate(choice.chosen) if share)
        total -= math.log(powers[first] / sum(powers))
    return total


def test_a_steepness_of_nothing_learns_nothing():
    proposal = propose(made_up(50, {"record": 2.0}), WEIGHTS, WEIGHTS, 0.0)
    assert proposal.weights == {}
    assert not proposal.changes


def test_what_is_in_force_already_is_not_proposed_again():
    choices = made_up(200, {"record": 2.0})
    first = proposed(choices)
    again = proposed(choices, in_force=WEIGHTS | first.weights)
    assert first.changes
    assert again.weights == first.weights
    assert not again.changes


def test_what_the_answers_tell_of_no_more_goes_back():
    proposal = proposed(made_up(200, {"record": 2.0}), in_force=WEIGHTS | {"mail": 0.5})
    mail = factor(proposal, "mail")
    assert (mail.standing, mail.proposed, mail.moves) == (Standing.TOO_LITTLE, 0.20, True)
    assert "mail" not in proposal.weights


def test_a_choice_knows_nobody():
    story = met_two().enjoyed("maya").clicked("jon", 4)
    names = {key.casefold() for key in story.employees} | {"noor", "maya chen"}
    text = repr(choices_of(story)).casefold()
    assert not [name for name in names if f"'{name}'" in text]


# --- on companies whose truth is known -----------------------------------------------------------


@pytest.fixture(scope="module")
def simulated():
    rows = bench.measured(range(601, 606), (0, 40, 320))
    return {(row.start, row.answers): row for row in rows}


def test_learning_never_costs_more_than_the_margin(simulated):
    for row in simulated.values():
        assert row.difference.high <= bench.MARGIN, row


def test_regret_falls_with_the_answers(simulated):
    for start in bench.STARTS:
        regret = [simulated[start, answers].learned.value for answers in (0, 40, 320)]
        assert regret == sorted(regret, reverse=True)
        assert simulated[start, 320].learned.high < simulated[start, 0].learned.low


def test_with_many_answers_learning_wins_names(simulated):
    assert simulated[bench.DEFAULT, 320].difference.high < 0
    assert simulated[bench.MISLED, 320].difference.high < -1


def test_without_answers_nothing_is_adopted(simulated):
    assert simulated[bench.DEFAULT, 0].adopted == 0
    assert simulated[bench.DEFAULT, 0].difference == (0, 0, 0)
