"""How good the playbook's judgement is: does the right person ask?

Two checks. On made-up companies, whose hidden truth is known: how often the
one we would send is the one the candidate likes most, and how many names that
wins. On real short meetings (the Columbia speed-dating data, where the file is
at hand): whether the features, computed by the playbook itself, find whom
somebody liked.

`judge` and `judge_meetings` measure; `judgement_rows` and `speed_dating_rows`
give the same as a table's head and rows, for `bench/run.py`. Intervals are 95 %
bootstrap intervals over declines or people, always with the same draws.
"""

import csv
import gzip
import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from ifnotyou.playbook.connection import Ranker
from ifnotyou.playbook.evidence import Evidence
from ifnotyou.playbook.habits import Total, usual_answer
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.policy import AskerPolicy, Policy
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    InterviewStatus,
    Offer,
    OfferStatus,
    Pulse,
    Records,
)
from ifnotyou.playbook.seniority import level_of
from ifnotyou.sample.world import Pair, World, generate, mark

TODAY = date(2026, 1, 31)
DECLINES, EMPLOYEES = 300, 120
SEEDS = range(101, 121)
DRAWS = 400
"""Resamples of a bootstrap; with more of them the second digit of an interval moves no more."""

ASK_AFTER = timedelta(days=2)
"""When we look: a mail goes out two days after the decline at the earliest."""

ROOT = Path(__file__).resolve().parents[1]
BESIDE = Path("shared", "data", "speed_dating.csv.gz")
SPEED_DATING = ROOT.parent / BESIDE
"""Not ours to hand out: beside the checkout on some machines, absent on the others."""
USUAL_RATING = 6.0
"""What a rating of 0 to 10 there usually is, where nothing is known."""
LEAST_FIRST_RIGHT = 0.40
LEAST_AUC = 0.68
"""Below these the features are broken; 0.44 [0.40, 0.485] and 0.696 [0.68, 0.71] were measured by their design."""


class Figure(NamedTuple):
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float


class Row(NamedTuple):
    """One way of choosing, among one set of people."""

    ranking: str
    among: str
    declines: int
    first_right: Figure
    """The first is one of those whom the candidate would give the highest mark of ten; so chance is about 0.3."""
    first_best: Figure
    """The first is the one whom the candidate likes most: stricter, nobody else counts."""
    reciprocal_rank: Figure
    """Mean of 1 / the place of the one whom the candidate likes most."""
    names: Figure
    """Names that 100 asks in conversation would bring."""
    regret: Figure
    """Names that 100 asks fall short of those of the oracle, who knows each one's chance."""


class PeopleRow(NamedTuple):
    """One way of ranking the people whom somebody met at the speed dating."""

    ranking: str
    people: int
    first_right: Figure
    auc: Figure


class Choice(NamedTuple):
    """One decline: who was met, and what each way of choosing says of them, in the same order."""

    met: Sequence[Pair]
    eligible: frozenset[str]
    answered: bool
    """Whether the candidate said whom they enjoyed meeting."""
    scores: dict[str, list[float]]


# --- made-up companies ---------------------------------------------------------------------------

RANKINGS = (
    "at random",
    "the most senior",
    "the hiring manager",
    "the longest talk",
    "the highest raw rating",
    "ifnotyou",
    "oracle",
)
ELIGIBLE, SILENT, ALL = "the eligible", "the eligible, candidate silent", "all who met"


def judge(seeds: Sequence[int] = SEEDS, policy: Policy | None = None) -> list[Row]:
    """How every ranking does, among the eligible, among those where the candidate did not answer, and among all."""
    choices = [choice for seed in seeds for choice in choices_of(company(seed), policy or Policy())]
    silent = [choice for choice in choices if not choice.answered]
    return [
        *_rows(ELIGIBLE, choices, only_eligible=True),
        *_rows(SILENT, silent, only_eligible=True),
        *_rows(ALL, choices, only_eligible=False),
    ]


def company(seed: int) -> World:
    """The made-up company that is judged on."""
    return generate(seed, DECLINES, EMPLOYEES, TODAY)


