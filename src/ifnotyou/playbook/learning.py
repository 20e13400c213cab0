"""What the candidates' own answers say about the weights (playbook rule 9): a proposal, which a person adopts or not.

A candidate who says whom they enjoyed meeting chose among the people they met.
A conditional logit, P = softmax(steepness x score), asks which weights would
have foreseen these choices; the default weights are its prior, so few answers
move little. What a colleague's score would have been is reckoned as it is when
we rank, with what was known before the answer came. No outcome of an ask is
read: only the chosen asker has one. There is never a weight for a person, and
nothing here knows who anybody is: a choice holds values, not names.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ifnotyou.playbook.evidence import Case, Evidence
from ifnotyou.playbook.habits import Habits, Liked, Total, last_answers, usual_answer
from ifnotyou.playbook.linear import Matrix, Vector, inverse, least_within
from ifnotyou.playbook.people import People, tell_apart
from ifnotyou.playbook.policy import WEIGHTS, AskerPolicy
from ifnotyou.playbook.records import Candidate, Interview, Job, Message, Offer, Pulse, Records, Scorecard
from ifnotyou.playbook.terms import Terms

LEAST_ANSWERS = 20
"""With fewer, the default weights know more than the answers do."""

UNCERTAINTY = {
    "record": 0.50,
    "click": 0.20,
    "scorecard_alone": 0.10,
    "scorecard": 0.05,
    "conversation": 0.10,
    "mail": 0.15,
    "wrote_first": 0.15,
    "reply_speed": 0.05,
    "same_function": 0.08,
}
"""What can be learned, and how unsure its default weight is (one standard deviation): half of it, and more where
the studies that it stands on measured something else than a talk at work."""

NOT_FROM_ANSWERS = frozenset(WEIGHTS) - frozenset(UNCERTAINTY)
"""The candidate's own answer cannot foretell itself, and how many asks somebody carries is nothing a candidate sees."""

LEAST_TOLD = 0.10
"""A weight stays where the answers take less than this share off its uncertainty: they say nothing of it."""

HIGHEST = 10.0
LIKELY = 1.645
"""Standard deviations to either side in which nine of ten lie."""

NEWTON_STEPS = 12
HALVINGS = 20
SETTLED = 1e-6
DIGITS = 2

UNIT = 1000.0
"""The weight with which values are read off the terms, which are rounded to three digits."""


# --- choices -------------------------------------------------------------------------------------

Values = Mapping[str, float]
"""By factor: what its weight is multiplied with. "scorecard" is the vote less the usual one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: the values of each person met, and the share of the choice that fell on them (several: a tie)."""

    met: tuple[Values, ...]
    chosen: tuple[float, ...]


def read_choices(records: Records, habits: Habits, policy: AskerPolicy) -> list[Choice]:
    """Every answer that tells something, the oldest first.

    `records` holds what candidates said in the whole company, and all facts of
    those whose choice is wanted; `habits` what the colleagues usually answer.
    A value is what it was before the answer: later facts, the answer itself and
    what it did to anybody's record are left out. Other candidates' later answers
    count in a record, as they will when the next one is ranked.
    """
    people = tell_apart(records.candidates.values())
    reader = _Reader(records, people, habits, policy)
    found = [(moment, human, choice) for human in reader.answered for moment, choice in reader.choice(human)]
    found.sort(key=lambda one: one[:2])
    return [choice for *_, choice in found]


class _Said:
    """What candidates said of colleagues, added up so that one of them can be left out.

    A distance is the answer less the candidate's usual one (habits.py), which
    is linear in everybody's mean: so two sums for each colleague are enough.
    """

    def __init__(self, answers: Mapping[str, Mapping[str, float]], policy: AskerPolicy) -> None:
        """`answers`: of each human being, by employee id."""
        self._answers = answers
        self._policy = policy
        self._sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for theirs in answers.values():
            for employee, parts in self._parts(theirs):
                self._sums[employee] = [a + b for a, b in zip(self._sums[employee], parts, strict=True)]
        values = [value for theirs in answers.values() for value in theirs.values()]
        self._everybodys = Total(math.fsum(values), len(values))

    def without(self, human: str, habits: Habits) -> Habits:
        """The company's habits as they would be had this human being never answered."""
        theirs = self._answers.get(human, {})
        everybodys = Total(
            self._everybodys.total - math.fsum(theirs.values()), self._everybodys.number - len(theirs)
        )
        own = dict(self._parts(theirs))
        mean = usual_answer(Total(0.0, 0), everybodys, self._policy.shrink, self._policy.usual_click)
        liked = _LikedWithout(self._sums, own, mean)
        return replace(habits, liked=liked, answers_total=everybodys.total, answers=everybodys.number)

    def _parts(self, theirs: Mapping[str, float]) -> Iterator[tuple[str, tuple[float, float, float]]]:
        """What one candidate adds for each colleague: the distance at a mean of 0, its slope, one answer."""
        shrink = self._policy.shrink
        base, slope = math.fsum(theirs.values()) / (len(theirs) + shrink), shrink / (len(theirs) + shrink)
        for employee, answer in theirs.items():
            yield employee, (answer - base, slope, 1.0)


