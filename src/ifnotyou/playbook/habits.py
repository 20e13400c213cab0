"""What people usually answer: the company-wide figures that a ranking stands on.

A rater's own habit says nothing about a pair (Kenny, *Interpersonal
Perception*), so an answer counts as its distance from the usual one. With
these figures at hand, one human being is judged without everybody's facts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from ifnotyou.playbook.people import People
from ifnotyou.playbook.policy import AskerPolicy
from ifnotyou.playbook.records import Pulse, Records

NAMED_SCORE = 5
"""What being named as somebody they enjoyed meeting counts as, on the scale of 1 to 5."""

Counts = tuple[int, int, int, int, int]
"""How often each of 1, 2, 3, 4, 5 was given."""

NONE_GIVEN: Counts = (0, 0, 0, 0, 0)

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Total(NamedTuple):
    """Answers added up, and how many they are."""

    total: float
    number: int


class Liked(NamedTuple):
    """What candidates said of one colleague: the sum of their centred answers, from how many human beings."""

    total: float
    humans: int


@dataclass(frozen=True)
class Habits:
    """What everybody in the company usually answers, by employee id.

    `votes` and `clicks` count the colleagues' own answers, `all_votes` and
    `all_clicks` those of everybody. `answers_total` and `answers` are the sum
    and the number of what candidates last said of each colleague; a naming
    counts 5. The facts of whoever is judged are among them: a rule leaves out
    what it must not count twice.
    """

    votes: Mapping[str, Counts] = field(default_factory=dict)
    clicks: Mapping[str, Counts] = field(default_factory=dict)
    liked: Mapping[str, Liked] = field(default_factory=dict)
    all_votes: Counts = NONE_GIVEN
    all_clicks: Counts = NONE_GIVEN
    answers_total: float = 0.0
    answers: int = 0

    @property
    def candidates_said(self) -> Total:
        """All answers of candidates about colleagues."""
        return Total(self.answers_total, self.answers)


def read_habits(records: Records, people: People, policy: AskerPolicy) -> Habits:
    """The habits of a whole company, whose complete facts are in `records`."""
    votes = _given((card.employee_id, card.overall) for card in records.scorecards)
    clicks = _given((p.employee_id, p.score) for p in records.pulses if not p.by_candidate and p.score)
    pulses: dict[str, list[Pulse]] = defaultdict(list)
    for pulse in records.pulses:
        if pulse.by_candidate:
            pulses[people.same[pulse.candidate_id][0]].append(pulse)
    said = [last_answers(theirs) for theirs in pulses.values()]
    values = [answer for answers in said for answer in answers.values()]
    everybodys = Total(math.fsum(values), len(values))
    return Habits(
        votes=votes,
        clicks=clicks,
        liked=_liked(said, everybodys, policy),
        all_votes=_all(votes),
        all_clicks=_all(clicks),
        answers_total=everybodys.total,
        answers=everybodys.number,
    )


def total_of(counts: Counts) -> Total:
    """The sum and the number of the answers counted."""
    ones, twos, threes, fours, fives = counts
    return Total(ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives, sum(counts))


def usual_answer(theirs: Total, everybodys: Total, shrink: float, prior: float) -> float:
    """What a rater usually answers, shrunk towards everybody's mean where they answered little.

    (sum + shrink x mean) / (n + shrink); everybody's mean starts from the prior
    likewise: two votes are no custom of the house yet.
    """
    mean = prior
    if everybodys.number > 0:
        mean = (everybodys.total + shrink * prior) / (everybodys.number + shrink)
    if theirs.number <= 0:
        return mean
    return (theirs.total + shrink * mean) / (theirs.number + shrink)


def last_answers(pulses: Iterable[Pulse]) -> dict[str, float]:
    """What one candidate last said of each colleague, 1 to 5, by employee id."""
    return {
        pulse.employee_id: NAMED_SCORE if pulse.score is None else pulse.score
        for pulse in sorted(pulses, key=pulse_order)
        if pulse.by_candidate
    }


def centred(answers: Mapping[str, float], everybodys: Total, policy: AskerPolicy) -> dict[str, float]:
    """One candidate's answers, each less what this candidate usually answers."""
    theirs = Total(math.fsum(answers.values()), len(answers))
    usual = usual_answer(theirs, everybodys, policy.shrink, policy.usual_click)
    return {employee: answer - usual for employee, answer in answers.items()}


def pulse_order(pulse: Pulse) -> tuple[datetime, int]:
    """Latest last; of two at one moment the cooler counts."""
    return pulse.said_at or _LONG_AGO, -(NAMED_SCORE if pulse.score is None else pulse.score)


def _liked(said: Iterable[Mapping[str, float]], everybodys: Total, policy: AskerPolicy) -> dict[str, Liked]:
    """What all candidates together said of each colleague."""
    by_employee: dict[str, list[float]] = defaultdict(list)
    for answers in said:
        for employee, distance in centred(answers, everybodys, policy).items():
            by_employee[employee].append(distance)
    return {
        employee: Liked(math.fsum(distances), len(distances)) for employee, distances in by_employee.items()
    }


def _given(answers: Iterable[tuple[str, int]]) -> dict[str, Counts]:
    """How often each rater gave each answer."""
    counted = Counter(answers)
    return {
        rater: tuple(counted[rater, value] for value in range(1, 6))  # type: ignore[misc]
        for rater in {rater for rater, _ in counted}
    }


def _all(counts: Mapping[str, Counts]) -> Counts:
    """The answers of everybody together."""
    return tuple(map(sum, zip(*counts.values(), strict=True))) or NONE_GIVEN  # type: ignore[return-value]