def choices_of(world: World, policy: Policy) -> list[Choice]:
    """Every declined offer with a choice to make: two people or more who may ask.

    As in the measured data, a colleague's record is taken from all other
    candidates, later ones too.
    """
    records = world.records
    evidence = Evidence(records, tell_apart(records.candidates.values()), policy.askers)
    ranker = Ranker(records, evidence, policy)
    met: dict[str, list[Pair]] = defaultdict(list)
    for pair in world.pairs:
        met[pair.candidate_id].append(pair)
    answered = {pulse.candidate_id for pulse in records.pulses if pulse.by_candidate}
    ways = _baselines(records, policy)
    choices = []
    for offer in records.offers:
        if offer.status is not OfferStatus.DECLINED:
            continue
        pairs = met[offer.candidate_id]
        order = _our_order(ranker, records, offer)
        eligible = frozenset(order) & {pair.employee_id for pair in pairs}
        if len(eligible) > 1:
            places = {employee: -place for place, employee in enumerate(order)}
            scores = {name: [score(offer, pair) for pair in pairs] for name, score in ways.items()}
            scores["ifnotyou"] = [places.get(pair.employee_id, -math.inf) for pair in pairs]
            choices.append(Choice(pairs, eligible, offer.candidate_id in answered, scores))
    return choices


def _our_order(ranker: Ranker, records: Records, offer: Offer) -> list[str]:
    day = min(TODAY, offer.resolved_at.date() + ASK_AFTER)
    connections = ranker.rank(records.candidates[offer.candidate_id], records.jobs[offer.job_id], day)
    return [asker.employee.id for asker in connections.askers]


def _baselines(records: Records, policy: Policy) -> dict[str, Callable[[Offer, Pair], float]]:
    """What others go by; the higher, the sooner."""
    minutes: dict[tuple[str, str], float] = defaultdict(float)
    for row in records.interviews:
        if row.status is InterviewStatus.COMPLETED:
            minutes[row.candidate_id, row.employee_id] += row.minutes
    ratings = {(card.candidate_id, card.employee_id): card.overall for card in records.scorecards}
    usual = fmean(ratings.values())
    levels = {
        employee.id: employee.level or level_of(employee.title, policy.askers) or 0
        for employee in records.employees.values()
    }
    return {
        "at random": lambda _offer, _pair: 0.0,
        "the most senior": lambda _offer, pair: levels[pair.employee_id],
        "the hiring manager": lambda offer, pair: (
            pair.employee_id == records.jobs[offer.job_id].hiring_manager_id
        ),
        "the longest talk": lambda _offer, pair: minutes[pair.candidate_id, pair.employee_id],
        "the highest raw rating": lambda _offer, pair: ratings.get(
            (pair.candidate_id, pair.employee_id), usual
        ),
        "oracle": lambda _offer, pair: pair.liking,
    }


def _rows(among: str, choices: Sequence[Choice], *, only_eligible: bool) -> list[Row]:
    """A row for each ranking."""
    rows = []
    draws = resamples(len(choices))
    for ranking in RANKINGS:
        results = [_result(choice, ranking, only_eligible=only_eligible) for choice in choices]
        figures = [figure(column, draws) for column in zip(*results, strict=True)]
        rows.append(Row(ranking, among, len(choices), *figures))
    return rows


def _result(choice: Choice, ranking: str, *, only_eligible: bool) -> tuple[float, float, float, float, float]:
    """The five figures of one decline."""
    chosen = [
        (score, pair)
        for score, pair in zip(choice.scores[ranking], choice.met, strict=True)
        if not only_eligible or pair.employee_id in choice.eligible
    ]
    scores = [score for score, _ in chosen]
    likings = [pair.liking for _, pair in chosen]
    names = expected_at_top(scores, [100 * pair.probability for _, pair in chosen])
    return (
        first_is_right(scores, [mark(liking) for liking in likings]),
        first_is_right(scores, likings),
        reciprocal_rank(scores, likings),
        names,
        100 * max(pair.probability for _, pair in chosen) - names,
    )


# --- real short meetings -------------------------------------------------------------------------