class _LikedWithout(Mapping[str, Liked]):
    """Everybody's record without one candidate, reckoned only for those who are looked at."""

    def __init__(
        self,
        sums: Mapping[str, Sequence[float]],
        own: Mapping[str, tuple[float, float, float]],
        mean: float,
    ) -> None:
        self._sums = sums
        self._own = own
        self._mean = mean

    def __getitem__(self, employee: str) -> Liked:
        if employee not in self._sums:
            raise KeyError(employee)
        own = self._own.get(employee, (0.0, 0.0, 0.0))
        base, slope, number = (a - b for a, b in zip(self._sums[employee], own, strict=True))
        return Liked(base - slope * self._mean, round(number))

    def __iter__(self) -> Iterator[str]:
        return iter(self._sums)

    def __len__(self) -> int:
        return len(self._sums)


class _Reader:
    """Reads one human being's choice after the other."""

    def __init__(self, records: Records, people: People, habits: Habits, policy: AskerPolicy) -> None:
        self._records = records
        self._people = people
        self._habits = habits
        self._policy = replace(policy, weights=dict.fromkeys(WEIGHTS, UNIT) | {"scorecard_alone": 0.0})
        self._facts: dict[str, _Facts] = defaultdict(_Facts.none)
        human = {candidate: same[0] for candidate, same in people.same.items()}
        for row in records.interviews:
            self._facts[human[row.candidate_id]].interviews.append(row)
        for card in records.scorecards:
            self._facts[human[card.candidate_id]].scorecards.append(card)
        for message in records.messages:
            self._facts[human[message.candidate_id]].messages.append(message)
        for pulse in records.pulses:
            self._facts[human[pulse.candidate_id]].pulses.append(pulse)
        for offer in records.offers:
            self._facts[human[offer.candidate_id]].offers.append(offer)
        answers = {one: last_answers(facts.pulses) for one, facts in self._facts.items()}
        self.answered = [one for one, theirs in answers.items() if theirs]
        self._said = _Said({one: answers[one] for one in self.answered}, policy)

    def choice(self, human: str) -> Iterator[tuple[datetime, Choice]]:
        """When they answered, and their choice; nothing where there was none to make, or nothing to tell from it."""
        facts = self._facts[human]
        moment = _answered_at(facts)
        if moment is None or not facts.interviews:
            return
        candidate = self._records.candidates[human]
        job = self._job(facts.offers, moment)
        same = People(dict.fromkeys(self._people.same[human], self._people.same[human]), {})
        known = _before(moment, facts, self._records)
        evidence = Evidence(known, same, self._policy, self._said.without(human, self._habits))
        pairs = {one: pair for one, pair in evidence.pairs(human).items() if pair.conversations}
        liked = self._liked(candidate, job, same, facts, moment)
        asked_one_by_one = all(pulse.score is not None for pulse in facts.pulses if pulse.by_candidate)
        options = sorted(one for one in pairs if one in liked or not asked_one_by_one)
        top = max((liked[one] for one in options if one in liked), default=None)
        chosen = [top is not None and liked.get(one) == top for one in options]
        if not 0 < sum(chosen) < len(options):
            return
        terms = Terms(evidence, self._policy)
        case = Case(candidate, job, moment.date(), None, pairs)
        met = []
        for one in options:
            employee = self._records.employees[one]
            found = terms.of_pair(case, employee, pairs[one]) + terms.of_person(case, employee, 0)
            met.append({term.code: term.weight / UNIT for term in found})
        yield moment, Choice(tuple(met), tuple(picked / sum(chosen) for picked in chosen))

    def _liked(
        self, candidate: Candidate, job: Job, same: People, facts: _Facts, moment: datetime
    ) -> Mapping[str, float]:
        """How warmly they spoke of colleagues, as it is read when we rank."""
        evidence = Evidence(Records(pulses=facts.pulses), same, self._policy, self._habits)
        return Case(candidate, job, moment.date(), None, evidence.pairs(candidate.id)).named

    def _job(self, offers: Sequence[Offer], moment: datetime) -> Job:
        """The seat that it was about: of the latest offer made before they answered, else of any."""
        made = sorted(
            offers, key=lambda offer: (offer.sent_at is not None, offer.sent_at or moment, offer.id)
        )
        before = [offer for offer in made if offer.sent_at is None or offer.sent_at <= moment]
        for offer in reversed(before or made):
            return self._records.jobs[offer.job_id]
        return Job("")


