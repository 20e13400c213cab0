"""Whether learning from the candidates' answers sends better people, on made-up companies whose truth is known.

Answers come in one by one, in the order in which they were given. After so many of them the weights are learned
(where they are proposed, they are adopted), and everybody who never answered is ranked: with the weights without
learning, and with those learned. Regret is what 100 asks in conversation bring fewer than those of the best asker,
who is the one with the highest chance. Both know the same answers, and records grow with them too; so the difference
is that of the weights alone. Intervals are 95 % bootstrap intervals over companies.

`measured` gives the figures, `learning_rows` the same as a table's head and rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import fmean
from typing import NamedTuple

from bench.judgement import Choice, Figure, choices_of, expected_at_top, figure, resamples
from ifnotyou.playbook.habits import read_habits
from ifnotyou.playbook.learning import propose, read_choices
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.policy import WEIGHTS, Policy
from ifnotyou.sample.world import World, generate

TODAY = date(2026, 1, 31)
DECLINES, EMPLOYEES = 900, 120
SEEDS = range(501, 521)
ANSWERS = (0, 20, 40, 80, 160, 320)

MARGIN = 0.5
"""Names per 100 asks: learning must never cost more than this, whatever the number of answers."""

DEFAULT = "the default weights"
MISLED = "weights that go by the longest talk"
STARTS: Mapping[str, Mapping[str, float]] = {
    DEFAULT: WEIGHTS,
    # As a company might find them whose candidates are not like those of the studies.
    MISLED: WEIGHTS | {"record": 0.1, "click": 0.0, "conversation": 0.4},
}


class Row(NamedTuple):
    """Regret after so many answers; negative differences are names won."""

    start: str
    answers: int
    declines: int
    without: Figure
    learned: Figure
    difference: Figure
    adopted: float
    """In which share of the companies there was a proposal."""


class Outcome(NamedTuple):
    """One company after so many answers."""

    declines: int
    without: float
    learned: float
    adopted: bool


def measured(
    seeds: Sequence[int] = SEEDS, answers: Sequence[int] = ANSWERS, starts: Sequence[str] = tuple(STARTS)
) -> list[Row]:
    """A row for each start and number of answers."""
    worlds = [generate(seed, DECLINES, EMPLOYEES, TODAY) for seed in seeds]
    draws = resamples(len(worlds))
    rows = []
    for start in starts:
        for number in answers:
            found = [outcome(world, number, STARTS[start]) for world in worlds]
            rows.append(
                Row(
                    start,
                    number,
                    sum(one.declines for one in found),
                    figure([one.without for one in found], draws),
                    figure([one.learned for one in found], draws),
                    figure([one.learned - one.without for one in found], draws),
                    fmean(one.adopted for one in found),
                )
            )
    return rows


def outcome(world: World, answers: int, start: Mapping[str, float]) -> Outcome:
    """Regret with and without learning when only the first `answers` of this company are in."""
    order = answered(world)
    known = replace(world, records=with_answers_of(world, frozenset(order[:answers])))
    policy = with_weights(start)
    people = tell_apart(known.records.candidates.values())
    habits = read_habits(known.records, people, policy.askers)
    choices = read_choices(known.records, habits, policy.askers)
    proposal = propose(choices, start, start, policy.askers.steepness)
    before = regret(known, policy, frozenset(order))
    if proposal is None or not proposal.changes:
        return Outcome(len(before), fmean(before), fmean(before), adopted=False)
    after = regret(known, with_weights({**start, **proposal.weights}), frozenset(order))
    return Outcome(len(before), fmean(before), fmean(after), adopted=True)


def answered(world: World) -> list[str]:
    """The candidates who ever answered, in the order in which they did."""
    said = sorted((one.said_at, one.candidate_id) for one in world.records.pulses if one.by_candidate)
    return list(dict.fromkeys(candidate for _, candidate in said))


def with_answers_of(world: World, candidates: frozenset[str]):
    """The records as they are when only these candidates have answered."""
    kept = [one for one in world.records.pulses if not one.by_candidate or one.candidate_id in candidates]
    return replace(world.records, pulses=kept)


def with_weights(weights: Mapping[str, float]) -> Policy:
    policy = Policy()
    return replace(policy, askers=replace(policy.askers, weights=dict(weights)))


def regret(world: World, policy: Policy, not_these: frozenset[str]) -> list[float]:
    """Of every decline with a choice to make, but for those of these candidates."""
    return [
        regret_of(choice)
        for choice in choices_of(world, policy)
        if choice.met[0].candidate_id not in not_these
    ]


def regret_of(choice: Choice) -> float:
    """Names that 100 such asks by whoever comes first fall short of those of the best."""
    may = [
        (score, 100 * pair.probability)
        for score, pair in zip(choice.scores["ifnotyou"], choice.met, strict=True)
        if pair.employee_id in choice.eligible
    ]
    scores, names = zip(*may, strict=True)
    return max(names) - expected_at_top(scores, names)


def learning_rows(seeds: Sequence[int] = SEEDS) -> list[list[str]]:
    """The head and the rows of a table; raises AssertionError where learning cost more than it may."""
    head = [
        "starting from",
        "answers",
        "declines",
        "regret without learning",
        "regret with learning",
        "difference",
        "companies with a proposal",
    ]
    rows = measured(seeds)
    for row in rows:
        assert row.difference.high <= MARGIN, row
    return [
        head,
        *(
            [
                row.start,
                str(row.answers),
                f"{row.declines:,}",
                *(_cell(one) for one in (row.without, row.learned, row.difference)),
                f"{row.adopted:.0%}",
            ]
            for row in rows
        ),
    ]


def _cell(one: Figure) -> str:
    return f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"


def main() -> None:
    """Print the table."""
    for row in learning_rows():
        print(" | ".join(row))


if __name__ == "__main__":
    main()