def judge_meetings(path: Path = SPEED_DATING) -> list[PeopleRow] | None:
    """How the playbook's own features rank all whom somebody met; None where the file is absent.

    One person is the candidate, everybody they met is "one of ours"; a
    colleague's record and usual rating come from all other candidates.
    """
    if not path.exists():
        return None
    records, ratings = _meetings(path)
    # Marks are 0 to 10 here and the people met by chance: no clipping, which only spreads the load.
    policy = replace(AskerPolicy(), record_limit=10.0, usual_click=6.0)
    evidence = Evidence(records, tell_apart(records.candidates.values()), policy)
    usual = _UsualRating(ratings, policy.shrink)
    liked: dict[str, list[Pulse]] = defaultdict(list)
    for pulse in records.pulses:
        liked[pulse.candidate_id].append(pulse)
    groups = [group for group in liked.values() if len(group) > 1]

    def record(pulse: Pulse) -> float:
        return evidence.record(pulse.employee_id, pulse.candidate_id)

    def raw(pulse: Pulse) -> float:
        rating = ratings.get((pulse.candidate_id, pulse.employee_id))
        return usual.of(pulse.employee_id) if rating is None else rating

    def centred(pulse: Pulse) -> float:
        rating = ratings.get((pulse.candidate_id, pulse.employee_id))
        return 0.0 if rating is None else rating - usual.of(pulse.employee_id, rating)

    def both(pulse: Pulse) -> float:
        return record(pulse) + 0.2 * centred(pulse)

    ways = {
        "at random": lambda _pulse: 0.0,
        "raw rating": raw,
        "rating less the rater's own habit": centred,
        "record": record,
        "record + 0.2 × centred rating": both,
    }
    draws = resamples(len(groups))
    return [_people_row(name, groups, score, draws) for name, score in ways.items()]


class _UsualRating:
    """What each rater usually gives, reckoned as the playbook reckons votes, on a scale of 0 to 10."""

    def __init__(self, ratings: dict[tuple[str, str], float], shrink: float) -> None:
        self._shrink = shrink
        self._given: dict[str, list[float]] = defaultdict(list)
        for (_, rater), rating in ratings.items():
            self._given[rater].append(rating)
        self._all = Total(math.fsum(ratings.values()), len(ratings))

    def of(self, rater: str, own: float | None = None) -> float:
        """The rater's usual rating, leaving out `own`, the one that is judged."""
        given = self._given.get(rater, [])
        out, number = own or 0.0, own is not None
        theirs = Total(math.fsum(given) - out, len(given) - number)
        everybodys = Total(self._all.total - out, self._all.number - number)
        return usual_answer(theirs, everybodys, self._shrink, USUAL_RATING)


def _people_row(
    name: str,
    groups: Sequence[Sequence[Pulse]],
    score: Callable[[Pulse], float],
    draws: Sequence[Sequence[int]],
) -> PeopleRow:
    firsts, right, compared = [], [], []
    for group in groups:
        scores, marks = [score(pulse) for pulse in group], [pulse.score for pulse in group]
        firsts.append(first_is_right(scores, marks))
        one, of = pairwise(scores, marks)
        right.append(one)
        compared.append(of)
    samples = sorted(total(right, draw) / total(compared, draw) for draw in draws)
    auc = Figure(sum(right) / sum(compared), *_middle(samples))
    return PeopleRow(name, len(groups), figure(firsts, draws), auc)


def _meetings(path: Path) -> tuple[Records, dict[tuple[str, str], float]]:
    """The file as our records, a mark being what the candidate said of the other; and the others' ratings of them."""
    people: set[str] = set()
    pulses: list[Pulse] = []
    ratings: dict[tuple[str, str], float] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["pid"]:
                continue
            candidate, colleague = row["iid"], row["pid"]
            people |= {candidate, colleague}
            if row["like"]:
                pulses.append(Pulse(candidate, colleague, True, float(row["like"]), None))  # noqa: FBT003
            if row["like_o"]:
                ratings[candidate, colleague] = min(10.0, float(row["like_o"]))
    records = Records(
        employees={person: Employee(person, person) for person in people},
        candidates={person: Candidate(person, person) for person in people},
        pulses=pulses,
    )
    return records, ratings