class _Facts(NamedTuple):
    """All of one human being."""

    interviews: list[Interview]
    scorecards: list[Scorecard]
    messages: list[Message]
    pulses: list[Pulse]
    offers: list[Offer]

    @classmethod
    def none(cls) -> _Facts:
        """Nothing yet."""
        return cls([], [], [], [], [])


def _answered_at(facts: _Facts) -> datetime | None:
    """When they first answered; where no answer has a time, when their offer was decided or sent."""
    times = [pulse.said_at for pulse in facts.pulses if pulse.by_candidate and pulse.said_at]
    times = times or [when for offer in facts.offers if (when := offer.resolved_at or offer.sent_at)]
    return min(times, default=None)


def _before(moment: datetime, facts: _Facts, records: Records) -> Records:
    """What was known of them before they answered. What has no time is taken for earlier.

    Whoever was named is asked to write next: mail that came of the answer must not seem to have foretold it.
    """
    return Records(
        employees=records.employees,
        interviews=[row for row in facts.interviews if row.started_at < moment],
        scorecards=[row for row in facts.scorecards if row.submitted_at is None or row.submitted_at < moment],
        messages=[row for row in facts.messages if row.sent_at < moment],
        pulses=[
            row
            for row in facts.pulses
            if not row.by_candidate and (row.said_at is None or row.said_at < moment)
        ],
    )


# --- scores --------------------------------------------------------------------------------------


def score(values: Values, weights: Mapping[str, float]) -> float:
    """What terms.py would add up to with these weights."""
    return sum(weights[code] * value for code, value in _slopes(values, weights).items())


def _slopes(values: Values, weights: Mapping[str, float]) -> dict[str, float]:
    """How fast the score grows with each weight; what a vote counts depends on what else there is (terms.py)."""
    slopes = dict(values)
    vote, click = slopes.pop("scorecard", 0.0), values.get("click", 0.0)
    finer = abs(weights["click"] * click)
    if weights["scorecard_alone"] * abs(vote) - finer <= weights["scorecard"] * abs(vote):
        slopes["scorecard"] = vote
        return slopes
    slopes["scorecard_alone"] = vote
    if finer:
        slopes["click"] = click - math.copysign(abs(click), vote * weights["click"])
    return slopes


def _right(choice: Choice, weights: Mapping[str, float]) -> float:
    """Whether the first is one whom the candidate chose; where several are first alike, their share."""
    scores = [score(values, weights) for values in choice.met]
    first = [picked > 0 for picked, one in zip(choice.chosen, scores, strict=True) if one == max(scores)]
    return sum(first) / len(first)


def _surprise(choice: Choice, weights: Mapping[str, float], steepness: float) -> float:
    """Minus the logarithm of how likely the choice was."""
    return _expected([steepness * score(v, weights) for v in choice.met], choice.chosen)[1]


def _expected(utilities: Sequence[float], chosen: Sequence[float]) -> tuple[list[float], float]:
    """How likely each is to be chosen, and the surprise at who was."""
    most = max(utilities)
    powers = [math.exp(u - most) for u in utilities]
    total = sum(powers)
    surprise = most + math.log(total) - sum([c * u for c, u in zip(chosen, utilities, strict=True)])
    return [power / total for power in powers], surprise


# --- the proposal --------------------------------------------------------------------------------


class Standing(StrEnum):
    """What a proposal says of a factor."""

    LEARNED = "learned"
    TOO_LITTLE = "too_little"
    BY_HAND = "by_hand"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its weight in force, the one proposed, where it lies nine times in ten, how many answers tell of it.

    Where it is not learned, the proposed weight is the one that it would have
    without learning, and there is no interval.
    """

    code: str
    standing: Standing
    in_force: float
    proposed: float
    low: float
    high: float
    answers: int

    @property
    def moves(self) -> bool:
        """Whether adopting changes it: what was learned once goes back where the answers tell of it no more."""
        learnable = self.standing in {Standing.LEARNED, Standing.TOO_LITTLE}
        return learnable and round(self.proposed, DIGITS) != round(self.in_force, DIGITS)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the answers propose.

    Adopting it means that `weights` are learned from then on, and no others.
    `right_now` and `right_then`: in how many answers the weights in force and
    the proposed ones put first whom the candidate chose. The latter are fitted
    for each answer without it. `better`: whether they foresee answers better
    than the weights without learning do; else there is nothing to adopt.
    """

    answers: int
    factors: tuple[Factor, ...]
    right_now: float
    right_then: float
    better: bool

    @property
    def weights(self) -> dict[str, float]:
        """The weights that were learned."""
        return {one.code: one.proposed for one in self.factors if one.standing is Standing.LEARNED}

    @property
    def changes(self) -> bool:
        """Whether there is anything to adopt."""
        return self.better and any(one.moves for one in self.factors)


def propose(
    choices: Sequence[Choice],
    prior: Mapping[str, float],
    in_force: Mapping[str, float],
    steepness: float,
    by_hand: Iterable[str] = (),
) -> Proposal | None:
    """What these answers propose; None where they are too few.

    `prior` are the weights without learning, `in_force` those that count now.
    Weights that somebody set `by_hand` are taken as given.
    """
    if len(choices) < LEAST_ANSWERS:
        return None
    codes = [code for code in UNCERTAINTY if code not in set(by_hand)]
    fit = _Fit(choices, prior, steepness, _told(choices, codes, prior, steepness))
    alone = fit.each_left_out()
    surprises = [
        _surprise(one, without, steepness) - _surprise(one, prior, steepness)
        for one, without in zip(choices, alone, strict=True)
    ]
    return Proposal(
        answers=len(choices),
        factors=tuple(_factor(code, fit, prior, in_force, set(by_hand)) for code in WEIGHTS),
        right_now=sum(_right(one, in_force) for one in choices),
        right_then=sum(_right(one, without) for one, without in zip(choices, alone, strict=True)),
        better=math.fsum(surprises) < 0,
    )


def _told(
    choices: Sequence[Choice], codes: Sequence[str], prior: Mapping[str, float], steepness: float
) -> list[str]:
    """The factors whose weight the answers say something about, beside each other."""
    fit = _Fit(choices, prior, steepness, codes, steps=0)
    return [code for code in codes if 1 - (fit.spread[code] / UNCERTAINTY[code]) ** 2 >= LEAST_TOLD]


def _factor(
    code: str, fit: _Fit, prior: Mapping[str, float], in_force: Mapping[str, float], by_hand: set[str]
) -> Factor:
    answers = sum(_differs(choice, code) for choice in fit.choices)
    if code in fit.codes:
        weight, reach = fit.weights[code], LIKELY * fit.spread[code]
        low, high = max(0.0, weight - reach), min(HIGHEST, weight + reach)
        bounds = round(weight, DIGITS), round(low, DIGITS), round(high, DIGITS)
        return Factor(code, Standing.LEARNED, in_force[code], *bounds, answers)
    standing = Standing.TOO_LITTLE
    if code in by_hand:
        standing = Standing.BY_HAND
    elif code in NOT_FROM_ANSWERS:
        standing = Standing.NEVER
    weight = prior[code]
    return Factor(code, standing, in_force[code], weight, weight, weight, answers)


def _differs(choice: Choice, code: str) -> bool:
    """Whether the people met differ in this factor: else the choice tells nothing of it."""
    if code.startswith("scorecard"):
        alone = code == "scorecard_alone"
        found = {
            values.get("scorecard", 0.0) if alone is ("click" not in values) else 0.0 for values in choice.met
        }
    else:
        found = {values.get(code, 0.0) for values in choice.met}
    return len(found) > 1