# --- tables --------------------------------------------------------------------------------------


def judgement_rows(seeds: Sequence[int] = SEEDS) -> list[list[str]]:
    """The head and the rows of a table of `judge`."""
    head = [
        "among",
        "ranking by",
        "declines",
        "first is right",
        "first is the best",
        "mean reciprocal rank",
        "names per 100 asks",
        "regret in names per 100 asks",
    ]
    return [head, *([row.among, row.ranking, f"{row.declines:,}", *_cells(row)] for row in judge(seeds))]


def speed_dating_rows(root: Path = ROOT) -> list[list[str]]:
    """The head and the rows of a table of `judge_meetings`; one row that says so where the file is absent.

    `root` is the checkout; the file lies beside it. Raises AssertionError
    where the features rank worse than they must.
    """
    head = ["ranking by", "people", "first is right", "pairwise AUC"]
    found = judge_meetings(root.parent / BESIDE)
    if found is None:
        return [head, ["not measured: the data is absent", "", "", ""]]
    two = found[-1]
    assert two.first_right.value >= LEAST_FIRST_RIGHT, two
    assert two.auc.value >= LEAST_AUC, two
    return [
        head,
        *([row.ranking, str(row.people), _cell(row.first_right), _cell(row.auc)] for row in found),
    ]


def _cells(row: Row) -> list[str]:
    return [
        *(_cell(one) for one in (row.first_right, row.first_best, row.reciprocal_rank)),
        *(_cell(one, digits=1) for one in (row.names, row.regret)),
    ]


def _cell(one: Figure, digits: int = 3) -> str:
    return f"{one.value:.{digits}f} [{one.low:.{digits}f}, {one.high:.{digits}f}]"


# --- figures -------------------------------------------------------------------------------------


def expected_at_top(scores: Sequence[float], values: Sequence[float]) -> float:
    """The value of the one with the highest score; the mean where several share it."""
    top = max(scores)
    return fmean(value for score, value in zip(scores, values, strict=True) if score == top)


def first_is_right(scores: Sequence[float], liking: Sequence[float]) -> float:
    """The chance that the one with the highest score is one of the most liked."""
    best = max(liking)
    return expected_at_top(scores, [float(value == best) for value in liking])


def reciprocal_rank(scores: Sequence[float], liking: Sequence[float]) -> float:
    """1 / the place of the most liked, the mean over every order of those who share its score."""
    theirs = scores[max(range(len(liking)), key=liking.__getitem__)]
    before = sum(score > theirs for score in scores)
    return fmean(1 / (before + place) for place in range(1, scores.count(theirs) + 1))


def pairwise(scores: Sequence[float], liking: Sequence[float]) -> tuple[float, int]:
    """Of two who are not liked alike: how often the score says which, and how many there are."""
    right = 0.0
    compared = 0
    for place, (score, liked) in enumerate(zip(scores, liking, strict=True)):
        for other_score, other_liked in zip(scores[:place], liking[:place], strict=True):
            if liked != other_liked:
                compared += 1
                right += 0.5 if score == other_score else (score > other_score) == (liked > other_liked)
    return right, compared


def resamples(count: int) -> list[list[int]]:
    """The same draws with replacement each time, so that rankings are compared on equal terms."""
    chance = random.Random(20260131)
    return [chance.choices(range(count), k=count) for _ in range(DRAWS)]


def total(values: Sequence[float], draw: Sequence[int]) -> float:
    """The sum over one resample."""
    return sum(map(values.__getitem__, draw))


def figure(values: Sequence[float], draws: Sequence[Sequence[int]]) -> Figure:
    """The mean and its interval."""
    samples = sorted(total(values, draw) / len(draw) for draw in draws)
    return Figure(fmean(values), *_middle(samples))


def _middle(ordered: Sequence[float]) -> tuple[float, float]:
    """Where the middle 95 % of them begin and end."""
    edge = round(0.025 * len(ordered))
    return ordered[edge], ordered[-edge - 1]