class _Fit:
    """The weights that foresee the choices best, beside what was believed of them before; and how sure they are."""

    def __init__(
        self,
        choices: Sequence[Choice],
        prior: Mapping[str, float],
        steepness: float,
        codes: Sequence[str],
        steps: int = NEWTON_STEPS,
    ) -> None:
        """Fit the weights of these `codes` in so many Newton steps; all others are as in `prior`."""
        self.choices = choices
        self.codes = codes
        self._prior = prior
        self._centre = [prior[code] for code in codes]
        self._precision = [UNCERTAINTY[code] ** -2 for code in codes]
        self._data = [_Seen(choice, prior, steepness, codes) for choice in choices]
        found = list(self._centre)
        gradient, hessian, surprise = self._look(found)
        for _ in range(steps):
            step = least_within(hessian, gradient, *self._room(found))
            found, gradient, hessian, surprise, moved = self._walk(found, step, surprise)
            if moved < SETTLED:
                break
        self._found, self._gradient, self._hessian = found, gradient, hessian
        covariance = inverse(hessian)
        self.weights = dict(prior) | dict(zip(codes, found, strict=True))
        self.spread = {code: math.sqrt(covariance[k][k]) for k, code in enumerate(codes)}

    def each_left_out(self) -> list[dict[str, float]]:
        """The weights as they are without each answer in turn, one Newton step away from those with all of them."""
        weights = []
        low, high = self._room(self._found)
        for seen in self._data:
            gradient, hessian = list(self._gradient), [list(row) for row in self._hessian]
            seen.add_to(gradient, hessian, self._found, sign=-1.0)
            step = least_within(hessian, gradient, low, high)
            moved = [w + d for w, d in zip(self._found, step, strict=True)]
            weights.append(dict(self._prior) | dict(zip(self.codes, moved, strict=True)))
        return weights

    def _room(self, found: Vector) -> tuple[Vector, Vector]:
        """How far each weight may move: none changes its sign."""
        return [-one for one in found], [HIGHEST - one for one in found]

    def _look(self, found: Vector) -> tuple[Vector, Matrix, float]:
        """Gradient and second derivatives of the surprise at all choices and at these weights themselves."""
        apart = [w - c for w, c in zip(found, self._centre, strict=True)]
        gradient = [p * d for p, d in zip(self._precision, apart, strict=True)]
        hessian = [[p * (i == k) for i in range(len(found))] for k, p in enumerate(self._precision)]
        surprise = sum(p * d * d for p, d in zip(self._precision, apart, strict=True)) / 2
        for seen in self._data:
            surprise += seen.add_to(gradient, hessian, found)
        return gradient, hessian, surprise

    def _walk(
        self, found: Vector, step: Vector, surprise: float
    ) -> tuple[Vector, Vector, Matrix, float, float]:
        """Go along the step, half of it where it leads too far. The surprise is convex: it always gets less."""
        share = 1.0
        for _ in range(HALVINGS):
            there = [w + share * d for w, d in zip(found, step, strict=True)]
            gradient, hessian, less = self._look(there)
            if less <= surprise + SETTLED:
                break
            share /= 2
        return there, gradient, hessian, less, max(map(abs, step), default=0.0)


class _Seen:
    """One choice as the fit sees it: a row of slopes for each person met, and what the fixed weights say of them."""

    def __init__(
        self, choice: Choice, prior: Mapping[str, float], steepness: float, codes: Sequence[str]
    ) -> None:
        slopes = [_slopes(values, prior) for values in choice.met]
        self._chosen = choice.chosen
        self._rows = [[steepness * one.get(code, 0.0) for code in codes] for one in slopes]
        self._fixed = [
            steepness * sum(prior[code] * value for code, value in one.items() if code not in codes)
            for one in slopes
        ]
        self._target = _mean(self._chosen, self._rows)

    def add_to(self, gradient: Vector, hessian: Matrix, weights: Vector, sign: float = 1.0) -> float:
        """Add what this choice says to both, or take it off; returns the surprise at it."""
        utilities = [
            fixed + sum([w * x for w, x in zip(weights, row, strict=True)])
            for fixed, row in zip(self._fixed, self._rows, strict=True)
        ]
        likely, surprise = _expected(utilities, self._chosen)
        mean = _mean(likely, self._rows)
        for k, expected in enumerate(mean):
            gradient[k] += sign * (expected - self._target[k])
        for p, row in zip(likely, self._rows, strict=True):
            apart = [x - m for x, m in zip(row, mean, strict=True)]
            for k, own in enumerate(apart):
                if own:
                    factor, line = sign * p * own, hessian[k]
                    hessian[k] = [h + factor * x for h, x in zip(line, apart, strict=True)]
        return sign * surprise


def _mean(shares: Sequence[float], rows: Sequence[Sequence[float]]) -> Vector:
    return [sum([s * x for s, x in zip(shares, column, strict=True)]) for column in zip(*rows, strict=True)]
